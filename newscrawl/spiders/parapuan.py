"""Parapuan, of the Grid network."""

from newscrawl.platforms.grid import grid
from newscrawl.spider import NewsSpider


class ParapuanSpider(NewsSpider):
    """Crawl www.parapuan.co."""

    name = "parapuan"
    outlet = grid(name=name, title="Parapuan", host="www.parapuan.co")
