"""Show how a crawl is doing: one live line on a terminal, a plain line now and then in a log."""

from __future__ import annotations

import logging
import sys
import time
from typing import Any, Self, TextIO

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.logformatter import LogFormatter
from scrapy.statscollectors import StatsCollector
from scrapy.utils.asyncio import create_looping_call
from twisted.python.failure import Failure

from pipelines.jsonl import JsonlError

logger = logging.getLogger(__name__)

CLEAR = "\r\x1b[K"
LIVE_SECONDS = 0.5
PLAIN_SECONDS = 15.0

ERRORS = ("articles/failed", "listings/failed", "listings/problems", "spider_exceptions/count")


def progress_line(outlet: str, stats: dict[str, Any], seconds: float) -> str:
    """Return the state of a crawl in one line.

    >>> progress_line("rmol", {"found/new": 64, "downloader/response_count": 30, "articles/written": 25}, 30)
    'rmol: found 64, fetched 30, articles 25, errors 0, 60/min'
    """
    fetched = stats.get("downloader/response_count", 0)
    return (
        f"{outlet}: found {stats.get('found/new', 0)}, fetched {fetched}, "
        f"articles {stats.get('articles/written', 0)}, errors {errors(stats)}, "
        f"{fetched / max(seconds, 1e-9) * 60:.0f}/min"
    )


def errors(stats: dict[str, Any]) -> int:
    """Return how many things went wrong: articles not had, sources not read, exceptions."""
    return sum(stats.get(key, 0) for key in ERRORS)


class Progress:
    """Write the progress of a crawl to `stream`."""

    def __init__(self, stats: StatsCollector, stream: TextIO, *, live: bool) -> None:
        self.stats = stats
        self.stream = stream
        self.live = live
        self.task: Any = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the extension; it writes a live line when standard error is a terminal."""
        progress = cls(crawler.stats, sys.stderr, live=sys.stderr.isatty())
        crawler.signals.connect(progress.opened, signals.spider_opened)
        crawler.signals.connect(progress.closed, signals.spider_closed)
        return progress

    def opened(self, spider: Spider) -> None:
        """Start to report."""
        self.started = time.monotonic()
        if self.live:
            for handler in logging.getLogger().handlers:
                handler.addFilter(self.make_room)
        self.task = create_looping_call(self.show, spider.name)
        self.task.start(LIVE_SECONDS if self.live else PLAIN_SECONDS, now=False)

    def show(self, outlet: str) -> None:
        """Report once."""
        line = progress_line(outlet, self.stats.get_stats(), time.monotonic() - self.started)
        if self.live:
            self.stream.write(f"{CLEAR}{line}")
            self.stream.flush()
        else:
            logger.info("%s", line)

    def make_room(self, record: logging.LogRecord) -> bool:
        """Clear the live line for a log line."""
        self.stream.write(CLEAR)
        return True

    def closed(self, spider: Spider) -> None:
        """Report for the last time."""
        if self.task is not None and self.task.running:
            self.task.stop()
        self.show(spider.name)
        if self.live:
            self.stream.write("\n")


class QuietFormatter(LogFormatter):
    """Keep single pages, items and their drops out of the INFO log: they are counted."""

    def crawled(self, request: Any, response: Response, spider: Spider) -> Any:
        """Log a fetched page at DEBUG."""
        return {**super().crawled(request, response, spider), "level": logging.DEBUG}

    def scraped(self, item: Any, response: Response | Failure | None, spider: Spider) -> Any:
        """Log an article by its URL only."""
        return {"level": logging.DEBUG, "msg": "Article %(url)s", "args": {"url": getattr(item, "url", item)}}

    def dropped(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> Any:
        """Log a dropped article by its URL only; the spider says why."""
        args = {"url": getattr(item, "url", item), "reason": exception}
        return {"level": logging.DEBUG, "msg": "Dropped %(url)s: %(reason)s", "args": args}

    def item_error(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> Any:
        """Log an article that a stage failed on by its URL only; of a full disk the spider tells."""
        args = {"url": getattr(item, "url", item)}
        level = logging.DEBUG if isinstance(exception, JsonlError) else logging.ERROR
        return {"level": level, "msg": "A stage failed on %(url)s", "args": args}
