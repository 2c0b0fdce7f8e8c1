"""Sosok, of the Grid network; sosok.id is its older name."""

from newscrawl.platforms.grid import grid
from newscrawl.spider import NewsSpider


class SosokSpider(NewsSpider):
    """Crawl sosok.grid.id."""

    name = "sosok"
    outlet = grid(
        name=name,
        title="Sosok",
        host="sosok.grid.id",
        also=("sosok.id",),
        sitemap_known="public code, year unknown",
        articles_known="public code, 2022; the mobile host by analogy",
    )
