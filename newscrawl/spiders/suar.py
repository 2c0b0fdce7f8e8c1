"""Suar, of the Grid network."""

from newscrawl.platforms.grid import grid
from newscrawl.spider import NewsSpider


class SuarSpider(NewsSpider):
    """Crawl suar.grid.id."""

    name = "suar"
    outlet = grid(
        name=name,
        title="Suar",
        host="suar.grid.id",
        sitemap_known="public code, year unknown, for the network",
    )
