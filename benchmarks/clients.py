"""One crawl of given pages by one client, in a process of its own: `python -m benchmarks.clients TASK.json`.

Prints one JSON line: pages, seconds from the first request to the last page, CPU seconds, memory.

`bare`      a spider that does nothing, stock Scrapy components, stock download handler
`recorder`  the same spider and settings with the recorder's add-on
`full`      the main job: record, extract in a worker, clean, JSONL, state
`loose`     the main job without the contract: records are not waited for, nothing is synced, and the state
            is a few dictionaries
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import os
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self, cast

import scrapy
from scrapy import Request, signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.resolver import dnscache
from scrapy.settings import Settings
from scrapy.utils.project import get_project_settings

from newscrawl.extract import Page
from newscrawl.fetch.handler import Handler
from newscrawl.ledger import Ledger
from newscrawl.spiders.rmol import RmolSpider
from newscrawl.state import Due, Sighting, State
from newscrawl.warc.recorder import Recorder

AGENT = "newscrawl/0 (+https://example.org/newscrawl-benchmark)"
EVERYBODY: dict[str, Any] = {  # what has nothing to do with the difference between the clients
    "AUTOTHROTTLE_ENABLED": False,
    "COOKIES_ENABLED": False,
    "DOWNLOAD_DELAY": 0,
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "LOG_LEVEL": "WARNING",
    "LOGSTATS_INTERVAL": 0,
    "REFERER_ENABLED": False,
    "ROBOTSTXT_OBEY": True,
    "TELNETCONSOLE_ENABLED": False,
    "USER_AGENT": AGENT,
}
JOB: dict[str, Any] = {"POLITE_MIN_DELAY": 0, "EXTENSIONS": {"scrapy.extensions.logstats.LogStats": None}}
LOOSE: dict[str, Any] = {
    "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), "benchmarks.clients.LooseHandler"),
    "WARC_PAYLOADS": None,
    "WARC_SYNC_COUNT": 0,
    "WARC_SYNC_SECONDS": 1e9,
    "SYNC_SECONDS": 1e9,
}


@dataclass(kw_only=True)
class Task:
    """What to crawl: `marks` are the numbers of pages after which memory is noted on the way."""

    client: str
    urls: list[str]
    folder: str
    https_port: int
    connect_to: str
    concurrency: int
    marks: list[int] = dataclasses.field(default_factory=list)


class Meter:
    """Time, CPU and memory between the first request and the last page."""

    def __init__(self, crawler: Crawler, page_done: object, task: Task) -> None:
        self.pages = 0
        self.expected = len(task.urls)
        self.marks = dict.fromkeys(task.marks, 0.0)
        self.started = self.ended = 0.0
        self.cpu = 0.0
        self.workers: list[float] = []
        crawler.signals.connect(self.requested, signals.request_reached_downloader)
        crawler.signals.connect(self.done, page_done)
        crawler.signals.connect(self.closed, signals.spider_closed)

    def requested(self) -> None:
        if not self.started:
            self.started, self.cpu_before = time.monotonic(), time.process_time()

    def done(self, request: Request | None = None) -> None:
        if request is not None and request.url.endswith("/robots.txt"):
            return
        self.pages += 1
        if self.pages == self.expected:
            self.ended, self.cpu = time.monotonic(), time.process_time() - self.cpu_before
        if self.pages in self.marks:
            self.marks[self.pages] = memory_mb(os.getpid(), "VmRSS")

    def closed(self) -> None:
        self.workers = [memory_mb(pid, "VmHWM") for pid in children()]

    def result(self) -> dict[str, Any]:
        return {
            "pages": self.pages,
            "seconds": self.ended - self.started,
            "cpu": self.cpu,
            "peak_mb": memory_mb(os.getpid(), "VmHWM"),
            "workers_mb": self.workers,
            "marks": self.marks,
        }


def memory_mb(pid: int, field: str) -> float:
    """Return a process's resident memory: `VmRSS` is now, `VmHWM` the peak."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1]) / 1000
    raise ValueError(f"process {pid} has no {field}")


def children() -> list[int]:
    """Return this process's children that extract."""
    pids = [
        int(pid)
        for task in Path("/proc/self/task").iterdir()
        for pid in (task / "children").read_text().split()
    ]
    return [pid for pid in pids if b"newscrawl.workers" in Path(f"/proc/{pid}/cmdline").read_bytes()]


class Bare(scrapy.Spider):
    """Fetch pages and do nothing."""

    name = "bare"

    def __init__(self, task: Task) -> None:
        super().__init__()
        self.task = task

    async def start(self) -> AsyncIterator[Request]:
        for url in self.task.urls:
            yield Request(url, dont_filter=True)

    def parse(self, response: scrapy.http.Response) -> None:
        pass


