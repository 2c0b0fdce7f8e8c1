"""VOA Indonesia."""

from newscrawl.outlet import ArticleUrl, AssetHost, Feed, ListPage, Outlet, Selectors
from newscrawl.spider import NewsSpider


class VoaindonesiaSpider(NewsSpider):
    """Crawl voaindonesia.com."""

    name = "voaindonesia"
    outlet = Outlet(
        name=name,
        title="VOA Indonesia",
        hosts=("voaindonesia.com",),
        sources=(
            Feed(url="https://www.voaindonesia.com/api/zmgqoe$moi", known="berita-indo-api, year unknown"),
            ListPage(
                url="https://www.voaindonesia.com/s?k=indonesia",
                known="public code, 2026, for any word; this one is our choice",
            ),
        ),
        articles=(
            ArticleUrl(
                pattern=r"(?:www\.)?voaindonesia\.com/(?P<path>a/[^/]+/\d+\.html)",
                canonical="www.voaindonesia.com/{path}",
                known="public code, 2026",
            ),
        ),
        assets=(AssetHost(host="gdb.voanews.com", known="its test page of 2026-01, unconfirmed"),),
        selectors=(Selectors(name="2026", body="div.body-container", known="public code, 2026"),),
    )
