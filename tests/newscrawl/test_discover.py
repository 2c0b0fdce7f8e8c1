"""Discovery: what feeds, sitemaps, indexes and list pages give, whole and broken, and how they are walked."""

import dataclasses
import gzip
import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawl.discover import (
    MAX_DEPTH,
    MAX_SITEMAPS,
    Follow,
    Found,
    Listing,
    first_requests,
    next_page,
    read,
)
from newscrawl.entries import FEED_BYTES, FEED_ENTRIES, SITEMAP_BYTES, SITEMAP_ENTRIES
from newscrawl.outlet import ArticleUrl, DatedIndex, Feed, ListPage, Outlet, Sitemap, Source
from newscrawl.spiders.rmol import RmolSpider
from newscrawl.spiders.sosok import SosokSpider

TODAY = date(2020, 6, 3)
HOST = "https://kabar.example"
FEED = Feed(url=f"{HOST}/rss")
MAP = Sitemap(url=f"{HOST}/sitemap.xml")
PAGE = ListPage(url=f"{HOST}/terbaru?page={{page}}", links=".kartu a", max_pages=4)
INDEX = DatedIndex(url=f"{HOST}/indeks/{{day:%Y/%m/%d}}?page={{page}}", links=".kartu a", max_pages=4)
PLAIN = ListPage(url=f"{HOST}/")
KABAR = Outlet(
    name="kabar",
    title="Kabar",
    hosts=("kabar.example",),
    sources=(FEED, MAP, PAGE, INDEX),
    articles=(
        ArticleUrl(
            pattern=r"(?:m\.)?(?P<path>kabar\.example/(?P<section>[a-z]+)/(?P<year>\d{4})/(?P<month>\d\d)"
            r"/(?P<day>\d\d)/[^/]+)",
            canonical="{path}",
        ),
        ArticleUrl(pattern=r"kabar\.example/baca/\d+/[^/]+"),
    ),
)
CASES = json.loads((Path(__file__).parent / "data" / "listings.json").read_text("utf-8"))
SOURCES: dict[str, Source] = {"feed": FEED, "sitemap": MAP, "page": PAGE, "plain": PLAIN}


def take(source: Source, body: bytes, **options: Any) -> Listing:
    follow = options.pop("follow", None) or Follow(source, source.url)
    options = {"content_type": None, "today": TODAY, "outlet": KABAR, **options}
    return read(follow, options.pop("url", f"{HOST}/"), body, **options)


def story(n: int, day: str = "2020/06/02") -> str:
    return f"{HOST}/politik/{day}/berita-{n}"


def rss(items: str) -> bytes:
    return f'<rss version="2.0"><channel><title>Kabar</title>{items}</channel></rss>'.encode()


def item(n: int, day: str = "2020/06/02") -> str:
    return f"<item><title>Berita {n}</title><link>{story(n, day)}</link></item>"


def urlset(rows: str) -> bytes:
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'.encode()


def index(rows: str) -> bytes:
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</sitemapindex>'.encode()


def loc(url: str, lastmod: str = "") -> str:
    return f"<loc>{url}</loc>" + (f"<lastmod>{lastmod}</lastmod>" if lastmod else "")


def page(*urls: str, more: str = "") -> bytes:
    cards = "".join(f'<div class="kartu"><a href="{url}">Berita</a></div>' for url in urls)
    return f"<html><body>{cards}{more}</body></html>".encode()


def urls(listing: Listing) -> list[str]:
    return [found.url for found in listing.found]


# What one page gives


@pytest.mark.parametrize("case", [pytest.param(c, id=f"{c['source']}: {c['why']}") for c in CASES])
def test_table(case: dict[str, Any]) -> None:
    body = case["body"].encode(case.get("encoding", "utf-8"))
    listing = take(SOURCES[case["source"]], body, content_type=case.get("content_type"))
    assert [
        {name: value for name, value in dataclasses.asdict(found).items() if value is not None}
        for found in listing.found
    ] == case["found"]
    assert len(listing.problems) == len(case["problems"]), listing.problems
    for problem, words in zip(listing.problems, case["problems"], strict=True):
        assert words in problem
    assert all("\n" not in problem for problem in listing.problems)


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" \r\n",
        b"\0" * 100,
        bytes(range(256)) * 40,
        b"<",
        b"\xff\xfe<",
        b"\x1f\x8b",
        b"\x1f\x8bxxxxxxxxxxxxxxx",
    ],
)
def test_what_is_no_text_is_a_problem(source: Source, body: bytes) -> None:
    listing = take(source, body)
    assert listing.problems
    assert not listing.found


