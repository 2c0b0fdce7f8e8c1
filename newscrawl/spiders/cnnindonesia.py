"""CNN Indonesia: the article URL tells the second of publication."""

from datetime import date

from newscrawl.outlet import ArticleUrl, AssetHost, DatedIndex, Feed, Outlet, Selectors
from newscrawl.spider import NewsSpider

SECTIONS = ("nasional", "internasional", "ekonomi", "hiburan")


class CnnindonesiaSpider(NewsSpider):
    """Crawl cnnindonesia.com."""

    name = "cnnindonesia"
    outlet = Outlet(
        name=name,
        title="CNN Indonesia",
        hosts=("cnnindonesia.com",),
        sources=(
            *(
                Feed(
                    url=f"https://www.cnnindonesia.com/{section}/rss",
                    section=section,
                    known="public code, year unknown; the sections: a saved home page, 2024",
                )
                for section in SECTIONS
            ),
            DatedIndex(
                url="https://www.cnnindonesia.com/indeks/{page}?date={day:%Y/%m/%d}",
                max_pages=40,
                known="public code, year unknown, there with a section's number as kanal=",
            ),
        ),
        articles=(
            ArticleUrl(
                pattern=r"(?:www\.)?cnnindonesia\.com/(?P<path>(?P<section>[a-z-]+)/(?P<year>\d{4})(?P<month>\d\d)"
                r"(?P<day>\d\d)\d{6}-\d+-\d+/[^/]+)(?:/\d+)?/?",
                canonical="www.cnnindonesia.com/{path}",
                known="a saved home page, 2024; the page number: AutoAllPage, 2026",
            ),
        ),
        assets=(AssetHost(host="akcdn.detik.net.id", known="its test page of 2024-03, unconfirmed"),),
        selectors=(
            Selectors(name="2024", body=".detail-text", known="public code, 2026, in use since 2024"),
            Selectors(
                name="2016",
                valid_until=date(2023, 12, 31),
                body="div.detail_text",
                known="rojak, 2016; its last day is a guess",
            ),
        ),
    )
