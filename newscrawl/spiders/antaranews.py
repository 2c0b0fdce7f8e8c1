"""ANTARA, the national agency, and its regional bureaus, each on a subdomain."""

from datetime import date

from newscrawl.outlet import ArticleUrl, Feed, ListPage, Outlet, Selectors
from newscrawl.spider import NewsSpider


class AntaranewsSpider(NewsSpider):
    """Crawl antaranews.com; articles of regional hosts keep their host."""

    name = "antaranews"
    outlet = Outlet(
        name=name,
        title="ANTARA News",
        hosts=("antaranews.com",),
        sources=(
            Feed(
                url="https://www.antaranews.com/rss/terkini.xml",
                known="by analogy with the regional hosts; /rss/<section>.xml in public feed lists",
            ),
            Feed(
                url="https://lampung.antaranews.com/rss/terkini.xml",
                known="public feed lists, year unknown, for any region; this one is our choice",
            ),
            ListPage(url="https://www.antaranews.com/indeks", known="public code, year unknown"),
        ),
        articles=(
            ArticleUrl(
                pattern=r"(?:www\.)?antaranews\.com/(?P<path>berita/\d+/[^/]+)/?",
                canonical="www.antaranews.com/{path}",
                known="saved pages, 2015-2016; public code, 2026",
            ),
            ArticleUrl(
                pattern=r"(?P<path>(?!www\.)[a-z]+\.antaranews\.com/berita/\d+/[^/]+)/?",
                canonical="{path}",
                known="a saved list page of lampung.antaranews.com, 2025",
            ),
        ),
        all_in_one="page=all",  # public code, year unknown, for the regional hosts
        selectors=(
            Selectors(
                name="2025",
                title=".wrap__article-detail-title",
                body=".wrap__article-detail-content.post-content",
                published=".text-muted.mt-2.small",
                known="public code, 2026, in use since 2025",
            ),
            Selectors(
                name="2015",
                valid_until=date(2017, 12, 31),
                title="h1.title[itemprop=headline]",
                body="#content_news",
                author="span[itemprop=author]",
                editor="span[itemprop=editor]",
                published="time[itemprop=datePublished]",
                known="saved pages, 2015-2016; its last day is a guess",
            ),
        ),
    )
