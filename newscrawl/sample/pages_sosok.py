"""The article pages of sosok: the template of 2020 and that of 2026, as on the whole network."""

from __future__ import annotations

from functools import cache
from html import escape
from typing import Final

from newscrawl.sample.article import PROMO, Card, SampleArticle
from newscrawl.sample.furniture import footer, icon, link_list, menu, script, style
from newscrawl.sample.outlets import SOSOK
from newscrawl.sample.prose import long_date
from newscrawl.sample.template import (
    OG_TYPES,
    View,
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
    name.title(): f"https://{name}.grid.id/"
    for name in ["bobo", "nova", "nakita", "intisari", "hai", "hype", "star", "stylo", "suar", "wiken"]
}


def render(view: View) -> str:
    """Return an article's page in the template of its day."""
    if view.device == "amp":
        return plain_amp(view, f"<h1>{escape(view.article.title)}</h1>" + "".join(blocks(view)))
    return _render_2020(view) if view.article.era == "2020" else _render_2026(view)


def printed_date(article: SampleArticle) -> str:
    """Return the date line that the reader sees."""
    return f"{long_date(article.published.date(), pad=False)} | {article.published:%H:%M} WIB"


@cache
def _frame(era: str) -> tuple[str, str, str]:
    """Return what is the same on all pages of an era: end of head, top of body, end of body."""
    head = style(f"sosok-{era}", 130) + script(f"sosok-{era}", 50)
    top = (
        f'<header class="header__{era}">'
        f'<a class="header__logo" href="{SOSOK.base}/">{icon("logo")}Sosok.ID</a>'
        f"{menu(SOSOK.base, tuple(SOSOK.sections), 'nav__menu')}</header>"
        '<div class="pushdown-banner ads-partner-wrap"></div>'
    )
    return head, top, footer("Sosok.ID", NETWORKS, "footer__grid") + script(f"sosok-foot-{era}", 15)


def _read_more(article: SampleArticle, n: int, era: str) -> str:
    if n >= len(article.related):
        return ""
    link = article.related[n]
    words = escape(link.title or "", quote=False)
    if era == "2020":
        return f'<p><strong>Baca Juga: <a href="{link.url}">{words}</a></strong></p>'
    return f'<p class="bacajuga"><strong>Baca Juga: </strong><a href="{link.url}">{words}</a></p>'


def _source(article: SampleArticle) -> str:
    source = article.syndicated_from
    if source is None:
        return ""
    title = f'"{escape(source.title or "", quote=False)}"'
    if source.url:
        title = f'<a href="{source.url}">{title}</a>'
    return f"<p>Artikel ini pernah tayang di {source.outlet} dengan judul {title}</p>"


def _photo(view: View) -> str:
    article = view.article
    if not view.first:
        return ""
    return player(article) + "".join(
        f'<div class="read__photo">{picture(article, n)}'
        f'<div class="photo__caption">{escape(image.caption or "")}</div>'
        f'<div class="photo__author">{image.credit}</div></div>'
        for n, image in enumerate(article.images)
    )


def _pager(view: View) -> str:
    article = view.article
    if article.pages == 1 or view.part == "all":
        return ""
    numbers = "".join(
        f'<li class="active">{n}</li>'
        if n == view.part
        else f'<li><a href="{article.url}?page={n}">{n}</a></li>'
        for n in range(1, article.pages + 1)
    )
    following = (
        ""
        if view.last
        else (
            f'<li><a class="paging__link--next" href="{article.url}?page={int(view.part) + 1}">'
            "Halaman Selanjutnya</a></li>"
        )
    )
    return (
        f'<div class="paging"><ul class="pagination_number">{numbers}{following}'
        f'<li><a href="{article.url}?page=all">Tampilkan Semua</a></li></ul></div>'
    )


def _body(view: View, era: str) -> list[str]:
    article = view.article
    html = blocks(view, after=" (*)" if view.last else "")
    middle = len(html) // 2
    if view.first:
        html[middle:middle] = [_read_more(article, 0, era)]
    if view.last:
        html[-1:-1] = [_read_more(article, 1, era)]
        html.append(_source(article))
    return html


def _links(cards: tuple[Card, ...]) -> list[tuple[str, str]]:
    return [(card.title, card.url) for card in cards]


