"""Obey robots.txt, its delays too; a robots.txt that cannot be had is no permission."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import ProtegoRobotParser

from newscrawl.fetch.errors import Refused, Stopped
from newscrawl.fetch.identity import PRODUCT
from newscrawl.fetch.politeness import downloader_of
from newscrawl.fetch.scope import hosts_of, refuse

logger = logging.getLogger(__name__)

MAX_BYTES = 500 * 1024  # RFC 9309: at least this much is to be parsed
FIRST = 1000  # priority: nothing else of the host can be asked for before


@dataclass(frozen=True, slots=True)
class Rules:
    """What a robots.txt says to us. `delay` is in seconds, the longer of Crawl-delay and Request-rate."""

    protego: Protego
    delay: float | None

    def allows(self, url: str) -> bool:
        """Tell whether we may fetch a URL."""
        return self.protego.can_fetch(url, PRODUCT)


def parse(body: bytes) -> Rules:
    r"""Read a robots.txt; of a very long one the first 500 KiB.

    >>> rules = parse(b"User-agent: *\nDisallow: /search\nCrawl-delay: 2\nRequest-rate: 1/10")
    >>> rules.allows("https://rmol.id/search?q=a"), rules.allows("https://rmol.id/politik"), rules.delay
    (False, True, 10.0)
    """
    if len(body) > MAX_BYTES:
        body = body[:MAX_BYTES].rpartition(b"\n")[0]
    protego = ProtegoRobotParser(body, None).rp
    delays = []
    if (crawl_delay := protego.crawl_delay(PRODUCT)) is not None:
        delays.append(float(crawl_delay))
    # Of a rate for some hours of the day: keeping to it all day harms nobody.
    if (rate := protego.request_rate(PRODUCT)) is not None and rate.requests > 0:
        delays.append(rate.seconds / rate.requests)
    return Rules(protego, max(delays, default=None))


class RobotsTxt:
    """Downloader middleware: fetch robots.txt once for each host of a run and keep to it.

    An answer 4xx means that there are no rules (RFC 9309). No answer, 5xx and 429 are tried again after
    `retries` seconds each; then the crawl stops with the reason `robots_unreachable` when it is about a
    registered host or no other one answered, else requests to that one host are refused. `max_delay` caps
    what a site may ask between two requests, in seconds.
    """

    def __init__(self, crawler: Crawler, *, retries: tuple[float, ...], max_delay: float) -> None:
        self.crawler = crawler
        self.retries = retries
        self.max_delay = max_delay
        self._rules: dict[str, asyncio.Task[Rules | None]] = {}
        self._answered = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the middleware for a crawl that obeys robots.txt."""
        settings = crawler.settings
        if not settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        return cls(
            crawler,
            retries=tuple(float(s) for s in settings.getlist("ROBOTS_RETRY_SECONDS", [5, 30, 120])),
            max_delay=settings.getfloat("CRAWL_DELAY_MAX", 60),
        )

    async def process_request(self, request: Request) -> None:
        """Wait for the host's robots.txt; raise `Refused` for what it disallows."""
        if request.meta.get("robots_txt"):
            return
        if downloader_of(self.crawler).is_left(request):
            raise refuse(self.crawler, "left-alone", request.url)
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._rules:
            self._rules[origin] = asyncio.ensure_future(self._fetch(origin))
        rules = await self._rules[origin]
        if rules is None:
            raise refuse(self.crawler, "robots-unreachable", request.url)
        if not rules.allows(request.url):
            raise refuse(self.crawler, "robots", request.url)

    async def _fetch(self, origin: str) -> Rules | None:
        url = f"{origin}/robots.txt"
        request = Request(
            url,
            callback=NO_CALLBACK,
            priority=FIRST,
            dont_filter=True,
            meta={"robots_txt": True, "dont_retry": True},
        )
        problem = ""
        for seconds in (0.0, *self.retries):
            if seconds:
                self._count("retries")
                downloader_of(self.crawler).hold(request, seconds)
            answer = await self._ask(request.replace())
            if isinstance(answer, Rules):
                self._apply(request, answer)
                return answer
            problem = answer
        self._give_up(request, problem)
        return None

    async def _ask(self, request: Request) -> Rules | str:
        """Return the rules, or in words why they are not known."""
        assert self.crawler.engine is not None
        self._count("request_count")
        try:
            response = await self.crawler.engine.download_async(request)
        except Stopped:
            raise
        except Refused as error:  # a redirect that leads elsewhere or in circles: as if there were none
            logger.warning("%s leads to what we do not fetch (%s): taken as absent", request.url, error)
            return parse(b"")
        except Exception as error:  # noqa: BLE001  # why: whatever keeps us from robots.txt, it is no permission
            if self.crawler.engine.spider is None:
                raise Stopped("crawl-stopped") from None
            self._count(f"exception_count/{type(error).__name__}")
            return f"{type(error).__name__} {error}".strip()
        self._count("response_count")
        self._count(f"response_status_count/{response.status}")
        if response.status >= 500 or response.status == 429:
            return f"HTTP status {response.status}"
        self._answered = True
        body = response.body if response.status < 300 else b""
        rules = parse(body)
        await self._announce(response)
        return rules

    async def _announce(self, response: Response) -> None:
        await self.crawler.signals.send_catch_log_async(
            signal=signals.robots_parsed,
            robotparser=ProtegoRobotParser(response.body[:MAX_BYTES], self.crawler.spider),
            request=response.request,
        )

    def _apply(self, request: Request, rules: Rules) -> None:
        if not rules.delay:
            return
        site = downloader_of(self.crawler).site(request)
        if rules.delay > self.max_delay:
            logger.warning(
                "%s asks for %g s between requests; we wait %g s (CRAWL_DELAY_MAX)",
                request.url,
                rules.delay,
                self.max_delay,
            )
        site.least = max(site.least, min(rules.delay, self.max_delay))
        self.crawler.stats.max_value("robotstxt/crawl_delay", site.least)

    def _give_up(self, request: Request, problem: str) -> None:
        url = request.url
        host = urlsplit(url).hostname or ""
        if host.removeprefix("www.") in hosts_of(self.crawler) or not self._answered:
            downloader_of(self.crawler).stop(
                "robots_unreachable",
                f"{url} cannot be had ({problem}): without it nothing may be fetched, the crawl stops",
                request,
            )
        else:
            logger.warning("%s cannot be had (%s): nothing is fetched from this host", url, problem)

    def _count(self, key: str) -> None:
        self.crawler.stats.inc_value(f"robotstxt/{key}")
