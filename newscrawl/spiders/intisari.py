"""Intisari, of the Grid network."""

from newscrawl.outlet import ArticleUrl
from newscrawl.platforms.grid import grid
from newscrawl.spider import NewsSpider


class IntisariSpider(NewsSpider):
    """Crawl intisari.grid.id."""

    name = "intisari"
    outlet = grid(
        name=name,
        title="Intisari",
        host="intisari.grid.id",
        sitemap_known="public code, year unknown, for the network",
        older=(
            ArticleUrl(
                pattern=r"intisari\.grid\.id/index\.php/(?P<section>[A-Za-z-]+)/[A-Za-z-]+/[^/]+",
                known="public code, year unknown: the form before the platform",
            ),
        ),
    )
