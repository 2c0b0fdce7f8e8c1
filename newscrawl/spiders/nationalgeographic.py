"""National Geographic Indonesia, of the Grid network."""

from newscrawl.platforms.grid import grid
from newscrawl.spider import NewsSpider


class NationalgeographicSpider(NewsSpider):
    """Crawl nationalgeographic.grid.id."""

    name = "nationalgeographic"
    outlet = grid(
        name=name,
        title="National Geographic Indonesia",
        host="nationalgeographic.grid.id",
        sitemap_known="public code, year unknown, for the network",
        feed_known="public code, year unknown",
    )
