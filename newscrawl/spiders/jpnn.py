"""JPNN and its regional hosts."""

from newscrawl.outlet import ArticleUrl, Feed, ListPage, Outlet, Selectors
from newscrawl.spider import NewsSpider


class JpnnSpider(NewsSpider):
    """Crawl jpnn.com."""

    name = "jpnn"
    outlet = Outlet(
        name=name,
        title="JPNN",
        hosts=("jpnn.com",),
        sources=(
            Feed(url="https://www.jpnn.com/rss", known="public feed lists, year unknown"),
            ListPage(url="https://www.jpnn.com/?page={page}", max_pages=10, known="public code, 2026"),
        ),
        articles=(
            ArticleUrl(
                pattern=r"(?:www\.)?jpnn\.com/(?P<path>news/[^/]+)/?",
                canonical="www.jpnn.com/{path}",
                known="a saved page, 2021; public code, 2026",
            ),
            ArticleUrl(
                pattern=r"(?P<path>(?!www\.)[a-z]+\.jpnn\.com/(?P<section>[a-z-]+)/\d+/[^/]+)/?",
                canonical="{path}",
                known="public code, 2026",
            ),
        ),
        selectors=(
            Selectors(
                name="2021",
                title="h1.judul",
                body="div[itemprop=articleBody]",
                author="meta[name=jpnncom_news_author]",
                published="span.date-publish",
                known="a saved page, 2021; public code, 2026",
            ),
        ),
    )
