"""GridPop, of the Grid network."""

from newscrawl.platforms.grid import grid
from newscrawl.spider import NewsSpider


class GridpopSpider(NewsSpider):
    """Crawl www.gridpop.id."""

    name = "gridpop"
    outlet = grid(name=name, title="GridPop", host="www.gridpop.id")
