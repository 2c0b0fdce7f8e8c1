"""The article pages of rmol: the template of 2020 and that of 2026."""

from __future__ import annotations

from functools import cache
from html import escape
from typing import Final

from newscrawl.sample.article import GOOGLE_NEWS, STAR, Card, SampleArticle
from newscrawl.sample.furniture import footer, icon, link_list, menu, script, style
from newscrawl.sample.outlets import RMOL
from newscrawl.sample.prose import long_date
from newscrawl.sample.template import (
    OG_TYPES,
    View,
    about,
    blocks,
    json_ld,
    meta,
    picture,
    plain_amp,
    player,
    stamp,
    wrap,
)

NETWORKS: Final = {
    f"RMOL{place}": f"https://www.rmol{place.lower()}.id/"
    for place in ("Jabar", "Lampung", "Sumut", "Papua", "Banten")
}


def render(view: View) -> str:
    """Return an article's page in the template of its day."""
    if view.device == "amp":
        return plain_amp(view, f"<h1>{escape(view.article.title)}</h1>" + "".join(blocks(view)))
    return _render_2020(view) if view.article.era == "2020" else _render_2026(view)


def printed_date(article: SampleArticle) -> str:
    """Return the date line that the reader sees."""
    return f"{long_date(article.published.date())}, {article.published:%H:%M} WIB"


@cache
def _frame(era: str) -> tuple[str, str, str]:
    """Return what is the same on all pages of an era: end of head, top of body, end of body."""
    base, sections = RMOL.base, tuple(RMOL.sections)
    head = style(f"rmol-{era}", 120) + script(f"rmol-{era}", 45)
    css = "navbar-menu" if era == "2020" else "main_menu"
    top = (
        f'<header class="header_{era}"><a href="{base}/"><img src="{base}/assets/logo.png" alt="RMOL.ID"></a>'
        f"{menu(base, sections, css)}</header>"
    )
    return head, top, footer("RMOL.ID", NETWORKS, "footer_area") + script(f"rmol-foot-{era}", 20)


def _links(cards: tuple[Card, ...]) -> list[tuple[str, str]]:
    return [(card.title, card.url) for card in cards]


def _related(view: View, css: str) -> str:
    article = view.article
    if not article.related or not view.first:
        return ""
    rows = [(link.title or "", link.url) for link in article.related]
    return link_list(rows, css, heading="BERITA TERKAIT :")


def _pager(view: View) -> str:
    article = view.article
    if view.last:
        return ""
    following = f"{article.url}?page={int(view.part) + 1}"
    link = f'<a class="next-page" rel="next" href="{following}">Halaman Selanjutnya</a>'
    return f'<div class="paging">{link}</div>'


def _share() -> str:
    names = ("facebook", "twitter", "whatsapp", "telegram")
    return '<div class="share-icons">' + "".join(f'<a href="#{n}">{icon(n)}</a>' for n in names) + "</div>"


def _photo(view: View) -> str:
    article = view.article
    if not view.first:
        return ""
    rows = []
    for n, image in enumerate(article.images):
        alt = article.title if n == 0 else None
        rows.append(
            f"<figure>{picture(article, n, alt=alt)}"
            f'<figcaption class="caption">{escape(image.caption or "")}/{image.credit}</figcaption></figure>'
        )
    return player(article) + "".join(rows)


def _source(article: SampleArticle) -> str:
    source = article.syndicated_from
    if source is None:
        return ""
    return (
        f'<p>Artikel ini telah tayang di {source.outlet} dengan judul <a href="{source.url}">'
        f'"{escape(source.title or "", quote=False)}"</a></p>'
    )


def _body(view: View, end: str) -> list[str]:
    logo = '<img src="/assets/logo-kecil.png" alt="rmol news logo"> ' if view.first else ""
    mark = ' <img src="/assets/logo-akhir.png" alt="rmol news logo article">' if view.last else ""
    html = blocks(view, before=logo, after=mark)
    return html + ([_source(view.article), end] if view.last else [])


