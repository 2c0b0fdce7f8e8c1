"""GridHype, of the Grid network."""

from newscrawl.platforms.grid import grid
from newscrawl.spider import NewsSpider


class GridhypeSpider(NewsSpider):
    """Crawl www.gridhype.id."""

    name = "gridhype"
    outlet = grid(name=name, title="GridHype", host="www.gridhype.id")
