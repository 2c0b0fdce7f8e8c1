"""Merdeka, of Kapanlagi Youniverse, on a system of its own."""

from datetime import date

from newscrawl.outlet import ArticleUrl, AssetHost, Feed, Outlet, Selectors
from newscrawl.spider import NewsSpider

FILE = r"(?P<section>(?!company/|foto/|tag/|cari/)[a-z0-9-]+)/[^/]+\.html"


class MerdekaSpider(NewsSpider):
    """Crawl merdeka.com. No index by day is known."""

    name = "merdeka"
    outlet = Outlet(
        name=name,
        title="Merdeka",
        hosts=("merdeka.com",),
        platform="kly",
        sources=(
            Feed(url="https://www.merdeka.com/rss/", known="news-watch, 2026-08"),
            Feed(url="https://www.merdeka.com/feed/", known="public feed lists, year unknown"),
        ),
        articles=(
            ArticleUrl(
                pattern=rf"(?:(?:www|m)\.)?merdeka\.com/(?:amp/)?(?P<path>{FILE})",
                canonical="www.merdeka.com/{path}",
                known="saved pages, 2021: canonical, og:url and amphtml",
            ),
            ArticleUrl(pattern=rf"video\.merdeka\.com/{FILE}", known="a saved page, 2021"),
            ArticleUrl(
                pattern=r"(?:(?:www|m)\.)?merdeka\.com/(?P<path>foto/(?P<section>[a-z0-9-]+)/\d+/[^/]+\.html)",
                canonical="www.merdeka.com/{path}",
                known="a saved gallery, 2021",
            ),
        ),
        assets=(AssetHost(host="cdns.klimg.com", known="its test page of 2025-09, unconfirmed"),),
        selectors=(
            Selectors(name="2025", known="no class names known: generic extraction; one page per article"),
            Selectors(
                name="2021",
                valid_until=date(2022, 12, 31),
                title=".mdk-news-head h1",
                body=".mdk-body-paragraph",
                published=".mdk-date-reporter span:first-child",
                author=".mdk-date-reporter span + span a",
                tags=".tag__list a",
                known="saved mobile pages, 2021; public code, 2020-2022; its last day is a guess",
            ),
            Selectors(
                name="2021-video",
                valid_until=date(2022, 12, 31),
                title=".deskrip-hv h1",
                body="#detail_news.body-paragpraph",
                published=".kategori-date .pull-right",
                tags=".tag__list a",
                junk=".gtwsub, .mdk-dt-box, .disclaimer-comment",
                known="a saved mobile page, 2021; its last day is a guess",
            ),
        ),
    )
