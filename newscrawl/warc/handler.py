"""The download handler that records: everything Scrapy fetches over HTTP goes through it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler, _ScrapyAgent
from scrapy.exceptions import (
    DownloadCancelledError,
    DownloadTimeoutError,
    StopDownload,
)
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future

from newscrawl.warc.recorder import Recorder
from newscrawl.warc.tap import Tap, TappedFactory, TappedPool

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.web.client import Agent

    from newscrawl.warc.payloads import Payloads
    from newscrawl.warc.records import Truncated


class RecordingHandler(HTTP11DownloadHandler):
    """Download over HTTP/1.1 and store each exchange before anybody sees its response."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = TappedFactory
        records = crawler.settings.getbool("WARC_ENABLED", True)
        self.recorder = Recorder.of(crawler) if records else None

    @property
    def payloads(self) -> Payloads | None:
        """What revisit records refer to; may be replaced while the crawl runs. `None` without recording."""
        return self.recorder.payloads if self.recorder else None

    @payloads.setter
    def payloads(self, payloads: Payloads) -> None:
        if self.recorder:
            self.recorder.payloads = payloads

    def endpoint_factory(self, default: Any) -> Any:
        """Return what opens direct connections, by default `default`.

        A subclass may return any object with one method `endpointForURI(uri) -> IStreamClientEndpoint`. `uri`
        is a `twisted.web.client.URI` with `scheme`, `host` (both bytes) and `port`; the endpoint's
        `connect(factory)` must return a Deferred, and fail it to refuse the connection. For `https` the
        endpoint must do TLS itself. `default.endpointForURI` does all this (HostnameEndpoint, TLS wrapped
        around it); `default._reactor`, `._policyForHTTPS`, `._connectTimeout` and `._bindAddress` are there
        for whoever builds an endpoint anew. Called once for each request, and asked for an endpoint when a
        connection is opened; connections are pooled by the scheme, host and port of the URI, whatever the
        endpoint connects to. Not asked when the request goes through a proxy.
        """
        return default

    async def download_request(self, request: Request) -> Response:
        """Fetch, record, and only then return the response or raise what went wrong."""
        _refuse_zstd(request)
        maxsize = request.meta.get("download_maxsize", self._default_maxsize)
        tap = Tap(maxsize + maxsize // 8)  # an eighth for chunk framing
        if self.recorder is None:
            try:
                return await self._fetch(request, tap)
            finally:
                tap.open = False
        self.recorder.check()
        try:
            response = await self._fetch(request, tap)
        except Exception as error:  # why: whatever ended it, what came is stored; raised again
            tap.open = False
            await self.recorder.record(request, tap, _why(error))
            raise
        tap.open = False
        stopped = "download_stopped" in response.flags
        await self.recorder.record(request, tap, "unspecified" if stopped else "disconnect")
        return response

    async def _fetch(self, request: Request, tap: Tap) -> Response:
        agent = _RecordingAgent(
            self,
            contextFactory=self._contextFactory,
            bindAddress=self._bind_address,
            pool=TappedPool(self._pool, tap),
            maxsize=self._default_maxsize,
            warnsize=self._default_warnsize,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self._crawler,
            tls_verbose_logging=self._tls_verbose_logging,
        )
        try:
            with wrap_twisted_exceptions():
                response = await maybe_deferred_to_future(agent.download_request(request))
        except Exception as error:  # why: our own cut-off shows as any error; raised again
            if tap.overflow:
                raise DownloadCancelledError(f"Stopped at {tap.overflow}: {request}") from error
            raise
        if tap.overflow:
            raise DownloadCancelledError(f"Stopped at {tap.overflow}: {request}")
        return response


class _RecordingAgent(_ScrapyAgent):
    def __init__(self, handler: RecordingHandler, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._handler = handler

    def _get_agent(self, request: Request, timeout: float) -> Agent:
        agent = super()._get_agent(request, timeout)
        if not request.meta.get("proxy"):
            default = agent._endpointFactory
            agent._endpointFactory = _Endpoints(default, self._handler.endpoint_factory(default))
        return agent


class _Endpoints:
    """The chosen endpoint factory, with the attributes that Scrapy's agents read of the default one."""

    def __init__(self, default: Any, chosen: Any) -> None:
        self._connectTimeout = default._connectTimeout
        self._bindAddress = default._bindAddress
        self._chosen = chosen

    def endpointForURI(self, uri: Any) -> Any:  # noqa: N802  Twisted's name
        return _WhenNeeded(self._chosen, uri)


class _WhenNeeded:
    """An endpoint that is made when a connection is opened: most requests go over one that was kept.

    Twisted asks for an endpoint at each request, and to prepare TLS takes 0.1 ms.
    """

    def __init__(self, factory: Any, uri: Any) -> None:
        self._factory = factory
        self._uri = uri

    def connect(self, protocols: Any) -> Any:
        return self._factory.endpointForURI(self._uri).connect(protocols)


def _why(error: Exception) -> Truncated:
    """Name what ended a body early as WARC-Truncated does."""
    if isinstance(error, DownloadTimeoutError):
        return "time"
    if isinstance(error, DownloadCancelledError):
        return "length"
    if isinstance(error, StopDownload):
        return "unspecified"
    return "disconnect"


def _refuse_zstd(request: Request) -> None:
    # Replay tools cannot read it, and Scrapy's middleware asks for it.
    asked = request.headers.getlist("Accept-Encoding")
    if (kept := [_without_zstd(codings) for codings in asked]) != asked:
        request.headers["Accept-Encoding"] = kept


@lru_cache(maxsize=16)
def _without_zstd(codings: bytes) -> bytes:
    """Return what is asked for but zstd, as it was where that was not.

    >>> _without_zstd(b"gzip, br, zstd;q=0.5"), _without_zstd(b"br,gzip")
    (b'gzip, br', b'br,gzip')
    """
    if b"zstd" not in codings:
        return codings
    return b", ".join(coding.strip() for coding in codings.split(b",") if b"zstd" not in coding)
