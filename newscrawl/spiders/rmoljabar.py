"""RMOL Jabar, a regional sister of RMOL on the Varient system. Its article URLs are not publicly known."""

from newscrawl.outlet import Feed
from newscrawl.platforms.rmol import sister
from newscrawl.spider import NewsSpider


class RmoljabarSpider(NewsSpider):
    """Crawl www.rmoljabar.id."""

    name = "rmoljabar"
    outlet = sister(
        name=name,
        title="RMOL Jabar",
        host="www.rmoljabar.id",
        also=("rmoljabar.com",),
        sources=(
            Feed(
                url="https://www.rmoljabar.id/rss/latest-posts",
                known="public code, year unknown; the host with www is by analogy with rmollampung.id",
            ),
        ),
        obstacles="article URLs are by analogy: check with `scrapy doctor` before a crawl",
    )
