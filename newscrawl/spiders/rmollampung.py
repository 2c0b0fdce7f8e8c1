"""RMOL Lampung, a regional sister of RMOL on the Varient system."""

from newscrawl.outlet import Feed, ListPage, Selectors
from newscrawl.platforms.rmol import sister
from newscrawl.spider import NewsSpider

CARDS = "div.bussiness-post-item h3.title a"


class RmollampungSpider(NewsSpider):
    """Crawl www.rmollampung.id."""

    name = "rmollampung"
    outlet = sister(
        name=name,
        title="RMOL Lampung",
        host="www.rmollampung.id",
        also=("rmollampung.com",),
        sources=(
            Feed(
                url="https://www.rmollampung.id/rss/latest-posts",
                known="by analogy: its system and rmoljabar.id have this feed, unconfirmed",
            ),
            ListPage(
                url="https://www.rmollampung.id/category/daerah?page={page}",
                section="daerah",
                links=CARDS,
                max_pages=20,
                known="saved pages, 2025-07; this section is our choice",
            ),
            ListPage(url="https://www.rmollampung.id/index-berita", known="saved pages, 2025-07"),
        ),
        slug_known="saved pages, 2025-07; /berita/ from public code, year unknown",
        selectors=(
            Selectors(
                name="2025",
                body="div.post-text.mt-30",
                known="public code, 2025; its date stands in `ul li`, which generic extraction finds",
            ),
            Selectors(
                name="read-content",
                body="div.read-content",
                published=".text-body-tertiary",
                known="public code, year unknown",
            ),
        ),
        obstacles="gave no articles to plain HTTP, some to a browser (public code, year unknown)",
    )
