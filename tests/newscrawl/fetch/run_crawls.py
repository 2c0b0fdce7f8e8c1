"""Run the crawls described on stdin, all at once in one reactor, and print what became of them as JSON."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.http import Response
from scrapy.utils.reactor import install_reactor

from newscrawl import settings
from newscrawl.outlet import Outlet

# The project's own settings of steps 2 and 3, without the delays that would make the tests slow.
FETCH = {
    name: getattr(settings, name)
    for name in (
        "ADDONS", "CONCURRENT_REQUESTS_PER_DOMAIN", "COOKIES_ENABLED", "DOWNLOADER",
        "DOWNLOADER_MIDDLEWARES", "DOWNLOAD_HANDLERS", "DOWNLOAD_VERIFY_CERTIFICATES", "REDIRECT_MAX_TIMES",
        "REFERER_ENABLED", "REMOTE_CONTROL_ENABLED", "RETRY_HTTP_CODES", "TELNETCONSOLE_ENABLED",
        "URLLENGTH_LIMIT",
    )
} | {
    "AUTOTHROTTLE_ENABLED": False,
    "AUTOTHROTTLE_START_DELAY": 0,
    "CONCURRENT_REQUESTS": 64,
    "DOWNLOAD_DELAY_JITTER": 0,
    "LOG_LEVEL": "INFO",
    "POLITE_MIN_DELAY": 0,
    "ROBOTSTXT_OBEY": False,
    "USER_AGENT": "newscrawl/0 (+https://example.org/crawl)",
}  # fmt: skip


def peak_mb() -> int:
    """Return this process's own peak; ru_maxrss also counts that of the process it was started from."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.findall(r"VmHWM:\s*(\d+) kB", status)[0]) // 1024


class Asking(scrapy.Spider):
    name = "asking"

    def __init__(self, hosts: list[str], requests: list[dict[str, Any]]) -> None:
        super().__init__()
        self.outlet = Outlet(name="asking", title="", hosts=tuple(hosts), sources=(), articles=())
        self.asked = requests
        self.pages: dict[str, dict[str, Any]] = {}
        self.reason: str | None = None

    async def start(self) -> AsyncIterator[scrapy.Request]:
        for number, request in enumerate(self.asked):
            yield scrapy.Request(
                **request,
                callback=self.got,
                errback=self.failed,
                cb_kwargs={"asked": request["url"]},
                dont_filter=True,
                priority=-number,
            )

    def got(self, response: Response, asked: str) -> None:
        self.pages[asked] = {"url": response.url, "status": response.status, "bytes": len(response.body)}

    def failed(self, failure: Any) -> None:
        self.pages[failure.request.cb_kwargs["asked"]] = {
            "error": type(failure.value).__name__,
            "reason": getattr(failure.value, "reason", None),
        }

    def closed(self, reason: str) -> None:
        self.reason = reason


class Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname} {record.getMessage()}")


async def main(crawls: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    from twisted.internet import reactor
    from twisted.internet.base import ReactorBase
    from twisted.internet.defer import fail, succeed
    from twisted.internet.error import DNSLookupError

    class Names:
        def getHostByName(self, name: str, timeout: Any = ()) -> Any:  # noqa: N802
            return succeed(names[name]) if name in names else fail(DNSLookupError(name))

    if names:
        from twisted.internet.interfaces import IResolverSimple
        from zope.interface import directlyProvides

        resolver = Names()
        directlyProvides(resolver, IResolverSimple)
        assert isinstance(reactor, ReactorBase)
        reactor.installResolver(resolver)
    runner = AsyncCrawlerRunner()
    lines = Lines()
    logging.getLogger().addHandler(lines)
    logging.getLogger().setLevel(logging.INFO)
    running = {}
    for name, crawl in crawls.items():
        crawler = runner.create_crawler(
            type("Spider", (Asking,), {"custom_settings": FETCH | crawl["settings"]})
        )
        running[name] = crawler, runner.crawl(crawler, crawl["hosts"], crawl["requests"])
    await asyncio.gather(*(done for _, done in running.values()))
    return {
        name: {
            "pages": crawler.spider.pages,  # type: ignore[union-attr]
            "reason": crawler.spider.reason,  # type: ignore[union-attr]
            "stats": {
                key: value for key, value in crawler.stats.get_stats().items() if not key.endswith("_time")
            },
            "lines": lines.lines,
            "peak_mb": peak_mb(),
        }
        for name, (crawler, _) in running.items()
    }


if __name__ == "__main__":
    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    from scrapy.utils.defer import deferred_from_coro
    from twisted.internet.task import react

    spec = json.load(sys.stdin)

    async def run() -> None:
        json.dump(await main(spec["crawls"], spec["names"]), sys.stdout)

    react(lambda _: deferred_from_coro(run()))
