"""Bobo, the children's magazine of the Grid network."""

from newscrawl.platforms.grid import grid
from newscrawl.spider import NewsSpider


class BoboSpider(NewsSpider):
    """Crawl bobo.grid.id."""

    name = "bobo"
    outlet = grid(
        name=name,
        title="Bobo",
        host="bobo.grid.id",
        sitemap_known="public code, year unknown, for the network",
    )
