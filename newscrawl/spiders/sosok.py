"""Sosok, of the Grid network; sosok.id is its older name."""

from datetime import date

from newscrawl.outlet import ArticleUrl, DatedIndex, Feed, Outlet, Selectors, Sitemap
from newscrawl.spider import NewsSpider


class SosokSpider(NewsSpider):
    """Crawl sosok.grid.id."""

    name = "sosok"
    outlet = Outlet(
        name=name,
        title="Sosok",
        hosts=("sosok.grid.id", "sosok.id"),
        platform="grid",
        sources=(
            Sitemap(url="https://sosok.grid.id/sitemap/news/sitemap.xml", known="public code, year unknown"),
            Feed(url="https://sosok.grid.id/rss", known="by analogy with other grid.id hosts, unconfirmed"),
            DatedIndex(
                url="https://sosok.grid.id/index?day={day.day}&month={day.month}&year={day.year}"
                "&section=all&page={page}",
                links="a.news-list__link",
                max_pages=20,
                known="by analogy with gridoto.com on the same platform, unconfirmed",
            ),
        ),
        articles=(
            ArticleUrl(
                pattern=r"(?:(?:www|m|amp)\.)?sosok(?:\.grid)?\.id/(?:read|amp)/(?P<id>\d+)/(?P<slug>[^/]+)/?",
                canonical="sosok.grid.id/read/{id}/{slug}",
                known="public code, 2022-2026; sosok.id and the mobile host by analogy, unconfirmed",
            ),
        ),
        all_in_one="page=all",  # AutoAllPage, 2026-01, for the whole network
        selectors=(
            Selectors(
                name="2026",
                body=".read__article",
                junk='[class*="bacajuga"], [class*="tags__"], .detail-read__comment, .ads-inf-box,'
                " .ads-inf-sticky, .ads-partner-wrap, .kgnw-player,"
                " .kgnw-root, .video-box-wrap, .pushdown-banner",
                known="news-watch, 2026; ABPindo and AdBlockID, 2026",
            ),
            Selectors(
                name="2019",
                valid_until=date(2020, 12, 31),
                body="div.read__article.clearfix > div.read__right",
                junk="div.read__right div",  # the video box
                known="public code, 2019-2020; its last day is a guess",
            ),
        ),
    )
