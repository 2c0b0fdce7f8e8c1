"""Leave a site alone when it says that it is too much: 429 and 503, with or without Retry-After."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Response

from newscrawl.fetch.politeness import downloader_of

logger = logging.getLogger(__name__)

STATUSES = frozenset({429, 503})


def retry_after(value: str | None, now: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks for: a number or an HTTP date; `None` for neither.

    `now` is the time by the server's clock, aware.

    >>> now = datetime(2026, 6, 2, 3, 46, 5, tzinfo=UTC)
    >>> retry_after("120", now), retry_after("Tue, 02 Jun 2026 03:46:35 GMT", now), retry_after("soon", now)
    (120.0, 30.0, None)
    """
    value = (value or "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:12])
    moment = http_date(value)
    return None if moment is None else max(0.0, (moment - now).total_seconds())


def http_date(value: str) -> datetime | None:
    """Return an HTTP date as an aware time, `None` when it is not one."""
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Backoff:
    """Downloader middleware: hold the site of a 429 or 503 and ask again later; other sites go on.

    A pause is what Retry-After says, else BACKOFF_SECONDS doubled with each failure in a row up to
    BACKOFF_MAX. A request is tried `times` times again. The crawl stops with the reason `retry_later` when a
    site wants more than `longest` seconds, with `unavailable` after `limit` failures in a row.
    """

    def __init__(self, crawler: Crawler, *, times: int, longest: float, limit: int) -> None:
        self.crawler = crawler
        self.times = times
        self.longest = longest
        self.limit = limit

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the middleware for a crawl."""
        settings = crawler.settings
        return cls(
            crawler,
            times=settings.getint("BACKOFF_TIMES", 5),
            longest=settings.getfloat("RETRY_AFTER_MAX", 600),
            limit=settings.getint("BACKOFF_LIMIT", 10),
        )

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Hold the site and return the request again, or the response when there were enough tries."""
        downloader = downloader_of(self.crawler)
        site = downloader.site(request)
        if response.status not in STATUSES:
            if response.status < 500:
                site.failures = 0
            return response
        asked = retry_after(_text(response, "Retry-After"), _server_time(response))
        host = downloader.get_slot_key(request)
        if asked is not None and asked > self.longest:
            downloader.stop(
                "retry_later",
                f"{host} asks us to come back in {asked:.0f} s, we wait at most {self.longest:.0f} s",
                request,
            )
            return response
        seconds = downloader.back_off(request, asked)
        site.delay = min(
            max(site.delay, site.least) * 2, self.crawler.settings.getfloat("AUTOTHROTTLE_MAX_DELAY")
        )
        self.crawler.stats.inc_value(f"backoff/{response.status}")
        logger.info("%s answers %d: nothing is asked of it for %.1f s", host, response.status, seconds)
        if site.failures >= self.limit:
            downloader.stop(
                "unavailable",
                f"{host} answered {site.failures} times in a row that it cannot serve us",
                request,
            )
            return response
        if request.meta.get("dont_retry"):
            return response
        assert self.crawler.spider is not None
        again = get_retry_request(
            request,
            spider=self.crawler.spider,
            reason=f"http-{response.status}",
            max_retry_times=self.times,
            stats_base_key="backoff",
        )
        return again or response


def _text(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value is not None else None


def _server_time(response: Response) -> datetime:
    return http_date(_text(response, "Date") or "") or datetime.now(UTC)
