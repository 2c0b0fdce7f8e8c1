"""Tirto.id: a short code ends the slug."""

from newscrawl.outlet import ArticleUrl, ListPage, Outlet, Selectors, Sitemap
from newscrawl.spider import NewsSpider


class TirtoSpider(NewsSpider):
    """Crawl tirto.id."""

    name = "tirto"
    outlet = Outlet(
        name=name,
        title="Tirto.id",
        hosts=("tirto.id",),
        sources=(
            Sitemap(url="https://tirto.id/sitemap/r/google-discover", known="public feed list, 2026"),
            ListPage(url="https://tirto.id/indeks", known="public code, 2026"),
        ),
        articles=(
            ArticleUrl(
                pattern=r"(?:www\.)?tirto\.id/(?P<path>[a-z0-9]+(?:-[a-z0-9]+){2,}-[0-9A-Za-z]{3,5})/?",
                canonical="tirto.id/{path}",
                known="public code, 2026; three words or more, codes of 3 to 5 characters: a guess",
            ),
        ),
        selectors=(Selectors(name="2026", body=".detail-content, article", known="public code, 2026"),),
        obstacles="behind Cloudflare (news-watch, 2026)",
    )
