"""The two sites as a function from a request to a page: hosts, paths, redirects, errors. Knows no socket."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from html import escape
from itertools import islice
from typing import Final
from urllib.parse import parse_qs

from newscrawl.sample import lists, pages_rmol, pages_sosok
from newscrawl.sample.article import Card
from newscrawl.sample.content import Newsroom
from newscrawl.sample.outlets import OUTLETS, RMOL, SOSOK, SampleOutlet
from newscrawl.sample.page import HTML, RSS, XML, Page, author, missing, picture, redirect
from newscrawl.sample.template import Device, Part, View

NEWS_SITEMAP: Final = {"rmol": "/sitemap-news.xml", "sosok": "/sitemap/news/sitemap.xml"}
TRAP_PATH: Final = {"rmol": "/jebakan/", "sosok": "/read/99"}
RENDER: Final = {"rmol": pages_rmol.render, "sosok": pages_sosok.render}
NEWS_SITEMAP_SIZE: Final = 1000
OTHERS: Final = 6
MAX_PAGE: Final = 100_000
YEARS: Final = range(1990, 2200)

REDESIGNED: Final = {
    "single_post_heading": "kepala-tulisan",
    "fontResizableText": "isiTulisan",
    'class="author"': 'class="baris-nama"',
    "single_post_text": "kartu-beranda",
    "rubrik-list-title": "kartu-rubrik",
    "read__article": "tulisan__isi",
    "read__right": "tulisan__kolom",
    "read__title": "tulisan__judul",
    "read__author": "tulisan__nama",
    "read__date": "tulisan__waktu",
    "news-list__link": "kartu__tautan",
    "news-list__item": "kartu",
}


ASSETS = "asset-a.grid.id"  # pictures of the Grid network


@dataclass(slots=True)
class Site:
    """All hosts of the sample newsroom.

    `feed_items` bounds a feed, `mirrors` are more host names that show an outlet under their own name,
    `redesigned` and `bare` name outlets whose class names have changed, or whose metadata is gone.
    """

    newsroom: Newsroom
    crawl_delay: float = 1.0
    feed_items: int = 100
    mirrors: Mapping[str, str] = field(default_factory=dict)
    redesigned: set[str] = field(default_factory=set)
    bare: set[str] = field(default_factory=set)

    @property
    def hosts(self) -> tuple[str, ...]:
        """All host names."""
        own = (name for outlet in OUTLETS.values() for name in (outlet.host, *outlet.also))
        return (*own, ASSETS, *self.mirrors)

    def answer(self, host: str, target: str) -> Page:
        """Return the page for a GET of `target` (path and query) at `host`."""
        path, _, words = target.partition("?")
        query = {name: values[-1] for name, values in parse_qs(words).items()}
        if host in self.mirrors:
            outlet = OUTLETS[self.mirrors[host]]
            page = self._outlet_page(outlet, outlet.host, path, query)
            return _at_host(page, outlet.base, f"https://{host}")
        if host == ASSETS:
            return self._assets(path)
        if host in {"rmol.co", "www.rmol.co"}:
            return self._old_domain(path)
        if host in {"sosok.id", "www.sosok.id"}:
            return redirect(SOSOK.base + target)
        if host == SOSOK.host:
            return self._outlet_page(SOSOK, host, path, query)
        if host == RMOL.host or host.endswith(".rmol.id"):
            return self._outlet_page(RMOL, host, path, query)
        return Page(421, b"Host ini bukan milik kami.\n", "text/plain; charset=utf-8")

    def _outlet_page(self, outlet: SampleOutlet, host: str, path: str, query: Mapping[str, str]) -> Page:
        for pattern, handler in self._routes(outlet):
            match = re.fullmatch(pattern, path)
            if match:
                page = handler(match, query, host)
                break
        else:
            page = missing(outlet)
        if outlet.name in self.redesigned and page.content_type == HTML:
            page = _redesign(page, bare=outlet.name in self.bare)
        return page

    def _routes(
        self, outlet: SampleOutlet
    ) -> tuple[tuple[str, Callable[[re.Match[str], Mapping[str, str], str], Page]], ...]:
        def article(match: re.Match[str], query: Mapping[str, str], host: str) -> Page:
            return self._article(outlet, match, query, host)

        def listed(match: re.Match[str], query: Mapping[str, str], _: str) -> Page:
            return self._list(outlet, match[0], match.groupdict(), query)

        def file(match: re.Match[str], _: Mapping[str, str], __: str) -> Page:
            return self._file(outlet, match)

        sections = "|".join(outlet.sections)
        return (
            (r"(?P<amp>/amp)?(?:/[a-z-]+)?/read/\d{4}/\d\d/\d\d/(?P<id>\d+)/[^/]+", article)
            if outlet is RMOL
            else (r"(?:(?P<amp>/amp)|/read)/(?P<id>\d+)/[^/]+", article),
            (rf"/|/(?P<section>{sections})|/tag/(?P<tag>[^/]+)|/index", listed),
            (r"/indeks/(?P<year>\d{4})/(?P<month>\d\d)/(?P<day>\d\d)", listed),
            (rf"/rss/?|/rss/latest-posts|/rss/kategori/(?P<feed>{sections})", file),
            (r"/robots\.txt|/sitemap\.xml|/sitemap-artikel-(?P<number>\d+)\.xml", file),
            (re.escape(NEWS_SITEMAP[outlet.name]), file),
            (r"/(?:images|assets)/.+\.(?:jpg|png)", lambda match, _, __: picture(match[0])),
            (r"/about/(?P<author>[a-z-]+)-\d+", lambda match, _, __: author(outlet, match["author"])),
        )

    # Articles

    def _article(
        self, outlet: SampleOutlet, match: re.Match[str], query: Mapping[str, str], host: str
    ) -> Page:
        card = self.newsroom.find(outlet.name, match["id"])
        path = match[0]
        if card is None:
            dead = self.newsroom.dead_links(outlet.name).get(outlet.base + path)
            return missing(outlet, dead or 404)
        canonical = card.url.removeprefix(outlet.base)
        amp = match["amp"] is not None
        wanted = (
            (f"/amp{canonical}" if outlet is RMOL else f"/amp{canonical.removeprefix('/read')}")
            if amp
            else canonical
        )
        if path != wanted:
            return redirect(card.url)
        article = self.newsroom.article(outlet.name, card.index)
        part = _part(query.get("page"), article.pages, all_in_one=outlet is SOSOK)
        if part is None:
            return missing(outlet)
        device: Device = "amp" if amp else "mobile" if host.startswith("m.") else "desktop"
        popular = list(self.newsroom.archive(outlet.name)[-10:])
        older = range(card.index - 1, max(-1, card.index - 1 - OTHERS), -1)
        others = [self.newsroom.card(outlet.name, n) for n in older]
        html = RENDER[outlet.name](View(article, "all" if amp else part, device, popular, others))
        charset = "iso-8859-1" if article.special == "charset" else "UTF-8"
        return Page(
            200,
            html.encode(),
            f"text/html; charset={charset}",
            modified=self.newsroom.last_change(outlet.name, card.index),
            validators=True,
        )

    # Lists

    def _list(
        self, outlet: SampleOutlet, path: str, groups: Mapping[str, str | None], query: Mapping[str, str]
    ) -> Page:
        name, newsroom = outlet.name, self.newsroom
        try:
            page = int(query.get("page", "1"))
            day = _index_day(path, groups, query, newsroom.today)
        except ValueError:
            return missing(outlet)
        if not 1 <= page <= MAX_PAGE or (day and (outlet is RMOL) is not path.startswith("/indeks")):
            return missing(outlet)
        section, tag = groups.get("section"), groups.get("tag")
        cards: Iterator[Card]
        if day:
            cards = (newsroom.card(name, n) for n in reversed(newsroom.between(name, day, day)))
            heading = f"Indeks {day:%d-%m-%Y}"
        else:
            cards = lists.newest(newsroom, name, section=section, tag=tag)
            heading = f"Tag {tag}" if tag else section.title() if section else outlet.title
        if path == "/" and outlet is RMOL and page > 1:
            return missing(outlet)
        shown, more = lists.paged(cards, page)
        if tag and not shown:
            return missing(outlet)
        oddities = page == 1 and section is None and (day is None or day == newsroom.today)
        rows = lists.entries(newsroom, name, shown, oddities=oddities)
        css = "single_post_text" if path == "/" else "rubrik-list-title"
        following = _next_page(outlet.base + path, query, page + 1) if more and path != "/" else None
        html = lists.list_page(outlet, heading, rows, css, following)
        return Page(200, html.encode(), HTML, modified=_newest_time(shown), validators=True)

    def _file(self, outlet: SampleOutlet, match: re.Match[str]) -> Page:
        name, path, newsroom = outlet.name, match[0], self.newsroom
        news = NEWS_SITEMAP[name]
        if path == "/robots.txt":
            words = lists.robots(outlet, TRAP_PATH[name], news, self.crawl_delay)
            return Page(200, words.encode(), "text/plain; charset=utf-8", validators=True)
        if path.startswith("/rss"):
            section = match["feed"] if "feed" in match.groupdict() else None
            recent = lists.recent(newsroom, name, section=section)
            cards = list(islice(recent, self.feed_items))
            xml, kind = lists.feed(outlet, section or "terbaru", cards, aliases=outlet is SOSOK), RSS
        elif path == news:
            cards = list(islice(lists.recent(newsroom, name), NEWS_SITEMAP_SIZE))
            xml, kind = lists.news_sitemap(outlet, cards), XML
        elif path == "/sitemap.xml":
            cards, kind = [], XML
            xml = lists.sitemap_index(newsroom, outlet, news)
        else:
            start = (int(match["number"]) - 1) * lists.SITEMAP_SIZE
            numbers = range(newsroom.count(name))[max(0, start) : max(0, start) + lists.SITEMAP_SIZE]
            if start < 0 or not numbers:
                return missing(outlet)
            cards = [newsroom.card(name, n) for n in numbers]
            xml, kind = lists.sitemap(cards), XML
        return Page(200, xml.encode(), kind, modified=_newest_time(cards), validators=True)

    def _assets(self, path: str) -> Page:
        """Return a picture of the host that has nothing else."""
        if path == "/robots.txt":
            return Page(200, b"User-agent: *\nDisallow: /photo/\n", "text/plain; charset=utf-8")
        return picture(path) if path.endswith(".jpg") else missing(SOSOK)

    def _old_domain(self, path: str) -> Page:
        match = re.fullmatch(r"(?:/[a-z]+)?/read/\d{4}/\d\d/\d\d/(\d+)/[^/]*", path)
        card = self.newsroom.find(RMOL.name, match[1]) if match else None
        if card and card.published.year <= 2018:  # why: the year the domain was given up
            return redirect(card.url)
        html = (
            '<!DOCTYPE html>\n<html lang="en"><head><title>Rapid Money Online</title></head>'
            "<body><h1>Markets today</h1>"
            f"<p>This domain has a new owner. Nothing is known here about {escape(path)}.</p></body></html>\n"
        )
        return Page(200, html.encode(), HTML)


def _part(wanted: str | None, pages: int, *, all_in_one: bool) -> Part | None:
    if wanted is None:
        return 1
    if wanted == "all" and all_in_one:
        return "all"
    return int(wanted) if wanted.isdigit() and 1 <= int(wanted) <= pages else None


def _index_day(
    path: str, groups: Mapping[str, str | None], query: Mapping[str, str], today: date
) -> date | None:
    """Return the day an index is asked for, `None` for other lists; raises `ValueError` for no day."""
    names = ("year", "month", "day")
    if path == "/index":
        wanted = [int(query.get(name, getattr(today, name))) for name in names]
    elif groups.get("year"):
        wanted = [int(groups[name] or "") for name in names]
    else:
        return None
    if wanted[0] not in YEARS:
        raise ValueError(f"no index of the year {wanted[0]}")
    return date(*wanted)


def _next_page(url: str, query: Mapping[str, str], page: int) -> str:
    pairs = {**query, "page": str(page)}
    return url + "?" + "&".join(f"{name}={value}" for name, value in pairs.items())


def _newest_time(cards: list[Card]) -> datetime | None:
    return max((card.published for card in cards), default=None)


def _redesign(page: Page, *, bare: bool) -> Page:
    html = page.body.decode()
    for old, new in REDESIGNED.items():
        html = html.replace(old, new)
    if bare:
        html = re.sub(
            r'<script type="application/ld\+json">.*?</script>|<meta (?:name|property)=[^>]*>', "", html
        )
    return Page(page.status, html.encode(), page.content_type, page.headers, page.modified, page.validators)


def _at_host(page: Page, base: str, own: str) -> Page:
    headers = tuple((name, value.replace(base, own)) for name, value in page.headers)
    body = page.body.replace(base.encode(), own.encode())
    return Page(page.status, body, page.content_type, headers, page.modified, page.validators)
