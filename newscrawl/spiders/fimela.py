"""Fimela, of Kapanlagi Youniverse. Nothing but its promo lines is publicly known."""

from newscrawl.outlet import AssetHost, ListPage
from newscrawl.platforms.kly import kly
from newscrawl.spider import NewsSpider


class FimelaSpider(NewsSpider):
    """Crawl fimela.com."""

    name = "fimela"
    outlet = kly(
        name=name,
        title="Fimela",
        domain="fimela.com",
        sources=(ListPage(url="https://www.fimela.com/", known="the home page"),),
        known="by analogy with liputan6 on the same platform, unconfirmed",
        assets=(
            AssetHost(
                host="cdn0-production-images-kly.akamaized.net", known="its test page of 2022-05, unconfirmed"
            ),
        ),
        obstacles="URLs and template are by analogy: check with `scrapy doctor` before a crawl",
    )
