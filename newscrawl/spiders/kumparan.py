"""kumparan: channels and users publish under one scheme; the id ends the slug."""

from newscrawl.outlet import ArticleUrl, Feed, Outlet, Selectors, Sitemap
from newscrawl.spider import NewsSpider


class KumparanSpider(NewsSpider):
    """Crawl kumparan.com."""

    name = "kumparan"
    outlet = Outlet(
        name=name,
        title="kumparan",
        hosts=("kumparan.com",),
        sources=(
            Feed(url="https://lapi.kumparan.com/v2.0/rss/", known="public feed lists, year unknown"),
            Sitemap(url="https://kumparan.com/sitemap.xml", known="public code, year unknown: an index"),
        ),
        articles=(
            ArticleUrl(
                pattern=r"(?:www\.)?kumparan\.com/(?P<path>(?!(?:topic|trending)/)[^/]+/[^/]+-[0-9A-Za-z]{11})/?",
                canonical="kumparan.com/{path}",
                known="public code, 2026; the id's eleven characters: a saved home page, 2026",
            ),
        ),
        selectors=(Selectors(name="2026", body="div.article-content", known="public code, 2026"),),
        obstacles="the pages are made by JavaScript; the text may be missing without a browser",
    )
