"""One article, one URL: the forms of both outlets, hostile ones, and what holds for any URL at all."""

import dataclasses
import json
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawl.outlet import ArticleUrl, Outlet
from newscrawl.urls import (
    MAX_LENGTH,
    absolute,
    all_in_one,
    article_id,
    canonical,
    identify,
    own_host,
    url_day,
)
from tests.outlets.pages import outlet_of

TABLE = json.loads((Path(__file__).parent / "data" / "article_urls.json").read_text("utf-8"))
OUTLETS = {name: outlet_of(name) for name in TABLE}
CASES = [
    pytest.param(OUTLETS[name], case, id=f"{name}: {case['why']}")
    for name, cases in TABLE.items()
    for case in cases
]
NEWS = Outlet(
    name="news",
    title="News",
    hosts=("news.example",),
    sources=(),
    articles=(
        ArticleUrl(pattern=r"(?:[a-z]+\.)?news\.example/(?P<section>[a-z]+)/(?:detail|[\w.%-]+\.html)"),
    ),
    keep_query=("id", "lang"),
    all_in_one="single=1",
)


@pytest.mark.parametrize(("outlet", "case"), CASES)
def test_table(outlet: Outlet, case: dict[str, str]) -> None:
    expected = case["url"] if case.get("same") else case["canonical"]
    identity = identify(case["url"], outlet, base=case.get("base"))
    assert (identity and identity.url) == expected
    assert canonical(case["url"], outlet, base=case.get("base")) == expected
    if identity and "day" in case:
        assert (identity.day and identity.day.isoformat()) == case["day"]
    if identity and "section" in case:
        assert identity.section == case["section"]
    if expected:
        assert canonical(expected, outlet) == expected
        assert own_host(expected, outlet)


@pytest.mark.parametrize("extra", [0, 1, 10_000])
def test_long_urls_are_refused(extra: int) -> None:
    start = "https://sosok.grid.id/read/413301234/"
    url = start + "a" * (MAX_LENGTH - len(start) + extra)
    assert canonical(url, OUTLETS["sosok"]) == (None if extra else url)


def test_a_url_that_only_escaping_makes_too_long_is_refused() -> None:
    assert canonical("https://sosok.grid.id/read/413301234/" + "é" * 500, OUTLETS["sosok"]) is None


PIECES = st.sampled_from(
    [
        *"a-%é +,:;'\"?&=#/.\\@[$\n\x7f\ud800",
        "%2",
        "%2d",
        "%2F",
        "%41",
        "%25",
        "%c3%a9",
        "%20",
        "/amp",
        "..",
        "id=7",
    ]
)
STARTS = st.sampled_from(
    [
        "https://rmol.id/politik/read/2020/06/02/437642/",
        "http://www.rmol.co/read/2018/03/23/331912/",
        "https://m.sosok.grid.id/amp/041330123/",
        "https://news.example/detail",
        "https://m.news.example/a/",
        "https://",
        "//",
        "",
    ]
)


@settings(deadline=None)
@given(
    STARTS,
    st.one_of(st.lists(PIECES, max_size=12).map("".join), st.text()),
    st.sampled_from(["", "?id=041&x=2", ".html"]),
)
def test_the_canonical_form_of_a_canonical_form_is_itself(start: str, middle: str, end: str) -> None:
    url = start + middle + end
    for outlet in (*OUTLETS.values(), NEWS):
        found = canonical(url, outlet, base="https://rmol.id/")
        if found is not None:
            assert canonical(found, outlet) == found
            assert canonical(f"{found}#x", outlet) == found
            assert url_day(found, outlet) == url_day(url, outlet)
            assert own_host(found, outlet)
            assert found.isascii()
            assert len(found) <= MAX_LENGTH


@settings(max_examples=300)
@given(
    start=st.sampled_from(["http://", "https://", "//", ""]),
    rest=st.text("aB1.-_:@[]\\/?#% é。", max_size=12),
)
def test_an_absolute_link_leaves_no_doubt_of_its_host(start: str, rest: str) -> None:
    link = absolute(start + rest, base="https://contoh.id/indeks/")
    if link is not None:
        parts = urlsplit(link)
        assert parts.scheme in ("http", "https")
        assert parts.netloc
        assert not {"@", "\\"} & set(parts.netloc)


def test_parameters_that_name_the_article_stay_in_the_declared_order() -> None:
    url = "https://news.example/politik/detail?utm_source=x&lang=id&id=007%20b&id=8"
    assert canonical(url, NEWS) == "https://news.example/politik/detail?id=007%20b&lang=id"
    assert canonical("https://news.example/politik/detail?utm_source=x&id=", NEWS) == (
        "https://news.example/politik/detail"
    )


def test_a_pattern_without_canonical_form_keeps_host_and_path() -> None:
    assert canonical("http://M.news.example/politik/Judul.html?x=1", NEWS) == (
        "https://m.news.example/politik/Judul.html"
    )


def test_valid_until_says_nothing_where_the_url_tells_no_day() -> None:
    form = dataclasses.replace(NEWS.articles[0], valid_until=date(2018, 12, 31))
    outlet = dataclasses.replace(NEWS, articles=(form,))
    assert canonical("https://news.example/politik/a.html", outlet)


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("https://rmol.id/rss/latest-posts", True),
        ("https://www.rmol.id/", True),
        ("http://RMOL.ID.:80/x", True),
        ("https://rmol.id", True),
        ("https://armol.id/", False),
        ("https://rmol.id.example/", False),
        ("https://rmol.id@example.com/", False),
        ("https://example.com/?https://rmol.id/", False),
        ("https://127.0.0.1/", False),
        ("https://[::1]/", False),
        ("ftp://rmol.id/", False),
        ("//rmol.id/", False),
        ("rmol.id", False),
        ("", False),
        ("https://", False),
    ],
)
def test_own_host(url: str, own: bool) -> None:
    assert own_host(url, OUTLETS["rmol"]) is own


def test_all_pages_on_one() -> None:
    url = "https://sosok.grid.id/read/413301234/kisah"
    assert all_in_one(url, OUTLETS["sosok"]) == f"{url}?page=all"
    assert canonical(all_in_one(url, OUTLETS["sosok"]), OUTLETS["sosok"]) == url
    assert (
        all_in_one("https://news.example/a/detail?id=7", NEWS)
        == "https://news.example/a/detail?id=7&single=1"
    )
    assert all_in_one("https://rmol.id/x", OUTLETS["rmol"]) == "https://rmol.id/x"


def test_ids_differ_by_outlet_and_url() -> None:
    ids = {
        article_id(name, url)
        for name in ("rmol", "sosok")
        for url in ("https://rmol.id/a", "https://rmol.id/b")
    }
    assert len(ids) == 4
    assert all(len(i.rpartition("-")[2]) == 16 for i in ids)
