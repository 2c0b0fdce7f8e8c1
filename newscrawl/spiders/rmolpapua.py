"""RMOL Papua, a regional sister of RMOL. Nothing but its hosts is publicly known."""

from newscrawl.outlet import Feed, ListPage
from newscrawl.platforms.rmol import sister
from newscrawl.spider import NewsSpider


class RmolpapuaSpider(NewsSpider):
    """Crawl www.rmolpapua.id."""

    name = "rmolpapua"
    outlet = sister(
        name=name,
        title="RMOL Papua",
        host="www.rmolpapua.id",
        also=("rmolpapua.com",),
        sources=(
            Feed(
                url="https://www.rmolpapua.id/rss/latest-posts",
                known="by analogy with rmoljabar.id, unconfirmed",
            ),
            ListPage(url="https://www.rmolpapua.id/", known="the home page"),
        ),
        zone="Asia/Jayapura",  # by its place
        obstacles="nothing but the host is known: check with `scrapy doctor` before a crawl",
    )
