"""RMOL Banten, a regional sister of RMOL. Its article URLs are not publicly known."""

from newscrawl.outlet import Feed
from newscrawl.platforms.rmol import sister
from newscrawl.spider import NewsSpider


class RmolbantenSpider(NewsSpider):
    """Crawl rmolbanten.com."""

    name = "rmolbanten"
    outlet = sister(
        name=name,
        title="RMOL Banten",
        host="rmolbanten.com",
        sources=(Feed(url="https://rmolbanten.com/rss.php", known="a public feed list, year unknown"),),
        obstacles="article URLs are by analogy, and the domain may be gone: check with `scrapy doctor`",
    )
