"""Crawl every case of the wire table over HTTP and TLS. Arguments: HTTP_PORT TLS_PORT FOLDER NAME=VALUE…"""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import scrapy
from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import StopDownload
from scrapy.extensions.httpcache import DummyPolicy
from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS

from newscrawl.warc.handler import RecordingHandler
from tests.newscrawl.warc.wire_cases import CASES


class ToWireServer:
    """Lead every connection to the wire server, as curl's --connect-to does."""

    def __init__(self, default: Any, ports: tuple[int, int]) -> None:
        self.default = default
        self.ports = ports

    def endpointForURI(self, uri: Any) -> Any:  # noqa: N802
        port = self.ports[uri.scheme == b"https"]
        endpoint: Any = HostnameEndpoint(self.default._reactor, "127.0.0.1", port)
        if uri.scheme == b"http":
            return endpoint
        return wrapClientTLS(self.default._policyForHTTPS.creatorForNetloc(uri.host, uri.port), endpoint)


class ConnectingHandler(RecordingHandler):
    def endpoint_factory(self, default: Any) -> Any:
        ports = self._crawler.settings["PORTS"]
        return ToWireServer(default, ports)


class NoPayloads:
    """Remember nothing, so that no case becomes a revisit of another."""

    def payload(self, uri: str, digest: str) -> None:
        return None

    def last_capture(self, uri: str) -> None:
        return None

    def add_payload(self, *args: object) -> None:
        pass


class CachePolicy(DummyPolicy):
    def should_cache_request(self, request: scrapy.Request) -> bool:
        return bool(request.meta.get("cache"))


class WireSpider(scrapy.Spider):
    name = "wire"
    results: list[dict[str, Any]]

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> WireSpider:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.results = []
        crawler.signals.connect(spider.at_headers, signals.headers_received)
        crawler.signals.connect(spider.at_bytes, signals.bytes_received)
        return spider

    async def start(self) -> AsyncIterator[scrapy.Request]:
        for scheme in ("http", "https"):
            for name in CASES:
                yield self.request(name, scheme, 0)

    def request(self, name: str, scheme: str, step: int) -> scrapy.Request:
        case = CASES[name]
        meta = {"dont_retry": True, "dont_obey_robotstxt": True, "handle_httpstatus_all": True, **case.meta}
        if case.replies[0].send[9:10] == b"3" or name == "cached-redirect":
            del meta["handle_httpstatus_all"]
            meta["handle_httpstatus_list"] = [304]
        return scrapy.Request(
            f"{scheme}://{name}.{scheme}.test{case.paths[step]}",
            method=case.method,
            body=case.body,
            headers=case.headers,
            dont_filter=True,
            callback=self.parse,
            errback=self.failed,
            meta={**meta, "case": [name, scheme, step]},
        )

    def at_headers(self, request: scrapy.Request) -> None:
        if request.meta.get("stop") == "headers":
            raise StopDownload(fail=False)

    def at_bytes(self, request: scrapy.Request) -> None:
        if request.meta.get("stop") in ("bytes", "fail"):
            raise StopDownload(fail=request.meta["stop"] == "fail")

    def parse(self, response: Any) -> Iterator[scrapy.Request]:
        self.note(response.request, response.status, "cached" in response.flags)
        name, scheme, step = response.meta["case"]
        if step + 1 < len(CASES[name].paths):
            yield self.request(name, scheme, step + 1)

    def failed(self, failure: Any) -> None:
        self.note(failure.request, type(failure.value).__name__, False)

    def note(self, request: scrapy.Request, end: int | str, cached: bool) -> None:
        pointer = request.meta.get("warc")
        self.results.append(
            {
                "case": request.meta["case"],
                "url": request.url,
                "end": end,
                "cached": cached,
                "warc": asdict(pointer) if pointer else None,
                "date": request.meta.get("warc_date"),
                "accept_encoding": (request.headers.get("Accept-Encoding") or b"").decode(),
            }
        )


def main() -> None:
    http, tls, folder = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    settings: dict[str, Any] = {
        "ADDONS": {"newscrawl.warc.Addon": 500},
        "DOWNLOAD_HANDLERS": {"http": ConnectingHandler, "https": ConnectingHandler},
        "PORTS": (http, tls),
        "WARC_DIR": str(folder / "%(spider)s"),
        "WARC_PAYLOADS": "tests.newscrawl.warc.wire_crawl.NoPayloads",
        "WARC_OPERATOR": "Redaksi Uji <uji@example.org>",
        "CONCURRENT_REQUESTS": 64,
        "ROBOTSTXT_OBEY": True,
        "DOWNLOAD_TIMEOUT": 20,
        "HTTPCACHE_ENABLED": True,
        "HTTPCACHE_DIR": str(folder / "cache"),
        "HTTPCACHE_POLICY": CachePolicy,
        "RETRY_TIMES": 2,
        "TELNETCONSOLE_ENABLED": False,
        "LOG_LEVEL": "INFO",
    }
    settings.update(pair.partition("=")[::2] for pair in sys.argv[4:])
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(WireSpider)
    process.crawl(crawler)
    process.start()
    stats = {key: str(value) for key, value in crawler.stats.get_stats().items()}
    results = crawler.spider.results  # type: ignore[union-attr]
    (folder / "results.json").write_text(json.dumps({"results": results, "stats": stats}))


if __name__ == "__main__":
    main()
