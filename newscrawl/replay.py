"""Tell the ledger what lines and records say; what the records lack of lines is made again from them."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urljoin

from scrapy.exceptions import DropItem
from scrapy.settings import BaseSettings
from w3lib.url import safe_url_string

from newscrawl.discover import Follow, first_page
from newscrawl.extract import Page, Unextractable, join_pages
from newscrawl.fetch.backoff import STATUSES
from newscrawl.fetch.blocks import classify
from newscrawl.fetch.scope import REDIRECTS
from newscrawl.flow import TextFlow
from newscrawl.following import following
from newscrawl.forget import log
from newscrawl.items import Article, WarcPointer, to_line
from newscrawl.ledger import Ledger, Reply, revisit_schedule
from newscrawl.outlet import DatedIndex, ListPage, Outlet
from newscrawl.recognise import listing_of
from newscrawl.state import State, UrlState, Version
from newscrawl.urls import all_in_one, canonical
from newscrawl.warc.reading import Exchange, WarcReadError, iter_exchanges, read_exchange
from newscrawl.warc.records import NOT_MODIFIED
from newscrawl.workers import ExtractionFailed, Workers, failure_reason
from pipelines.jsonl import JsonlFile, run_name
from pipelines.versions import UNCHANGED

logger = logging.getLogger(__name__)


class Replay:
    """Tell the ledger what lines and records say, in the order in which it happened."""

    def __init__(self, state: State, outlet: Outlet, settings: BaseSettings, data: Path) -> None:
        self.state = state
        self.outlet = outlet
        self.ledger = Ledger(
            state,
            outlet,
            revisit_after=revisit_schedule(settings["REVISIT_DAYS"]),
            forgotten=log.forgotten(data, outlet.name),
        )
        self.flow = TextFlow(settings.getdict("ITEM_PIPELINES"), versions=state)
        self.file = JsonlFile(data / "jsonl" / outlet.name, run_name(outlet.name, datetime.now(UTC)))
        self.workers = Workers(outlet, workers=1, seconds=settings.getint("EXTRACT_SECONDS"))
        self.loop = asyncio.new_event_loop()  # not the crawl's own, which has not begun
        self.made = 0
        self.archive = data / "warc" / outlet.name
        self.listings: dict[str, WarcPointer] = {}  # full records of discovery pages, by record id
        self.following: dict[str, Follow] = {}  # pages of lists that come next, by URL
        self.lists: set[str] = set()  # first pages of the lists that were met
        self.is_whole = not state.reconciled()  # nothing was known before
        self.origin: dict[str, tuple[datetime, str]] = {}  # redirect target → when, and the URL asked for
        self.pages: dict[str, list[Article]] = {}  # articles whose later pages are still to come
        self.later_pages: set[str] = set()  # record ids of second and later pages that are in a line
        self.tries = tries_of(settings)
        self.attempts: Counter[str] = Counter()  # refused so far, by URL asked for
        self.read: list[str] = []  # files to be noted when all is done: a part of them explains another

    def lines(self, path: Path) -> None:
        """Note the versions of a JSONL file."""
        with path.open("rb") as file:
            for line in file:
                row = json.loads(line)
                if row["warc"] is None or row["id"] in self.ledger.forgotten:
                    continue
                pointer = WarcPointer(**row["warc"])
                self.later_pages.update(page["record_id"] for page in row["warc_pages"])
                self.state.add_version(
                    Version(
                        row["id"],
                        row["version"],
                        row["url"],
                        row["text_digest"],
                        pointer.payload_digest,
                        pointer,
                        row["fetched"],
                        path.name,
                    )
                )
        self.read.append(path.name)

    def records(self, path: Path) -> None:
        """Note what the exchanges of a WARC file say; make the lines that are missing."""
        for exchange in iter_exchanges(path):
            self.exchange(exchange)
        self.read.append(path.name)

    def close(self) -> None:
        """Stop the workers, also when a file could not be read."""
        self.workers.close()
        self.loop.close()

    def finish(self) -> int:
        """Close the file of the lines that had to be made; return how many."""
        self.file.close()
        if self.made:
            self.read.append(self.file.path.name)
        if self.is_whole and self.read:
            self.open_unread_lists()
        with self.state.transaction():
            for name in self.read:
                self.state.set_reconciled(name)
        return self.made

    def exchange(self, exchange: Exchange) -> None:
        """Note one exchange."""
        reply = reply_of(exchange)
        asked = self.before_redirects(exchange)
        url = canonical(asked, self.outlet)
        if self.ledger.is_forgotten(asked) or self.ledger.is_forgotten(exchange.uri):
            return  # a copy of the archive was put back
        self.payload(exchange, reply.status)
        location = exchange.header("Location")
        if reply.status in REDIRECTS and location:
            self.origin[urljoin(exchange.uri, location)] = datetime.fromisoformat(exchange.date), asked
        elif url is None:
            self.listing(asked, exchange, reply)
        elif reply.status == 304:
            self.ledger.fetched(url, reply)
            self.ledger.settled(url, reply.at)
        elif exchange.truncated:
            pass  # the crawl fetches it again, and so will the next
        elif kind := self.block(exchange, reply.status):
            self.missing(url, asked, reply, f"blocked-{kind}")
        elif reply.status == 200:
            self.attempts.pop(asked, None)
            self.page(url, asked, exchange, reply)
        elif reply.status:
            self.attempts[asked] += 1
            if self.attempts[asked] >= self.tries.get(reply.status, 1):  # else it is asked for again
                self.missing(url, asked, reply)

    def before_redirects(self, exchange: Exchange) -> str:
        """Return the URL that was asked for; one asked for by itself may come in after a redirect to it."""
        when, asked = self.origin.get(exchange.uri, (None, exchange.uri))
        if when is None or datetime.fromisoformat(exchange.date) < when:
            return exchange.uri
        del self.origin[exchange.uri]
        return asked

    def payload(self, exchange: Exchange, status: int) -> None:
        """Remember a payload for later revisits, as the recorder does."""
        digest = exchange.pointer.payload_digest
        if digest and status != 304 and exchange.method == "GET" and not exchange.truncated:
            self.state.add_payload(
                exchange.uri, digest, exchange.date, exchange.pointer.record_id, status, exchange.refers_to
            )

    def block(self, exchange: Exchange, status: int) -> str | None:
        """Return the kind of block page that the crawl took this answer for; it asks again after a 429."""
        if status == 429 or exchange.is_revisit:
            return None
        headers = {name.lower(): value for name, value in exchange.headers}
        return classify(status, headers, self.body(exchange))

    def listing(self, asked: str, exchange: Exchange, reply: Reply) -> None:
        """Note the article URLs of a discovery page, and whether its list stays open."""
        if reply.status == 304:
            return
        by_url = listing_of(asked, b"", self.outlet)
        if reply.status != 200 or exchange.truncated:
            self.unlisted(by_url, None if exchange.truncated else reply.status)
            return
        full = exchange
        if exchange.refers_to:
            known = self.listings.get(exchange.refers_to.record_id)
            if known is None:  # of a file that is not read again: the state knows what it lists
                return
            full = read_exchange(self.archive, known)
        try:
            body = full.body
        except WarcReadError as error:
            logger.warning("%s: %s", exchange.uri, error)
            self.unlisted(by_url, None)
            return
        follow = by_url or listing_of(asked, body, self.outlet)
        if follow is None:
            return
        if self.block(exchange, reply.status):
            self.unlisted(follow, None)
            return
        self.listings[full.pointer.record_id] = full.pointer
        follow = self.as_followed(follow)
        listing, _ = self.ledger.listed(follow, reply, body, exchange.content_type)
        following = self.ledger.following(follow, listing, reply.at)
        if following is not None:
            self.following[following.url] = following

    def unlisted(self, follow: Follow | None, status: int | None) -> None:
        """Note that a discovery page could not be read, if it is one."""
        if follow is not None:
            self.lists.add(first_page(follow))
            self.ledger.unlisted(follow, status)

    def as_followed(self, follow: Follow) -> Follow:
        """Return a discovery page with what the crawl knew of the pages before it.

        A later page that was not expected shows that the crawl read all of the list.
        """
        first = first_page(follow)
        self.lists.add(first)
        known = self.following.pop(follow.url, None)
        if known is not None:
            return known
        exhaust = follow.exhaust or follow.page > 1 or self.state.is_walk_open(first)
        return replace(follow, exhaust=exhaust)

    def open_unread_lists(self) -> None:
        """Note that lists of which the archive has no page at all are to be read to the end."""
        for source in self.outlet.sources:
            if isinstance(source, ListPage) and not isinstance(source, DatedIndex):
                first = first_page(Follow(source, source.url))
                if first not in self.lists:
                    self.state.set_walk(first, is_open=True)

    def body(self, exchange: Exchange) -> bytes:
        """Return a page's decoded body, empty when it cannot be decoded."""
        try:
            return exchange.body
        except WarcReadError as error:
            logger.warning("%s: %s", exchange.uri, error)
            return b""

    def page(self, url: str, asked: str, exchange: Exchange, reply: Reply) -> None:
        """Note an article's page; make its line when there is none."""
        record_id = exchange.pointer.record_id
        if record_id in self.later_pages:
            return
        before = self.state.url_state(url)
        earlier = self.earlier_pages(url, exchange.uri)
        has_line = self.state.has_line(record_id)
        if not (earlier or has_line or self.is_first(url, asked)):
            return  # what came before it is not here: all of the article is fetched again
        if not earlier:
            self.ledger.fetched(url, reply)
        if has_line:
            self.ledger.settled(url, reply.at)
        elif canonical(exchange.uri, self.outlet) is None:
            self.ledger.failed(url, reply.at, "redirected-away")
        elif exchange.is_revisit:
            if not earlier:
                self.repeat_outcome(url, exchange, reply, before)
        else:
            self.extract(url, exchange, reply, earlier)

    def is_first(self, url: str, asked: str) -> bool:
        """Tell whether it was an article's first page that was asked for."""
        return asked == safe_url_string(all_in_one(url, self.outlet))

    def missing(self, url: str, asked: str, reply: Reply, reason: str | None = None) -> None:
        """Note that a page could not be had; an article whose later page it is is kept as it is."""
        self.attempts.pop(asked, None)
        if not self.is_first(url, asked):
            if pages := self.earlier_pages(url, asked):
                pages[0].extraction.warnings.append("pages.missing")
                self.write(url, join_pages(pages))
        elif reason is None:
            self.ledger.refused(url, reply)
        else:
            self.ledger.failed(url, reply.at, reason)

    def earlier_pages(self, url: str, uri: str) -> list[Article]:
        """Return the pages before this one when it continues an article, none when it begins one."""
        pages = self.pages.pop(url, [])
        return pages if pages and pages[-1].evidence.next_page == uri else []

    def repeat_outcome(self, url: str, exchange: Exchange, reply: Reply, before: UrlState | None) -> None:
        """Settle a capture with a known payload as the capture that holds it was settled, if it was."""
        if exchange.refers_to and self.state.is_newest_line(exchange.refers_to.record_id):
            self.ledger.settled(url, reply.at)
        elif before is None or before.pointer is None:
            return
        elif before.state == "failed" and before.reason:
            self.ledger.failed(url, reply.at, before.reason)
        elif before.pointer.payload_digest == exchange.payload_digest and not before.unread:
            self.ledger.settled(url, reply.at)

    def extract(self, url: str, exchange: Exchange, reply: Reply, earlier: list[Article]) -> None:
        """Extract a page that has no line; write the line once the article is complete."""
        body = self.body(exchange)
        page = Page(exchange.uri, body, reply.at, exchange.content_type)
        try:
            article = self.loop.run_until_complete(self.workers.extract(page))
        except (Unextractable, ExtractionFailed) as error:
            self.ledger.failed(url, reply.at, failure_reason(error))
            return
        article.warc = exchange.pointer
        pages = [*earlier, article]
        if following(article.evidence.next_page, len(pages), url, self.outlet):
            self.pages[url] = pages
        else:
            self.write(url, join_pages(pages))

    def write(self, url: str, article: Article) -> None:
        """Write the line of an article that has none, unless it needs none."""
        at = article.fetched_at
        try:
            article = self.flow(article)
        except DropItem as drop:
            if drop.args[0] == UNCHANGED:
                self.ledger.settled(url, at)
            else:
                self.ledger.failed(url, at, str(drop.args[0]))
            return
        self.file.write(to_line(article))
        self.made += 1
        self.ledger.written(article, self.file.path.name)
        self.ledger.settled(url, at)


def tries_of(settings: BaseSettings) -> dict[int, int]:
    """Return how often the crawl asks before it takes a status for an answer, where that is not once."""
    tries = {int(code): 1 + settings.getint("RETRY_TIMES") for code in settings.getlist("RETRY_HTTP_CODES")}
    return tries | dict.fromkeys(STATUSES, 1 + settings.getint("BACKOFF_TIMES", 5))


def reply_of(exchange: Exchange) -> Reply:
    """Return what the state needs of an exchange."""
    return Reply(
        url=exchange.uri,
        status=304 if exchange.profile == NOT_MODIFIED else exchange.status or 0,
        at=datetime.fromisoformat(exchange.date).replace(microsecond=0),
        pointer=exchange.pointer,
        etag=exchange.header("ETag"),
        last_modified=exchange.header("Last-Modified"),
    )
