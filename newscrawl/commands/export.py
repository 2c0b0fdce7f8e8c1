"""`scrapy export -o FILE`: a data set out of the lines, with its schema, dictionary, card and sums."""

from __future__ import annotations

import argparse
import difflib
import sqlite3
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from newscrawl import __version__
from newscrawl.command import BadUsage, OutletCommand, day, outlets
from newscrawl.exits import Exit
from newscrawl.export.describe import Facts
from newscrawl.export.formats import ENDINGS, format_of
from newscrawl.export.index import ExportError
from newscrawl.export.run import Order, export
from newscrawl.export.selection import Selection
from newscrawl.forget.log import forgotten_everywhere
from newscrawl.items import FIELDS
from newscrawl.state import DayCoverage, StateError

LIVE_SECONDS, PLAIN_SECONDS = 0.5, 15.0


class Command(OutletCommand):
    """Export articles."""

    name = "export"
    codes = "1 no article fits or a line cannot be used, 5 another export writes the same file, "

    def syntax(self) -> str:
        return "-o FILE [options] [jsonl file or folder ...]"

    def short_desc(self) -> str:
        return "Write articles as JSON Lines, Parquet or CSV, with schema, dictionary, data card and sums"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        add = parser.add_argument
        add("-o", "--output", type=Path, metavar="FILE", help="file, for Parquet folder; it is replaced")
        add("--outlet", action="append", default=[], metavar="NAME", help="only this outlet; repeatable")
        add("--since", type=day, metavar="DAY", help="first day of publication, as in 2020-06-01")
        add("--until", type=day, metavar="DAY", help="last day of publication")
        add("--section", action="append", default=[], metavar="NAME", help="only this section; repeatable")
        add("--language", action="append", default=[], metavar="CODE", help="only this language, as in id")
        which = parser.add_mutually_exclusive_group()
        which.add_argument(
            "--latest", action="store_true", help="the newest version of each article (default)"
        )
        which.add_argument("--versions", action="store_true", help="all versions")
        add("--fields", metavar="A,B", help="only these fields, in this order")
        add("--format", choices=ENDINGS, help="where the file's ending does not say it")
        add("--stories", action="store_true", help="mark copies of one story across outlets")

    def main(self, args: list[str], opts: argparse.Namespace) -> None:
        """Export; say what was written."""
        try:
            self.export(args, opts)
        except ExportError as error:
            self.fail(Exit.ERROR, str(error))
        except (OSError, sqlite3.Error) as error:
            self.fail(Exit.STORAGE, f"nothing was written: {error}")
        except KeyboardInterrupt:
            self.fail(Exit.INTERRUPTED, "interrupted; nothing was written")

    def export(self, args: list[str], opts: argparse.Namespace) -> None:
        """Turn the words into an order, and carry it out."""
        assert self.settings is not None
        if opts.output is None:
            raise BadUsage("say where to: -o FILE")
        if opts.since and opts.until and opts.since > opts.until:
            raise BadUsage(f"--since {opts.since} is after --until {opts.until}")
        gone = forgotten_everywhere(self.data)
        selection = Selection(
            outlets=tuple(sorted({self.find(name).name for name in opts.outlet})),
            since=opts.since,
            until=opts.until,
            sections=tuple(opts.section),
            languages=tuple(opts.language),
            without=frozenset(key for entries in gone.values() for key in entries),
        )
        try:
            kind = format_of(opts.output, opts.format)
        except ExportError as error:
            raise BadUsage(str(error)) from None
        files, writing = _given(args) if args else self.own_files(selection)
        names = [] if args else sorted({path.parent.name for path in files})
        order = Order(
            out=opts.output,
            format=kind,
            files=files,
            selection=selection,
            versions=opts.versions,
            fields=_fields(opts.fields),
            stories=opts.stories,
        )
        facts = Facts(
            name=opts.output.name,
            made=datetime.now(UTC).date(),
            software=__version__,
            selection=selection.words(),
            versions=opts.versions,
            stories=None,
            titles={name: spider.outlet.title for name, spider in outlets(self.settings).items()},
            coverage={name: self.coverage(name, selection) for name in names},
            open_files=writing,
            forgotten=sum(
                len({entry.id for entry in entries.values()})
                for name, entries in gone.items()
                if name in (selection.outlets or gone)
            ),
        )
        ticker = Ticker()
        try:
            tally, paths = export(order, facts, ticker)
        finally:
            ticker.clear()
        for path in paths:
            print(path)
        print(f"{tally.lines} rows of {tally.articles} articles", file=sys.stderr)

    def own_files(self, selection: Selection) -> tuple[list[Path], int]:
        """Return the finished JSONL files of the outlets, and how many are still being written."""
        folder = self.data / "jsonl"
        wanted = selection.outlets or tuple(sorted(p.name for p in folder.glob("*") if p.is_dir()))
        files = [path for name in wanted for path in sorted((folder / name).glob("*.jsonl"))]
        if not files:
            raise BadUsage(f"no lines of {', '.join(wanted) or 'any outlet'} in {folder}; crawl first")
        return files, sum(1 for name in wanted for _ in (folder / name).glob("*.jsonl.open"))

    def coverage(self, name: str, selection: Selection) -> list[DayCoverage] | None:
        """Return an outlet's coverage, `None` where there is no state that could be asked."""
        try:
            with self.state(self.find(name)) as state:
                return state.coverage(selection.since, selection.until)
        except (BadUsage, StateError) as error:
            print(f"scrapy export: coverage not known: {error}", file=sys.stderr)
            return None


class Ticker:
    """Show how far it is: a live line on a terminal, a plain line now and then elsewhere."""

    def __init__(self) -> None:
        self.live = sys.stderr.isatty()
        self.shown = self.begun = time.monotonic()
        self.step = ""

    def __call__(self, step: str, done: int) -> None:
        """Show a count when it is time."""
        now = time.monotonic()
        if step != self.step:
            self.step, self.begun = step, now
        if now - self.shown < (LIVE_SECONDS if self.live else PLAIN_SECONDS):
            return
        self.shown = now
        rate = done / max(now - self.begun, 1e-9)
        self._show(f"{done} {step}, {rate:.0f}/s")

    def _show(self, text: str) -> None:
        sys.stderr.write(f"\r\x1b[K{text}" if self.live else f"{text}\n")
        sys.stderr.flush()

    def clear(self) -> None:
        """Take the live line away."""
        if self.live:
            self._show("")


def _given(args: list[str]) -> tuple[list[Path], int]:
    files: list[Path] = []
    writing = 0
    for arg in args:
        path = Path(arg)
        if path.is_dir():
            files += sorted(path.rglob("*.jsonl"))
            writing += sum(1 for _ in path.rglob("*.jsonl.open"))
        elif path.is_file():
            files.append(path)
        else:
            raise BadUsage(f"{arg}: no such file or folder")
    if not files:
        raise BadUsage(f"no .jsonl file in {', '.join(args)}")
    return files, writing


def _fields(given: str | None) -> tuple[str, ...]:
    if given is None:
        return FIELDS
    names = tuple(dict.fromkeys(name.strip() for name in given.split(",")))
    for name in names:
        if name not in FIELDS:
            near = difflib.get_close_matches(name, FIELDS, 3) or FIELDS
            raise BadUsage(f"unknown field {name!r}: did you mean {' or '.join(near)}?")
    return names