def _head(view: View) -> str:
    article = view.article
    page = f" - Halaman {view.part}" if article.pages > 1 and view.part not in (1, "all") else ""
    return (
        f"<title>{escape(article.title)}{page} - Sosok</title>\n"
        f'<link rel="amphtml" href="{SOSOK.base}/amp/{article.url.split("/read/")[1]}">\n'
        + meta(
            {
                "description": article.summary,
                "content_id": article.id,
                "content_date": f"{article.published:%Y-%m-%d %H:%M:%S}",
                "content_author": ", ".join(article.authors),
                "content_editor": ", ".join(article.editors),
                "content_tag": ",".join(article.tags),
                "content_category": article.section,
                "og:title": f"{article.title} - Semua Halaman - Sosok"
                if article.pages > 1
                else article.title,
                "og:type": OG_TYPES.get(article.kind, "article"),
                "og:url": article.url,
                "og:image": article.images[0].url,
            }
        )
    )


def _render_2020(view: View) -> str:
    article = view.article
    head_end, top, foot = _frame("2020")
    tags = "".join(
        f'<li><a href="{SOSOK.base}/tag/{t.lower().replace(" ", "-")}">{t}</a></li>' for t in article.tags
    )
    video = (
        '<div class="video-box-wrap"><div class="ads-inf-box">Adv</div><script>putarVideo();</script></div>'
    )
    return wrap(
        view,
        _head(view) + head_end,
        f'{top}<div class="container clearfix"><div class="main">'
        f'<div class="breadcrumb"><a href="{SOSOK.base}/">Home</a> / '
        f'<a href="{SOSOK.base}/{article.section}">{article.section.title()}</a></div>'
        f'<h1 class="read__title">{escape(article.title)}</h1>'
        f'<div class="read__credit"><a class="credit__author">{", ".join(article.authors)}</a> - '
        f"<span>{printed_date(article)}</span></div>{_photo(view)}"
        f'<div class="read__article clearfix">'
        f'<div class="read__left"><a href="#share">{icon("share")}</a></div>'
        f'<div class="read__right">{video}{"".join(_body(view, "2020"))}</div></div>{_pager(view)}'
        f'<div class="read__editor">Editor : {", ".join(article.editors)}</div>'
        f'<ul class="tags__list">{tags}</ul>'
        f"{link_list(_links(tuple(view.others)), 'latest__list', heading='Berita Terkini')}</div>"
        f"{link_list(_links(tuple(view.popular)), 'sidebar most__list', heading='Terpopuler')}</div>{foot}",
    )


def _render_2026(view: View) -> str:
    article = view.article
    head_end, top, foot = _frame("2026")
    head = _head(view) + meta(
        {
            "author": ", ".join(article.authors),
            "article:published_time": stamp(article),
            "article:section": article.section.title(),
            "og:site_name": "Sosok",
        }
    )
    tags = "".join(f'<a href="{SOSOK.base}/tag/{t.lower().replace(" ", "-")}">#{t}</a>' for t in article.tags)
    _, video_words, follow = PROMO["sosok", "2026"]
    video = f'<div class="kgnw-root"><h4>{video_words}</h4><div class="kgnw-player"></div></div>'
    return wrap(
        view,
        head + json_ld(view, editor=True) + head_end,
        f'{top}<main class="read"><a class="read__section" href="{SOSOK.base}/{article.section}">'
        f'{article.section.title()}</a><h1 class="read__title">{escape(article.title)}</h1>'
        f'<div class="read__info"><span class="read__author">Penulis: {", ".join(article.authors)}</span>'
        f'<span class="read__editor">Editor: {", ".join(article.editors)}</span>'
        f'<time class="read__date">{printed_date(article)}</time></div>{_photo(view)}'
        f'<div class="read__article">{"".join(_body(view, "2026"))}{video}'
        f'<p class="read__follow">{follow}</p>'
        f'<div class="ads-inf-sticky"></div></div>{_pager(view)}<div class="tags__list">{tags}</div>'
        f'<div class="detail-read__comment"><h3>Komentar</h3></div>'
        f"{link_list(_links(tuple(view.others)), 'latest__list', heading='Terkini')}</main>"
        f'<aside class="sidebar">'
        f"{link_list(_links(tuple(view.popular)), 'most__list', heading='Terpopuler')}</aside>{foot}",
    )
