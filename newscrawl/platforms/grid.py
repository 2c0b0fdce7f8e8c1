"""What the sites of the Grid network share: URLs, lists, all pages on one, templates."""

from __future__ import annotations

import re
from datetime import date

from newscrawl.outlet import ArticleUrl, AssetHost, DatedIndex, Feed, Outlet, Selectors, Sitemap

ANALOGY = "by analogy with other sites of the network, unconfirmed"

_SELECTORS = (
    Selectors(
        name="2026",
        body=".read__article:not(:has(> .read__right))",  # that is the template of 2019
        junk='[class*="bacajuga"], [class*="tags__"], .detail-read__comment, .ads-inf-box,'
        " .ads-inf-sticky, .ads-partner-wrap, .kgnw-player,"
        " .kgnw-root, .video-box-wrap, .pushdown-banner",
        known="news-watch, 2026; ABPindo and AdBlockID, 2026; of grid.id, for its sisters by analogy",
    ),
    Selectors(
        name="2019",
        valid_until=date(2020, 12, 31),
        body="div.read__article.clearfix > div.read__right",
        junk="div.read__right div",  # the video box
        known="public code, 2019-2020, the site not named; its last day is a guess",
    ),
)


def grid(
    *,
    name: str,
    title: str,
    host: str,
    also: tuple[str, ...] = (),
    brands: tuple[str, ...] = (),
    older: tuple[ArticleUrl, ...] = (),
    sitemap: str = "sitemap/news/sitemap.xml",
    sitemap_known: str = ANALOGY,
    feed_known: str = ANALOGY,
    index_known: str = "by analogy with gridoto.com, unconfirmed",
    articles_known: str = "public code, 2022, for the network; mobile and AMP hosts by analogy",
) -> Outlet:
    """Return the outlet at `host`, which may begin with `www.`.

    `also` are older hosts of the same articles, `brands` subdomains with articles of their own, `older` the
    URL forms before the platform; `sitemap` is a path.

    >>> grid(name="nova", title="Nova", host="nova.grid.id").sources[0].url
    'https://nova.grid.id/sitemap/news/sitemap.xml'
    """
    bare = host.removeprefix("www.")
    own = host if bare == "grid.id" else bare  # the other sites are subdomains of grid.id
    return Outlet(
        name=name,
        title=title,
        hosts=(own, *also),
        platform="grid",
        sources=(
            Sitemap(url=f"https://{host}/{sitemap}", known=sitemap_known),
            Feed(url=f"https://{host}/rss", known=feed_known),
            DatedIndex(
                url=f"https://{host}/index?day={{day.day}}&month={{day.month}}&year={{day.year}}"
                "&section=all&page={page}",
                links="a.news-list__link",
                max_pages=20,
                known=index_known,
            ),
        ),
        articles=(
            ArticleUrl(
                pattern=rf"(?:(?:www|m|amp)\.)?{re.escape(bare)}/(?:read|amp)/(?P<id>\d+)/(?P<slug>[^/]+)/?",
                canonical=f"{host}/read/{{id}}/{{slug}}",
                known=articles_known,
            ),
            *(
                ArticleUrl(
                    pattern=rf"(?:(?:www|m|amp)\.)?{re.escape(old)}/(?:read|amp)/(?P<id>\d+)/(?P<slug>[^/]+)/?",
                    canonical=f"{host}/read/{{id}}/{{slug}}",
                    known="by analogy with the present host, unconfirmed",
                )
                for old in also
            ),
            *(
                ArticleUrl(
                    pattern=rf"(?P<brand>{re.escape(brand)}\.{re.escape(bare)})"
                    r"/(?:read|amp)/(?P<id>\d+)/(?P<slug>[^/]+)/?",
                    canonical="{brand}/read/{id}/{slug}",
                    known="the host from public code, year unknown; the path by analogy",
                )
                for brand in brands
            ),
            *older,
        ),
        assets=(AssetHost(host="asset-a.grid.id", known="public code for sosok.grid.id, else by analogy"),),
        all_in_one="page=all",  # AutoAllPage, 2026-01, for the whole network
        selectors=_SELECTORS,
    )
