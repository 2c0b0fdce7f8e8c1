"""Grid Kids, of the Grid network."""

from newscrawl.platforms.grid import grid
from newscrawl.spider import NewsSpider


class KidsSpider(NewsSpider):
    """Crawl kids.grid.id."""

    name = "kids"
    outlet = grid(
        name=name,
        title="Grid Kids",
        host="kids.grid.id",
        sitemap_known="public code, year unknown, for the network",
    )
