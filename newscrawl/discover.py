"""Find article URLs: which discovery pages to ask for, what a fetched one lists, which page comes next."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from newscrawl.entries import Entries, Entry, feed_entries, link_entries, sitemap_entries
from newscrawl.outlet import DatedIndex, Feed, ListPage, Outlet, Sitemap, Source
from newscrawl.urls import Identity, absolute, identify, own_host

MAX_DEPTH = 2  # sitemap index → index → sitemap; the protocol allows one index only
MAX_SITEMAPS = 1_000  # followed of one index, the last modified first
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Follow:
    """A discovery page to ask for.

    `depth` counts the sitemap indexes above it, `page` starts at 1, `day` is that of a dated index. `exhaust`
    asks for the next page even when all articles of this one are known; `shown` are those of pages before.
    """

    source: Source
    url: str
    depth: int = 0
    day: date | None = None
    page: int = 1
    exhaust: bool = False
    shown: frozenset[str] = field(default=frozenset(), repr=False, compare=False)


@dataclass(slots=True)
class Found:
    """An article URL, canonical, and what its source says of it.

    `published` is a hint, ISO 8601 with offset or only a day; where the URL tells another day, that day.
    `alias` is the URL it was seen under when that is another.
    """

    url: str
    published: str | None = None
    title: str | None = None
    section: str | None = None
    alias: str | None = None


@dataclass(slots=True)
class Listing:
    """What a discovery page lists: articles of the period asked for, pages to read next, what was wrong.

    `shown` are the canonical URLs of all its articles, `outside` those that are not of the period, `earlier`
    and `later` count these. `is_index` tells that it lists sitemaps.
    """

    found: list[Found] = field(default_factory=list)
    outside: list[Found] = field(default_factory=list)
    more: list[Follow] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    shown: frozenset[str] = frozenset()
    earlier: int = 0
    later: int = 0
    is_index: bool = False


def first_requests(
    outlet: Outlet,
    *,
    since: date | None = None,
    until: date | None = None,
    section: str | None = None,
    today: date,
) -> list[Follow]:
    """Return the discovery pages to begin with; `today` is the day in the outlet's zone.

    Dated indexes are walked from `since` to `until`, without `since` for their last days. Of the sources that
    have a section only those of `section` are asked, if it is given.
    """
    follows: list[Follow] = []
    for source in outlet.sources:
        if section and source.section and source.section != section:
            continue
        if isinstance(source, DatedIndex):
            last = min(until or today, today)
            first = since or last - (source.days - 1) * DAY
            days = (last - n * DAY for n in range((last - first).days + 1))
            follows += (Follow(source, _page_url(source, 1, day), day=day, exhaust=True) for day in days)
        elif isinstance(source, ListPage):
            follows.append(Follow(source, _page_url(source, 1), exhaust=bool(since or until)))
        else:
            follows.append(Follow(source, source.url))
    return follows


def next_page(follow: Follow, listing: Listing, new: int) -> Follow | None:
    """Return the list page after one that showed `new` articles not had before, `None` at the end.

    A page that shows nothing but what the pages before it showed is past the end, whatever its number.
    """
    source = follow.source
    if not isinstance(source, ListPage) or "{page" not in source.url or follow.page >= source.max_pages:
        return None
    if listing.shown <= follow.shown or listing.earlier == len(listing.shown):
        return None
    if not new and not follow.exhaust:
        return None
    page = follow.page + 1
    url = _page_url(source, page, follow.day)
    return dataclasses.replace(follow, url=url, page=page, shown=follow.shown | listing.shown)


def first_page(follow: Follow) -> str:
    """Return the URL of the first page of the listing that a page belongs to."""
    source = follow.source
    return _page_url(source, 1, follow.day) if isinstance(source, ListPage) else follow.url


def read(
    follow: Follow,
    url: str,
    body: bytes,
    *,
    outlet: Outlet,
    content_type: str | None,
    today: date,
    since: date | None = None,
    until: date | None = None,
) -> Listing:
    """Read a fetched discovery page, `url` being where it was found after redirects.

    Articles known to be published outside `since` to `until` are put apart, those of unknown date are not.
    Never raises on bad input: what is wrong goes to `problems`.
    """
    entries = _entries(follow, body, content_type)
    listing = Listing(problems=entries.problems)
    base = (entries.base and absolute(entries.base, base=url)) or url
    judge = _Judge(outlet, today, since, until, follow, hint_day=follow.day if entries.selected else None)
    judge.take(entries.entries, base, listing)
    if follow.page == 1:
        listing.problems += _doubts(follow, entries, listing, outlet, today)
    if entries.sitemaps:
        listing.is_index = True
        listing.more = _sitemaps(follow, entries.sitemaps, base, judge, listing)
    return listing


def _doubts(follow: Follow, entries: Entries, listing: Listing, outlet: Outlet, today: date) -> Iterator[str]:
    """Say what looks wrong although the page could be read."""
    source = follow.source
    if listing.shown:
        if isinstance(source, ListPage) and source.links and not entries.selected:
            yield f"no link matches {source.links!r}: took each article link of the page"
    elif follow.day == today:
        return  # its first article is yet to come; a new layout shows in the index of the day before
    elif entries.entries:
        yield f"none of {len(entries.entries):,} links is an article URL of {outlet.name}"
    elif isinstance(source, ListPage) and not listing.problems:
        yield "page without links"


def _entries(follow: Follow, body: bytes, content_type: str | None) -> Entries:
    source = follow.source
    if not body.strip(b"\0 \t\r\n"):
        return Entries(problems=["empty answer"])
    if isinstance(source, Feed):
        return feed_entries(body, content_type)
    if isinstance(source, Sitemap):
        return sitemap_entries(body)
    if isinstance(source, ListPage):
        # Past the last page of a day there is nothing for the selector, but a sidebar of other days.
        return link_entries(body, content_type, selector=source.links, fall_back=follow.page == 1)
    raise TypeError(f"{type(source).__name__} is no kind of source")


@dataclass(slots=True)
class _Judge:
    """Judges entries: is it an article, when was it published, is it of the period asked for."""

    outlet: Outlet
    today: date
    since: date | None
    until: date | None
    follow: Follow
    hint_day: date | None

    def take(self, entries: Iterable[Entry], base: str, listing: Listing) -> None:
        """Sort the entries that are articles into the listing, each article once."""
        found: dict[str, Found] = {}
        outside: set[str] = set()
        for entry in entries:
            identity = next(self.identities(entry, base), None)
            if identity is None:
                continue
            known = found.get(identity.url)
            if known is not None:  # a picture's link first, then the headline's
                known.title = known.title or entry.title
                continue
            article = Found(
                identity.url,
                self.published(entry, identity),
                entry.title,
                self.follow.source.section or identity.section,
                identity.seen if identity.seen != identity.url else None,
            )
            side = self.side(article.published, entry.modified, exact=identity.day is not None)
            listing.earlier += side < 0
            listing.later += side > 0
            found[identity.url] = article
            if side:
                outside.add(identity.url)
        listing.found = [article for url, article in found.items() if url not in outside]
        listing.outside = [article for url, article in found.items() if url in outside]
        listing.shown = frozenset(found)

    def identities(self, entry: Entry, base: str) -> Iterator[Identity]:
        for link in entry.links:
            identity = identify(link, self.outlet, base=base)
            if identity:
                yield identity

    def published(self, entry: Entry, identity: Identity) -> str | None:
        """Return the hint of publication. The day in the URL is right where a feed's zone is wrong."""
        hint = self.moment(entry.published)
        day = identity.day
        if day is not None and (hint is None or date.fromisoformat(hint[:10]) != day):
            return day.isoformat()
        return hint or (self.hint_day.isoformat() if self.hint_day else None)

    def moment(self, text: str | None) -> str | None:
        """Return a time as ISO 8601 in the outlet's zone, `None` when it is none or lies in the future."""
        text = (text or "").strip()
        if not text:
            return None
        try:
            if len(text) == len("2020-06-02"):
                day = date.fromisoformat(text)
                return day.isoformat() if day <= self.today + DAY else None
            moment = _parse(text)
            zone = ZoneInfo(self.outlet.zone)
            moment = moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)
        except (ValueError, TypeError, OverflowError):
            return None
        return moment.isoformat(timespec="seconds") if moment.date() <= self.today + DAY else None

    def side(self, published: str | None, modified: str | None, *, exact: bool) -> int:
        """Return -1 for before the period, 1 for after it, else 0."""
        grace = timedelta() if exact else DAY  # hints may be a day off: zones get mixed up
        if published:
            day = date.fromisoformat(published[:10])
            if self.since and day < self.since - grace:
                return -1
            return 1 if self.until and day > self.until + grace else 0
        return -1 if self.is_stale(modified) else 0

    def is_stale(self, modified: str | None) -> bool:
        """Tell whether something was last changed before the period: nothing in it can be of the period."""
        moment = self.moment(modified)
        return bool(self.since and moment and date.fromisoformat(moment[:10]) < self.since - DAY)


