"""Wiken, of the Grid network."""

from newscrawl.platforms.grid import grid
from newscrawl.spider import NewsSpider


class WikenSpider(NewsSpider):
    """Crawl wiken.grid.id."""

    name = "wiken"
    outlet = grid(
        name=name,
        title="Wiken",
        host="wiken.grid.id",
        sitemap_known="public code, year unknown, for the network",
    )
