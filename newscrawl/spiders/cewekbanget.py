"""CewekBanget, of the Grid network."""

from newscrawl.platforms.grid import grid
from newscrawl.spider import NewsSpider


class CewekbangetSpider(NewsSpider):
    """Crawl cewekbanget.grid.id."""

    name = "cewekbanget"
    outlet = grid(
        name=name,
        title="CewekBanget",
        host="cewekbanget.grid.id",
        sitemap_known="public code, year unknown, for the network",
    )
