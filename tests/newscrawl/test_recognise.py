from datetime import date

import pytest

from newscrawl.discover import Follow, first_requests
from newscrawl.outlet import ArticleUrl, DatedIndex, Feed, ListPage, Outlet, Sitemap
from newscrawl.recognise import listing_of

FEED = Feed(url="https://a.id/rss")
MAP = Sitemap(url="https://a.id/sitemap.xml")
LIST = ListPage(url="https://a.id/tag/x?page={page}", max_pages=9)
PATHS = DatedIndex(url="https://a.id/indeks/{day:%Y/%m/%d}?p={page}")
QUERY = DatedIndex(url="https://a.id/index?day={day.day}&month={day.month}&year={day.year}&page={page}")
OUTLET = Outlet(
    name="a",
    title="A",
    hosts=("a.id",),
    sources=(FEED, MAP, LIST, PATHS, QUERY),
    articles=(ArticleUrl(pattern=r"a\.id/\d+"),),
)
DAY = date(2020, 6, 2)


@pytest.mark.parametrize(
    ("url", "follow"),
    [
        ("https://a.id/rss", Follow(FEED, "https://a.id/rss")),
        ("https://a.id/sitemap.xml", Follow(MAP, "https://a.id/sitemap.xml")),
        ("https://a.id/tag/x?page=3", Follow(LIST, "https://a.id/tag/x?page=3", page=3)),
        (
            "https://a.id/indeks/2020/06/02?p=1",
            Follow(PATHS, "https://a.id/indeks/2020/06/02?p=1", day=DAY, exhaust=True),
        ),
        (
            "https://a.id/index?day=2&month=6&year=2020&page=2",
            Follow(QUERY, "https://a.id/index?day=2&month=6&year=2020&page=2", day=DAY, page=2, exhaust=True),
        ),
    ],
)
def test_a_listing_is_recognised_by_its_url(url: str, follow: Follow) -> None:
    assert listing_of(url, b"", OUTLET) == follow


def test_every_first_request_is_recognised() -> None:
    for follow in first_requests(OUTLET, since=DAY, until=DAY, today=DAY):
        known = listing_of(follow.url, b"", OUTLET)
        assert known
        assert (known.source, known.url, known.day, known.page) == (
            follow.source,
            follow.url,
            follow.day,
            follow.page,
        )


@pytest.mark.parametrize(
    "body",
    [
        b"<urlset xmlns='x'>",
        b'<?xml version="1.0"?>\n<!-- oleh kami -->\n<sitemapindex>',
        b"\x1f\x8b\x08",
    ],
)
def test_a_sitemap_that_an_index_led_to_is_recognised_by_how_it_begins(body: bytes) -> None:
    assert listing_of("https://a.id/peta-7.xml", body, OUTLET) == Follow(
        MAP, "https://a.id/peta-7.xml", depth=1
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://a.id/robots.txt",
        "https://a.id/",
        "https://a.id/indeks/2020/6/2?p=1",
        "https://a.id/indeks/2020/02/31?p=1",
    ],
)
def test_other_pages_are_no_listings(url: str) -> None:
    assert listing_of(url, b"<!doctype html><urlset>", OUTLET) is None
