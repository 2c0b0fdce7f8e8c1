"""Prove an article: where in the archive each part of its line comes from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from newscrawl.index.cdxj import Capture
from newscrawl.index.lookup import Archive
from newscrawl.items import WarcPointer
from newscrawl.warc.reading import Exchange, WarcReadError
from newscrawl.warc.records import NOT_MODIFIED


@dataclass(frozen=True, slots=True)
class Record:
    """One page as it was captured: the record, and the one that holds its payload where that is another."""

    exchange: Exchange
    full: Exchange

    @property
    def kind(self) -> str:
        """What the record is, in words."""
        if not self.exchange.is_revisit:
            return "response"
        what = "not modified" if self.exchange.profile == NOT_MODIFIED else "identical payload"
        return f"revisit ({what}) of {place(self.full.pointer)}"

    def plain(self) -> dict[str, Any]:
        """Return it for programs."""
        shown = self.full if self.exchange.profile == NOT_MODIFIED else self.exchange
        return {
            **asdict(self.exchange.pointer),
            "uri": self.exchange.uri,
            "date": self.exchange.date,
            "status": self.exchange.status,
            "profile": self.exchange.profile,
            "payload_in": asdict(self.full.pointer),
            "request": self.exchange.request_head.decode("latin-1"),
            "headers": shown.headers,
        }


def record_of(archive: Archive, pointer: WarcPointer) -> Record:
    """Read the record of a pointer and what it refers to; raises `WarcReadError`."""
    exchange = archive.read(pointer)
    return Record(exchange, archive.full(exchange))


def pointers_of(row: dict[str, Any]) -> list[WarcPointer]:
    """Return the records that a line was made from, one for each page of the article."""
    found = [row["warc"], *row["warc_pages"]]
    return [WarcPointer(**pointer) for pointer in found if pointer]


def place(pointer: WarcPointer) -> str:
    """Return file and offset.

    >>> place(WarcPointer("rmol.warc.gz", 477, 9181, "<urn:uuid:…>"))
    'rmol.warc.gz:477'
    """
    return f"{pointer.file}:{pointer.offset}"


def heads(record: Record) -> str:
    """Return the heads of request and response as they are in the record."""
    head = record.exchange.head
    note = ""
    if record.exchange.profile == NOT_MODIFIED:
        head = record.full.head
        note = f"# 304 Not Modified; the head that it confirms, from {place(record.full.pointer)}\n"
    told = [
        f"# {place(record.exchange.pointer)} {record.exchange.record_id} {record.exchange.date}\n",
        record.exchange.request_head.decode("latin-1"),
        note,
        head.decode("latin-1"),
    ]
    return "".join(told).replace("\r\n", "\n").rstrip("\n")


def story(row: dict[str, Any], of: int, records: Sequence[Record | str], captures: Sequence[Capture]) -> str:
    """Tell an article and its proof on a screen; `of` is how many versions there are.

    A record that cannot be read is the reason.
    """
    lines = [f"{row['id']}  version {row['version']} of {of}", row["url"], "", row["title"] or "(no title)"]
    people = [", ".join(row["authors"]), *(f"editor: {name}" for name in row["editors"])]
    lines.append("  ".join(filter(None, [row["published"] or "(no date)", *people])))
    lines += ["", row["text"] or "(no text)", "", "Where it comes from"]
    rows = [*_records(records), *_parts(row), *_captures(captures)]
    lines += [f"  {name:10}  {value}".rstrip() for name, value in rows]
    return "\n".join(lines)


def _records(records: Sequence[Record | str]) -> Iterator[tuple[str, str]]:
    for number, record in enumerate(records, 1):
        name = "record" if number == 1 else f"page {number}"
        if isinstance(record, str):
            yield name, record
            continue
        exchange = record.exchange
        yield name, f"{place(exchange.pointer)}, {exchange.pointer.length} bytes, {record.kind}"
        yield "", f"{exchange.date}  {exchange.status}  {exchange.content_type or ''}  {exchange.uri}"
        yield "", f"{exchange.record_id}  {exchange.payload_digest or ''}"


def _parts(row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    extraction = row["extraction"]
    template = f", template {extraction['template']}" if extraction["template"] else ""
    software = ", ".join(f"{name} {version}" for name, version in extraction["versions"].items())
    yield "text", f"{extraction['method']}{template}; {software}"
    if row["published"]:
        text, source = row["published_text"], row["published_source"]
        yield "date", f"{text!r} ({source}), to the {row['published_precision']}"
    for warning in extraction["warnings"]:
        yield "warning", warning
    if row["syndicated_from"]:
        told = row["syndicated_from"]
        yield "source", "  ".join(filter(None, [told["outlet"], told["title"], told["url"]]))
    for removed in row["removed"]:
        yield "removed", f"{removed['rule']}: {removed['text']}"


def _captures(captures: Sequence[Capture]) -> Iterator[tuple[str, str]]:
    for number, capture in enumerate(captures):
        told = "revisit" if capture.is_revisit else f"{capture.status}  {capture.mime}"
        yield (
            "" if number else "captures",
            f"{capture.timestamp}  {told}  {capture.filename}:{capture.offset}",
        )


def listing(url: str, captures: Sequence[Capture]) -> str:
    """Tell the captures of a URL that is no article with a line."""
    rows = [f"  {name:10}  {value}".rstrip() for name, value in _captures(captures)]
    return "\n".join([f"{url}: no article was made of it", *rows])


def read_all(archive: Archive, pointers: Sequence[WarcPointer]) -> list[Record | str]:
    """Read records; one that cannot be read is the reason."""
    found: list[Record | str] = []
    for pointer in pointers:
        try:
            found.append(record_of(archive, pointer))
        except WarcReadError as error:
            found.append(str(error))
    return found
