"""Put together what the tasks found: join pages, resolve revisits, number versions, in order of capture.

All sorting is SQLite's, in a file: memory does not grow with the archives.
"""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from scrapy.exceptions import DropItem

from newscrawl.items import Article, to_line
from newscrawl.outlet import Outlet
from newscrawl.reextract.chain import Capture, Chain
from newscrawl.reextract.parts import Row, read_rows, row_in

NOBODY = "other"  # the file of pages that belong to no outlet
_SCHEMA = """
create table capture (
    outlet, key, date, file, offset, part, head, body, length, kind, record_id, uri, digest
);
create index redirect on capture (outlet, key, date) where kind = 'redirect';
create table found (outlet, id, date, file, offset, digest, part, body, length);
create table line (outlet, date, file, offset, version, part, body, length);
"""
_FAST = "pragma journal_mode=off; pragma synchronous=off; pragma temp_store=file;"  # it is thrown away
_INSERT = "insert into capture values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_TARGETS = "select part, head, body, length from capture where kind in ('line', 'page', 'nothing')"
_JOINED = -1  # the part of lines that are made here


@dataclass(slots=True)
class Summary:
    """What came out: lines and versions by outlet, and what was left out, by reason."""

    lines: Counter[str] = field(default_factory=Counter)
    articles: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    files: list[Path] = field(default_factory=list)


Resolve = Callable[[Capture, Capture], tuple[Row, Article] | None]
"""Extract a revisit with the payload of the capture it refers to: its row, and the article unfinished."""


