"""`scrapy verify [OUTLET …]`: check that everything is there, whole, and what the rest says of it."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from newscrawl.command import BadUsage, OutletCommand, outlets
from newscrawl.exits import Exit
from newscrawl.progress import CLEAR
from newscrawl.verify.check import Report, Rules, check
from newscrawl.verify.findings import CAP, KINDS, MENDING, Mended
from newscrawl.verify.folder import outlets_in

LIVE_SECONDS = 0.2


class Command(OutletCommand):
    """Check and mend a data folder."""

    name = "verify"
    codes = "1 damage was found (and remains after --repair), 5 --repair during a run, "

    def syntax(self) -> str:
        return "[options] [outlet …]"

    def short_desc(self) -> str:
        return "Check every record, line, state and file of the data folder; --repair mends what is certain"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--data", metavar="DIR", type=Path, help="the data folder; default: DATA_DIR")
        parser.add_argument(
            "--workers",
            type=workers,
            default=os.cpu_count() or 1,
            metavar="N",
            help="processes; 1 is this one alone",
        )
        parser.add_argument("--quick", action="store_true", help="extract no line again from its record")
        parser.add_argument("--repair", action="store_true", help="mend what can be mended without guessing")
        parser.add_argument("--json", action="store_true", help="for programs: one JSON object")

    def main(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check, mend when asked to, check again, tell."""
        assert self.settings is not None
        data = opts.data or self.data
        there = outlets_in(data)
        names = list(dict.fromkeys(args)) or there
        if missing := [name for name in names if name not in there]:
            raise BadUsage(
                f"nothing of {', '.join(missing)} in {data}; there is {', '.join(there) or 'nothing'}"
            )
        if not names:
            raise BadUsage(f"no data in {data}")
        known = {name: spider.outlet for name, spider in outlets(self.settings).items()}
        rules = Rules(known, self.settings.getdict("ITEM_PIPELINES"), opts.workers, opts.quick)
        started = time.monotonic()
        try:
            if opts.repair:
                from newscrawl.verify.repair import check_and_repair  # here: it takes a while to load

                report, mended, problems = check_and_repair(data, names, rules, self.settings, live_line())
            else:
                report, mended, problems = check(data, names, rules, live_line()), [], []
        except BrokenProcessPool:
            self.fail(Exit.ERROR, "a worker process was killed (out of memory?); try --workers 1")
            return
        seconds = time.monotonic() - started
        for problem in problems:
            sys.stderr.write(f"scrapy verify: {problem}\n")
        if opts.json:
            print(json.dumps(as_json(report, mended, names, seconds), ensure_ascii=False))
        else:
            print("\n".join(lines(report, mended, names, seconds)))
        if report.findings.damage:
            self.exitcode = Exit.ERROR


def workers(value: str) -> int:
    """Parse a number of processes; argparse shows the text of the error."""
    if not value.isdecimal() or int(value) < 1:
        raise argparse.ArgumentTypeError(f"{value!r} is not a number from 1")
    return int(value)


class LiveLine:
    """How far a check is, on a terminal."""

    def __init__(self) -> None:
        self.shown = 0.0

    def __call__(self, done: int, whole: int) -> None:
        """Show it, now and then."""
        now = time.monotonic()
        if done < whole and now - self.shown < LIVE_SECONDS:
            return
        self.shown = now
        share = done / whole if whole else 1.0
        sys.stderr.write(f"{CLEAR}{share:.0%} of {whole / 1e6:,.0f} MB" if done < whole else CLEAR)
        sys.stderr.flush()


def live_line() -> LiveLine | None:
    """Return a live line when there is a terminal."""
    return LiveLine() if sys.stderr.isatty() else None


def lines(report: Report, mended: list[Mended], names: list[str], seconds: float) -> Iterator[str]:
    """Yield what to print: what was mended, each finding, how to mend its kind, a last line."""
    yield from (f"mended  {one}" for one in mended)
    found = sorted(report.findings.told, key=lambda f: (f.file, f.offset or 0, f.kind))
    yield from (f"{'note' if finding.is_note else 'damage'}  {finding}" for finding in found)
    for (kind, file), count in sorted(report.findings.counts.items()):
        if count > CAP:
            yield f"{'note' if KINDS[kind].is_note else 'damage'}  {file}: {count - CAP} more [{kind}]"
    for kind in sorted(report.findings.kinds):
        if not KINDS[kind].is_note:
            yield f"mend {kind}: {MENDING[KINDS[kind].mend]}"
    damage = report.findings.damage
    yield (
        f"{', '.join(names)}: {len(report.checked)} files, {report.bytes / 1e6:,.1f} MB, "
        f"{report.records:,} records, {report.lines:,} lines in {seconds:.1f} s: "
        f"{f'damage in {damage:,} places' if damage else 'all fine'}"
    )


def as_json(report: Report, mended: list[Mended], names: list[str], seconds: float) -> dict[str, object]:
    """Return the same for programs."""
    return {
        "outlets": names,
        "files": len(report.checked),
        "bytes": report.bytes,
        "records": report.records,
        "lines": report.lines,
        "seconds": round(seconds, 3),
        "damage": report.findings.damage,
        "findings": [
            {
                **finding._asdict(),
                "what": KINDS[finding.kind].what,
                "mend": None if finding.is_note else MENDING[KINDS[finding.kind].mend],
                "note": finding.is_note,
            }
            for finding in report.findings.told
        ],
        "counts": {f"{file} {kind}": count for (kind, file), count in report.findings.counts.items()},
        "mended": [{"file": one.file, "what": one.what} for one in mended],
    }
