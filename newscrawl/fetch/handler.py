"""The download handler of a crawl: records each exchange and connects where `connect` says."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from newscrawl.fetch.connect import EndpointFactory, destination, parse_connect_to
from newscrawl.fetch.errors import Refused, Stopped
from newscrawl.fetch.politeness import PoliteDownloader
from newscrawl.fetch.scope import DEFAULT_PORTS, refuse
from newscrawl.warc.handler import RecordingHandler
from newscrawl.warc.tap import Tap


class Handler(RecordingHandler):
    """Download over HTTP/1.1 and record, with the setting CONNECT_TO and without private addresses."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._table = parse_connect_to(crawler.settings.get("CONNECT_TO"))
        self._connecting: set[str] = set()
        # Twisted would resend at once, past every delay, when a server closes a kept connection.
        self._pool.retryAutomatically = False

    def endpoint_factory(self, default: Any) -> EndpointFactory:
        """Return what makes the endpoints of an agent, given the agent's own factory."""
        return EndpointFactory(default, self._table, self._connecting.add)

    async def download_request(self, request: Request) -> Response:
        """Download a page; raise `Refused`, counted, when its host has a private address."""
        parts = urlparse_cached(request)
        host = parts.hostname or ""
        if destination(self._table, host, parts.port or DEFAULT_PORTS[parts.scheme]).chosen:
            request.meta.pop("proxy", None)  # one from the environment does not know our table
        self._connecting.discard(host)
        asyncio.get_running_loop().call_later(0, self._delay_from_now, request)  # after the socket's turn
        try:
            return await super().download_request(request)
        except Refused as error:
            raise refuse(self._crawler, error.reason, request.url, str(error)) from None
        finally:
            if host in self._connecting:
                self._connecting.discard(host)
                self._delay_from_now(request)

    async def _fetch(self, request: Request, tap: Tap) -> Response:
        downloader = self._downloader()
        if downloader is None:
            return await super()._fetch(request, tap)
        exchange = asyncio.ensure_future(super()._fetch(request, tap))
        downloader.exchanges.add(exchange)
        try:
            return await exchange
        except asyncio.CancelledError:
            raise Stopped("crawl-stopped") from None  # the recorder keeps what has come so far
        finally:
            downloader.exchanges.discard(exchange)

    def _delay_from_now(self, request: Request) -> None:
        # Scrapy counts the delay from when it takes a request off its queue. It goes out later when the
        # reactor is busy, and later still when it has to connect first: the next one would come too early.
        if (downloader := self._downloader()) is not None:
            downloader.site(request).lastseen = monotonic()

    def _downloader(self) -> PoliteDownloader | None:
        engine = self._crawler.engine
        downloader = engine.downloader if engine is not None else None
        return downloader if isinstance(downloader, PoliteDownloader) else None
