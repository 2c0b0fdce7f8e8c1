"""RMOL, Kantor Berita Politik. Its regional sisters (rmoljabar.id, …) are outlets of their own."""

from datetime import date

from newscrawl.outlet import ArticleUrl, Feed, ListPage, Outlet, Selectors
from newscrawl.platforms.rmol import READ
from newscrawl.spider import NewsSpider


class RmolSpider(NewsSpider):
    """Crawl rmol.id. Neither a dated index nor a sitemap is known; the tag page leads to older articles."""

    name = "rmol"
    outlet = Outlet(
        name=name,
        title="RMOL",
        hosts=("rmol.id", "rmol.co"),
        platform="rmol",
        sources=(
            Feed(url="https://rmol.id/rss/latest-posts", known="public feed lists, 2026-08"),
            Feed(url="https://rmol.id/rss/kategori/politik", section="politik", known="the same"),
            Feed(url="https://rmol.id/rss/kategori/nusantara", section="nusantara", known="the same"),
            ListPage(url="https://rmol.id/", links=".single_post_text a", known="news-watch, 2026"),
            ListPage(
                url="https://rmol.id/tag/politik?page={page}",
                links=".rubrik-list-title a",
                max_pages=20,
                known="news-watch, 2026, for any tag; this one is our choice",
            ),
        ),
        articles=(
            ArticleUrl(
                pattern=rf"(?:(?:www|m|amp)\.)?rmol\.id/(?:amp/)?(?P<path>{READ})(?:/amp)?/?",
                canonical="rmol.id/{path}",
                known="public code, 2024-2026; the AMP and mobile forms are a guess",
            ),
            ArticleUrl(
                pattern=rf"(?:(?:www|m)\.)?(?P<path>(?:[a-z]+\.)?rmol\.co/{READ})/?",
                canonical="http://{path}",
                valid_until=date(2018, 12, 31),  # the domain has a new owner
                known="public code and saved pages, 2015-2018",
            ),
        ),
        selectors=(
            Selectors(
                name="2026",
                title=".single_post_heading h1",
                body="#fontResizableText",
                author='.author a[href*="/about/"]',
                published=".author li",
                junk='.ads-responsive, .border_black, .author-box, .post-tags, [class*="space-"]',
                known="news-watch, 2026; AdBlockID, 2026-01",
            ),
            Selectors(
                name="until-2024",
                valid_until=date(2024, 12, 31),
                known="no class names known: generic extraction; its last day is a guess",
            ),
            Selectors(
                name="2015",
                valid_until=date(2016, 12, 31),
                body="#primary-column > p",
                author="#primary-column > div font",
                known="ionscraper, 2015; its last day is a guess",
            ),
        ),
    )
