"""What new rules change: two sets of lines compared, capture by capture."""

from __future__ import annotations

import heapq
import json
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from newscrawl.history import word_diff
from newscrawl.items import FIELDS

BIGGEST = 5
SHOWN = 600  # characters of a difference
_NOT_COMPARED = frozenset(("warc", "fetched"))


@dataclass(slots=True)
class Difference:
    """How two sets of lines differ; `fields` counts captures, `texts` are the biggest differences."""

    same: int = 0
    changed: int = 0
    only_old: int = 0
    only_new: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    texts: list[tuple[int, str, str]] = field(default_factory=list)


def lines_in(path: Path) -> list[Path]:
    """Return the JSONL files of a file or folder."""
    return sorted(p for p in path.rglob("*.jsonl")) if path.is_dir() else [path]


def compare(old: Iterable[Path], new: Iterable[Path]) -> Difference:
    """Compare lines of the same captures; memory does not grow with their number."""
    found = Difference()
    with (
        tempfile.NamedTemporaryFile(suffix=".sqlite") as scratch,
        closing(sqlite3.connect(scratch.name)) as base,
    ):
        base.executescript(
            "pragma journal_mode=off; pragma synchronous=off;"
            "create table old (capture primary key, file, offset, seen default 0) without rowid;"
        )
        files = [path.absolute() for path in old]
        for number, path in enumerate(files):
            rows = ((capture_of(row), number, offset) for row, offset in _rows(path))
            base.executemany("insert or replace into old (capture, file, offset) values (?, ?, ?)", rows)
        for path in new:
            for row, _ in _rows(path):
                capture = capture_of(row)
                where = base.execute("select file, offset from old where capture = ?", (capture,)).fetchone()
                if where is None:
                    found.only_new += 1
                    continue
                base.execute("update old set seen = 1 where capture = ?", (capture,))
                _note(found, _row_at(files[where[0]], where[1]), row)
        (found.only_old,) = base.execute("select count(*) from old where not seen").fetchone()
    found.texts.sort(reverse=True)
    return found


def capture_of(row: dict[str, Any]) -> str:
    """Return what stands for the capture of a line."""
    warc = row.get("warc")
    return warc["record_id"] if warc else f"{row['id']} {row['fetched']}"


def changed_fields(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Return the fields that differ, what follows from others (`text_digest`) included.

    >>> changed_fields({"title": "A", "tags": []}, {"title": "B", "tags": []})
    ['title']
    """
    names = dict.fromkeys((*FIELDS, *old, *new))
    return [name for name in names if name not in _NOT_COMPARED and old.get(name) != new.get(name)]


def _note(found: Difference, old: dict[str, Any], new: dict[str, Any]) -> None:
    fields = changed_fields(old, new)
    found.fields.update(fields)
    if not fields:
        found.same += 1
        return
    found.changed += 1
    if "text" in fields:
        words = word_diff(old["text"] or "", new["text"] or "")
        size = sum(len(part) for part in words.split("…"))
        entry = (size, new["url"], words[:SHOWN])
        (heapq.heappushpop if len(found.texts) >= BIGGEST else heapq.heappush)(found.texts, entry)


def _rows(path: Path) -> Iterator[tuple[dict[str, Any], int]]:
    with path.open("rb") as file:
        offset = 0
        for line in file:
            yield json.loads(line), offset
            offset += len(line)


def _row_at(path: Path, offset: int) -> dict[str, Any]:
    with path.open("rb") as file:
        file.seek(offset)
        row: dict[str, Any] = json.loads(file.readline())
        return row


def table(found: Difference) -> str:
    """Return the differences for people."""
    head = (
        f"{found.same + found.changed:,} captures in both: {found.same:,} the same, "
        f"{found.changed:,} changed; "
        f"{found.only_old:,} only in the old lines, {found.only_new:,} only in the new ones"
    )
    rows = [f"  {name:<20} {count:>9,}" for name, count in found.fields.most_common()]
    texts = [f"\n{url}\n  {words}" for _, url, words in found.texts]
    return "\n".join([head, *rows, *texts])
