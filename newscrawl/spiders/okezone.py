"""Okezone: one host a channel, dated URLs."""

from datetime import date

from newscrawl.outlet import ArticleUrl, DatedIndex, Feed, Outlet, Selectors
from newscrawl.spider import NewsSpider


class OkezoneSpider(NewsSpider):
    """Crawl okezone.com and its channels."""

    name = "okezone"
    outlet = Outlet(
        name=name,
        title="Okezone",
        hosts=("okezone.com",),
        sources=(
            Feed(
                url="https://sindikasi.okezone.com/index.php/rss/1/RSS2.0",
                known="public feed lists, year unknown; the channel's number is a guess",
            ),
            DatedIndex(
                url="https://news.okezone.com/indeks/{day:%Y/%m/%d}/",
                section="news",
                known="public code, 2021",
            ),
        ),
        articles=(
            ArticleUrl(
                pattern=r"(?P<path>(?:www\.|(?P<section>(?!www\.)[a-z]+)\.)?okezone\.com/read/(?P<year>\d{4})"
                r"/(?P<month>\d\d)/(?P<day>\d\d)/\d+/\d+/[^/]+)/?",
                canonical="{path}",
                known="saved pages, 2015 and 2017; public code, 2026",
            ),
        ),
        all_in_one="page=all",  # public code, year unknown
        selectors=(
            Selectors(
                name="2025",
                title=".title-article h1",
                body=".c-detail.read",
                author=".journalist a[title]",
                published=".journalist span",
                known="public code, 2026, in use since 2025",
            ),
            Selectors(
                name="2020",
                valid_until=date(2024, 12, 31),
                published=".namerep",
                known="a page seen, 2020; the body's class is not known; its last day is a guess",
            ),
            Selectors(
                name="2017",
                valid_until=date(2019, 12, 31),
                title=".title-detail h1",
                body=".ctn-desc",
                author=".title-detail span b",
                junk=".dtl_banner, .tbkomentar",
                known="a saved page, 2017; its last day is a guess",
            ),
            Selectors(
                name="2015",
                valid_until=date(2016, 12, 31),
                title=".titles h1",
                body=".detail-content",
                published="time.tgl",
                known="a saved page, 2015; its last day is a guess",
            ),
        ),
    )
