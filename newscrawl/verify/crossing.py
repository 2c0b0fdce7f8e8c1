"""Check what records and lines say of each other: ids, revisits, pointers, versions."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from newscrawl.verify.findings import Finding
from newscrawl.verify.index import Index
from newscrawl.warc.records import IDENTICAL

_TWICE = """SELECT r.id, r.file, r.offset, first.file, first.offset FROM record AS r
    JOIN (SELECT id, min(rowid) AS row FROM record WHERE id <> '' GROUP BY id HAVING count(*) > 1) AS twice
    ON twice.id = r.id JOIN record AS first ON first.rowid = twice.row
    WHERE r.rowid <> twice.row ORDER BY r.file, r.offset"""
_REVISITS = """SELECT v.file, v.offset, v.profile, v.digest, v.refers_id, v.refers_uri, v.refers_date,
    t.id, t.kind, t.uri, t.date, t.digest FROM record AS v LEFT JOIN record AS t ON t.id = v.refers_id
    WHERE v.kind = 'revisit' ORDER BY v.file, v.offset"""
_POINTERS = """SELECT l.file, l.offset, l.page, l.fetched, l.warc_file, l.warc_offset, l.warc_length,
    l.record_id, l.payload_digest, r.file, r.offset, r.length, r.digest, r.date, r.damaged, r.kind
    FROM line AS l LEFT JOIN record AS r ON r.id = l.record_id
    ORDER BY l.file, l.offset, l.page, (r.file = l.warc_file AND r.offset = l.warc_offset) DESC"""
_VERSIONS = """SELECT id, version, file, offset FROM line WHERE page = 1
    AND id IN (SELECT id FROM line WHERE page = 1 GROUP BY id
        HAVING count(*) <> max(version) OR min(version) <> 1 OR count(DISTINCT version) <> count(*))
    ORDER BY id, version, file, offset"""


def check_records(index: Index) -> Iterator[Finding]:
    """Yield what is wrong between records."""
    for record_id, file, offset, first, at in index.ask(_TWICE):
        yield Finding("record.id-twice", file, offset, f"{record_id}, first in {first}:{at}")
    for row in index.ask(_REVISITS):
        yield from _revisit(*row)


def _revisit(
    file: str,
    offset: int,
    profile: str | None,
    digest: str | None,
    refers_id: str | None,
    refers_uri: str | None,
    refers_date: str | None,
    target: str | None,
    kind: str | None,
    uri: str | None,
    date: str | None,
    target_digest: str | None,
) -> Iterator[Finding]:
    if target is None:
        yield Finding("refers.missing", file, offset, refers_id or "without WARC-Refers-To")
        return
    differing = [
        name
        for name, said, is_so in (
            ("URL", refers_uri, uri),
            ("time", refers_date, date),
            ("payload digest", digest, target_digest if profile == IDENTICAL else digest),
            ("type", "response", kind),
        )
        if said != is_so
    ]
    if differing:
        yield Finding("refers.differs", file, offset, f"{', '.join(differing)} of {refers_id}")


def check_pointers(index: Index, unread: Collection[str] = ()) -> Iterator[Finding]:
    """Yield the lines that do not point at their records; those in `unread` files are not looked for."""
    last = None
    for file, offset, page, fetched, *said_and_is in index.ask(_POINTERS):
        if last == (file, offset, page):  # another record of the same id: the first is the best match
            continue
        last = file, offset, page
        if said_and_is[0] in unread:
            continue
        for kind, detail in _pointer(page, fetched, *said_and_is):
            yield Finding(kind, file, offset, detail)


def _pointer(
    page: int,
    fetched: str,
    warc_file: str,
    warc_offset: int,
    warc_length: int,
    record_id: str,
    payload_digest: str | None,
    file: str | None,
    offset: int,
    length: int,
    digest: str | None,
    date: str,
    damaged: int,
    kind: str,
) -> Iterator[tuple[str, str]]:
    which = f"page {page}, " if page > 1 else ""
    said = f"{which}{warc_file}:{warc_offset}"
    if file is None:
        yield "line.no-record", f"{said} {record_id}"
        return
    if damaged:
        yield "line.damaged-record", said
    if (file, offset, length) != (warc_file, warc_offset, warc_length):
        yield "line.pointer", f"{said}+{warc_length}, it is {file}:{offset}+{length}"
    elif kind not in ("response", "revisit"):
        yield "line.pointer", f"{said} is a {kind}"
    if digest != payload_digest:
        yield "line.payload-digest", f"{said} has {digest}"
    if page == 1 and f"{date[:19]}Z" != fetched:
        yield "line.fetched", f"{fetched}, the record's is {date}"


def check_versions(index: Index) -> Iterator[Finding]:
    """Yield the lines whose version is there twice, or follows a gap."""
    last_id, last = "", 0
    for article, version, file, offset in index.ask(_VERSIONS):
        if article != last_id:
            last_id, last = article, 0
        if version == last:
            yield Finding("version.twice", file, offset, f"{article} version {version}")
        elif version > last + 1 or version < 1:
            yield Finding("version.missing", file, offset, f"{article} version {version} after {last}")
        last = version
