"""BeritaSatu."""

from newscrawl.outlet import ArticleUrl, ListPage, Outlet, Selectors
from newscrawl.spider import NewsSpider


class BeritasatuSpider(NewsSpider):
    """Crawl beritasatu.com."""

    name = "beritasatu"
    outlet = Outlet(
        name=name,
        title="BeritaSatu",
        hosts=("beritasatu.com",),
        sources=(
            ListPage(
                url="https://www.beritasatu.com/",
                known="every outlet has a home page; nothing better is known",
            ),
            ListPage(
                url="https://www.beritasatu.com/search/indonesia?page={page}",
                max_pages=5,
                known="public code, 2026, for any word; this one is our choice",
            ),
        ),
        articles=(
            ArticleUrl(
                pattern=r"(?:www\.)?beritasatu\.com/(?P<path>(?P<section>[a-z-]+)/\d+/[^/]+)/?",
                canonical="www.beritasatu.com/{path}",
                known="public code, 2026",
            ),
        ),
        selectors=(Selectors(name="2026", body="div.b1-article.body-content", known="public code, 2026"),),
        obstacles="answers only browsers or their User-Agent (public code, 2026)",
    )