def _sitemaps(
    follow: Follow, sitemaps: list[Entry], base: str, judge: _Judge, listing: Listing
) -> list[Follow]:
    """Return what to follow of a sitemap index, the last modified first."""
    if follow.depth >= MAX_DEPTH:
        listing.problems.append(f"sitemap index below {MAX_DEPTH} others, not followed")
        return []
    urls = {
        url: judge.moment(entry.modified) or ""
        for entry in sitemaps
        if (url := absolute(entry.links[0], base=base)) and not judge.is_stale(entry.modified)
    }
    own = sorted((u for u in urls if own_host(u, judge.outlet)), key=lambda u: urls[u], reverse=True)
    if len(own) < len(urls):
        listing.problems.append(f"{len(urls) - len(own):,} sitemaps on other hosts, not followed")
    if len(own) > MAX_SITEMAPS:
        listing.problems.append(f"index of {len(own):,} sitemaps, follow the first {MAX_SITEMAPS:,}")
    return [Follow(follow.source, url, depth=follow.depth + 1) for url in own[:MAX_SITEMAPS]]


def _page_url(source: ListPage, page: int, day: date | None = None) -> str:
    return source.url.format(page=page, day=day)


def _parse(text: str) -> datetime:
    """Parse ISO 8601 or the e-mail form of feeds."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return parsedate_to_datetime(text)
