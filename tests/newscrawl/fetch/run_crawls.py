"""Run the crawls described on stdin, all at once in one reactor, and print what became of them as JSON."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import AsyncIterator
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.http import Response
from scrapy.utils.reactor import install_reactor

from newscrawl.outlet import Outlet

FETCH = {
    "DOWNLOADER": "newscrawl.fetch.politeness.PoliteDownloader",
    "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), "newscrawl.fetch.handler.Handler"),
    "DOWNLOADER_MIDDLEWARES": {
        "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
        "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
        "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
        "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
        "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
        "newscrawl.fetch.scope.Scope": 50,
        "newscrawl.fetch.robots.RobotsTxt": 100,
        "newscrawl.fetch.backoff.Backoff": 560,
        "newscrawl.fetch.blocks.Blocks": 570,
        "newscrawl.fetch.limits.Compression": 590,
        "newscrawl.fetch.scope.Redirects": 600,
        "newscrawl.fetch.conditional.Conditional": 650,
    },
    "RETRY_HTTP_CODES": [500, 502, 504, 522, 524, 408],
    "ADDONS": {"newscrawl.warc.Addon": 500},
    "DOWNLOAD_DELAY_JITTER": 0,
    "AUTOTHROTTLE_ENABLED": True,
    "AUTOTHROTTLE_START_DELAY": 0,
    "CONCURRENT_REQUESTS": 64,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "REDIRECT_MAX_TIMES": 5,
    "COOKIES_ENABLED": False,
    "REFERER_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "USER_AGENT": "newscrawl/0 (+https://example.org/crawl)",
    "ROBOTSTXT_OBEY": False,
    "POLITE_MIN_DELAY": 0,
    "LOG_LEVEL": "INFO",
}


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
