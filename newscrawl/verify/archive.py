"""Check one WARC file: its members, its records, which request belongs to which response."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from newscrawl.collector import no_collector
from newscrawl.manifest import digest
from newscrawl.verify.findings import Finding, Findings
from newscrawl.verify.glance import LookCloser, glance
from newscrawl.verify.members import Stretch, Window, members
from newscrawl.verify.records import Record, RecordReader

BATCH = 2000  # rows handed on at a time

_TAILS = {"torn": "warc.torn", "trailing": "warc.trailing", "damaged": "warc.damaged"}


class RecordRow(NamedTuple):
    """What other files need to know of a record. `file` is relative to the data folder."""

    id: str
    file: str
    offset: int
    length: int
    kind: str
    uri: str
    date: str
    digest: str | None
    profile: str | None
    refers_id: str | None
    refers_uri: str | None
    refers_date: str | None
    damaged: int


@dataclass
class Checked:
    """A file that was checked: what it is now, what is wrong, and where its last whole record ends."""

    file: str
    size: int
    sha256: str
    findings: Findings
    whole: int


class Records(Protocol):
    """Where the records of files are put together."""

    def add_records(self, rows: Iterable[RecordRow]) -> None:
        """Add records."""

    def drop_records(self, file: str) -> None:
        """Forget the records of a file."""


@no_collector()  # a row a record is kept for a while, and no cycle made
def check_warc(data: Path, file: str, index: Records, tell: Callable[[int], object] | None = None) -> Checked:
    """Check a finished WARC file; its records go to the index, the bytes read to `tell`."""
    path = data / file
    with ThreadPoolExecutor(1) as beside:  # what the disk gives to one of them, both read
        hashing = beside.submit(digest, path)
        check = _check_records(path, file, index, tell)
        size, sha256 = hashing.result()
    check.end(size)
    return Checked(file, size, sha256, check.findings, check.whole)


def _check_records(path: Path, file: str, index: Records, tell: Callable[[int], object] | None) -> _WarcCheck:
    check = _WarcCheck(file, index)
    try:
        for record in glance(path, tell):
            check.record(record)
    except LookCloser:
        index.drop_records(file)
        check = _WarcCheck(file, index)
        with path.open("rb") as stream:
            reader = RecordReader()
            for stretch in members(Window(stream), reader):
                if stretch.kind == "member":
                    record = reader.end()
                    record.end = stretch.end
                    check.record(record)
                else:
                    check.not_a_record(stretch)
    return check


class _WarcCheck:
    def __init__(self, file: str, index: Records) -> None:
        self.file = file
        self.index = index
        self.findings = Findings()
        self.rows: list[RecordRow] = []
        self.whole = 0  # where the last whole record ends
        self.count = 0
        self.response: Record | None = None  # that waits for its request
        self.after_damage = False

    def found(self, kind: str, offset: int | None = None, detail: str = "") -> None:
        self.findings.add(Finding(kind, self.file, offset, detail))

    def record(self, record: Record) -> None:
        """Take a record that was read to its end."""
        for problem, detail in record.problems:
            self.found(problem, record.offset, detail)
        header, kind = record.headers.get, record.kind
        if self.count == 0 and record.offset == 0:
            self.first(record)
        self.count += 1
        self.whole = record.end
        self.pair(record, kind)
        self.after_damage = False
        self.rows.append(
            RecordRow(
                record.id,
                self.file,
                record.offset,
                record.end - record.offset,
                kind,
                header("warc-target-uri", ""),
                header("warc-date", ""),
                header("warc-payload-digest"),
                header("warc-profile"),
                header("warc-refers-to"),
                header("warc-refers-to-target-uri"),
                header("warc-refers-to-date"),
                int(bool(record.problems)),
            )
        )
        if len(self.rows) >= BATCH:
            self.index.add_records(self.rows)
            self.rows = []

    def first(self, record: Record) -> None:
        """Check the record that opens the file."""
        if record.kind != "warcinfo":
            self.found("warc.warcinfo", 0, record.kind or "no type")
            return
        name = record.headers.get("warc-filename")
        if name is not None and name != self.file.rpartition("/")[2]:
            self.found("warc.name", 0, f"it was {name}")

    def pair(self, record: Record, kind: str) -> None:
        """Check that a response and its request follow each other and name each other as we write them."""
        waiting, self.response = self.response, None
        if kind == "request":
            concurrent = record.headers.get("warc-concurrent-to")
            if waiting is None or concurrent != waiting.id:
                if waiting is not None:
                    self.found("pair.no-request", waiting.offset)
                if not self.after_damage:
                    self.found("pair.no-response", record.offset, f"concurrent to {concurrent}")
                return
            for name in ("warc-target-uri", "warc-date"):
                if record.headers.get(name) != waiting.headers.get(name):
                    self.found("pair.differs", record.offset, name)
            return
        if waiting is not None:
            self.found("pair.no-request", waiting.offset)
        if kind in ("response", "revisit"):
            self.response = record

    def not_a_record(self, stretch: Stretch) -> None:
        """Take bytes that are no record."""
        size = stretch.end - stretch.start
        if stretch.kind == "damaged":
            self.found("warc.damaged", stretch.start, f"{size} bytes: {stretch.reason}")
            self.response = None  # its request may have been there
            self.after_damage = True
        elif not self.count:  # to cut it would leave nothing
            self.found("warc.damaged", stretch.start, f"{size} bytes, all of the file: {stretch.reason}")
        else:
            self.found(_TAILS[stretch.kind], stretch.start, stretch.reason)

    def end(self, size: int) -> None:
        """Take note of the end of the file."""
        if self.response is not None:
            self.found("pair.no-request", self.response.offset)
        if not size:
            self.found("warc.empty", 0)
        self.index.add_records(self.rows)
