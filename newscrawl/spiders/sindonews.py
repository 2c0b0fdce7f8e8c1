"""SINDOnews: one host a channel; the slug ends in a Unix time."""

from newscrawl.outlet import ArticleUrl, AssetHost, Feed, ListPage, Outlet, Selectors, Sitemap
from newscrawl.spider import NewsSpider


class SindonewsSpider(NewsSpider):
    """Crawl sindonews.com and its channels."""

    name = "sindonews"
    outlet = Outlet(
        name=name,
        title="SINDOnews",
        hosts=("sindonews.com",),
        sources=(
            Sitemap(url="https://www.sindonews.com/sitemap-news.xml", known="public code, 2026"),
            Feed(url="https://www.sindonews.com/feed", known="news-watch, 2026"),
            Feed(
                url="https://nasional.sindonews.com/rss", section="nasional", known="public feed list, 2026"
            ),
            ListPage(url="https://index.sindonews.com/index/", known="public code, year unknown"),
        ),
        articles=(
            ArticleUrl(
                pattern=r"(?P<path>(?P<section>(?!www\.)[a-z]+)\.sindonews\.com/read/\d+/\d+/[^/]+-\d{9,10})"
                r"(?:/\d{1,3})?/?",
                canonical="{path}",
                known="a saved home page, 2024; the page number (/10, /20): public code, year unknown",
            ),
        ),
        all_in_one="showpage=all",  # public code, year unknown
        assets=(AssetHost(host="pict.sindonews.net", known="its test page of 2024-09, unconfirmed"),),
        selectors=(
            Selectors(
                name="2025",
                title="h1.detail-title",
                body=".detail-desc",
                author=".warp-nama-redaksi",
                published=".detail-date-artikel",
                known="public code, 2026, in use since 2025",
            ),
        ),
    )
