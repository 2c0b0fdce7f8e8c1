"""Media Indonesia."""

from newscrawl.outlet import ArticleUrl, Feed, Outlet, Selectors, Sitemap
from newscrawl.spider import NewsSpider


class MediaindonesiaSpider(NewsSpider):
    """Crawl mediaindonesia.com."""

    name = "mediaindonesia"
    outlet = Outlet(
        name=name,
        title="Media Indonesia",
        hosts=("mediaindonesia.com",),
        sources=(
            Feed(url="https://mediaindonesia.com/feed", known="fundus, 2026"),
            Sitemap(url="https://mediaindonesia.com/sitemap.xml", known="fundus, 2026"),
        ),
        articles=(
            ArticleUrl(
                pattern=r"(?:www\.)?mediaindonesia\.com/(?P<path>(?P<section>[a-z-]+)/\d+/[^/]+)/?",
                canonical="mediaindonesia.com/{path}",
                known="saved pages, 2025-2026",
            ),
        ),
        selectors=(
            Selectors(
                name="2025",
                title=".post-header h1",
                body="div.article",
                author="div.info > div.author-2",
                editor=".info-author .author",
                published=".datetime",
                junk=".flying-carpet, .related-news, .ext-channel",
                known="fundus, 2026; saved pages, 2025-2026",
            ),
        ),
    )
