"""Look at a site, a page at a time: robots.txt, home page, feeds, sitemaps, three articles."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlsplit

from newscrawl.discover import Follow, read
from newscrawl.entries import feed_entries, sitemap_entries
from newscrawl.exits import Exit
from newscrawl.extract import Page, Unextractable
from newscrawl.flow import TextFlow
from newscrawl.new_outlet.forms import DEVICE, learn
from newscrawl.new_outlet.pages import Home, Reading, doubtful, read_article, read_home, zone_of
from newscrawl.new_outlet.selectors import propose
from newscrawl.outlet import Feed, ListPage, Outlet, Selectors, Sitemap, Source
from newscrawl.urls import canonical, own_host
from newscrawl.visit import Answer, RobotsAnswer, Visit

FEEDS, SITEMAPS, ARTICLES = 4, 3, 3
SPARE = 2  # more articles are asked for when one cannot be had
SMALL_INDEX = 30  # sitemaps: a larger index would be read as a whole by each crawl


@dataclass(slots=True)
class Survey:
    """What was learnt of a site. `problem` and `code` say why that is no outlet, `notes` what is unsure."""

    outlet: Outlet
    notes: list[str] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    problem: str | None = None
    code: Exit = Exit.FINE


@dataclass(slots=True)
class _Listing:
    """A source that was read, and the article links it may hold."""

    source: Source
    answer: Answer
    links: list[str]


def provisional(name: str, url: str) -> Outlet:
    """Return an outlet of which nothing but its host is known.

    >>> provisional("contoh", "https://www.contoh.id/").hosts
    ('contoh.id',)
    """
    host = DEVICE.sub("", urlsplit(url).hostname or "", count=1)
    return Outlet(name=name, title=name.title(), hosts=(host,), sources=(), articles=())


async def survey(visit: Visit, outlet: Outlet, url: str, flow: TextFlow, today: date) -> Survey:
    """Ask for what a home page leads to; return the outlet as far as it could be learnt."""
    result = Survey(outlet)
    answer = await visit.fetch(url)
    if answer.problem:
        result.problem = f"{url} cannot be read: {visit.stopped or answer.why}"
        result.code = Exit.BLOCKED if answer.blocked else Exit.ERROR
        return result
    try:
        home = read_home(_page(answer))
    except Unextractable as error:
        result.problem, result.code = f"{url} is not a page: {error.reason}", Exit.NOTHING_FOUND
        return result
    known = f"{outlet.hosts[0]}, {today.isoformat()}"
    listings = [
        *await _feeds(visit, outlet, home, known, result.notes),
        *await _sitemaps(visit, outlet, visit.robots, known, result.notes),
        _Listing(ListPage(url=answer.url, known=known), answer, home.links),
    ]
    sure = [link for listing in listings[:-1] for link in listing.links]
    forms = learn(sure, outlet.hosts[0], known=known) or learn(home.links, outlet.hosts[0], known=known)
    if not forms:
        result.problem = f"no link on {url} looks like an article of {outlet.hosts[0]}"
        result.code = Exit.NOTHING_FOUND
        return result
    title = home.name or outlet.title
    outlet = dataclasses.replace(outlet, articles=tuple(forms), title=title)
    sources = tuple(listing.source for listing in listings if _lists(listing, outlet, today))
    outlet = dataclasses.replace(outlet, sources=sources)
    result.readings, refusal = await _articles(visit, outlet, [*home.links, *sure], flow)
    if not result.readings and refusal:
        result.notes.append(f"no article could be read: {visit.stopped or refusal.why} ({refusal.url})")
        result.code = Exit.BLOCKED if refusal.blocked else Exit.FINE
    selectors = propose(result.readings, today, known) if result.readings else None
    result.outlet = dataclasses.replace(
        outlet,
        zone=zone_of(result.readings),
        selectors=(selectors,) if selectors else (),
        checked=today if result.readings else None,
    )
    result.notes += _notes(result, selectors)
    return result


async def _feeds(visit: Visit, outlet: Outlet, home: Home, known: str, notes: list[str]) -> list[_Listing]:
    found = []
    for url in [url for url in home.feeds if own_host(url, outlet)][:FEEDS]:
        answer = await visit.fetch(url)
        entries = feed_entries(answer.body, answer.content_type).entries if not answer.problem else []
        if entries:
            links = [entry.links[0] for entry in entries if entry.links]
            found.append(_Listing(Feed(url=url, known=known), answer, links))
        else:
            notes.append(f"{url} is left out: {answer.why or 'no feed, or an empty one'}")
    if not found:
        notes.append("the home page names no feed: try /rss and /feed by hand")
    return found


async def _sitemaps(
    visit: Visit, outlet: Outlet, robots: Iterable[RobotsAnswer], known: str, notes: list[str]
) -> list[_Listing]:
    """Read the sitemaps that robots.txt names, those for news first; of an index its one for news."""
    named = [url for answer in robots for url in answer.sitemaps if own_host(url, outlet)]
    wanted = sorted(dict.fromkeys(named), key=lambda url: "news" not in url)[:SITEMAPS]
    found: dict[str, _Listing] = {}
    while wanted:
        url = wanted.pop(0)
        answer = await visit.fetch(url)
        if answer.problem:
            notes.append(f"{url} is left out: {answer.why}")
        if answer.problem or url in found:
            continue
        entries = sitemap_entries(answer.body)
        news = [entry.links[0] for entry in entries.sitemaps if "news" in entry.links[0]]
        if entries.entries:
            links = [entry.links[0] for entry in entries.entries]
            found[url] = _Listing(Sitemap(url=url, known=known), answer, links)
        elif news and len(found) < SITEMAPS:
            others = len(entries.sitemaps) - 1
            if 0 < others < SMALL_INDEX:
                notes.append(f"of {url} only the one for news is taken: {others} more may hold the archive")
            wanted += [link for link in news[:1] if link not in found and own_host(link, outlet)]
        elif len(entries.sitemaps) <= SMALL_INDEX and not found:
            found[url] = _Listing(Sitemap(url=url, known=known), answer, [])
        if len(entries.sitemaps) > SMALL_INDEX:
            notes.append(
                f"{url} names {len(entries.sitemaps):,} sitemaps: left out, older articles are there"
            )
    return list(found.values())


def _lists(listing: _Listing, outlet: Outlet, today: date) -> bool:
    """Tell whether a source lists articles, or sitemaps that may."""
    if canonical(listing.source.url, outlet) is not None:
        return False
    answer = listing.answer
    follow = Follow(listing.source, listing.source.url)
    got = read(follow, answer.url, answer.body, outlet=outlet, content_type=answer.content_type, today=today)
    return bool(got.shown or got.more)


async def _articles(
    visit: Visit, outlet: Outlet, links: list[str], flow: TextFlow
) -> tuple[list[Reading], Answer | None]:
    """Read some articles; return them and the last answer that was none."""
    refusal: Answer | None = None
    urls = dict.fromkeys(url for link in links if (url := canonical(link, outlet)))
    readings: list[Reading] = []
    for url in list(urls)[: ARTICLES + SPARE]:
        if len(readings) == ARTICLES:
            break
        answer = await visit.fetch(url)
        refusal = answer if answer.problem else refusal
        reading = None if answer.problem else read_article(_page(answer), flow)
        readings += [reading] if reading else []
    return readings, refusal


def _page(answer: Answer) -> Page:
    return Page(answer.url, answer.body, answer.at, answer.content_type)


def _notes(result: Survey, selectors: Selectors | None) -> list[str]:
    if not result.readings:
        return ["without an article, zone and selectors are guesses"]
    notes = [
        f"general rules are unsure of `{name}` on most articles: look for a selector"
        for name in doubtful(result.readings)
        if selectors is None or not getattr(selectors, name)
    ]
    if not result.outlet.sources:
        notes.append("no source lists articles: add one by hand")
    return notes
