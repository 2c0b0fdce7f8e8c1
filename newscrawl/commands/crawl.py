"""`scrapy crawl OUTLET`: the main job. Checks everything that can be checked before the first request."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from pathlib import Path

from scrapy.commands import BaseRunSpiderCommand

from newscrawl import manifest, report
from newscrawl.arguments import parse
from newscrawl.command import BadUsage, find_outlet, outlets
from newscrawl.exits import Exit
from newscrawl.fetch.connect import parse_connect_to
from newscrawl.fetch.identity import user_agent
from newscrawl.forget.log import LogError, forgotten, key_of
from newscrawl.index import cdxj
from newscrawl.lock import Locked, RunLock
from newscrawl.manifest import ManifestError
from newscrawl.outlet import Outlet
from newscrawl.recovery import recover
from newscrawl.requisites import parse_kind
from newscrawl.spider import NewsSpider
from newscrawl.state import StateError
from newscrawl.warc.writer import WarcWriteError
from pipelines.jsonl import JsonlError

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

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check all that can be checked before Scrapy starts; a bad word is one line and code 2."""
        super().process_options(args, opts)
        assert self.settings is not None
        try:
            if len(args) != 1:
                raise BadUsage("name one outlet, as in: scrapy crawl rmol")
            outlet = find_outlet(args[0], outlets(self.settings)).outlet
            arguments = parse(opts.spargs, outlet)
            parse_connect_to(self.settings["CONNECT_TO"])
            parse_kind(self.settings["ARCHIVE_ASSETS"])
            agent = user_agent(self.settings["NEWSCRAWL_CONTACT"])
            check_folder(Path(self.settings["DATA_DIR"]))
            check_forgotten(arguments.urls, outlet, Path(self.settings["DATA_DIR"]))
        except (BadUsage, ValueError) as error:
            sys.exit(self.fail(Exit.USAGE, str(error)))
        except LogError as error:
            sys.exit(self.fail(Exit.STORAGE, str(error)))
        self.settings.set("USER_AGENT", agent, priority="cmdline")
        if sys.stderr.isatty() and not (opts.loglevel or opts.logfile):
            self.settings.set("LOG_LEVEL", "WARNING", priority="cmdline")  # the live line says the rest

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Lock, recover, crawl, report."""
        for name in NOISY:
            logging.getLogger(name).setLevel(logging.WARNING)
        assert self.settings is not None
        spider_class = find_outlet(args[0], outlets(self.settings))
        data = Path(self.settings["DATA_DIR"])
        try:
            with RunLock(data / "state" / f"{spider_class.name}.lock") as lock:
                recover(data, spider_class.outlet, self.settings, rebooted=lock.rebooted)
                lock.recovered()
                manifest.complete(data, spider_class.name)
                self.exitcode = self.crawl(spider_class, opts.spargs, data)
                manifest.complete(data, spider_class.name)
                cdxj.complete(data, spider_class.name)
        except Locked as error:
            self.exitcode = self.fail(Exit.LOCKED, str(error))
        except (StateError, JsonlError, WarcWriteError, ManifestError, LogError) as error:
            self.exitcode = self.fail(Exit.STORAGE, str(error))

    def crawl(self, spider_class: type[NewsSpider], arguments: dict[str, str], data: Path) -> int:
        """Run the crawl; print the table, return the exit code."""
        assert self.crawler_process is not None
        crawler = self.crawler_process.create_crawler(spider_class)
        self.crawler_process.crawl(crawler, **arguments)
        self.crawler_process.start()
        stats = crawler.stats.get_stats() if crawler.stats else {}
        if self.crawler_process.bootstrap_failed or "finish_time" not in stats:
            return Exit.ERROR
        message = crawler.spider.stop_message if isinstance(crawler.spider, NewsSpider) else None
        run = report.run_of(spider_class.name, stats, message=message)
        report.append(run, data)
        print(report.table([run]))
        if run.message:
            print(f"{spider_class.name}: {run.message}", file=sys.stderr)
        return run.exit_code

    def fail(self, code: Exit, message: str) -> Exit:
        """Say in one line why the command ends; return its code."""
        sys.stderr.write(f"scrapy crawl: {message}\n")
        return code


def check_forgotten(urls: tuple[str, ...], outlet: Outlet, data: Path) -> None:
    """Raise `BadUsage` for an article that was forgotten: to take that back is a step of its own."""
    known = forgotten(data, outlet.name)
    for url in urls:
        if entry := known.get(key_of(url, outlet)):
            raise BadUsage(
                f"{url}: forgotten at {entry.at} ({entry.reason}); to fetch it again: scrapy forget --lift"
            )


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
