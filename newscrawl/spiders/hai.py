"""HAI, of the Grid network."""

from newscrawl.platforms.grid import grid
from newscrawl.spider import NewsSpider


class HaiSpider(NewsSpider):
    """Crawl hai.grid.id."""

    name = "hai"
    outlet = grid(
        name=name, title="HAI", host="hai.grid.id", sitemap_known="public code, year unknown, for the network"
    )
