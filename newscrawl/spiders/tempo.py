"""Tempo: three generations of article URLs, one host a channel until 2024."""

from datetime import date

from newscrawl.outlet import ArticleUrl, AssetHost, DatedIndex, Feed, Outlet, Selectors
from newscrawl.spider import NewsSpider

HOST = r"(?:www\.|(?P<section>(?!www\.)[a-z]+)\.)?tempo\.co"


class TempoSpider(NewsSpider):
    """Crawl tempo.co, its old channel hosts and its magazine."""

    name = "tempo"
    outlet = Outlet(
        name=name,
        title="Tempo",
        hosts=("tempo.co",),
        sources=(
            Feed(
                url="https://rss.tempo.co/nasional",
                section="nasional",
                known="public feed lists, year unknown",
            ),
            DatedIndex(
                url="https://www.tempo.co/indeks/{day:%Y-%m-%d}/nasional",
                section="nasional",
                known="public code, year unknown; how the day is written is a guess",
            ),
        ),
        articles=(
            ArticleUrl(
                pattern=r"(?:www\.)?tempo\.co/(?P<path>(?!(?:indeks|tag|topik|read|foto|video)/)"
                r"(?P<section>[a-z-]+)/[^/]+-\d+)/?",
                canonical="www.tempo.co/{path}",
                known="public code, 2026, in use since 2025; the words refused are a guess",
            ),
            ArticleUrl(
                pattern=rf"(?P<path>{HOST}/read/[a-z]+/(?P<year>\d{{4}})/(?P<month>\d\d)/(?P<day>\d\d)"
                r"/\d+(?:,uk\.html)?/[^/]+)/?",
                canonical="{path}",
                known="saved pages, 2015",
            ),
            ArticleUrl(
                pattern=rf"(?P<path>{HOST}/read/(?:[a-z-]+/)?\d+/[^/]+)/?",
                canonical="{path}",
                known="public code, 2018-2024; with a column's name: saved pages of the magazine, 2022-2023",
            ),
        ),
        assets=(AssetHost(host="cdn.tmpo.co", known="its test page of 2022-07, unconfirmed"),),
        selectors=(
            Selectors(name="2025", body=".detail-content, #content-wrapper", known="public code, 2026"),
            Selectors(
                name="2022",
                valid_until=date(2024, 12, 31),
                body="#isi, .detail-artikel .detail-in",
                known="public code, 2022; the magazine: a saved page, 2022; its last day is a guess",
            ),
            Selectors(
                name="2015",
                valid_until=date(2017, 12, 31),
                title=".block-judul-artikel",
                published=".block-tanggal",
                known="a page seen, 2015; the body's class is not known; its last day is a guess",
            ),
        ),
        obstacles="search needs a browser; some articles are behind a paywall (public code, 2026)",
    )