class Full(RmolSpider):
    """The main job for an outlet whose state knows the pages already; it reads no listings."""

    outlet = dataclasses.replace(RmolSpider.outlet, sources=())

    def __init__(self, task: Task) -> None:
        super().__init__()
        self.task = task

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.state.found(
            (Sighting(url, "https://rmol.id/") for url in spider.task.urls), now=datetime.now(UTC)
        )
        return spider

    async def start(self) -> AsyncIterator[Request]:
        page = b"<html><head><title>Uji</title></head><body>" + b"<p>Sebuah kalimat untuk pemanasan.</p>" * 20
        await self.workers.extract(
            Page(self.task.urls[0], page, datetime.now(UTC), "text/html")
        )  # they start
        async for request in super().start():
            yield request


class Loose(Full):
    """The main job without the contract."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.state.close()
        spider.state = Forgetful(spider.task.urls)
        spider.ledger = Ledger(spider.state, cls.outlet, revisit_after=())
        return spider


class Forgetful(State):
    """Stands in for the state: hands each URL out once, and remembers nothing."""

    def __init__(self, urls: list[str]) -> None:
        self.waiting = [Due(url, "new", None, None, None, None) for url in reversed(urls)]

    def due(self, now: datetime, limit: int, **_: Any) -> list[Due]:
        return [self.waiting.pop() for _ in range(min(limit, len(self.waiting)))]

    def latest_version(self, article_id: str) -> None:
        return None

    def transaction(self) -> Any:
        return contextlib.nullcontext()

    def _nothing(self, *_: Any, **__: Any) -> None:
        pass

    fetched = done = add_version = set_reconciled = group = commit = close = _nothing


class LooseHandler(Handler):
    """The crawl's handler, but the response goes on before it is in the archive."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        assert self.recorder
        self.recorder = cast("Recorder", Unawaited(self.recorder))


class Unawaited:
    """A recorder whose caller goes on at once."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._writing: set[asyncio.Future[Any]] = set()

    def check(self) -> None:
        pass

    async def record(self, *args: Any) -> None:
        writing = asyncio.ensure_future(self._recorder.record(*args))
        self._writing.add(writing)
        writing.add_done_callback(self._writing.discard)


CLIENTS: dict[str, tuple[type[Bare | Full], object]] = {  # the spider, and the signal that a page is done
    "bare": (Bare, signals.response_received),
    "recorder": (Bare, signals.response_received),
    "full": (Full, signals.item_scraped),
    "loose": (Loose, signals.item_scraped),
}


def settings_of(task: Task) -> Settings:
    """Return a client's settings: Scrapy's own for the plain spider, the project's for the main job."""
    is_job = task.client in {"full", "loose"}
    settings = get_project_settings() if is_job else Settings()
    concurrency = {
        "CONCURRENT_REQUESTS": task.concurrency,
        "CONCURRENT_REQUESTS_PER_DOMAIN": task.concurrency,
    }
    settings.setdict(EVERYBODY | concurrency, priority="cmdline")
    folder = Path(task.folder)
    if not is_job:
        settings.set("LOG_LEVEL", "ERROR", priority="cmdline")  # Scrapy warns of the missing Referer
    if task.client == "recorder":
        addons = {"newscrawl.warc.Addon": 500}
        settings.setdict({"ADDONS": addons, "WARC_DIR": str(folder / "warc")}, priority="cmdline")
    if is_job:
        own = {"DATA_DIR": task.folder, "WARC_DIR": str(folder / "warc"), "CONNECT_TO": task.connect_to}
        settings.setdict(JOB | own, priority="cmdline")
    if task.client == "loose":
        settings.setdict(LOOSE, priority="cmdline")
    return settings


def lead_to(port: int) -> None:
    """Open every connection of this process at a port of 127.0.0.1: stock Scrapy has no CONNECT_TO.

    Costs nothing per page, connections are kept.
    """
    from twisted.internet import reactor

    real: Any = reactor
    connect = real.connectTCP
    dnscache["rmol.id"] = "127.0.0.1"
    real.connectTCP = lambda host, _, *rest, **more: connect(host, port, *rest, **more)


def main(path: str) -> int:
    task = Task(**json.loads(Path(path).read_text(encoding="utf-8")))
    spider, page_done = CLIENTS[task.client]
    process = AsyncCrawlerProcess(settings_of(task))
    crawler = process.create_crawler(spider)
    meter = Meter(crawler, page_done, task)
    process.crawl(crawler, task=task)
    if task.client in {"bare", "recorder"}:
        lead_to(task.https_port)
    process.start()
    assert crawler.stats
    print(json.dumps(meter.result()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