def _render_2020(view: View) -> str:
    article = view.article
    head_end, top, foot = _frame("2020")
    page = f"?page={view.part}" if view.part not in (1, "all") else ""
    head = f"<title>{escape(article.title)} | RMOL.ID</title>\n" + meta(
        {
            "description": article.summary,
            "keywords": ", ".join(article.tags),
            "og:title": article.title,
            "og:type": OG_TYPES.get(article.kind, "article"),
            "og:url": article.url + page,
            "og:image": article.images[0].url,
            "og:description": article.summary,
        }
    )
    report = "".join(
        f"<li>LAPORAN: {escape(anchor)}</li><li>LAPORAN: {anchor}</li>"
        for anchor in (f"<a href='{about(RMOL, name)}'>{name.upper()}</a>" for name in article.authors)
    )
    google = (
        f'<div class="google-news"><p>{GOOGLE_NEWS}<br>{STAR}</p>'
        f'<a href="https://news.google.example/rmol">{icon("star")}</a></div>'
    )
    body = _body(view, "")
    body.insert(1, _related(view, "terkait-box"))
    return wrap(
        view,
        head + head_end,
        f'{top}<div class="container"><div class="row"><div class="col-lg-8 blog-details">'
        f'<div class="breadcrumb"><a href="{RMOL.base}/">Home</a> / '
        f'<a href="{RMOL.base}/{article.section}">{article.section.title()}</a></div>'
        f'<div class="title-detail"><h1>{escape(article.title)}</h1></div>'
        f'<ul class="list-meta">{report}<li>&bull; {printed_date(article)}</li></ul>{_share()}'
        f'<h4 class="photo-title">{escape(article.title)}</h4>{_photo(view)}'
        f'<div class="content-detail">{"".join(body)}{_pager(view)}</div>{google}'
        f'<div class="follow"><h4>FOLLOW US</h4>{_share()}</div>'
        f"{link_list(_links(tuple(view.others)), 'list-other', heading='ARTIKEL LAINNYA')}</div>"
        f"{link_list(_links(tuple(view.popular)), 'col-lg-4 list-popular', heading='Terpopuler')}"
        f"</div></div>{foot}",
    )


def _render_2026(view: View) -> str:
    article = view.article
    head_end, top, foot = _frame("2026")
    names = ", ".join(article.authors)
    head = f"<title>{escape(article.title)} - RMOL.ID</title>\n" + meta(
        {
            "description": article.summary,
            "author": names,
            "news_keywords": ", ".join(article.tags),
            "og:title": article.title,
            "og:type": OG_TYPES.get(article.kind, "article"),
            "og:url": article.url,
            "og:image": article.images[0].url,
            "og:site_name": "RMOL.ID",
            "article:published_time": stamp(article),
            "article:section": article.section.title(),
            "twitter:card": "summary_large_image",
        }
    )
    if article.pages > 1 and not view.last:
        head += f'\n<link rel="next" href="{article.url}?page={int(view.part) + 1}">'
    report = " ".join(
        f'<li>LAPORAN: <a href="{about(RMOL, name)}">{name.upper()}</a></li>' for name in article.authors
    )
    tags = "".join(
        f'<li><a href="{RMOL.base}/tag/{t.lower().replace(" ", "-")}">#{t}</a></li>' for t in article.tags
    )
    editors = f'<p class="editor">EDITOR: {", ".join(article.editors).upper()}</p>'
    google = (
        f'<div class="border_black"><p>{GOOGLE_NEWS}</p><p>{STAR}</p></div>'
        '<div class="adsbygoogle ads-responsive" id="div-gpt-ad-akhir"></div>'
    )
    body = _body(view, editors)
    body.insert(1, _related(view, "related-box") + '<div class="advert-inline adsbygoogle"></div>')
    return wrap(
        view,
        head + json_ld(view) + head_end,
        f'{top}<main class="single_post_area"><a class="section-button" href="{RMOL.base}/{article.section}">'
        f"{article.section.title()}</a>"
        f'<div class="single_post_heading"><h1>{escape(article.title)}</h1></div>'
        f'{_share()}<ul class="author">{report}<li>{printed_date(article)}</li></ul>{_photo(view)}'
        f'<div id="fontResizableText" class="post_text">{"".join(body)}{google}</div>{_pager(view)}'
        f'<ul class="post-tags">{tags}</ul><div class="follow-share"><h5>FOLLOW US</h5>{_share()}</div>'
        f"{link_list(_links(tuple(view.others)), 'other_articles', heading='ARTIKEL LAINNYA')}"
        f'<div class="comment-area"><h5>KOMENTAR</h5><form action="/komentar"></form></div></main>'
        f'<aside class="sidebar">'
        f"{link_list(_links(tuple(view.popular)), 'popular-list', heading='TERPOPULER')}</aside>{foot}",
    )
