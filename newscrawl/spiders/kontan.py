"""Kontan: one host a channel, no ids."""

from newscrawl.outlet import ArticleUrl, Feed, ListPage, Outlet, Selectors
from newscrawl.spider import NewsSpider


class KontanSpider(NewsSpider):
    """Crawl kontan.co.id."""

    name = "kontan"
    outlet = Outlet(
        name=name,
        title="Kontan",
        hosts=("kontan.co.id",),
        sources=(
            Feed(
                url="https://rss.kontan.co.id/news/nasional",
                section="nasional",
                known="public feed lists, year unknown, for any channel; this one is our choice",
            ),
            ListPage(
                url="https://www.kontan.co.id/search/?search=&per_page=20",
                known="public code, 2026, for any word; without one by guess",
            ),
        ),
        articles=(
            ArticleUrl(
                pattern=r"(?P<path>(?:www\.|(?P<section>(?!(?:www|rss)\.)[a-z]+)\.)?kontan\.co\.id/news/[^/]+)/?",
                canonical="{path}",
                known="public code, 2026",
            ),
        ),
        all_in_one="page=all",  # public code, year unknown
        selectors=(
            Selectors(
                name="2026",
                title="h1.detail-desk",
                published="div.fs14.ff-opensans.font-gray",
                known="public code, 2026; the body's class is not known",
            ),
        ),
    )
