"""detikcom: one host a channel, daily indexes in US date order."""

from datetime import date

from newscrawl.outlet import ArticleUrl, AssetHost, DatedIndex, Feed, Outlet, Selectors, Sitemap
from newscrawl.spider import NewsSpider

HOST = r"(?:www\.|(?P<section>(?!www\.)[a-z0-9-]+)\.)?detik\.com"
CHANNELS = ("news", "finance", "inet", "sport", "hot", "oto", "travel", "food", "health", "wolipop")


class DetikSpider(NewsSpider):
    """Crawl detik.com and its channels."""

    name = "detik"
    outlet = Outlet(
        name=name,
        title="detikcom",
        hosts=("detik.com",),
        sources=(
            Sitemap(
                url="https://news.detik.com/berita/sitemap_news.xml", section="news", known="news-watch, 2026"
            ),
            Sitemap(
                url="https://finance.detik.com/sitemap_news.xml", section="finance", known="news-watch, 2026"
            ),
            Feed(url="https://news.detik.com/berita/rss", section="news", known="public feed list, 2026"),
            *(
                DatedIndex(
                    url=f"https://{channel}.detik.com/indeks?page={{page}}&date={{day:%m/%d/%Y}}",
                    section=channel,
                    links=".media__link",
                    max_pages=50,
                    known="news-watch, 2026; its links and the channels: a saved index page, 2024",
                )
                for channel in CHANNELS
            ),
        ),
        articles=(
            ArticleUrl(
                pattern=rf"(?P<path>{HOST}/(?:[a-z0-9-]+/){{0,2}}d-\d+/[^/]+)(?:/\d+)?/?",
                canonical="{path}",
                known="public code, 2026, and a saved index page, 2024; the page number: AutoAllPage, 2026",
            ),
            ArticleUrl(
                pattern=rf"(?P<path>{HOST}/read/(?P<year>\d{{4}})/(?P<month>\d\d)/(?P<day>\d\d)/\d{{6}}/\d+/\d+"
                r"/[^/]+)(?:/\d+)?/?",
                canonical="{path}",
                known="saved pages, 2015-2016; the page number by analogy",
            ),
        ),
        all_in_one="single=1",  # AutoAllPage, 2026-01
        assets=(AssetHost(host="akcdn.detik.net.id", known="its test page of 2026-01, unconfirmed"),),
        selectors=(
            Selectors(
                name="2020",
                title="h1.detail__title",
                body="div.detail__body-text.itp_bodycontent",
                author="div.detail__author",
                published="div.detail__date",
                known="news-watch, 2026; indonews-scrapper, 2025; in use since 2020",
            ),
            Selectors(
                name="2015",
                valid_until=date(2019, 12, 31),
                title=".content_detail h1",
                body="div.text_detail",
                author=".content_detail .author",
                published=".content_detail .date",
                known="saved pages, 2015-2016; its last day is a guess",
            ),
        ),
    )
