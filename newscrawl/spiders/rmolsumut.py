"""RMOL Sumut, a regional sister of RMOL. Its article URLs are not publicly known."""

from newscrawl.outlet import Feed
from newscrawl.platforms.rmol import sister
from newscrawl.spider import NewsSpider


class RmolsumutSpider(NewsSpider):
    """Crawl rmolsumut.id."""

    name = "rmolsumut"
    outlet = sister(
        name=name,
        title="RMOL Sumut",
        host="rmolsumut.id",
        also=("rmolsumut.com",),
        sources=(Feed(url="https://rmolsumut.id/feed", known="public code, year unknown"),),
        obstacles="slow (timed out at 20 s), no articles to plain HTTP (public code, year unknown);"
        " article URLs are by analogy: check with `scrapy doctor` before a crawl",
    )
