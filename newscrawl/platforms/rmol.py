"""What RMOL and its regional sisters share: the URL forms of the house. Their systems differ."""

from __future__ import annotations

import re

from newscrawl.outlet import ArticleUrl, Outlet, Selectors, Source

READ = r"(?:(?P<section>[a-z0-9-]+)/)?read/(?P<year>\d{4})/(?P<month>\d\d)/(?P<day>\d\d)/\d+/[^/]+?"


def sister(
    *,
    name: str,
    title: str,
    host: str,
    sources: tuple[Source, ...],
    also: tuple[str, ...] = (),
    slug_known: str = "by analogy with rmollampung.id, unconfirmed",
    selectors: tuple[Selectors, ...] = (),
    zone: str = "Asia/Jakarta",
    obstacles: str | None = None,
) -> Outlet:
    """Return the regional outlet at `host`, which may begin with `www.`; `also` are its older domains.

    >>> outlet = sister(name="rmoljabar", title="RMOL Jabar", host="www.rmoljabar.id", sources=())
    >>> outlet.articles[0].canonical
    'www.rmoljabar.id/{slug}'
    """
    bare = host.removeprefix("www.")
    domains = "|".join(re.escape(domain) for domain in (bare, *also))
    return Outlet(
        name=name,
        title=title,
        hosts=(bare, *also),
        platform="rmol",
        sources=sources,
        articles=(
            ArticleUrl(  # three words at least: `/index-berita` and `/kontak` are no articles
                pattern=rf"(?:www\.)?{re.escape(bare)}/(?:berita/)?(?P<slug>[a-z0-9]+(?:-+[a-z0-9]+){{2,}})/?",
                canonical=f"{host}/{{slug}}",
                known=slug_known,
            ),
            ArticleUrl(
                pattern=rf"(?:(?:www|m)\.)?(?P<path>(?:{domains})/{READ})/?",
                canonical="{path}",
                known="by analogy with rmol.id, unconfirmed",
            ),
        ),
        selectors=selectors,
        zone=zone,
        obstacles=obstacles,
    )
