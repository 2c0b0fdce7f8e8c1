"""Metro TV News; medcom.id, its sister, is an outlet of its own."""

from datetime import date

from newscrawl.outlet import ArticleUrl, ListPage, Outlet, Selectors
from newscrawl.spider import NewsSpider


class MetrotvnewsSpider(NewsSpider):
    """Crawl metrotvnews.com."""

    name = "metrotvnews"
    outlet = Outlet(
        name=name,
        title="Metro TV News",
        hosts=("metrotvnews.com",),
        sources=(
            ListPage(
                url="https://www.metrotvnews.com/",
                known="every outlet has a home page; nothing better is known",
            ),
        ),
        articles=(
            ArticleUrl(
                pattern=r"(?:www\.)?metrotvnews\.com/(?P<path>read/[0-9A-Za-z]+(?:-[0-9A-Za-z]+)*/[^/]+)/?",
                canonical="www.metrotvnews.com/{path}",
                known="public code, 2026",
            ),
            ArticleUrl(
                pattern=r"(?P<path>news\.metrotvnews\.com/(?P<section>[a-z]+)/[0-9A-Za-z]+-[^/]+)/?",
                canonical="{path}",
                known="a page seen, 2016",
            ),
        ),
        selectors=(
            Selectors(name="2026", body=".news-text", published="p.pt-20.date", known="public code, 2026"),
            Selectors(
                name="2016",
                valid_until=date(2019, 12, 31),
                known="no class names known: generic extraction; its last day is a guess",
            ),
        ),
    )
