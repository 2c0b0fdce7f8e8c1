"""Republika: a code names the article; pages of long ones end in -part2."""

from datetime import date

from newscrawl.outlet import ArticleUrl, Feed, Outlet, Selectors
from newscrawl.spider import NewsSpider


class RepublikaSpider(NewsSpider):
    """Crawl republika.co.id."""

    name = "republika"
    outlet = Outlet(
        name=name,
        title="Republika",
        hosts=("republika.co.id",),
        sources=(
            Feed(url="https://www.republika.co.id/rss", known="public feed lists, year unknown"),
            Feed(
                url="https://www.republika.co.id/rss/nasional",
                section="nasional",
                known="public feed lists, year unknown, for any section; this one is our choice",
            ),
        ),
        articles=(
            ArticleUrl(
                pattern=r"(?P<path>(?:[a-z]+\.)?republika\.co\.id/berita/[a-z0-9]+/[^/]+?)(?:-part\d+)?/?",
                canonical="{path}",
                known="public code, 2026; the parts: public code, year unknown",
            ),
            ArticleUrl(
                pattern=r"(?P<path>(?:[a-z]+\.)?republika\.co\.id/berita/(?P<section>[a-z-]+)/[a-z-]+/(?P<year>\d\d)"
                r"/(?P<month>\d\d)/(?P<day>\d\d)/[a-z0-9]+-[^/]+?)(?:-part\d+)?/?",
                canonical="{path}",
                known="saved pages, 2015-2016; public code, 2017",
            ),
        ),
        selectors=(
            Selectors(
                name="2025",
                body="div.article-content article",
                published="div.date.date-item__headline",
                known="public code, 2026, in use since 2025",
            ),
            Selectors(
                name="2016",
                valid_until=date(2018, 12, 31),
                title=".jdl-detail h2",
                body=".detail-berita",
                published=".date-detail",
                editor=".wp-reset .red",
                tags=".tagging a",
                known="a saved page, 2016; its last day is a guess",
            ),
            Selectors(
                name="2015",
                valid_until=date(2016, 1, 31),
                title="h1.jdl-detail",
                body=".txt-detailberita",
                published=".rangka .date",
                known="a saved page, 2015; its last day is a guess",
            ),
        ),
        obstacles="news-watch (2026) uses a browser",
    )
