from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from newscrawl.discover import Follow, Found, Listing
from newscrawl.ledger import Ledger, Reply
from newscrawl.outlet import ArticleUrl, Feed, ListPage, Outlet, Sitemap
from newscrawl.state import State

HOST = "https://berita.example"
OUTLET = Outlet(
    name="berita",
    title="Berita",
    hosts=("berita.example",),
    sources=(Sitemap(url=f"{HOST}/peta.xml"), Feed(url=f"{HOST}/rss")),
    articles=(ArticleUrl(pattern=r"berita\.example/baca/\d+"),),
)
NOW = datetime(2020, 6, 20, 12, tzinfo=UTC)
ETAG = '"a1"'


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with State(tmp_path / "berita.sqlite") as state:
        yield Ledger(state, OUTLET, revisit_after=[timedelta(days=1)])


def listed(ledger: Ledger, number: int, body: str, since: date | None = None) -> list[str]:
    source = OUTLET.sources[number]
    reply = Reply(source.url, 200, NOW, etag=ETAG)
    listing, _ = ledger.listed(Follow(source, source.url), reply, body.encode(), "text/xml", since=since)
    return [found.url for found in listing.found]


def test_an_index_of_sitemaps_is_never_asked_for_conditionally(ledger: Ledger) -> None:
    """When it is unchanged, the sitemaps that it names may still have changed."""
    listed(ledger, 0, f"<sitemapindex><sitemap><loc>{HOST}/a.xml</loc></sitemap></sitemapindex>")
    assert ledger.state.validators(f"{HOST}/peta.xml") == (None, None)


def test_a_sitemap_of_articles_is_asked_for_conditionally(ledger: Ledger) -> None:
    assert listed(ledger, 0, f"<urlset><url><loc>{HOST}/baca/1</loc></url></urlset>") == [f"{HOST}/baca/1"]
    assert ledger.state.validators(f"{HOST}/peta.xml") == (ETAG, None)


def test_what_a_list_names_outside_the_period_is_noted_for_later_runs(ledger: Ledger) -> None:
    items = "".join(
        f"<item><link>{HOST}/baca/{day}</link><pubDate>{day} Jun 2020 10:00:00 +0700</pubDate></item>"
        for day in (2, 18)
    )
    body = f'<rss version="2.0"><channel><title>Berita</title>{items}</channel></rss>'
    assert listed(ledger, 1, body, since=date(2020, 6, 10)) == [f"{HOST}/baca/18"]
    due = [d.url for d in ledger.state.due(NOW, 10, since=date(2020, 6, 10))]
    assert due == [f"{HOST}/baca/18"]
    assert {d.url for d in ledger.state.due(NOW, 10)} == {f"{HOST}/baca/2", f"{HOST}/baca/18"}


LIST = ListPage(url=f"{HOST}/kanal?page={{page}}", max_pages=3)
FIRST = f"{HOST}/kanal?page=1"
SHOWN = Listing(found=[Found(f"{HOST}/baca/1")], shown=frozenset({f"{HOST}/baca/1"}))
BEFORE = Listing(outside=[Found(f"{HOST}/baca/1")], shown=SHOWN.shown, earlier=1)
EMPTY = Listing(problems=["empty answer"])


@pytest.mark.parametrize(
    ("page", "listing", "was_open", "is_open"),
    [
        (1, SHOWN, False, True),  # there is a next page
        (3, SHOWN, False, False),  # the last one that is declared
        (2, Listing(), True, False),  # past the last one
        (2, EMPTY, False, True),  # that was no page
        (2, BEFORE, False, False),  # the period ends here; what comes behind is as it was
        (2, BEFORE, True, True),
    ],
)
def test_a_list_stays_open_until_it_was_read_to_its_end(
    page: int, listing: Listing, was_open: bool, is_open: bool, ledger: Ledger
) -> None:
    if listing.found:
        listed(ledger, 0, f"<urlset><url><loc>{HOST}/baca/1</loc></url></urlset>")
    assert not ledger.asked(Follow(LIST, FIRST))
    assert ledger.asked(Follow(LIST, FIRST))  # the run was killed before it had an answer
    follow = Follow(LIST, LIST.url.format(page=page), page=page)
    ledger.following(follow, listing, NOW, was_open=was_open)
    assert ledger.state.is_walk_open(FIRST) is is_open


@pytest.mark.parametrize(
    ("page", "status", "is_past"), [(1, 404, False), (2, 404, True), (2, 500, False), (2, None, False)]
)
def test_a_page_that_cannot_be_read_leaves_its_list_open(
    page: int, status: int | None, is_past: bool, ledger: Ledger
) -> None:
    follow = Follow(LIST, LIST.url.format(page=page), page=page)
    assert ledger.unlisted(follow, status) is is_past
    assert ledger.state.is_walk_open(FIRST) is not is_past


def test_a_feed_is_no_list(ledger: Ledger) -> None:
    feed = OUTLET.sources[1]
    assert not ledger.asked(Follow(feed, feed.url))
    assert not ledger.asked(Follow(feed, feed.url))
