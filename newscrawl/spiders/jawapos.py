"""Jawa Pos."""

from newscrawl.outlet import ArticleUrl, ListPage, Outlet, Selectors
from newscrawl.spider import NewsSpider


class JawaposSpider(NewsSpider):
    """Crawl jawapos.com."""

    name = "jawapos"
    outlet = Outlet(
        name=name,
        title="Jawa Pos",
        hosts=("jawapos.com",),
        sources=(
            ListPage(
                url="https://www.jawapos.com/", known="every outlet has a home page; nothing better is known"
            ),
            ListPage(
                url="https://www.jawapos.com/search?q=indonesia&sort=latest&page={page}",
                max_pages=5,
                known="public code, 2026, for any word; this one is our choice",
            ),
        ),
        articles=(
            ArticleUrl(
                pattern=r"(?:www\.)?jawapos\.com/(?P<path>(?P<section>[a-z-]+)/\d+/[^/]+)/?",
                canonical="www.jawapos.com/{path}",
                known="public code, 2026",
            ),
        ),
        selectors=(
            Selectors(
                name="until-2026",
                title="h1.read__title",
                body=".read__content",
                published=".read__info__date",
                known="public code, 2026, as the older template; its last day is not known",
            ),
        ),
        obstacles="newer pages carry their text in the script __NEXT_DATA__ (public code, 2026)",
    )