class Merge:
    """Merge parts into one file of lines an outlet.

    `places` are the archives of the parts, by part; `tries` how often a status is asked for again before it
    counts; `resolve` extracts a revisit.
    """

    def __init__(
        self,
        folder: Path,
        parts: Sequence[tuple[Path, str]],
        *,
        outlets: Mapping[str, Outlet],
        flow: Callable[[Article], Article],
        tries: Mapping[int, int],
        resolve: Resolve,
    ) -> None:
        self.folder = folder
        self.parts = parts
        self.outlets = outlets
        self.flow = flow
        self.tries = tries
        self.resolve = resolve
        self.summary = Summary()
        self.opened = lru_cache(maxsize=64)(self._opened)

    def run(self) -> Summary:
        """Do it."""
        scratch = self.folder / ".merge"
        joined = self.folder / ".joined"
        for leftover in (scratch, joined):
            leftover.unlink(missing_ok=True)
        try:
            with (
                closing(sqlite3.connect(scratch, isolation_level=None)) as self.base,
                joined.open("w+b") as self.joined,
            ):
                self.base.executescript(f"{_FAST} {_SCHEMA} begin;")
                self._load()
                self._walk()
                self._number()
                self._write()
        finally:
            self.opened.cache_clear()
            for leftover in (scratch, joined):
                leftover.unlink(missing_ok=True)
        return self.summary

    # Rows

    def _load(self) -> None:
        for number, (path, _) in enumerate(self.parts):
            self.base.executemany(_INSERT, self._captures(number, path))
        if self.base.execute("select 1 from capture where kind = 'revisit' limit 1").fetchone():
            for name in ("record_id", "uri", "digest"):
                self.base.execute(f"create index capture_{name} on capture ({name})")

    def _captures(self, number: int, path: Path) -> Iterator[tuple[object, ...]]:
        place = self.parts[number][1]
        with path.open("rb") as file:
            file.readline()
            head = file.tell()
            for row, body, length in read_rows(file):
                yield (
                    row.outlet or "",
                    row.key if row.kind != "redirect" else row.target,
                    row.date,
                    place,
                    row.offset,
                    number,
                    head,
                    body,
                    length,
                    row.kind,
                    row.record_id,
                    row.uri,
                    row.digest,
                )
                head = body + length

    def _opened(self, part: int) -> _Reading:
        return _Reading(self.parts[part][0])

    def _capture(self, part: int, head: int, body: int, length: int) -> Capture:
        return Capture(
            row_in(self.opened(part).at(head, body - head)), self.parts[part][1], part, body, length
        )

    def _payload(self, part: int, body: int, length: int) -> bytes:
        if part == _JOINED:
            self.joined.flush()
            return os.pread(self.joined.fileno(), length, body)
        return self.opened(part).at(body, length)

    # Articles, one URL after the other, each in order of capture

    def _walk(self) -> None:
        rows = self.base.execute(
            "select outlet, key, part, head, body, length from capture where kind != 'redirect' "
            "order by outlet, key, date, file, offset"
        )
        chain: Chain | None = None
        for outlet, key, *where in rows:
            if chain is None or (chain.outlet_name, chain.key) != (outlet, key):
                if chain:
                    chain.end()
                chain = Chain(self, outlet, key)
            chain.add(self._capture(*where))
        if chain:
            chain.end()

    def asked(self, row: Row) -> str:
        """Return the URL that was asked for before redirects led to a capture."""
        uri, date = row.uri, row.date
        for _ in range(8):
            found = self.base.execute(
                "select uri, date from capture where kind = 'redirect' "
                "and outlet = ? and key = ? and date <= ? order by date desc limit 1",
                (row.outlet or "", uri, date),
            ).fetchone()
            if found is None:
                break
            uri, date = found
        return uri

    def target(self, row: Row) -> Capture | None:
        """Return the capture that holds the payload of a revisit."""
        uri, date, record_id = row.refers or ("", "", "")
        for condition, *values in (
            ("record_id = ?", record_id),
            ("uri = ? and date = ?", uri, date),
            ("uri = ? and digest = ?", row.uri, row.digest),
            ("digest = ?", row.digest),
        ):
            if not all(values):
                continue
            query = f"{_TARGETS} and {condition} order by date limit 1"
            if found := self.base.execute(query, values).fetchone():
                return self._capture(*found)
        return None

    def emit(self, first: Capture, article: Article) -> None:
        """Note an article that was put together here."""
        try:
            article = self.flow(article)
        except DropItem as why:
            self.summary.counts[f"skipped {why}"] += 1
            return
        line = to_line(article)
        at = self.joined.seek(0, os.SEEK_END)
        self.joined.write(line)
        self._found(first, article.id, article.text_digest, (_JOINED, at, len(line)))

    def emit_line(self, capture: Capture) -> None:
        """Note an article that is finished."""
        row = capture.row
        self._found(capture, row.id, row.text_digest, (capture.part, capture.body, capture.length))

    def _found(
        self, first: Capture, article_id: str | None, digest: str | None, where: tuple[int, int, int]
    ) -> None:
        row = first.row
        self.base.execute(
            "insert into found values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (row.outlet or "", article_id, row.date, first.file, row.offset, digest, *where),
        )

    # Versions and lines

    def _number(self) -> None:
        rows = self.base.execute(
            "select outlet, id, date, file, offset, digest, part, body, length from found "
            "order by outlet, id, date, file, offset"
        )
        known: tuple[str, str] | None = None
        version, last = 0, None
        for outlet, article_id, date, file, offset, digest, *where in rows:
            if known != (outlet, article_id):
                known, version, last = (outlet, article_id), 0, None
                self.summary.articles[outlet or NOBODY] += 1
            if digest == last:
                self.summary.counts["unchanged"] += 1
                continue
            version, last = version + 1, digest
            self.base.execute(
                "insert into line values (?, ?, ?, ?, ?, ?, ?, ?)",
                (outlet, date, file, offset, version, *where),
            )

    def _write(self) -> None:
        rows = self.base.execute(
            "select outlet, version, part, body, length from line order by outlet, date, file, offset"
        )
        current, out = None, None
        for outlet, version, part, body, length in rows:
            if outlet != current:
                if out:
                    self._close(out)
                current = outlet
                path = self.folder / f"{outlet or NOBODY}.jsonl.tmp"
                out = path.open("wb")
            assert out is not None
            line = self._payload(part, body, length)
            if version > 1:
                line = line.replace(b'"version":1,', b'"version":%d,' % version, 1)
            out.write(line)
            self.summary.lines[outlet or NOBODY] += 1
        if out:
            self._close(out)

    def _close(self, out: BinaryIO) -> None:
        out.flush()
        os.fsync(out.fileno())
        out.close()
        path = Path(out.name)
        final = path.with_suffix("")
        path.rename(final)
        self.summary.files.append(final)


class _Reading:
    """A part, closed when it is forgotten."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("rb")

    def __del__(self) -> None:
        self.file.close()

    def at(self, offset: int, length: int) -> bytes:
        """Return some bytes."""
        return os.pread(self.file.fileno(), length, offset)
