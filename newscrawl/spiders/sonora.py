"""Sonora, of the Grid network."""

from newscrawl.platforms.grid import grid
from newscrawl.spider import NewsSpider


class SonoraSpider(NewsSpider):
    """Crawl www.sonora.id."""

    name = "sonora"
    outlet = grid(name=name, title="Sonora", host="www.sonora.id")