BITS = st.sampled_from(
    [
        *(
            "<rss>",
            "<item>",
            "</item>",
            "<link>",
            "</link>",
            "<pubDate>",
            "&#99999999999;",
            "&#xD800;",
            "<gml:pos>",
        ),
        *(
            "<urlset>",
            "<url>",
            "</url>",
            "<loc>",
            "</loc>",
            "<lastmod>",
            "<![CDATA[",
            "<!DOCTYPE",
            "2020-06-02",
        ),
        *(
            "<feed xmlns='http://www.w3.org/2005/Atom'>",
            "<entry>",
            "<base href='http://['>",
            "<a href='",
            "'>",
        ),
        *(f"{HOST}/baca/1/a", "&", "\0", "é"),
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.lists(BITS, max_size=25).map(lambda bits: "".join(bits).encode()), st.binary()))
def test_nothing_raises(body: bytes) -> None:
    for source in SOURCES.values():
        take(source, body, since=date(2020, 1, 1))


@given(
    st.text(max_size=40)
    | st.from_regex(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]?\w{3,4}", fullmatch=True)
)
def test_a_date_is_iso_or_absent(text: str) -> None:
    body = urlset(f"<url><loc>{HOST}/baca/1/a</loc><publication_date>PLACE</publication_date></url>")
    escaped = "".join(c if c.isalnum() or c in "+-:, " else "-" for c in text)
    for found in take(MAP, body.replace(b"PLACE", escaped.encode("utf-8", "replace"))).found:
        assert found.published is None or date.fromisoformat(found.published[:10]) <= TODAY + timedelta(
            days=1
        )


def test_a_feed_is_never_taken_for_a_url_or_a_file(tmp_path: Path) -> None:
    file = tmp_path / "feed.xml"
    file.write_bytes(rss(item(1)))
    assert take(FEED, str(file).encode()).found == []
    assert take(FEED, b"http://127.0.0.1:9/").found == []


# Bounds


