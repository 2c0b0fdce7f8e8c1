"""Tribunnews and its regional newsrooms, each on a subdomain."""

from newscrawl.outlet import ArticleUrl, AssetHost, DatedIndex, Feed, Outlet, Selectors, Sitemap
from newscrawl.spider import NewsSpider

DATED = r"(?:(?P<section>[a-z0-9-]+)/)?(?P<year>\d{4})/(?P<month>\d\d)/(?P<day>\d\d)/[^/]+?"


class TribunnewsSpider(NewsSpider):
    """Crawl tribunnews.com; articles of regional hosts keep their host."""

    name = "tribunnews"
    outlet = Outlet(
        name=name,
        title="Tribunnews.com",
        hosts=("tribunnews.com",),
        sources=(
            Sitemap(url="https://www.tribunnews.com/sitemap-news.xml", known="news-watch, 2026"),
            Sitemap(url="https://www.tribunnews.com/sitemap-web.xml", known="news-watch, 2026"),
            DatedIndex(
                url="https://www.tribunnews.com/index-news/news?date={day.year}-{day.month}-{day.day}&page={page}",
                section="news",
                max_pages=40,
                known="public code, 2022; days overlap",
            ),
            Feed(
                url="https://solo.tribunnews.com/rss",
                known="berita-indo-api, year unknown, for any regional host; this one is our choice",
            ),
            DatedIndex(
                url="https://solo.tribunnews.com/index-news?date={day.year}-{day.month}-{day.day}&page={page}",
                max_pages=20,
                known="public code, 2022, for any regional host; page= by analogy",
            ),
        ),
        articles=(
            ArticleUrl(
                pattern=rf"(?:www\.)?tribunnews\.com/(?P<path>{DATED})/?",
                canonical="www.tribunnews.com/{path}",
                known="a saved page, 2020; without section by analogy",
            ),
            ArticleUrl(
                pattern=rf"(?P<path>(?!www\.)[a-z-]+\.tribunnews\.com/{DATED})/?",
                canonical="{path}",
                known="by analogy with the national host; berita-indo-api names the hosts, year unknown",
            ),
        ),
        all_in_one="page=all",  # public code, year unknown
        assets=(AssetHost(host="cdn-2.tstatic.net", known="its test page of 2020-05, unconfirmed"),),
        selectors=(
            Selectors(
                name="2020",
                title="h1#arttitle",
                body="div.side-article.txt-article",
                author="div#penulis a",
                published="time.grey",
                known="a saved page, 2020; public code, year unknown",
            ),
        ),
        obstacles="search pages answer 403; sitemaps do not (news-watch, 2026)",
    )
