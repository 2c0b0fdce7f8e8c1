"""BolaSport, of the Grid network."""

from newscrawl.platforms.grid import grid
from newscrawl.spider import NewsSpider


class BolasportSpider(NewsSpider):
    """Crawl www.bolasport.com."""

    name = "bolasport"
    outlet = grid(
        name=name,
        title="BolaSport",
        host="www.bolasport.com",
        brands=("juara", "sportfeat", "superball", "bolastylo", "bolanas"),
        sitemap="sitemap-news.xml",
        sitemap_known="public code, year unknown",
    )
