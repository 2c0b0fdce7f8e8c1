"""Suara.com and its regional hosts: the URL tells the second of publication."""

from newscrawl.outlet import ArticleUrl, Feed, Outlet, Selectors
from newscrawl.spider import NewsSpider


class SuaraSpider(NewsSpider):
    """Crawl suara.com."""

    name = "suara"
    outlet = Outlet(
        name=name,
        title="Suara.com",
        hosts=("suara.com",),
        sources=(
            Feed(url="https://www.suara.com/rss", known="public feed lists, year unknown"),
            Feed(url="https://www.suara.com/feed", known="public feed lists, year unknown"),
        ),
        articles=(
            ArticleUrl(
                pattern=r"(?P<path>(?:[a-z]+\.)?suara\.com/(?P<section>[a-z-]+)/(?P<year>\d{4})/(?P<month>\d\d)"
                r"/(?P<day>\d\d)/\d{6}/[^/]+)/?",
                canonical="{path}",
                known="public code, 2026; regional hosts, with read as section: public code, year unknown",
            ),
        ),
        all_in_one="page=all",  # public code, year unknown
        selectors=(
            Selectors(
                name="2026",
                body="div.article-content, article.detail-content",
                author="a.author-trigger",
                known="news-watch, 2026",
            ),
        ),
        obstacles="news-watch (2026) uses a browser",
    )
