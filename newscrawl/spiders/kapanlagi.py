"""Kapanlagi, of Kapanlagi Youniverse. Its pages of 2015-2016 break their text with <br>."""

from newscrawl.outlet import ArticleUrl, AssetHost, ListPage, Outlet
from newscrawl.spider import NewsSpider


class KapanlagiSpider(NewsSpider):
    """Crawl kapanlagi.com. Neither a feed nor an index is known, nor any class name."""

    name = "kapanlagi"
    outlet = Outlet(
        name=name,
        title="KapanLagi.com",
        hosts=("kapanlagi.com",),
        platform="kly",
        sources=(ListPage(url="https://www.kapanlagi.com/", known="the home page"),),
        articles=(
            ArticleUrl(
                pattern=r"(?:(?:www|m)\.)?kapanlagi\.com/"
                r"(?P<path>(?P<section>[a-z0-9-]+)/(?:[a-z0-9-]+/)?[^/]+\.html)",
                canonical="www.kapanlagi.com/{path}",
                known="by analogy with merdeka of the same house, unconfirmed",
            ),
        ),
        assets=(AssetHost(host="cdn.klimg.com", known="its test page of 2016-03, unconfirmed"),),
        obstacles="article URLs are by analogy: check with `scrapy doctor` before a crawl",
    )
