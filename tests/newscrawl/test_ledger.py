from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from newscrawl.discover import Follow
from newscrawl.ledger import Ledger, Reply
from newscrawl.outlet import ArticleUrl, Feed, Outlet, Sitemap
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