def test_a_huge_feed_gives_its_first_entries() -> None:
    filler = f"<description>{'isi ' * 500}</description></item>"
    body = rss("".join(item(n).replace("</item>", filler) for n in range(2 * FEED_BYTES // 2000)))
    listing = take(FEED, body)
    assert len(body) > 2 * FEED_BYTES
    assert urls(listing)[0] == story(0)
    assert 0 < len(listing.found) <= FEED_BYTES // 2000
    assert len(listing.problems) == 1
    assert "read the first" in listing.problems[0]


def test_a_feed_of_many_entries_gives_the_first() -> None:
    listing = take(FEED, rss("".join(map(item, range(FEED_ENTRIES + 1)))))
    assert len(listing.found) == FEED_ENTRIES
    assert "entries, read the first" in listing.problems[0]


def entity_bomb(root: str) -> bytes:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "a" * 1000}">' for n in range(10))
    fields = "<url><loc>&a9;</loc></url><channel><item><link>&a9;</link></item></channel>"
    return f"<!DOCTYPE x [{entities}]><{root}>{fields}</{root}>".encode()


def outside_entity(root: str) -> bytes:
    loc = f"{HOST}/baca/1/&a;"
    fields = f"<url><loc>{loc}</loc></url><channel><item><link>{loc}</link></item></channel>"
    return f'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><{root}>{fields}</{root}>'.encode()


@pytest.mark.parametrize(("source", "root"), [(FEED, "rss"), (MAP, "urlset")])
def test_entities_are_not_expanded(source: Source, root: str) -> None:
    assert take(source, entity_bomb(root)).found == []
    host = Path("/etc/hostname").read_text().strip() if Path("/etc/hostname").exists() else "localhost"
    assert all(host not in url for url in urls(take(source, outside_entity(root))))


def test_a_sitemap_of_too_many_urls_gives_the_first() -> None:
    body = urlset("".join(f"<url><loc>{HOST}/baca/{n}/a</loc></url>" for n in range(SITEMAP_ENTRIES + 5)))
    listing = take(MAP, gzip.compress(body, 1))
    assert len(listing.found) == SITEMAP_ENTRIES
    assert "read no further" in listing.problems[0]


@pytest.mark.parametrize(
    "filler",
    [b"<a/>", b"<!-- -->", b" ", b"<url><a/></url>", b"<a>" * 300, b"<url x='1' "],
    ids=["elements", "comments", "space", "empty entries", "depth", "attributes"],
)
def test_a_gzip_bomb_ends(filler: bytes) -> None:
    start = urlset(f"<url><loc>{story(1)}</loc></url>").removesuffix(b"</urlset>")
    body = gzip.compress(start + filler * (SITEMAP_BYTES // len(filler) + 1000), compresslevel=1)
    listing = take(MAP, body)
    assert urls(listing) == [story(1)]
    assert listing.problems


def test_a_torn_gzip_gives_what_is_whole() -> None:
    rows = "".join(f"<url><loc>{HOST}/baca/{n}/{n**9}</loc></url>" for n in range(20_000))
    listing = take(MAP, gzip.compress(urlset(rows))[:-5000])
    assert 0 < len(listing.found) < 20_000
    assert "broken gzip" in listing.problems[0]


def test_a_url_that_is_torn_off_is_left_out() -> None:
    body = urlset(f"<url><loc>{story(1)}</loc></url><url><loc>{story(22)}</loc></url>")
    for end in range(body.index(b"berita-22"), body.index(b"berita-22") + 20):
        assert set(urls(take(MAP, body[:end]))) <= {story(1), story(22)}
        assert story(1) in urls(take(MAP, body[:end]))


def test_a_page_of_100_000_links() -> None:
    links = "".join(f"<a href='/politik/2020/06/02/b{n}'>B</a>" for n in range(100_000))
    listing = take(PLAIN, f"<html><body>{links}</body></html>".encode())
    assert len(listing.found) == 100_000
    assert not listing.problems


def test_a_page_of_deep_nesting() -> None:
    assert take(PLAIN, b"<div>" * 100_000).problems


# Sitemap indexes


def test_an_index_gives_what_to_follow_the_last_modified_first() -> None:
    rows = [("a.xml", "2020-06-01"), ("b.xml.gz", "2020-06-02T10:00:00+07:00"), ("c.xml", "")]
    listing = take(MAP, index("".join(f"<sitemap>{loc(f'{HOST}/{u}', m)}</sitemap>" for u, m in rows)))
    assert [(f.url, f.depth) for f in listing.more] == [
        (f"{HOST}/b.xml.gz", 1),
        (f"{HOST}/a.xml", 1),
        (f"{HOST}/c.xml", 1),
    ]
    assert all(f.source is MAP for f in listing.more)
    assert not listing.problems


def test_sitemaps_not_changed_since_are_not_followed() -> None:
    rows = [("a", "2020-05-29"), ("b", "2020-05-31"), ("c", "2020-06-30"), ("d", ""), ("e", "kemarin")]
    body = index("".join(f"<sitemap>{loc(f'{HOST}/{u}.xml', m)}</sitemap>" for u, m in rows))
    more = take(MAP, body, since=date(2020, 6, 1), until=date(2020, 6, 2), today=date(2020, 7, 1)).more
    assert [f.url[-5] for f in more] == ["c", "b", "d", "e"]


def test_an_index_of_itself_ends_by_depth() -> None:
    body = index(f"<sitemap><loc>{MAP.url}</loc></sitemap>")
    follow, read_pages = Follow(MAP, MAP.url), 0
    while True:
        listing = take(MAP, body, follow=follow)
        read_pages += 1
        if not listing.more:
            break
        (follow,) = listing.more
    assert read_pages == MAX_DEPTH + 1
    assert "not followed" in listing.problems[0]


def test_sitemaps_of_other_hosts_and_too_many_are_not_followed() -> None:
    rows = [f"{HOST}/{n}.xml" for n in range(MAX_SITEMAPS + 1)] + [
        "http://169.254.169.254/x",
        "file:///etc/passwd",
    ]
    listing = take(MAP, index("".join(f"<sitemap>{loc(url)}</sitemap>" for url in rows)))
    assert len(listing.more) == MAX_SITEMAPS
    assert [p.split(",")[0] for p in listing.problems] == ["1 sitemaps on other hosts", "index of 1"]


# The period


def test_what_is_known_to_lie_outside_the_period_is_put_apart() -> None:
    days = ["2020/05/30", "2020/05/31", "2020/06/01", "2020/06/02", "2020/06/03"]
    listing = take(PAGE, page(*(story(1, d) for d in days)), since=date(2020, 6, 1), until=date(2020, 6, 2))
    assert urls(listing) == [story(1, "2020/06/01"), story(1, "2020/06/02")]
    assert [f.url for f in listing.outside] == [story(1, days[0]), story(1, days[1]), story(1, days[4])]
    assert (listing.earlier, listing.later, len(listing.shown)) == (2, 1, 5)


def test_a_hint_may_be_a_day_off_and_an_unknown_date_stays() -> None:
    hints = ["2020-05-30", "2020-05-31", "2020-06-01", "2020-06-02", "2020-06-03", "", "besok"]
    rows = "".join(
        f"<url><loc>{HOST}/baca/{n}/a</loc><publication_date>{hint}</publication_date></url>"
        for n, hint in enumerate(hints)
    )
    listing = take(MAP, urlset(rows), since=date(2020, 6, 1), until=date(2020, 6, 1))
    assert [url[-3] for url in urls(listing)] == ["1", "2", "3", "5", "6"]


def test_what_was_last_changed_before_the_period_is_left_out() -> None:
    rows = "".join(
        f"<url>{loc(f'{HOST}/baca/{n}/a', day)}</url>"
        for n, day in enumerate(["2020-05-30", "2020-05-31", "2020-06-03"])
    )
    listing = take(MAP, urlset(rows), since=date(2020, 6, 1), until=date(2020, 6, 1))
    assert [(f.url[-3], f.published) for f in listing.found] == [("1", None), ("2", None)]


# Where to begin


def test_without_dates_every_source_is_asked_and_the_last_days_of_an_index() -> None:
    assert [f.url for f in first_requests(KABAR, today=TODAY)] == [
        f"{HOST}/rss",
        f"{HOST}/sitemap.xml",
        f"{HOST}/terbaru?page=1",
        f"{HOST}/indeks/2020/06/03?page=1",
        f"{HOST}/indeks/2020/06/02?page=1",
    ]


@pytest.mark.parametrize(
    ("since", "until", "first", "last", "count"),
    [
        (date(2020, 2, 27), date(2020, 3, 1), date(2020, 2, 27), date(2020, 3, 1), 4),
        (date(2020, 6, 1), None, date(2020, 6, 1), TODAY, 3),
        (date(2020, 6, 2), date(2099, 1, 1), date(2020, 6, 2), TODAY, 2),
        (None, date(2020, 5, 10), date(2020, 5, 9), date(2020, 5, 10), 2),
        (TODAY, TODAY, TODAY, TODAY, 1),
    ],
)
def test_dated_indexes_are_walked_day_by_day(
    since: date | None, until: date | None, first: date, last: date, count: int
) -> None:
    follows = first_requests(KABAR, since=since, until=until, today=TODAY)
    days = [f.day for f in follows if f.source is INDEX]
    assert len(days) == len(set(days)) == count
    assert (days[-1], days[0]) == (first, last)


def test_a_period_in_the_future_or_upside_down_has_no_days() -> None:
    for since, until in [(date(2021, 1, 1), None), (date(2020, 6, 2), date(2020, 6, 1))]:
        assert not [f for f in first_requests(KABAR, since=since, until=until, today=TODAY) if f.day]


def test_a_section_leaves_out_the_sources_of_others() -> None:
    found = [f.url for f in first_requests(RmolSpider.outlet, section="politik", today=TODAY)]
    assert "https://rmol.id/rss/latest-posts" in found
    assert "https://rmol.id/rss/kategori/politik" in found
    assert "https://rmol.id/rss/kategori/nusantara" not in found


def test_the_daily_index_of_sosok_has_days_without_leading_zeros() -> None:
    assert "https://sosok.grid.id/index?day=3&month=6&year=2020&section=all&page=1" in [
        f.url for f in first_requests(SosokSpider.outlet, today=TODAY)
    ]


# Where to go on


def walk(source: ListPage, show: Callable[[int], bytes], known: set[str], **options: Any) -> Iterator[int]:
    """Walk a list as the spider does; yield the number of each page read."""
    period = {name: options.get(name) for name in ("since", "until")}
    outlet = dataclasses.replace(KABAR, sources=(source,))
    follow: Follow | None = first_requests(outlet, today=TODAY, **period)[0]
    while follow:
        yield follow.page
        listing = take(source, show(follow.page), follow=follow, **period)
        new = set(urls(listing)) - known
        known |= new
        follow = next_page(follow, listing, len(new))


def fresh(number: int) -> bytes:
    return page(story(number))


def test_a_list_is_walked_while_it_shows_new_articles() -> None:
    assert list(walk(PAGE, fresh, {story(2), story(3)})) == [1, 2]
    assert list(walk(PAGE, fresh, set())) == [1, 2, 3, 4]


def test_a_list_without_pages_is_read_once() -> None:
    assert list(walk(PLAIN, fresh, set())) == [1]
    assert list(walk(dataclasses.replace(PAGE, url=f"{HOST}/terbaru"), fresh, set())) == [1]


def test_with_dates_a_list_is_walked_back_to_the_period_and_through_it() -> None:
    long = dataclasses.replace(PAGE, max_pages=30)

    def back(number: int) -> bytes:
        return page(story(1, f"2020/05/{31 - number:02}"), story(2, f"2020/05/{31 - number:02}"))

    known = {story(n, f"2020/05/{day:02}") for n in (1, 2) for day in range(24, 26)}
    period = {"since": date(2020, 5, 23), "until": date(2020, 5, 25)}
    assert list(walk(long, back, known, **period)) == list(range(1, 10))  # 30 May down to 22 May


def test_an_index_is_walked_while_it_shows_articles_known_or_not() -> None:
    def day(number: int) -> bytes:
        return fresh(number) if number < 3 else page()

    assert list(walk(dataclasses.replace(INDEX, days=1), day, {story(n) for n in range(5)})) == [1, 2, 3]


@pytest.mark.parametrize("links", [".kartu a", None])
def test_an_index_ends_where_only_what_was_shown_before_is_shown(links: str | None) -> None:
    sidebar = f'<aside><a href="{story(99)}">Terpopuler</a></aside>'
    source = dataclasses.replace(INDEX, links=links, days=1, max_pages=30)
    assert list(walk(source, lambda n: page(story(min(n, 3)), more=sidebar), set())) == [1, 2, 3, 4]
    assert list(walk(source, lambda n: page(*[story(n)][: n < 4], more=sidebar), set())) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("day", "problems"),
    [(TODAY, []), (TODAY - timedelta(days=1), ["none of 1 links is an article URL of kabar"])],
)
def test_an_index_of_today_may_have_no_article_yet(day: date, problems: list[str]) -> None:
    body = page(more='<a href="/tentang">Tentang</a>')
    assert take(INDEX, body, follow=Follow(INDEX, HOST, day=day)).problems == problems


def test_the_day_of_an_index_is_the_hint_for_what_it_picks() -> None:
    source = dataclasses.replace(INDEX, links=".kartu a")
    follow = Follow(source, HOST, day=date(2020, 6, 1))
    body = page(f"{HOST}/baca/7/a", story(1), more=f'<a href="{HOST}/baca/8/b">Terpopuler</a>')
    assert [(f.url, f.published) for f in take(source, body, follow=follow).found] == [
        (f"{HOST}/baca/7/a", "2020-06-01"),
        (story(1), "2020-06-02"),
    ]
    anything = dataclasses.replace(INDEX, links=None)
    listing = take(anything, body, follow=Follow(anything, HOST, day=date(2020, 6, 1)))
    assert {f.url: f.published for f in listing.found}[f"{HOST}/baca/7/a"] is None


def test_the_section_of_a_source_wins_over_that_of_the_url() -> None:
    feed = Feed(url=f"{HOST}/rss/ekonomi", section="ekonomi")
    assert take(feed, rss(item(1))).found == [
        Found(story(1), published="2020-06-02", title="Berita 1", section="ekonomi")
    ]
