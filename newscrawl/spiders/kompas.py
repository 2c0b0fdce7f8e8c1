"""Kompas.com: one host a channel; the daily index is asked by query."""

from datetime import date

from newscrawl.outlet import ArticleUrl, DatedIndex, Feed, Outlet, Selectors, Sitemap
from newscrawl.spider import NewsSpider

HOST = r"(?P<host>(?:www\.|(?P<section>(?!www\.)[a-z0-9-]+)\.)?kompas\.com)"


class KompasSpider(NewsSpider):
    """Crawl kompas.com and its channels."""

    name = "kompas"
    outlet = Outlet(
        name=name,
        title="Kompas.com",
        hosts=("kompas.com",),
        sources=(
            Sitemap(url="https://www.kompas.com/sitemap-news.xml", known="public code, year unknown"),
            Feed(
                url="https://rss.kompas.com/nasional", section="nasional", known="public code, year unknown"
            ),
            DatedIndex(
                url="https://indeks.kompas.com/?site=all&date={day:%Y-%m-%d}&page={page}",
                max_pages=60,
                known="many public repositories, year unknown",
            ),
        ),
        articles=(
            ArticleUrl(
                pattern=rf"{HOST}/read/(?:xml/)?"
                r"(?P<path>(?P<year>\d{4})/(?P<month>\d\d)/(?P<day>\d\d)/\d{8,9}/[^/]+)/?",
                canonical="{host}/read/{path}",  # the dot that ends an old slug belongs to it
                known="saved pages, 2015-2016 and 2023; xml/ on a saved index page, 2016",
            ),
        ),
        all_in_one="page=all",  # public code, year unknown
        selectors=(
            Selectors(
                name="2020",
                title=".read__title",
                body=".read__content",
                author=".credit-title-name h6",
                published=".read__time",
                junk='[class*="inject-baca-juga"], .inner-link-baca-juga, [class*="kompasidRec"]',
                known="public code, 2026; names and junk also on a saved page, 2023",
            ),
            Selectors(
                name="2015",
                valid_until=date(2017, 12, 31),
                body=".kcm-read-text, .div-read",
                published=".kcm-date",
                known="saved pages, 2015-2016; its last day is a guess",
            ),
        ),
    )
