"""VIVA: the id stands before the slug."""

from newscrawl.outlet import ArticleUrl, Feed, ListPage, Outlet, Selectors
from newscrawl.spider import NewsSpider


class VivaSpider(NewsSpider):
    """Crawl viva.co.id."""

    name = "viva"
    outlet = Outlet(
        name=name,
        title="VIVA",
        hosts=("viva.co.id",),
        sources=(
            Feed(url="https://www.viva.co.id/get/all", known="public feed lists, 2026"),
            Feed(url="https://www.viva.co.id/rss", known="public feed lists, year unknown"),
            ListPage(
                url="https://www.viva.co.id/indeks?page={page}",
                max_pages=20,
                known="news-watch, 2026; a saved page, 2016",
            ),
        ),
        articles=(
            ArticleUrl(
                pattern=r"(?P<path>(?:[a-z]+\.){0,2}viva\.co\.id/[a-z-]+/read/\d+-[^/]+)/?",
                canonical="{path}",
                known="a saved index page, 2016",
            ),
            ArticleUrl(
                pattern=r"(?P<path>(?:[a-z]+\.)?viva\.co\.id/(?P<section>[a-z0-9-]+)/[a-z0-9-]+/\d+-[^/]+)/?",
                canonical="{path}",
                known="public code, 2026",
            ),
        ),
        all_in_one="page=all",  # public code, year unknown
        selectors=(
            Selectors(
                name="2026",
                title="h1.main-content-title",
                body="div.main-content-detail",
                author="div.main-content-author",
                published="div.main-content-date",
                known="public code, 2026",
            ),
        ),
    )
