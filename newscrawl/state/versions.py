"""Article versions, captured payloads, validators of discovery sources, and the files already read in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from newscrawl.items import WarcPointer
from newscrawl.state.frontier import Frontier
from newscrawl.state.model import Version

if TYPE_CHECKING:
    from newscrawl.warc.payloads import RefersTo

_VERSION = """SELECT id, version, url, text_digest, payload_digest,
    warc_file, warc_offset, warc_length, record_id, warc_payload_digest, fetched, jsonl FROM version """


class Versions(Frontier):
    """What the archive and the lines hold, as far as a later run has to know it."""

    def add_version(self, v: Version) -> None:
        """Note that a version's line is written. Told again of the same version, the last word stands."""
        row = (
            *(v.id, v.version, v.url, v.text_digest, v.payload_digest),
            *(v.warc.file, v.warc.offset, v.warc.length, v.warc.record_id, v.warc.payload_digest),
            *(v.fetched, v.jsonl),
        )
        with self.transaction():
            self._db.execute(
                "INSERT OR REPLACE INTO version VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row
            )

    def drop_version(self, article_id: str, version: int) -> None:
        """Forget a version whose line was lost; see also `reopen`."""
        with self.transaction():
            self._db.execute("DELETE FROM version WHERE id = ? AND version = ?", (article_id, version))

    def latest_version(self, article_id: str) -> Version | None:
        """Return the newest version of an article."""
        found = self._row(_VERSION + "WHERE id = ? ORDER BY version DESC LIMIT 1", (article_id,))
        return _version(found) if found else None

    def versions(self, article_id: str) -> list[Version]:
        """Return all versions of an article, oldest first."""
        return [
            _version(row) for row in self._rows(_VERSION + "WHERE id = ? ORDER BY version", (article_id,))
        ]

    def has_line(self, record_id: str) -> bool:
        """Tell whether a version was made from a record (its first page)."""
        return self._row("SELECT 1 FROM version WHERE record_id = ?", (record_id,)) is not None

    def is_newest_line(self, record_id: str) -> bool:
        """Tell whether the newest version of an article was made from a record (its first page)."""
        sql = """SELECT 1 FROM version AS v WHERE record_id = ?
            AND version = (SELECT max(version) FROM version WHERE id = v.id)"""
        return self._row(sql, (record_id,)) is not None

    def article_id_of(self, url: str) -> str | None:
        """Return the id of the article at a URL or alias that has a line."""
        sql = """SELECT id FROM version WHERE url = ?1
            UNION ALL
            SELECT version.id FROM alias JOIN version ON version.url = alias.url WHERE alias.alias = ?1
            LIMIT 1"""
        found = self._row(sql, (url,))
        return found[0] if found else None

    def urls_of(self, records: Iterable[str]) -> set[str]:
        """Return the URLs of the articles that have a version made from one of some records."""
        sql = "SELECT url FROM version WHERE record_id = ?"
        return {url for record in records for (url,) in self._rows(sql, (record,))}

    def validators(self, url: str) -> tuple[str | None, str | None]:
        """Return `ETag` and `Last-Modified` of a discovery source as it was last read."""
        found = self._row("SELECT etag, last_modified FROM source WHERE url = ?", (url,))
        return (found[0], found[1]) if found else (None, None)

    def set_validators(self, url: str, etag: str | None, last_modified: str | None) -> None:
        """Keep the validators of a discovery source, once all that it lists is noted."""
        sql = """INSERT INTO source (url, etag, last_modified) VALUES (?, ?, ?) ON CONFLICT (url)
            DO UPDATE SET etag = excluded.etag, last_modified = excluded.last_modified"""
        with self.transaction():
            self._db.execute(sql, (url, etag, last_modified))

    def set_walk(self, listing: str, *, is_open: bool) -> None:
        """Note that the list whose first page is `listing` has to be read to its end, or no longer."""
        sql = "INSERT OR IGNORE INTO walk VALUES (?)" if is_open else "DELETE FROM walk WHERE listing = ?"
        with self.transaction():
            self._db.execute(sql, (listing,))

    def is_walk_open(self, listing: str) -> bool:
        """Tell whether no run has read a list to its end since more was to be read."""
        return self._row("SELECT 1 FROM walk WHERE listing = ?", (listing,)) is not None

    def payload(self, uri: str, digest: str) -> RefersTo | None:
        """Return a capture of this payload, of the same URI where there is one."""
        sql = "SELECT target_uri, target_date, target_id FROM payload WHERE digest = ? "
        found = self._row(sql + "AND uri = ?", (digest, uri)) or self._row(
            sql + "ORDER BY uri LIMIT 1", (digest,)
        )
        return _refers_to(found) if found else None

    def last_capture(self, uri: str) -> RefersTo | None:
        """Return the capture that holds what a URI last answered with status 200."""
        sql = """SELECT target_uri, target_date, target_id FROM payload WHERE uri = ? AND status = 200
            ORDER BY date DESC, digest LIMIT 1"""
        found = self._row(sql, (uri,))
        return _refers_to(found) if found else None

    def add_payload(
        self,
        uri: str,
        digest: str,
        date: str,
        record_id: str,
        status: int,
        refers_to: RefersTo | None = None,
    ) -> None:
        """Note that a URI had a payload; the first full capture of it stays the one to refer to.

        `refers_to`: the record is an identical-payload revisit of that capture. Telling of these too keeps
        `last_capture` right when a page goes back to an earlier text and is then "not modified".
        """
        target = (refers_to.uri, refers_to.date, refers_to.record_id) if refers_to else (uri, date, record_id)
        sql = """INSERT INTO payload VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (digest, uri)
            DO UPDATE SET date = excluded.date, status = excluded.status
            WHERE excluded.date > date AND (excluded.status = 200 OR status <> 200)"""
        with self.transaction():
            self._db.execute(sql, (uri, date, digest, status, *target))

    def reconciled(self) -> set[str]:
        """Return the names of the WARC and JSONL files whose content is known here."""
        return {file for (file,) in self._rows("SELECT file FROM reconciled")}

    def set_reconciled(self, file: str) -> None:
        """Note that all a file holds is known here."""
        with self.transaction():
            self._db.execute("INSERT OR IGNORE INTO reconciled VALUES (?)", (file,))


def _version(row: tuple[Any, ...]) -> Version:
    article_id, version, url, text_digest, payload_digest, *warc, fetched, jsonl = row
    return Version(article_id, version, url, text_digest, payload_digest, WarcPointer(*warc), fetched, jsonl)


def _refers_to(row: tuple[str, str, str]) -> RefersTo:
    from newscrawl.warc.payloads import RefersTo  # why: reports read the state without loading the recorder

    return RefersTo(*row)
