"""`scrapy reextract WARC…`: archives to clean lines, by the crawl's own rules."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from newscrawl.command import BadUsage, OutletCommand
from newscrawl.exits import Exit
from newscrawl.lock import RunLock
from newscrawl.progress import CLEAR, LIVE_SECONDS, PLAIN_SECONDS
from newscrawl.reextract import diff
from newscrawl.reextract.engines import ClusterError, Event
from newscrawl.reextract.run import Progress, Report, Wish, account, put_together, reextract
from newscrawl.reextract.sources import SourceError, find
from newscrawl.reextract.supervise import NotWritten
from newscrawl.reextract.task import Step


class Command(OutletCommand):
    """Extract archives again."""

    name = "reextract"

    def syntax(self) -> str:
        return "[options] <WARC file, folder, glob or URL> …"

    def short_desc(self) -> str:
        return "Extract the articles of WARC archives, ours or others', into JSONL, by today's rules"

    def long_desc(self) -> str:
        return (
            f"{self.short_desc()}. Writes DIR/OUTLET.jsonl, lines in order of capture, versions numbered "
            "anew. The same command again goes on where it was stopped, and does only what changed. See "
            "docs/reextract.md."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "-o",
            "--out",
            metavar="DIR",
            type=Path,
            default=Path("reextracted"),
            help="folder of what comes out",
        )
        parser.add_argument(
            "--outlet", metavar="NAME", action="append", help="only this outlet; may be repeated"
        )
        parser.add_argument(
            "--generic",
            action="store_true",
            help="also pages of no known outlet, by general rules (in other.jsonl)",
        )
        parser.add_argument(
            "--workers",
            type=int,
            metavar="N",
            default=os.cpu_count() or 1,
            help="processes (default: one a core)",
        )
        parser.add_argument(
            "--cluster", metavar="ADDRESS", help="do the work on a Dask cluster, tcp://… or tls://…"
        )
        parser.add_argument(
            "--diff",
            metavar="OLD",
            type=Path,
            help="say what changed since these lines (JSONL file or folder)",
        )

    def main(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do it; an end by Ctrl-C or SIGTERM is clean."""
        wish = self._wish(args, opts)
        handler = signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            with RunLock(wish.out / "lock"):
                self._run(wish, opts.diff)
        except KeyboardInterrupt:
            self.fail(Exit.INTERRUPTED, "interrupted; run the same command again to go on")
        except (SourceError, ClusterError) as error:
            self.fail(Exit.USAGE, str(error))
        except NotWritten as error:
            self.fail(Exit.STORAGE, f"{error}; free some space and run again")
        except OSError as error:
            self.fail(Exit.STORAGE, f"{error.filename or wish.out}: {error.strerror or error}")
        finally:
            signal.signal(signal.SIGTERM, handler)

    def _wish(self, args: list[str], opts: argparse.Namespace) -> Wish:
        if not args:
            raise BadUsage(f"name an archive, as in: scrapy {self.name} data/warc")
        if opts.workers < 1:
            raise BadUsage(f"--workers {opts.workers}: at least 1")
        if opts.cluster and not opts.cluster.startswith(("tcp://", "tls://")):
            raise BadUsage(f"--cluster {opts.cluster}: write it as tcp://host:8786")
        if opts.diff and not opts.diff.exists():
            raise BadUsage(f"--diff {opts.diff}: no such file")
        names = sorted({self.find(name).name for name in opts.outlet}) if opts.outlet else None
        try:
            sources = find(args)
        except SourceError as error:
            raise BadUsage(str(error)) from None
        return Wish(sources, opts.out.absolute(), names, opts.generic, opts.workers, opts.cluster)

    def _run(self, wish: Wish, old: Path | None) -> None:
        assert self.settings is not None
        before = diff.lines_in(old) if old else []
        if any(wish.out in path.absolute().parents for path in before):
            raise BadUsage(f"--diff {old}: these lines would be replaced; write to another folder with -o")
        started, report, shown = time.monotonic(), Report(), Screen()
        with closing(reextract(wish, self.settings)) as happening:
            for progress, event in happening:
                account(report, event)
                shown.show(progress, event)
        shown.end()
        report.summary = put_together(wish, self.settings)
        report.counts.update(report.summary.counts)
        report.seconds = round(time.monotonic() - started, 1)
        self._tell(wish, report)
        if old:
            print(diff.table(diff.compare(before, report.summary.files)))

    def _tell(self, wish: Wish, report: Report) -> None:
        for uri, offset, why in report.lost:
            sys.stderr.write(f"lost: {uri} (offset {offset:,}): {why}\n")
        for damage in report.damaged:
            sys.stderr.write(f"damaged: {damage}\n")
        for path in report.summary.files:
            name = path.stem
            lines, articles = report.summary.lines[name], report.summary.articles[name]
            print(f"{name}: {articles:,} articles, {lines:,} lines in {path}")
        left_out = ", ".join(f"{reason} {count:,}" for reason, count in report.left_out.most_common())
        print(
            f"{report.counts['captures']:,} captures, {report.counts['pages']:,} pages extracted "
            f"in {report.seconds} s; left out: {left_out or 'nothing'}"
        )
        summary: dict[str, Any] = {
            "seconds": report.seconds,
            "archives": len(wish.sources),
            "lines": report.summary.lines,
            "articles": report.summary.articles,
            "counts": report.counts,
            "lost": report.lost,
            "damaged": report.damaged,
        }
        (wish.out / "report.json").write_text(json.dumps(summary, indent=1) + "\n", encoding="utf-8")
        if report.lost or report.damaged:
            self.exitcode = Exit.ERROR
        elif not report.summary.files:
            self.fail(Exit.NOTHING_FOUND, "no article in these archives; --generic reads pages of any site")


class Screen:
    """Show progress: one live line on a terminal, a plain line now and then in a log."""

    def __init__(self) -> None:
        self.live = sys.stderr.isatty()
        self.next = time.monotonic() + (0 if self.live else PLAIN_SECONDS)

    def show(self, progress: Progress, event: Event) -> None:
        """Take what happened; show it when it is time."""
        now = time.monotonic()
        if now >= self.next or (self.live and not isinstance(event[1], Step)):
            self.next = now + (LIVE_SECONDS if self.live else PLAIN_SECONDS)
            line = progress.line()
            sys.stderr.write(f"{CLEAR}{line}" if self.live else f"reextract: {line}\n")
            sys.stderr.flush()

    def end(self) -> None:
        """Leave the live line."""
        if self.live:
            sys.stderr.write(CLEAR)
