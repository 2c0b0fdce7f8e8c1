"""GridOto, of the Grid network."""

from newscrawl.platforms.grid import grid
from newscrawl.spider import NewsSpider


class GridotoSpider(NewsSpider):
    """Crawl www.gridoto.com."""

    name = "gridoto"
    outlet = grid(
        name=name,
        title="GridOto",
        host="www.gridoto.com",
        brands=("otomania", "otomotifnet", "otorace", "otoseken"),
        sitemap="sitemap-news.xml",
        sitemap_known="public code, year unknown",
        index_known="public code, year unknown",
    )
