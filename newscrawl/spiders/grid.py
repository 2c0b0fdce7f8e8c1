"""Grid.ID, the first site of the Grid network; the others are outlets of their own."""

from newscrawl.platforms.grid import grid
from newscrawl.spider import NewsSpider


class GridSpider(NewsSpider):
    """Crawl www.grid.id."""

    name = "grid"
    outlet = grid(
        name=name,
        title="Grid.ID",
        host="www.grid.id",
        sitemap_known="public code, year unknown, for the network",
        feed_known="public code, year unknown",
    )
