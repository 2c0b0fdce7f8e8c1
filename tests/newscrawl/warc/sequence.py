"""Fetch a list of requests one after the other and tell of each as a line of JSON on standard output.

The argument is JSON: `port` of a wire server that all connections are led to (unless `proxy`), `settings`,
`requests` (keyword arguments of Scrapy requests), and `replace_payloads`.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess, Crawler

from newscrawl.warc.handler import RecordingHandler
from tests.newscrawl.warc.wire_crawl import ToWireServer


class ConnectingHandler(RecordingHandler):
    def endpoint_factory(self, default: Any) -> Any:
        port = self._crawler.settings.getint("PORT")
        return Counted(ToWireServer(default, (port, port)), self._crawler)


class Counted:
    """An endpoint factory whose work shows in the stats."""

    def __init__(self, factory: ToWireServer, crawler: Crawler) -> None:
        self.factory = factory
        self.crawler = crawler

    def endpointForURI(self, uri: Any) -> Any:  # noqa: N802
        self.crawler.stats.inc_value("endpoints")
        return self.factory.endpointForURI(uri)


class SequenceSpider(scrapy.Spider):
    name = "sequence"
    requests: list[dict[str, Any]]

    async def start(self) -> AsyncIterator[scrapy.Request]:
        yield self.request(0)

    def request(self, number: int) -> scrapy.Request:
        meta = {"handle_httpstatus_all": True, "dont_redirect": True, "dont_retry": True, "number": number}
        kwargs = self.requests[number]
        return scrapy.Request(
            **{**kwargs, "meta": {**meta, **kwargs.get("meta", {})}},
            dont_filter=True,
            callback=self.parse,
            errback=self.failed,
        )

    def parse(self, response: Any) -> Any:
        return self.tell(response.request, response.status)

    def failed(self, failure: Any) -> Any:
        return self.tell(failure.request, f"{type(failure.value).__name__}: {failure.value}")

    def tell(self, request: scrapy.Request, end: int | str) -> Any:
        pointer = request.meta.get("warc")
        print(json.dumps({"end": end, "warc": asdict(pointer) if pointer else None}), flush=True)
        if request.meta["number"] + 1 < len(self.requests):
            yield self.request(request.meta["number"] + 1)


def main() -> None:
    job = json.loads(sys.argv[1])
    if "file_size" in job:
        resource.setrlimit(resource.RLIMIT_FSIZE, (job["file_size"], job["file_size"]))
    handler = ConnectingHandler if "port" in job else RecordingHandler
    process = AsyncCrawlerProcess(
        {
            "ADDONS": {"newscrawl.warc.Addon": 500},
            "DOWNLOAD_HANDLERS": {"http": handler, "https": handler},
            "PORT": job.get("port"),
            "TELNETCONSOLE_ENABLED": False,
            "LOG_LEVEL": "INFO",
            **job["settings"],
        }
    )
    crawler = process.create_crawler(SequenceSpider)
    process.crawl(crawler, requests=job["requests"])
    process.start()
    stats = {key: str(value) for key, value in crawler.stats.get_stats().items()}
    print(json.dumps({"stats": stats}), flush=True)


if __name__ == "__main__":
    main()
