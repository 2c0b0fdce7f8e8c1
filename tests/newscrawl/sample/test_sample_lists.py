"""Every article is reached from the lists; the lists hold what a crawler must cope with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape

import feedparser
import pytest

from newscrawl.sample.content import Newsroom
from newscrawl.sample.outlets import OUTLETS
from newscrawl.sample.site import Site

TODAY = date(2026, 11, 20)
outlets = pytest.mark.parametrize("outlet", OUTLETS)


@pytest.fixture(scope="module")
def site() -> Site:
    return Site(Newsroom(today=TODAY))


def get(site: Site, url: str) -> str | None:
    host, _, path = url.removeprefix("https://").partition("/")
    answer = site.answer(host, f"/{path}")
    return answer.body.decode() if answer.status == 200 else None


def links(source: str | None) -> set[str]:
    found = re.findall(r'href="([^"]+)"|<link>([^<]+)</link>|<loc>([^<]+)</loc>', source or "")
    return {unescape("".join(groups)) for groups in found}


def walked(site: Site, url: str) -> Iterator[set[str]]:
    """Give the links of each page of a list, as the pager leads."""
    while True:
        source = get(site, url)
        yield links(source)
        following = re.search(r'<a class="next" rel="next" href="([^"]+)"', source or "")
        if following is None:
            return
        url = unescape(following[1])


def urls(articles: object) -> set[str]:
    return {a.url for a in articles}  # type: ignore[attr-defined]  # why: any sequence of articles


REACH = {
    "rmol": ["https://rmol.id/rss", "https://rmol.id/rss/latest-posts", "https://rmol.id/sitemap-news.xml"],
    "sosok": ["https://sosok.grid.id/rss", "https://sosok.grid.id/sitemap/news/sitemap.xml"],
}


@pytest.mark.parametrize(("outlet", "url"), [(o, url) for o, all_urls in REACH.items() for url in all_urls])
def test_feeds_and_news_sitemaps_hold_all_recent_articles(site: Site, outlet: str, url: str) -> None:
    found = links(get(site, url))
    assert urls(site.newsroom.recent(outlet)) <= found
    assert not urls(site.newsroom.archive(outlet)) & found


def test_section_feeds_share_out_the_articles(site: Site) -> None:
    feeds = [links(get(site, f"https://rmol.id/rss/kategori/{name}")) for name in OUTLETS["rmol"].sections]
    recent = urls(site.newsroom.recent("rmol"))
    assert set().union(*feeds) >= recent
    assert sum(len(feed & recent) for feed in feeds) == len(recent)


def test_a_feed_is_what_feedparser_expects(site: Site) -> None:
    feed = feedparser.parse(get(site, "https://rmol.id/rss"))
    newest = site.newsroom.recent("rmol")[-1]
    assert not feed.bozo
    assert feed.entries[0].title == newest.title
    assert feed.entries[0].published_parsed[:5] == newest.published.utctimetuple()[:5]


def test_the_tag_of_all_leads_to_everything(site: Site) -> None:
    pages = list(walked(site, "https://rmol.id/tag/politik"))
    assert len(pages) > 1
    assert set().union(*pages) >= urls(site.newsroom.articles("rmol"))
    assert get(site, f"https://rmol.id/tag/politik?page={len(pages) + 1}") is None


def test_another_tag_shows_its_articles(site: Site) -> None:
    article = site.newsroom.recent("rmol")[20]
    slug = article.tags[1].lower().replace(" ", "-")
    found = set().union(*walked(site, f"https://rmol.id/tag/{slug}"))
    assert article.url in found
    assert len(found & urls(site.newsroom.recent("rmol"))) < 72
    assert get(site, "https://rmol.id/tag/tidak-pernah-ada") is None


@pytest.mark.parametrize(
    ("outlet", "form"),
    [
        ("rmol", "https://rmol.id/indeks/{day:%Y/%m/%d}"),
        (
            "sosok",
            "https://sosok.grid.id/index?day={day.day}&month={day.month}&year={day.year}&section=all&page=1",
        ),
    ],
)
def test_the_index_of_each_day(site: Site, outlet: str, form: str) -> None:
    for first, last in ((date(2020, 6, 1), date(2020, 6, 30)), (TODAY - timedelta(days=7), TODAY)):
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        found: set[str] = set()
        for day in days:
            found |= set().union(*walked(site, form.format(day=day)))
        expected = [a for a in site.newsroom.articles(outlet) if first <= a.published.date() <= last]
        assert {a.url for a in expected} <= found
        assert not {a.url for a in site.newsroom.articles(outlet) if a not in expected} & found


@outlets
def test_the_sitemap_index_leads_to_everything(site: Site, outlet: str) -> None:
    index = links(get(site, f"{OUTLETS[outlet].base}/sitemap.xml"))
    found = set().union(*(links(get(site, url)) for url in index))
    assert found >= urls(site.newsroom.articles(outlet))


def test_a_large_newsroom_has_sitemaps_of_a_thousand() -> None:
    site = Site(Newsroom(today=TODAY, articles=2_500))
    assert len(links(get(site, "https://rmol.id/sitemap.xml"))) == 1 + 3
    assert len(links(get(site, "https://rmol.id/sitemap-artikel-3.xml"))) == 2_530 - 2_000
    assert len(links(get(site, "https://rmol.id/sitemap-news.xml"))) == 1_000
    assert len(links(get(site, "https://rmol.id/rss/latest-posts"))) == 100 + 1


def test_the_home_pages_show_oddities(site: Site) -> None:
    for outlet, facts in OUTLETS.items():
        found = links(get(site, f"{facts.base}/"))
        newsroom = site.newsroom
        assert {newsroom.trap(outlet), *newsroom.dead_links(outlet)} <= found
        for name in ("variants", "redirect"):
            assert {*newsroom.special(outlet, name).aliases} <= found
    assert get(site, "https://rmol.id/?page=2") is None


@outlets
def test_robots_txt(site: Site, outlet: str) -> None:
    facts = OUTLETS[outlet]
    words = get(site, f"{facts.base}/robots.txt") or ""
    assert "Crawl-delay: 1\n" in words
    forbidden = re.findall(r"Disallow: (\S+)", words)
    trap = site.newsroom.trap(outlet).removeprefix(facts.base)
    assert any(trap.startswith(path) for path in forbidden)
    assert not any(
        a.url.removeprefix(facts.base).startswith(p)
        for a in site.newsroom.articles(outlet)
        for p in forbidden
    )
    for url in re.findall(r"Sitemap: (\S+)", words):
        assert get(site, url)
    assert "Crawl-delay" not in (get(Site(site.newsroom, crawl_delay=0), f"{facts.base}/robots.txt") or "")
