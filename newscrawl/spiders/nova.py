"""Nova, of the Grid network."""

from newscrawl.platforms.grid import grid
from newscrawl.spider import NewsSpider


class NovaSpider(NewsSpider):
    """Crawl nova.grid.id."""

    name = "nova"
    outlet = grid(
        name=name,
        title="Nova",
        host="nova.grid.id",
        sitemap_known="public code, year unknown, for the network",
    )
