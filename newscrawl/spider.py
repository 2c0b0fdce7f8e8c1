"""Join the steps of a crawl. Knows no outlet: an outlet file declares one, everything else is here."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import scrapy
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from scrapy.utils.asyncio import create_looping_call
from twisted.python.failure import Failure

from newscrawl.arguments import parse
from newscrawl.extract import Page, Unextractable, join_pages
from newscrawl.fetch.errors import Blocked, Stopped
from newscrawl.following import following
from newscrawl.forget.log import forgotten
from newscrawl.items import Article
from newscrawl.ledger import GONE, Ledger, revisit_schedule
from newscrawl.listings import Listings
from newscrawl.outcomes import Outcomes
from newscrawl.outlet import Outlet
from newscrawl.replies import content_type, reason_of, reply_of
from newscrawl.requisites import Requisites, parse_kind
from newscrawl.state import Due, State, StateError, state_file
from newscrawl.urls import all_in_one, canonical
from newscrawl.warc.writer import WarcWriteError
from newscrawl.workers import ExtractionFailed, Workers, failure_reason

SHORTEST = 0.05  # seconds between two commits of the state
BATCH = 32  # articles handed to the scheduler at a time; the rest waits in the state


class NewsSpider(scrapy.Spider):
    """Crawl one outlet: read its listings into the state, then fetch what is due and yield articles."""

    outlet: Outlet

    def __init__(self, **arguments: str) -> None:
        super().__init__()
        self.arguments = parse(arguments, self.outlet)
        self.in_flight: set[str] = set()
        self.listings = Listings(self)
        self.asked = 0  # articles requested, for `limit`
        self.stop_message: str | None = None
        self.is_behind = False  # the state lacks something that the files say

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Build the spider with its state and its extraction workers."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        settings = crawler.settings
        spider.state = State(state_file(Path(settings["DATA_DIR"]), cls.outlet.name), zone=cls.outlet.zone)
        spider.ledger = Ledger(
            spider.state,
            cls.outlet,
            revisit_after=revisit_schedule(settings["REVISIT_DAYS"]),
            forgotten=forgotten(Path(settings["DATA_DIR"]), cls.outlet.name),
        )
        spider.workers = Workers(
            cls.outlet,
            workers=settings.getint("EXTRACT_WORKERS"),
            seconds=settings.getint("EXTRACT_SECONDS"),
        )
        assets = parse_kind(settings["ARCHIVE_ASSETS"])
        spider.requisites = Requisites(assets, cls.outlet, spider.count)
        spider.state.group()
        spider.commits = create_looping_call(spider.commit)
        crawler.signals.connect(spider.opened, signals.spider_opened)
        spider.outcomes = Outcomes(spider)  # kept: Scrapy's signals hold their receivers weakly
        crawler.signals.connect(spider.finished, signals.engine_stopped)
        return spider

    state: State
    ledger: Ledger
    workers: Workers
    requisites: Requisites
    outcomes: Outcomes
    commits: Any

    async def start(self) -> AsyncIterator[Request]:
        """Ask for the listings, then for what the state says is due, until nothing is left."""
        if self.arguments.urls:
            for url in self.arguments.urls:
                yield self.page_request(self.due_now(url))
            return
        for request in self.listings.first():
            yield request
        while not self.limit_reached():
            await self.crawler.signals.wait_for(signals.scheduler_empty)
            batch = self.next_batch()
            for due in batch:
                yield self.page_request(due)
            if not batch and self.is_idle():
                return

    def next_batch(self) -> list[Due]:
        """Return the next articles to ask for, at most as many as `limit` leaves."""
        args = self.arguments
        room = BATCH - len(self.in_flight)
        if args.limit is not None:
            room = min(room, args.limit - self.asked)
        if room <= 0:
            return []
        try:
            return self.state.due(
                datetime.now(UTC),
                room,
                exclude=self.in_flight | self.listings.too_old,
                section=args.section,
                since=args.since,
                until=args.until,
            )
        except StateError as error:
            self.stop("storage_failed", str(error))
            return []

    def due_now(self, url: str) -> Due:
        """Return an article that the user asked for by name, whatever the state says of it."""
        known = self.state.url_state(url)
        # Where the last capture has no line, a 304 would bring nothing.
        had = known if known and known.extracted and not known.unread else None
        return Due(
            url=url,
            why="revisit" if had else "new",
            etag=had.etag if had else None,
            last_modified=had.last_modified if had else None,
            published=None,
            section=None,
        )

    def limit_reached(self) -> bool:
        """Tell whether `limit` articles were asked for."""
        return self.arguments.limit is not None and self.asked >= self.arguments.limit

    def is_idle(self) -> bool:
        """Tell whether no request waits and no page is being worked on.

        A redirect or a second try may have come back to the scheduler since that said that it was empty.
        """
        engine = self.crawler.engine
        assert engine is not None
        slot = engine._slot
        assert slot is not None
        return not (self.in_flight or slot.inprogress or slot.scheduler.has_pending_requests())

    # Articles

    def page_request(self, due: Due) -> Request:
        """Return the request of an article, all pages in one where the outlet offers that."""
        self.in_flight.add(due.url)
        self.asked += 1
        self.count(f"articles/asked/{due.why}")
        return self.follow_up(all_in_one(due.url, self.outlet), due, ())

    def follow_up(self, url: str, due: Due, pages: tuple[Article, ...]) -> Request:
        """Return the request of one page of an article whose earlier `pages` are here."""
        return Request(
            url,
            callback=self.parse_page,
            errback=self.page_failed,
            cb_kwargs={"due": due, "pages": pages},
            meta={
                "validators": (None, None) if pages else (due.etag, due.last_modified),
                "handle_httpstatus_list": [304],
            },
            dont_filter=True,
        )

    async def parse_page(
        self, response: Response, due: Due, pages: tuple[Article, ...]
    ) -> AsyncIterator[Request | Article]:
        """Extract a page; yield the article once its last page is here."""
        reply = reply_of(response)
        if canonical(response.url, self.outlet) is None:
            self.give_up(due, reply.at, "redirected-away", response.url)
            return
        with self.storage():
            if not pages:
                self.ledger.fetched(due.url, reply)
            if response.status == 304:
                self.count("articles/not-modified")
                self.ledger.settled(due.url, reply.at)
                self.in_flight.discard(due.url)
                return
        for request in self.requisites.requests(response):
            yield request
        try:
            article = await self.workers.extract(
                Page(response.url, response.body, reply.at, content_type(response))
            )
        except (Unextractable, ExtractionFailed) as error:
            reason = failure_reason(error)
            self.count(reason.replace(": ", "/") if isinstance(error, Unextractable) else "extraction-failed")
            self.give_up(due, reply.at, reason, response.url)
            return
        article.warc = reply.pointer
        pages = (*pages, article)
        if more := following(article.evidence.next_page, len(pages), due.url, self.outlet):
            yield self.follow_up(more, due, pages)
        else:
            yield join_pages(pages)

    def page_failed(self, failure: Failure) -> Iterator[Article]:
        """Note why a page could not be had; an article whose later page is missing is kept as it is."""
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy sets it
        due: Due = request.cb_kwargs["due"]
        pages: tuple[Article, ...] = request.cb_kwargs["pages"]
        reason = reason_of(failure)
        if isinstance(failure.value, StateError):
            self.stop("storage_failed", str(failure.value))
        if isinstance(failure.value, (Stopped, WarcWriteError, StateError)):
            self.in_flight.discard(due.url)  # as if it had never been asked for: the next run will
        elif pages:
            self.logger.warning("Page %d of %s is missing: %s", len(pages) + 1, due.url, reason)
            pages[0].extraction.warnings.append("pages.missing")
            yield join_pages(pages)
        elif isinstance(failure.value, HttpError):
            reply = reply_of(failure.value.response)
            with self.storage():
                self.ledger.refused(due.url, reply)
            if reply.status in GONE:
                self.count("articles/gone")
            self.report(due, reason, request.url)
        else:
            if reason == "robots":
                self.count("articles/forbidden")
            date: str | None = request.meta.get("warc_date") if isinstance(failure.value, Blocked) else None
            at = datetime.fromisoformat(date).replace(microsecond=0) if date else datetime.now(UTC)
            self.give_up(due, at, reason, request.url, recorded=date is not None)

    def give_up(self, due: Due, at: datetime, reason: str, url: str, *, recorded: bool = True) -> None:
        """Note that an article could not be had this time; `recorded`: the archive shows why."""
        with self.storage():
            self.ledger.failed(due.url, at, reason, recorded=recorded)
        self.report(due, reason, url)

    def report(self, due: Due, reason: str, url: str) -> None:
        """Count and log a failed article."""
        self.in_flight.discard(due.url)
        self.count("articles/failed")
        self.logger.warning("No article from %s: %s", url, reason)

    # The run

    def opened(self) -> None:
        """Commit what the state is told at least every SYNC_SECONDS: a kill costs only reading it anew."""
        self.commits.start(max(SHORTEST, self.crawler.settings.getfloat("SYNC_SECONDS")), now=False)

    def commit(self) -> None:
        """Commit what the state was told."""
        with self.storage():
            self.state.commit()

    def finished(self) -> None:
        """Close what the run holds; what its files say is in the state."""
        if self.commits.running:
            self.commits.stop()
        stats = self.crawler.stats
        self.is_behind |= stats.get_value("warc/error") is not None
        files = [*stats.get_value("warc/files", []), *filter(None, [stats.get_value("jsonl/file")])]
        with contextlib.suppress(StateError):  # then the next run reads the files again
            with self.state.transaction():  # all or none: only together do they tell which pages have a line
                for file in files if not self.is_behind else []:
                    self.state.set_reconciled(Path(file).name)
            self.state.close()
        self.workers.close()

    def count(self, key: str, count: int = 1) -> None:
        """Add to a counter of the crawl."""
        if count:
            self.crawler.stats.inc_value(key, count)

    @contextlib.contextmanager
    def storage(self) -> Iterator[None]:
        """Stop the crawl with a clear line when the state cannot be written."""
        try:
            yield
        except StateError as error:
            self.stop("storage_failed", str(error))

    def stop(self, reason: str, message: str) -> None:
        """End the crawl early; the first message is what the user gets to read."""
        self.is_behind |= reason == "storage_failed"
        if self.stop_message is None:
            self.stop_message = message
            self.logger.error("%s", message)
            engine = self.crawler.engine
            assert engine is not None
            self._closing = asyncio.ensure_future(engine.close_spider_async(reason=reason))
