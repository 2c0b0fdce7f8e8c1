"""CNBC Indonesia: the article URL tells the second of publication."""

from newscrawl.outlet import ArticleUrl, AssetHost, Feed, Outlet, Selectors
from newscrawl.spider import NewsSpider


class CnbcindonesiaSpider(NewsSpider):
    """Crawl cnbcindonesia.com."""

    name = "cnbcindonesia"
    outlet = Outlet(
        name=name,
        title="CNBC Indonesia",
        hosts=("cnbcindonesia.com",),
        sources=(
            Feed(url="https://www.cnbcindonesia.com/rss", known="news-watch, 2026"),
            Feed(
                url="https://www.cnbcindonesia.com/rss?tag=ekonomi",
                known="news-watch, 2026, for any tag; this one is our choice",
            ),
        ),
        articles=(
            ArticleUrl(
                pattern=r"(?:www\.)?cnbcindonesia\.com/(?P<path>(?P<section>[a-z-]+)/(?P<year>\d{4})(?P<month>\d\d)"
                r"(?P<day>\d\d)\d{6}-\d+-\d+/[^/]+)(?:/\d+)?/?",
                canonical="www.cnbcindonesia.com/{path}",
                known="public code, 2026; the page number by analogy with CNN Indonesia",
            ),
        ),
        all_in_one="page=all",  # public code, year unknown
        assets=(AssetHost(host="awsimages.detik.net.id", known="its test page of 2026-01, unconfirmed"),),
        selectors=(
            Selectors(
                name="2026",
                title="h1.mb-4.text-32.font-extrabold",
                body="div.detail-text",
                published="div.text-cm.text-gray",
                known="public code, 2026",
            ),
        ),
        obstacles="search needs JavaScript; the feeds do not (public code, 2026)",
    )
