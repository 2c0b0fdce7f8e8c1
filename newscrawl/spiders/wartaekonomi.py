"""Warta Ekonomi."""

from newscrawl.outlet import ArticleUrl, DatedIndex, Outlet
from newscrawl.spider import NewsSpider


class WartaekonomiSpider(NewsSpider):
    """Crawl wartaekonomi.co.id."""

    name = "wartaekonomi"
    outlet = Outlet(
        name=name,
        title="Warta Ekonomi",
        hosts=("wartaekonomi.co.id",),
        sources=(DatedIndex(url="https://wartaekonomi.co.id/indeks/{day:%Y%m%d}", known="news-watch, 2026"),),
        articles=(
            ArticleUrl(
                pattern=r"(?:www\.)?wartaekonomi\.co\.id/(?P<path>read\d+/[^/]+)/?",
                canonical="wartaekonomi.co.id/{path}",
                known="public code, 2026",
            ),
        ),
        all_in_one="page=all",  # public code, year unknown
        selectors=(),  # no class names known: generic extraction
    )
