"""Pikiran Rakyat, of the Promedia network."""

from newscrawl.outlet import ArticleUrl, Feed, Outlet, Selectors
from newscrawl.spider import NewsSpider


class PikiranrakyatSpider(NewsSpider):
    """Crawl www.pikiran-rakyat.com."""

    name = "pikiranrakyat"
    outlet = Outlet(
        name=name,
        title="Pikiran Rakyat",
        hosts=("pikiran-rakyat.com",),
        platform="promedia",
        sources=(Feed(url="https://www.pikiran-rakyat.com/rss", known="public code, year unknown"),),
        articles=(
            ArticleUrl(
                pattern=r"(?:(?:www|m)\.)?pikiran-rakyat\.com/(?P<path>(?P<section>[a-z0-9-]+)/pr-\d+/[^/]+?)/?",
                canonical="www.pikiran-rakyat.com/{path}",
                known="news-watch, 2026; the mobile host is a guess",
            ),
        ),
        all_in_one="page=all",  # AutoAllPage, 2026-01
        selectors=(
            Selectors(name="2026", body="div.read__article, article.read__content", known="news-watch, 2026"),
        ),
        obstacles="403 to plain HTTP, Cloudflare 1015 (news-watch and others, 2026)",
    )
