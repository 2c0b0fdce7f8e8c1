"""Read the listings of a crawl: feeds, sitemaps, indexes and lists, and the pages that follow them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from scrapy import Request
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from newscrawl import discover
from newscrawl.discover import Follow
from newscrawl.replies import content_type, reason_of, reply_of
from newscrawl.state import StateError

if TYPE_CHECKING:
    from newscrawl.spider import NewsSpider

FIRST = 10  # priority: what there is to fetch should be known before the first article


class Listings:
    """The discovery pages of a crawl, and what they say that the state does not keep.

    `too_old` are articles of no known day that a source calls older than the period.
    """

    def __init__(self, spider: NewsSpider) -> None:
        self.spider = spider
        self.asked: set[str] = set()
        self.open: set[str] = set()  # first pages of lists that earlier runs did not read to the end
        self.too_old: set[str] = set()

    def first(self) -> Iterator[Request]:
        """Yield the requests that discovery begins with."""
        outlet, args = self.spider.outlet, self.spider.arguments
        today = datetime.now(ZoneInfo(outlet.zone)).date()
        for follow in discover.first_requests(
            outlet, since=args.since, until=args.until, section=args.section, today=today
        ):
            with self.spider.storage():
                yield self.request(follow)

    def request(self, follow: Follow) -> Request:
        """Return the request of a discovery page, conditional when it was read before.

        For a period pages are walked anew: an unchanged one would not tell whether to go on. So they are when
        the last run ended in the middle.
        """
        self.asked.add(follow.url)
        anew = bool(self.spider.arguments.since or self.spider.arguments.until) or follow.page > 1
        if follow.page == 1 and self.spider.ledger.asked(follow):
            self.open.add(follow.url)
            follow, anew = replace(follow, exhaust=True), True
        return Request(
            follow.url,
            callback=self.parse,
            errback=self.failed,
            cb_kwargs={"follow": follow},
            meta={
                "validators": (None, None) if anew else self.spider.state.validators(follow.url),
                "handle_httpstatus_list": [304],
            },
            priority=FIRST,
            dont_filter=True,
        )

    def parse(self, response: Response, follow: Follow) -> Iterator[Request]:
        """Put the article URLs of a discovery page into the state; ask for the pages that follow."""
        self.spider.count("listings/fetched")
        if response.status == 304:
            self.spider.count("listings/unchanged")
            with self.spider.storage():
                self.spider.ledger.unchanged(follow)
            return
        args = self.spider.arguments
        with self.spider.storage():
            listing, new = self.spider.ledger.listed(
                follow,
                reply_of(response),
                response.body,
                content_type(response),
                since=args.since,
                until=args.until,
            )
            for problem in listing.problems:
                self.spider.count("listings/problems")
                self.spider.logger.warning("%s: %s", response.url, problem)
            self.too_old.update(f.url for f in listing.outside if f.published is None)
            self.too_old.difference_update(f.url for f in listing.found)
            self.spider.count("found", len(listing.found))
            self.spider.count("found/new", new)
            was_open = discover.first_page(follow) in self.open
            following = self.spider.ledger.following(
                follow, listing, reply_of(response).at, was_open=was_open
            )
            self.spider.state.commit()  # a period's walk ends where no record shows it
            for more in [*listing.more, *([following] if following else [])]:
                if more.url not in self.asked:  # a sitemap index may name itself
                    yield self.request(more)

    def failed(self, failure: Failure) -> None:
        """Report a discovery page that could not be read; the other sources go on."""
        if isinstance(failure.value, StateError):
            self.spider.stop("storage_failed", str(failure.value))
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy sets it
        follow: Follow = request.cb_kwargs["follow"]
        error = failure.value
        status = error.response.status if isinstance(error, HttpError) else None
        with self.spider.storage():
            is_past = self.spider.ledger.unlisted(follow, status)
            self.spider.state.commit()  # perhaps no record shows it
            if is_past:
                return
        self.spider.count("listings/failed")
        self.spider.logger.warning("Source %s could not be read: %s", request.url, reason_of(failure))
