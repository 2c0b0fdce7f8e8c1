"""iNews; the path ends in /all for all pages on one."""

from newscrawl.outlet import ArticleUrl, ListPage, Outlet, Selectors
from newscrawl.spider import NewsSpider


class InewsSpider(NewsSpider):
    """Crawl inews.id."""

    name = "inews"
    outlet = Outlet(
        name=name,
        title="iNews",
        hosts=("inews.id",),
        sources=(
            ListPage(
                url="https://www.inews.id/", known="every outlet has a home page; nothing better is known"
            ),
            ListPage(
                url="https://www.inews.id/tag/politik",
                known="public code, 2026, for any tag; this one is our choice",
            ),
        ),
        articles=(
            ArticleUrl(
                pattern=r"(?P<path>(?:[a-z]+\.)?inews\.id/(?:read/\d+|berita)/[^/]+)(?:/all)?/?",
                canonical="{path}",
                known="public code, 2026; its hosts and the slug are a guess",
            ),
            ArticleUrl(
                pattern=r"(?:www\.)?inews\.id/(?P<path>(?!(?:tag|read|berita)/)(?P<section>[a-z]+)/[a-z-]+"
                r"/(?!all/?$)[^/]+)(?:/all)?/?",
                canonical="www.inews.id/{path}",
                known="public code, 2026; /all: public code, year unknown",
            ),
        ),
        selectors=(
            Selectors(
                name="2026",
                body=".content",
                author=".author",
                published=".createdAt, .timeAndShare",
                junk='div[class*="baca-juga"]',
                known="public code, 2026",
            ),
        ),
        obstacles="CloudFront answers 403 to plain HTTP (news-watch, 2026-07)",
    )
