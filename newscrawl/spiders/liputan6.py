"""Liputan6, of Kapanlagi Youniverse."""

from datetime import date

from newscrawl.outlet import ArticleUrl, AssetHost, DatedIndex, Feed, Selectors
from newscrawl.platforms.kly import kly
from newscrawl.spider import NewsSpider

SECTIONS = ("news", "bisnis", "global", "tekno", "hot", "citizen6")  # seen in URLs of saved pages


class Liputan6Spider(NewsSpider):
    """Crawl liputan6.com."""

    name = "liputan6"
    outlet = kly(
        name=name,
        title="Liputan6",
        domain="liputan6.com",
        sources=(
            *(
                Feed(
                    url=f"https://feed.liputan6.com/rss/{section}",
                    section=section,
                    known="public feed lists, year unknown; which sections have one is unconfirmed",
                )
                for section in SECTIONS
            ),
            *(
                DatedIndex(
                    url=f"https://www.liputan6.com/{section}/indeks/{{day:%Y/%m/%d}}?page={{page}}",
                    section=section,
                    max_pages=20,
                    known="public code, 2021",
                )
                for section in SECTIONS
            ),
        ),
        known="saved pages, 2016-2021; public code, 2020-2026",
        forms=(
            ArticleUrl(
                pattern=r"photo\.liputan6\.com/(?P<section>[a-z0-9-]+)/[^/]+-\d+",
                canonical=None,
                known="a saved gallery, 2016",
            ),
        ),
        assets=(
            AssetHost(
                host="cdn0-production-images-kly.akamaized.net", known="its test page of 2021-04, unconfirmed"
            ),
            AssetHost(
                host="cdn1-production-images-kly.akamaized.net", known="its test page of 2021-04, unconfirmed"
            ),
            AssetHost(
                host="cdn0-a.production.liputan6.static6.com", known="its test page of 2016-02, unconfirmed"
            ),
        ),
        older=(
            Selectors(
                name="2016",
                valid_until=date(2018, 12, 31),
                title=".read-page--header__title",
                body=".read-page__content-body",
                author=".read-page--header__author-link",
                published=".read-page--header__datetime",
                tags=".read-page--tags__link",
                junk=".baca-juga",
                known="saved pages, 2016; its last day is a guess",
            ),
        ),
    )
