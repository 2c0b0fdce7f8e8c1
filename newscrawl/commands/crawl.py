"""`scrapy crawl OUTLET`: the main job. Checks everything that can be checked before the first request."""

from __future__ import annotations

import argparse
import difflib
import logging
import os
import sys
from pathlib import Path

from scrapy.commands import BaseRunSpiderCommand
from scrapy.exceptions import UsageError
from scrapy.settings import Settings

from newscrawl import report
from newscrawl.arguments import BadArgument, parse
from newscrawl.exits import Exit
from newscrawl.fetch.identity import user_agent
from newscrawl.lock import Locked, RunLock
from newscrawl.recovery import recover
from newscrawl.spider import NewsSpider, state_file
from newscrawl.state import StateError

NOISY = ("scrapy.addons", "scrapy.crawler", "scrapy.middleware", "scrapy.utils.log", "scrapy.core.engine")


class Command(BaseRunSpiderCommand):
    """Crawl one outlet."""

    requires_project = True

    def syntax(self) -> str:
        return "[options] <outlet>"

    def short_desc(self) -> str:
        return "Crawl an outlet into WARC and JSONL; the same command again goes on where it stopped"

    def long_desc(self) -> str:
        return (
            f"{self.short_desc()}. Arguments: -a since=2020-06-01 -a until=2020-06-30 (days of publication), "
            "-a section=NAME, -a limit=N (articles), -a url=URL[,URL…] (these articles only). Exit codes: "
            + ", ".join(f"{code.value} {code.name.lower().replace('_', ' ')}" for code in Exit)
            + "."
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check, lock, recover, crawl, report."""
        if len(args) != 1:
            raise UsageError("name one outlet, as in: scrapy crawl rmol")
        assert self.settings is not None
        for name in NOISY:
            logging.getLogger(name).setLevel(logging.WARNING)
        spider_class = self.find(args[0])
        data = Path(self.settings["DATA_DIR"])
        try:
            parse(opts.spargs, spider_class.outlet)
            check_folder(data)
            self.settings.set("USER_AGENT", user_agent(self.settings["NEWSCRAWL_CONTACT"]), priority="cmdline")
        except (BadArgument, ValueError) as error:
            raise UsageError(str(error), print_help=False) from None
        try:
            with RunLock(data / "state" / f"{spider_class.name}.lock"):
                recover(data, spider_class.outlet, self.settings)
                self.exitcode = self.crawl(spider_class, opts.spargs, data)
        except Locked as error:
            self.fail(Exit.LOCKED, str(error))
        except StateError as error:
            self.fail(Exit.STORAGE, str(error))

    def find(self, name: str) -> type[NewsSpider]:
        """Return the outlet's spider class; an unknown name ends with the nearest ones."""
        assert self.crawler_process is not None
        loader = self.crawler_process.spider_loader
        if name not in loader.list():
            near = difflib.get_close_matches(name, loader.list(), 3)
            hint = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(sorted(loader.list()))}"
            raise UsageError(f"unknown outlet {name!r}: {hint}", print_help=False)
        spider_class = loader.load(name)
        assert issubclass(spider_class, NewsSpider)
        return spider_class

    def crawl(self, spider_class: type[NewsSpider], arguments: dict[str, str], data: Path) -> int:
        """Run the crawl; print the table, return the exit code."""
        assert self.crawler_process is not None
        crawler = self.crawler_process.create_crawler(spider_class)
        live = sys.stderr.isatty()
        if live and crawler.settings.getpriority("LOG_LEVEL") == Settings().getpriority("LOG_LEVEL"):
            logging.getLogger().setLevel(logging.WARNING)
        self.crawler_process.crawl(crawler, **arguments)
        self.crawler_process.start()
        stats = crawler.stats.get_stats() if crawler.stats else {}
        if self.crawler_process.bootstrap_failed or "finish_time" not in stats:
            return Exit.ERROR
        message = crawler.spider.stop_message if isinstance(crawler.spider, NewsSpider) else None
        run = report.run_of(spider_class.name, stats, message=message)
        report.append(run, data)
        print(report.table([run], data))
        if run.message:
            print(f"{spider_class.name}: {run.message}", file=sys.stderr)
        return run.exit_code

    def fail(self, code: Exit, message: str) -> None:
        """End with a code of its own and one line."""
        print(f"scrapy crawl: {message}", file=sys.stderr)
        self.exitcode = code


def check_folder(data: Path) -> None:
    """Make the data folder; raise `ValueError` with one line when it cannot be written."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        probe = data / f".write-test-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise ValueError(
            f"cannot write to the data folder {data}: {error.strerror}; set NEWSCRAWL_DATA or -s DATA_DIR=…"
        ) from None


__all__ = ["Command", "check_folder", "state_file"]
