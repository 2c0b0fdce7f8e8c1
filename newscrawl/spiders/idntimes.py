"""IDN Times: no ids, no days in URLs."""

from newscrawl.outlet import ArticleUrl, ListPage, Outlet, Selectors
from newscrawl.spider import NewsSpider


class IdntimesSpider(NewsSpider):
    """Crawl idntimes.com."""

    name = "idntimes"
    outlet = Outlet(
        name=name,
        title="IDN Times",
        hosts=("idntimes.com",),
        sources=(
            ListPage(
                url="https://www.idntimes.com/", known="every outlet has a home page; nothing better is known"
            ),
            ListPage(
                url="https://www.idntimes.com/tag/politik",
                known="public code, 2026, names tag pages; their form is a guess",
            ),
        ),
        articles=(
            ArticleUrl(
                pattern=r"(?:www\.)?idntimes\.com/(?P<path>(?!(?:tag|search)/)(?P<section>[a-z-]+)/[a-z-]+/[^/]+)/?",
                canonical="www.idntimes.com/{path}",
                known="public code, 2026",
            ),
        ),
        selectors=(Selectors(name="2026", body="article", published="time", known="public code, 2026"),),
        obstacles="needs a browser (public code, 2026)",
    )
