"""Stylo, of the Grid network."""

from newscrawl.platforms.grid import grid
from newscrawl.spider import NewsSpider


class StyloSpider(NewsSpider):
    """Crawl stylo.grid.id."""

    name = "stylo"
    outlet = grid(
        name=name,
        title="Stylo",
        host="stylo.grid.id",
        sitemap_known="public code, year unknown, for the network",
    )
