"""Take articles out of the state so that no byte of them stays in its file."""

from __future__ import annotations

from collections.abc import Collection

from newscrawl.state.coverage import Coverage
from newscrawl.state.model import StateError

_BY_URL = (
    "DELETE FROM failure WHERE url_id IN (SELECT id FROM url WHERE url = ?1)",
    "DELETE FROM sighting WHERE url_id IN (SELECT id FROM url WHERE url = ?1)",
    "DELETE FROM url WHERE url = ?1",
    "DELETE FROM alias WHERE alias = ?1 OR url = ?1",
    "DELETE FROM version WHERE url = ?1",
    "DELETE FROM payload WHERE uri = ?1",
)
_BY_RECORD = (
    "DELETE FROM version WHERE record_id = ?1",
    "DELETE FROM payload WHERE target_id = ?1",
    # An article of its own that a redirect once led away from: what is left of it is its earlier capture.
    """UPDATE url SET warc_file = NULL, warc_offset = NULL, warc_length = NULL, record_id = NULL,
        payload_digest = NULL, etag = NULL, last_modified = NULL WHERE record_id = ?1""",
)


class Erasing(Coverage):
    """Forgets for good."""

    def erase(self, urls: Collection[str], records: Collection[str]) -> None:
        """Delete all that is known of URLs and records, then write the file anew without what was deleted."""
        with self.transaction():
            self._db.execute("CREATE INDEX IF NOT EXISTS temporary_url ON url (record_id)")
            self._db.execute("CREATE INDEX IF NOT EXISTS temporary_payload ON payload (target_id)")
            for statements, values in ((_BY_URL, urls), (_BY_RECORD, records)):
                for statement in statements:
                    self._db.executemany(statement, [(value,) for value in values])
            self._db.execute("DROP INDEX temporary_url")
            self._db.execute("DROP INDEX temporary_payload")
        with self._errors():
            self._db.execute("VACUUM")
            (busy, *_) = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise StateError(f"state {self.path}: is in use by another process; run the same command again")
