"""Bisnis.com: one host a channel, dated URLs."""

from newscrawl.outlet import ArticleUrl, DatedIndex, Outlet, Selectors
from newscrawl.spider import NewsSpider


class BisnisSpider(NewsSpider):
    """Crawl bisnis.com."""

    name = "bisnis"
    outlet = Outlet(
        name=name,
        title="Bisnis.com",
        hosts=("bisnis.com",),
        sources=(
            DatedIndex(
                url="https://www.bisnis.com/index?categoryId=0&type=indeks&date={day:%Y-%m-%d}&page={page}",
                max_pages=30,
                known="public code, 2025; page= is a guess",
            ),
        ),
        articles=(
            ArticleUrl(
                pattern=r"(?P<path>(?:www\.|(?P<section>(?!www\.)[a-z0-9-]+)\.)?bisnis\.com/read/(?P<year>\d{4})"
                r"(?P<month>\d\d)(?P<day>\d\d)/\d+/\d+/[^/]+)/?",
                canonical="{path}",
                known="public code, 2026",
            ),
        ),
        selectors=(
            Selectors(
                name="2026",
                title="h1.detailsTitleCaption",
                body="article.detailsContent",
                published=".detailsAttributeDates",
                junk="div.baca-juga-box",
                known="news-watch, 2026",
            ),
        ),
        obstacles="lists need a browser (public code, 2026)",
    )
