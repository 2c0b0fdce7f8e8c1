"""Write down what happened: the one way into the state, for a crawl and for rebuilding the state after it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from newscrawl import discover
from newscrawl.discover import Follow, Found, Listing
from newscrawl.forget.log import key_of
from newscrawl.items import Article, WarcPointer
from newscrawl.outlet import ListPage, Outlet
from newscrawl.state import Sighting, State, Version

GONE = frozenset({404, 410})


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered, as far as the state cares. `at` is the record's date, to the second."""

    url: str
    status: int
    at: datetime
    pointer: WarcPointer | None = None
    etag: str | None = None
    last_modified: str | None = None


class Ledger:
    """The outcomes of listings, pages and articles of one outlet, each one transaction of the state.

    `revisit_after` is when, counted from its first fetch, an article is asked for again. Those whose ids are
    `forgotten` are not noted when they are listed.
    """

    def __init__(
        self,
        state: State,
        outlet: Outlet,
        *,
        revisit_after: Sequence[timedelta],
        forgotten: Collection[str] = frozenset(),
    ) -> None:
        self.state = state
        self.outlet = outlet
        self.revisit_after = tuple(revisit_after)
        self.forgotten = forgotten

    def is_forgotten(self, url: str) -> bool:
        """Tell whether a URL is that of an article that was forgotten."""
        return bool(self.forgotten) and key_of(url, self.outlet) in self.forgotten

    def listed(
        self,
        follow: Follow,
        reply: Reply,
        body: bytes,
        content_type: str | None,
        *,
        since: date | None = None,
        until: date | None = None,
    ) -> tuple[Listing, int]:
        """Note the article URLs of a discovery page; return them and how many of the period are new.

        Those outside the period are noted too: the page may be unchanged when a later run has no period.
        """
        listing = discover.read(
            follow,
            reply.url,
            body,
            outlet=self.outlet,
            content_type=content_type,
            today=reply.at.date(),
            since=since,
            until=until,
        )
        if self.forgotten:
            listing.found = [found for found in listing.found if not self.is_forgotten(found.url)]
            listing.outside = [found for found in listing.outside if not self.is_forgotten(found.url)]
        new = self.state.found(sightings(listing.found, follow, reply.url), now=reply.at)
        self.state.found(sightings(listing.outside, follow, reply.url), now=reply.at)
        if not listing.is_index:  # an unchanged index leads to sitemaps that may have changed
            self.state.set_validators(reply.url, reply.etag, reply.last_modified)
        return listing, new

    def asked(self, follow: Follow) -> bool:
        """Note that the first page of a list is asked for; return whether all of its pages have to be read.

        A list counts as open, that is to be read to its end, until a page of it says otherwise: so it is when
        the crawl is killed before there is an answer.
        """
        if not isinstance(follow.source, ListPage):
            return False
        was_open = self.state.is_walk_open(follow.url)
        self.state.set_walk(follow.url, is_open=True)
        return was_open

    def following(
        self, follow: Follow, listing: Listing, at: datetime, *, was_open: bool = False
    ) -> Follow | None:
        """Return the page to read after a listing recorded at `at`; note whether its list stays open.

        Another source may have listed the same a moment ago, so "not fetched" counts, not "not known". A walk
        that ends because it came to days before the period says nothing of the pages behind: the list then is
        what it was before, `was_open` or not. Neither does a page that could not be read.
        """
        waiting = self.state.unfetched((found.url for found in listing.found), at=at)
        following = discover.next_page(follow, listing, waiting)
        is_before = bool(listing.shown) and listing.earlier == len(listing.shown)
        is_unread = bool(listing.problems) and not listing.shown
        self._set_walk(follow, is_open=following is not None or is_unread or (is_before and was_open))
        return following

    def unchanged(self, follow: Follow) -> None:
        """Note that a list is as it was when it was read to its end: else nobody asks whether it is."""
        self._set_walk(follow, is_open=False)

    def unlisted(self, follow: Follow, status: int | None) -> bool:
        """Note that a discovery page could not be read, so that its list stays open.

        Return whether the list just has no such page: some sites answer so past the last one.
        """
        is_past = follow.page > 1 and status in GONE
        self._set_walk(follow, is_open=not is_past)
        return is_past

    def _set_walk(self, follow: Follow, *, is_open: bool) -> None:
        if isinstance(follow.source, ListPage):
            self.state.set_walk(discover.first_page(follow), is_open=is_open)

    def fetched(self, url: str, reply: Reply) -> None:
        """Note that an article's page is in the archive."""
        self.state.fetched(
            url,
            at=reply.at,
            status=reply.status,
            pointer=reply.pointer,
            etag=reply.etag,
            last_modified=reply.last_modified,
        )

    def settled(self, url: str, at: datetime) -> None:
        """Note that an article's line is written, or that it needs none."""
        self.state.done(url, at=at, revisit_after=self.revisit_after)

    def written(self, article: Article, jsonl: str) -> None:
        """Note that a version's line is in the file `jsonl`."""
        if article.warc is None or article.text_digest is None:  # not recorded: nothing to prove it by
            return
        self.state.add_version(
            Version(
                article.id,
                article.version,
                article.url,
                article.text_digest,
                article.warc.payload_digest,
                article.warc,
                article.fetched,
                jsonl,
            )
        )

    def refused(self, url: str, reply: Reply) -> str:
        """Note that an article's page has a status that holds no article; return the reason."""
        reason = f"http-{reply.status}"
        self.fetched(url, reply)
        if reply.status in GONE:
            self.state.gone(url, at=reply.at, reason=reason)
        else:
            self.state.failed(url, at=reply.at, reason=reason)
        return reason

    def failed(self, url: str, at: datetime, reason: str, *, recorded: bool = True) -> None:
        """Note that an article could not be had; `recorded=False` when the archive does not show it."""
        self.state.failed(url, at=at, reason=reason, recorded=recorded)


def sightings(found: Iterable[Found], follow: Follow, url: str) -> Iterator[Sighting]:
    """Yield what the state keeps of the articles that the discovery page at `url` lists."""
    section = follow.source.section
    return (Sighting(f.url, url, f.published, f.section or section, f.alias) for f in found)


def revisit_schedule(days: Any) -> tuple[timedelta, ...]:
    """Return the setting REVISIT_DAYS, a list or "1,7", as times after the first fetch."""
    values = days.split(",") if isinstance(days, str) else days
    return tuple(timedelta(days=float(v)) for v in values if str(v).strip())
