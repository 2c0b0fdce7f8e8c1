"""InfoKomputer, of the Grid network."""

from newscrawl.platforms.grid import grid
from newscrawl.spider import NewsSpider


class InfokomputerSpider(NewsSpider):
    """Crawl infokomputer.grid.id."""

    name = "infokomputer"
    outlet = grid(
        name=name,
        title="InfoKomputer",
        host="infokomputer.grid.id",
        sitemap_known="public code, year unknown, for the network",
        feed_known="public code, year unknown",
    )
