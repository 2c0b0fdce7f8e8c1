"""Check the lines of a JSONL file, each by itself and against what its record gives."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from newscrawl.items import Article, Extraction, json_schema
from newscrawl.urls import article_id
from newscrawl.verify.findings import Finding, Findings
from newscrawl.verify.schema import compile_schema
from pipelines.versions import text_digest

MAX_LINE = 1 << 26  # bytes: a longer one is read in parts, none of which is JSON
BATCH = 500

Again = Callable[[dict[str, Any]], Iterable[tuple[str, str]]]  # a line → kinds and details

_SCHEMA = compile_schema(json_schema())
_POINTING = {"id", "version", "url", "urls", "fetched", "text_digest", "warc", "warc_pages"}


class LineRow(NamedTuple):
    """What other files need to know of a line; one row for each record it points at (`page` from 1)."""

    outlet: str
    file: str
    offset: int
    id: str
    version: int
    url: str
    fetched: str
    text_digest: str | None
    page: int
    warc_file: str
    warc_offset: int
    warc_length: int
    record_id: str
    payload_digest: str | None


def check_lines(
    data: Path,
    file: str,
    span: tuple[int, int],
    rows: Callable[[Iterable[LineRow], Iterable[tuple[str, str]]], object],
    again: Again | None = None,
    tell: Callable[[int], object] | None = None,
) -> Findings:
    """Check the lines of a JSONL file that begin in `span`; hand their rows and (outlet, URL) to `rows`."""
    outlet = file.split("/")[1]
    findings = Findings()
    found: list[LineRow] = []
    urls: list[tuple[str, str]] = []
    for offset, raw in lines_in(data / file, span):
        row, problems = check_line(raw, outlet)
        if row is not None:
            found += line_rows(row, outlet, file, offset)
            urls += {(outlet, url) for url in (row["url"], *row["urls"])}
            if not problems and again is not None:
                problems = list(again(row))
        findings.add(*(Finding(kind, file, offset, detail) for kind, detail in problems))
        if tell:
            tell(len(raw))
        if len(found) >= BATCH:
            rows(found, urls)
            found, urls = [], []
    rows(found, urls)
    return findings


def lines_in(path: Path, span: tuple[int, int]) -> Iterator[tuple[int, bytes]]:
    """Yield the whole lines that begin in a span of a file, and where."""
    start, end = span
    with path.open("rb") as file:
        if start:
            file.seek(start - 1)
            start += len(file.readline(MAX_LINE)) - 1
        while start < end and (line := file.readline(MAX_LINE)):
            if not line.endswith(b"\n") and not file.peek(1):
                return  # torn: told of the file
            yield start, line
            start += len(line)


def check_line(raw: bytes, outlet: str) -> tuple[dict[str, Any] | None, list[tuple[str, str]]]:
    """Return a line's content, `None` when it cannot be said what it points at, and what is wrong with it."""
    try:
        row = json.loads(raw)
    except (ValueError, RecursionError) as error:
        return None, [("line.json", str(error)[:80])]
    if not isinstance(row, dict):
        return None, [("line.json", "no object")]
    problems = list(_SCHEMA(row))
    if problems:
        more = f" and {len(problems) - 1} more" if len(problems) > 1 else ""
        is_usable = _POINTING.isdisjoint(problem.partition(":")[0] for problem in problems)
        return row if is_usable else None, [("line.schema", problems[0] + more)]
    return row, list(_own_problems(row, outlet))


def _own_problems(row: dict[str, Any], outlet: str) -> Iterator[tuple[str, str]]:
    if row["outlet"] != outlet:
        yield "line.outlet", str(row["outlet"])
    elif row["id"] != article_id(outlet, row["url"]):
        yield "line.id", row["id"]
    if row["text_digest"] != digest_of(row):
        yield "line.text-digest", ""
    if row["warc"] is None:
        yield "line.unrecorded", ""


def digest_of(row: dict[str, Any]) -> str:
    """Return the digest of a line's title and text."""
    bare = Article(
        id="",
        outlet=None,
        url="",
        title=row["title"],
        text=row["text"],
        extraction=Extraction(""),
        fetched="",
    )
    return text_digest(bare)


def line_rows(row: dict[str, Any], outlet: str, file: str, offset: int) -> Iterator[LineRow]:
    """Yield a row for each record that a line points at."""
    pointers = [row["warc"], *row["warc_pages"]] if row["warc"] else []
    for page, pointer in enumerate(pointers, 1):
        yield LineRow(
            outlet,
            file,
            offset,
            row["id"],
            row["version"],
            row["url"],
            row["fetched"],
            row["text_digest"],
            page,
            f"warc/{outlet}/{pointer['file']}",
            pointer["offset"],
            pointer["length"],
            pointer["record_id"],
            pointer["payload_digest"],
        )
