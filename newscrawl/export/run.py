"""Make an export: choose, order, write, describe; complete or absent."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from newscrawl.collector import no_collector
from newscrawl.export.describe import Facts, Tally, beside, card, dictionary, schema_of
from newscrawl.export.formats import INSTALL, Row, Sink, sink
from newscrawl.export.index import ExportError, Line, LineIndex
from newscrawl.export.selection import Selection
from newscrawl.items import FIELDS
from newscrawl.lock import RunLock

STORY_FIELDS = ("story", "story_earliest", "story_source")
EXAMPLE_LINES = 500  # read for the dictionary's examples
Tick = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What to export, and where to."""

    out: Path
    format: str
    files: Sequence[Path]
    selection: Selection
    versions: bool = False
    fields: Sequence[str] = FIELDS
    stories: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The fields of a row."""
        return (*self.fields, *(STORY_FIELDS if self.stories else ()))


def export(order: Order, facts: Facts, tick: Tick = lambda _step, _done: None) -> tuple[Tally, list[Path]]:
    """Write an export and what lies beside it; return the counts and the paths, the data first.

    Everything is made in a hidden folder beside it and renamed at the end, the data last. Raise `ExportError`
    when nothing fits or the place is taken by something else, `Locked` when another export is making it.
    """
    _check_place(order)
    work = order.out.with_name(f".{order.out.name}.export")
    work.mkdir(parents=True, exist_ok=True)
    with RunLock(work / f"{order.out.name}.lock"):
        try:
            _clear(work)
            with no_collector():  # rows hold none, and looking for some takes half the time of Parquet
                return _export(order, facts, work, tick)
        finally:
            shutil.rmtree(work, ignore_errors=True)


def _export(order: Order, facts: Facts, work: Path, tick: Tick) -> tuple[Tally, list[Path]]:
    index = LineIndex(work / "index.sqlite")
    data = work / "data"
    try:
        for path in order.files:
            index.add(path, order.selection, lambda done: tick("lines read", done))
        if not index.choose(versions=order.versions):
            raise ExportError(f"no article fits: {order.selection.words()}")
        if order.stories:
            facts = replace(facts, stories=_find_stories(index, facts, tick))
        out = sink(order.format, data, order.columns)
        try:
            tally = _write(order, index, out, tick)
        finally:
            out.close()
    finally:
        index.close()
    texts = {
        "schema.json": schema_of(order.columns),
        "dictionary.md": dictionary(order.columns, tally),
        "card.md": card(facts, tally),
    }
    made = {}
    for ending, text in texts.items():
        made[beside(order.out, ending)] = work / ending
        (work / ending).write_text(text, encoding="utf-8")
    sums = {order.out.name + "/" * data.is_dir() + name: digest for name, digest in _sums(data)}
    sums |= {path.name: digest for path, new in made.items() for _, digest in _sums(new)}
    (work / "sha256").write_text("".join(f"{d}  {name}\n" for name, d in sums.items()), encoding="utf-8")
    made[beside(order.out, "sha256")] = work / "sha256"
    for path, new in made.items():
        new.rename(path)
    if data.is_dir() and order.out.exists():
        order.out.rename(work / "old")
    data.rename(order.out)
    return tally, [order.out, *made]


def _find_stories(index: LineIndex, facts: Facts, tick: Tick) -> int:
    try:
        from newscrawl.export.stories import find_stories  # an extra
    except ImportError:
        raise ExportError(f"--stories needs datasketch: {INSTALL}") from None
    return find_stories(index, facts.titles, lambda done: tick("articles compared", done))


def _write(order: Order, index: LineIndex, out: Sink, tick: Tick) -> Tally:
    tally = Tally(order.stories, articles=index.articles())
    as_it_is = order.columns == FIELDS
    for line in index.chosen(by_month=out.by_month):
        raw = index.raw(line.file, line.offset, line.length)
        row = None if as_it_is else _row(order, line, json.loads(raw))
        tally.add(line)
        if tally.lines <= EXAMPLE_LINES and len(tally.examples) < len(order.columns):
            tally.example(json.loads(raw) if row is None else row, order.columns)
        out.write(line, raw, row)
        tick("rows written", tally.lines)
    tally.sum_up()
    return tally


def _row(order: Order, line: Line, whole: dict[str, Any]) -> Row:
    row = {name: whole[name] for name in order.fields}
    if order.stories:
        alone = line.story is None
        row["story"] = line.id if alone else line.story
        row["story_earliest"] = alone or bool(line.earliest)
        row["story_source"] = line.source
    return row


def _check_place(order: Order) -> None:
    out = order.out
    if not out.parent.is_dir():
        raise ExportError(f"{out}: there is no folder {out.parent}")
    if order.format != "parquet":
        if out.is_dir():
            raise ExportError(f"{out} is a folder; give a file name")
    elif out.exists() and not (out.is_dir() and all(p.name.startswith("outlet=") for p in out.iterdir())):
        raise ExportError(f"{out} exists and is no Parquet export; nothing was touched")


def _clear(work: Path) -> None:
    """Remove what a killed export left."""
    for path in work.iterdir():
        if path.suffix != ".lock":
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _sums(path: Path) -> list[tuple[str, str]]:
    """Return the SHA-256 of a file under an empty name, or of each in a folder, and put them on the disk."""
    files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    found = []
    for file in files:
        with file.open("rb") as opened:
            os.fsync(opened.fileno())
            name = file.relative_to(path).as_posix() if file != path else ""
            found.append((name, hashlib.file_digest(opened, "sha256").hexdigest()))
    return found
