"""What sites of Kapanlagi Youniverse share: the URLs and the template of liputan6.com."""

from __future__ import annotations

import re

from newscrawl.outlet import ArticleUrl, AssetHost, Outlet, Selectors, Source

READ = r"read/(?P<id>\d+)/(?P<slug>[^/]+)/?"

_TEMPLATE = Selectors(
    name="2020",
    title=".article-header__title, h1.read-page--header--title",
    body=".article-content-body__item, .article-content-body__item-content",
    author=".article-header__author-link",
    published=".article-header__datetime, .read-page--header--author__datetime",
    tags=".tags--topics__list a",
    junk=".baca-juga, .seamless-ads, .article-ad, .article-content-body__break",
    known="saved pages of liputan6 and otosia, 2021-2022; news-watch, 2026, for liputan6",
)
_GALLERY = Selectors(
    name="2020-gallery",
    title=".article-header__title",
    body=".article-short-desc, .article-gallery-slider__short-desc",
    author=".article-header__author-link",
    published=".article-header__datetime",
    tags=".tags--topics__list a",
    known="a saved gallery of liputan6, 2021",
)


def kly(
    *,
    name: str,
    title: str,
    domain: str,
    sources: tuple[Source, ...],
    known: str,
    forms: tuple[ArticleUrl, ...] = (),
    older: tuple[Selectors, ...] = (),
    assets: tuple[AssetHost, ...] = (),
    obstacles: str | None = None,
) -> Outlet:
    """Return the outlet at `domain`; `known` says where its URLs are from, `forms` are others than `/read/`.

    The sections' hosts and the mobile host show the articles of `www`.

    >>> outlet = kly(name="fimela", title="Fimela", domain="fimela.com", sources=(), known="…")
    >>> outlet.articles[0].canonical
    'www.fimela.com/{section}/read/{id}/{slug}'
    """
    site = re.escape(domain)
    canonical = f"www.{domain}/{{section}}/read/{{id}}/{{slug}}"
    return Outlet(
        name=name,
        title=title,
        hosts=(domain,),
        platform="kly",
        sources=sources,
        articles=(
            ArticleUrl(
                pattern=rf"(?:(?:www|m)\.)?{site}/(?:amp/)?(?P<section>[a-z0-9-]+)/{READ}",
                canonical=canonical,
                known=known,
            ),
            ArticleUrl(
                pattern=rf"(?!www\.|m\.)(?P<section>[a-z0-9-]+)\.{site}/{READ}",
                canonical=canonical,
                known=f"{known}; og:url of a page of 2021 names its www form",
            ),
            *forms,
        ),
        selectors=(_TEMPLATE, _GALLERY, *older),
        assets=assets,
        obstacles=obstacles,
    )
