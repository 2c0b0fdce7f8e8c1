"""Check that the state agrees with archive and lines. Only reads: a newer or damaged one stays as it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from newscrawl.outlet import Outlet
from newscrawl.state.database import APPLICATION_ID
from newscrawl.urls import article_id, canonical
from newscrawl.verify.findings import Finding
from newscrawl.verify.index import Index

_SAME = "v.id = l.id AND v.version = l.version"
_COLUMNS = {
    "url": "url",
    "text_digest": "text_digest",
    "record_id": "record_id",
    "warc_offset": "warc_offset",
    "warc_length": "warc_length",
    "warc_payload_digest": "payload_digest",
    "fetched": "fetched",
}
_DIFFER = " + ".join(f"(v.{ours} IS NOT l.{theirs})" for ours, theirs in _COLUMNS.items())
_UNKNOWN_LINES = f"""SELECT l.file, l.offset, l.id, l.version FROM line AS l WHERE l.page = 1 AND l.outlet = ?
    AND NOT EXISTS (SELECT 1 FROM state.version AS v WHERE {_SAME}) ORDER BY l.file, l.offset"""  # noqa: S608
_UNKNOWN_VERSIONS = f"""SELECT v.id, v.version, v.jsonl FROM state.version AS v
    WHERE NOT EXISTS (SELECT 1 FROM line AS l WHERE l.page = 1 AND {_SAME}) ORDER BY v.id, v.version"""  # noqa: S608
_DIFFERING = f"""SELECT l.file, l.offset, l.id, l.version FROM line AS l JOIN state.version AS v ON {_SAME}
    WHERE l.page = 1 AND l.outlet = ?
    AND ({_DIFFER} > 0 OR v.warc_file IS NOT replace(l.warc_file, 'warc/' || l.outlet || '/', '')
        OR 'jsonl/' || l.outlet || '/' || v.jsonl IS NOT l.file)
    ORDER BY l.file, l.offset"""  # noqa: S608
_DONE = """SELECT u.url, r.uri, u.record_id FROM state.url AS u LEFT JOIN record AS r ON r.id = u.record_id
    WHERE u.state = 'done' AND NOT EXISTS (SELECT 1 FROM url WHERE url.url = u.url AND url.outlet = ?)
    AND NOT EXISTS (SELECT 1 FROM line AS l WHERE l.record_id = u.record_id)"""
_NOT_DONE = """SELECT l.file, l.offset, u.url FROM line AS l JOIN state.url AS u ON u.url = l.url
    WHERE l.page = 1 AND l.version = 1 AND l.outlet = ? AND u.done IS NULL"""
_POINTERS = """SELECT u.url, u.warc_file, u.warc_offset FROM state.url AS u WHERE u.record_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM record AS r WHERE r.id = u.record_id AND r.offset = u.warc_offset
        AND r.length = u.warc_length AND r.file = 'warc/' || ? || '/' || u.warc_file)"""
_PAYLOADS = """SELECT p.uri, p.target_id FROM state.payload AS p
    WHERE NOT EXISTS (SELECT 1 FROM record AS r WHERE r.id = p.target_id)"""


def check_state(
    data: Path, outlet: Outlet | None, name: str, index: Index, files: list[str]
) -> Iterator[Finding]:
    """Yield where the state of an outlet does not agree with what the index holds of its `files`."""
    file = f"state/{name}.sqlite"
    path = data / file
    if not path.exists():
        if files:
            yield Finding("state.missing", file)
        return
    # To read a database in WAL mode leaves files behind. Without a log nobody writes, so it is immutable.
    how = "mode=ro" if path.with_name(f"{path.name}-wal").exists() else "immutable=1"
    try:
        index.ask(f"ATTACH 'file:{quote(str(path.absolute()))}?{how}' AS state")
    except sqlite3.Error as error:
        yield Finding("state.unreadable", file, None, str(error))
        return
    try:
        problem = next(_unsound(index), None)
        if problem is None:
            yield from _compare(index, file, outlet, name, files)
        else:
            yield Finding("state.unreadable", file, None, problem)
    except sqlite3.Error as error:
        yield Finding("state.unreadable", file, None, str(error))
    finally:
        index.ask("DETACH state")


def _unsound(index: Index) -> Iterator[str]:
    (application,) = next(index.ask("PRAGMA state.application_id"))
    if application != APPLICATION_ID:
        yield "a database of another program"
    for (problem,) in index.ask("PRAGMA state.integrity_check(3)"):
        if problem != "ok":
            yield problem.splitlines()[-1]


def _compare(
    index: Index, file: str, outlet: Outlet | None, name: str, files: list[str]
) -> Iterator[Finding]:
    for line_file, offset, article, version in index.ask(_UNKNOWN_LINES, name):
        yield Finding("state.line", line_file, offset, f"{article} version {version}")
    for article, version, jsonl in index.ask(_UNKNOWN_VERSIONS):
        yield Finding("state.version", file, None, f"{article} version {version}, once in {jsonl}")
    for line_file, offset, article, version in index.ask(_DIFFERING, name):
        yield Finding("state.differs", line_file, offset, f"{article} version {version}")
    for line_file, offset, url in index.ask(_NOT_DONE, name):
        yield Finding("state.not-done", line_file, offset, url)
    for url, fetched_from, _ in index.ask(_DONE, name):
        if not _has_line_elsewhere(index, url, fetched_from, outlet, name):
            yield Finding("state.done", file, None, url)
    for url, warc, offset in index.ask(_POINTERS, name):
        yield Finding("state.record", file, None, f"{url}: {warc}:{offset}")
    for uri, target in index.ask(_PAYLOADS):
        yield Finding("state.payload", file, None, f"{uri}: {target}")
    read = {known for (known,) in index.ask("SELECT file FROM state.reconciled")}
    for finished in files:
        if Path(finished).name not in read:
            yield Finding("state.unread", finished)


def _has_line_elsewhere(
    index: Index, url: str, fetched_from: str | None, outlet: Outlet | None, name: str
) -> bool:
    """Say whether an article that is done has its line under another URL: it was redirected, or has two."""
    forms = {url, fetched_from or url}
    if outlet is not None:
        forms |= {form for form in (canonical(one, outlet) for one in list(forms)) if form}
    for form in forms:
        if next(index.ask("SELECT 1 FROM url WHERE url = ? AND outlet = ?", form, name), None):
            return True
        if next(index.ask("SELECT 1 FROM line WHERE id = ?", article_id(name, form)), None):
            return True
    return False
