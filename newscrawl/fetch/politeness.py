"""How often a site is asked: one budget for all its hosts, a floor under every delay, pauses on demand."""

from __future__ import annotations

import asyncio
import logging
import random
from time import monotonic
from typing import Any

from scrapy import Request, signals
from scrapy.core.downloader import Downloader, Slot
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from newscrawl.fetch.connect import parse_connect_to
from newscrawl.fetch.errors import Stopped
from newscrawl.fetch.scope import hosts_of, site_of

logger = logging.getLogger(__name__)

PATIENCE = 2.0  # seconds that an exchange may still take when the crawl is being closed
MOMENT = 0.05  # seconds that the middlewares have to judge a response before the next request goes out


def pause_seconds(failures: int, base: float, limit: float) -> float:
    """Return how long to leave a site alone after so many failures in a row: doubling, at most `limit`.

    Up to a quarter is added by chance, so that many crawls do not come back at the same moment.

    >>> 20 <= pause_seconds(3, 5, 300) <= 25
    True
    """
    return min(limit, base * 2.0 ** min(failures - 1, 30)) * random.uniform(1, 1.25)


class SiteSlot(Slot):
    """The budget of one site. Others may raise `delay` and lower it again, but never under `least`.

    `least` is in seconds; `not_before` is a time of `monotonic()`. `failures` counts pauses, `blocks` block
    pages, each since the site last gave a page.
    """

    __slots__ = ("blocks", "failures", "least", "not_before")

    def __init__(self, concurrency: int, delay: float, jitter: float, least: float) -> None:
        super().__init__(concurrency, delay, jitter)
        self.least = least
        self.not_before = 0.0
        self.failures = 0
        self.blocks = 0

    def download_delay(self) -> float:
        """Return the seconds that must lie between the last request and the next one."""
        delay = max(self.least, self.delay) * (1 + random.uniform(0, self.jitter))
        return max(delay, self.not_before - self.lastseen)


class PoliteDownloader(Downloader):
    """Scrapy's downloader with a `SiteSlot` for each site of the outlet.

    Jitter only adds to a delay. When the crawl is closed, requests that wait fail as `Stopped`, and so do
    exchanges that are not over soon: neither a long pause nor a slow server holds it up.
    """

    _SLOT_GC_INTERVAL = 0.5  # seconds

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        parse_connect_to(settings.get("CONNECT_TO"))  # Scrapy only logs what a handler raises
        super().__init__(crawler)
        self.least = settings.getfloat("POLITE_MIN_DELAY", 1.0)
        self.pause_base = settings.getfloat("BACKOFF_SECONDS", 5.0)
        self.pause_limit = settings.getfloat("BACKOFF_MAX", 300.0)
        self._stopping: asyncio.Future[None] | None = None
        self.exchanges: set[asyncio.Future[Response]] = set()  # under way; cancelled when the end is overdue
        self._left: set[str] = set()
        self._closing_since: float | None = None
        crawler.signals.connect(self._downloaded, signals.response_downloaded)

    def get_slot_key(self, request: Request) -> str:
        """Return the site of a request: hosts under one registered name share it."""
        host = urlparse_cached(request).hostname or ""
        return site_of(host, hosts_of(self.crawler)) or host

    def site(self, request: Request) -> SiteSlot:
        """Return the budget that a request falls under."""
        slot = self._get_slot(request)[1]
        assert isinstance(slot, SiteSlot)
        return slot

    def hold(self, request: Request, seconds: float) -> None:
        """Ask nothing of the request's site for some seconds; what is under way goes on."""
        site = self.site(request)
        site.not_before = max(site.not_before, monotonic() + seconds)

    def back_off(self, request: Request, asked: float | None = None) -> float:
        """Hold the request's site for the seconds it `asked` for, else longer each time; return how long."""
        site = self.site(request)
        site.failures += 1
        seconds = pause_seconds(site.failures, self.pause_base, self.pause_limit) if asked is None else asked
        self.hold(request, seconds)
        return seconds

    def _downloaded(self, request: Request) -> None:
        # When a site is slower than its delay, Scrapy sends the next request before anybody has seen that
        # this response asks for a pause.
        self.hold(request, min(MOMENT, self.site(request).least))

    def _get_slot(self, request: Request, spider: Any = None) -> tuple[str, Slot]:
        key = self.get_slot_key(request)
        if key not in self.slots:
            own = self.per_slot_settings.get(key, {})
            self.slots[key] = SiteSlot(
                concurrency=own.get("concurrency", self.domain_concurrency),
                delay=own.get("delay", self._delay),
                jitter=own.get("jitter", self._jitter),
                least=self.least,
            )
            self._start_slot_gc()
        return key, self.slots[key]

    def _slot_gc(self, age: float = 60) -> None:
        # Scrapy drops idle slots here. Ours stay, they remember when their site may be asked again. But it
        # is a place that is visited regularly, and nothing else says that the crawl is being closed.
        engine: Any = self.crawler.engine
        if engine is None or engine._slot is None or engine._slot.closing is None:
            return
        self.drop_waiting()
        if self._closing_since is None:
            self._closing_since = monotonic()
        elif monotonic() - self._closing_since > PATIENCE:
            for exchange in self.exchanges:
                exchange.cancel()

    def is_left(self, request: Request) -> bool:
        """Tell whether nothing more is asked of a request's host."""
        return bool(self._left) and self.get_slot_key(request) in self._left

    def stop(self, reason: str, message: str, request: Request) -> None:
        """Close the crawl for a reason, with one line for the operator; only the first call counts.

        A spider that has a `stop` of its own is asked to do it. When the `request` was for a host that only
        serves assets, that host alone is asked for nothing more: articles do not need it.
        """
        host = urlparse_cached(request).hostname or ""
        outlet = hosts_of(self.crawler)
        if outlet and site_of(host, outlet) is None:
            if host not in self._left:
                self._left.add(host)
                logger.warning("%s: nothing more is asked of it", message)
            self.drop_waiting(host)
            return
        if self._stopping is None:
            self._stopping = asyncio.ensure_future(self._stop(reason, message))
            self.drop_waiting()

    async def _stop(self, reason: str, message: str) -> None:
        spider_stop = getattr(self.crawler.spider, "stop", None)
        if spider_stop is not None:
            spider_stop(reason, message)
            return
        logger.error("%s", message)
        assert self.crawler.engine is not None
        await self.crawler.engine.close_spider_async(reason=reason)

    def drop_waiting(self, key: str | None = None) -> None:
        """Fail every request that waits for its turn, or those of one site."""
        reason = "crawl-stopped" if key is None else "left-alone"
        for slot in [slot for name, slot in self.slots.items() if key in (None, name)]:
            while slot.queue:
                slot.queue.popleft()[1].errback(Stopped(reason))


def downloader_of(crawler: Crawler) -> PoliteDownloader:
    """Return the crawl's downloader; the setting DOWNLOADER must name ours."""
    assert crawler.engine is not None
    downloader = crawler.engine.downloader
    assert isinstance(downloader, PoliteDownloader)
    return downloader
