"""What the templates of both outlets share: the view of an article, its paragraphs as HTML, its metadata."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final, Literal

from newscrawl.sample.article import Card, SampleArticle
from newscrawl.sample.outlets import OUTLETS, SampleOutlet

Part = int | Literal["all"]
Device = Literal["desktop", "mobile", "amp"]
SCHEMA_TYPES: Final = {"video": "VideoObject", "live": "LiveBlogPosting", "gallery": "ImageGallery"}
OG_TYPES: Final = {"video": "video.other"}


@dataclass(frozen=True, slots=True)
class View:
    """One way to look at an article: which of its pages, on which device, among which other articles."""

    article: SampleArticle
    part: Part = 1
    device: Device = "desktop"
    popular: Sequence[Card] = ()
    others: Sequence[Card] = ()

    @property
    def outlet(self) -> SampleOutlet:
        """The facts of the article's outlet."""
        return OUTLETS[self.article.outlet]

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The paragraphs on this page."""
        words, pages = self.article.paragraphs, self.article.pages
        if self.part == "all" or pages == 1:
            return words
        size = -(-len(words) // pages)
        return words[(self.part - 1) * size : self.part * size]

    @property
    def first(self) -> bool:
        """Whether this page begins the article."""
        return self.part in (1, "all")

    @property
    def last(self) -> bool:
        """Whether this page ends the article."""
        return self.part in (self.article.pages, "all")


def blocks(view: View, *, before: str = "", after: str = "", inline: str = "") -> list[str]:
    """Return the paragraphs of a page as HTML blocks.

    `before` is glued to the first one and `after` to the last (logos, end marks); `inline` follows the first
    one's words as HTML.
    """
    article = view.article
    html = [_inline(p, article) for p in view.paragraphs]
    if not html:
        return [f"<p>{before}{after}</p>"] if before or after else []
    html[0] = before + html[0] + inline
    html[-1] += after
    if article.special == "breaks":
        return ["<br><br>\n".join(html)]
    return [_block(h, p, article) for h, p in zip(html, view.paragraphs, strict=True)]


def _inline(words: str, article: SampleArticle) -> str:
    html = escape(words, quote=False)
    town = article.tags[-1]
    if article.index % 3 == 0 and not article.special:
        return html.replace(town, f"<em>{town}</em>", 1)
    return html


def _block(html: str, words: str, article: SampleArticle) -> str:
    if words in article.headings:
        return f"<h2>{html}</h2>"
    if words in article.items:
        start = "<ul>" if words == article.items[0] else ""
        return start + f"<li>{html}</li>" + ("</ul>" if words == article.items[-1] else "")
    return f"<p>{html}</p>"


def picture(article: SampleArticle, n: int = 0, *, alt: str | None = None) -> str:
    """Return a photograph without its caption."""
    words = escape(alt if alt is not None else article.images[n].caption or "")
    return f'<img src="{article.images[n].url}" alt="{words}" width="700" height="465" loading="lazy">'


def player(article: SampleArticle) -> str:
    """Return the moving pictures of a video article, nothing for others."""
    if article.kind != "video":
        return ""
    return (
        f'<div class="video-player"><iframe src="https://www.youtube.com/embed/{article.id}"></iframe></div>'
    )


def meta(values: dict[str, str | None]) -> str:
    """Return meta elements; names with a colon are properties, as in OpenGraph."""
    return "\n".join(
        f'<meta {"property" if ":" in name else "name"}="{name}" content="{escape(value)}">'
        for name, value in values.items()
        if value
    )


def stamp(article: SampleArticle) -> str:
    """Return the publication time as metadata has it: with +07:00, or wrongly with a Z."""
    if article.special == "wrong_zone":
        return article.published.replace(tzinfo=None).isoformat() + "Z"
    return article.published.isoformat()


def json_ld(view: View, *, editor: bool = False) -> str:
    """Return the article as a schema.org block, with a breadcrumb block before it."""
    article, outlet = view.article, view.outlet
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": SCHEMA_TYPES.get(article.kind, "NewsArticle"),
        "mainEntityOfPage": {"@type": "WebPage", "@id": article.url},
        "headline": article.title,
        "description": article.summary,
        "datePublished": stamp(article),
        "dateModified": (article.modified or article.published).isoformat(),
        "author": [{"@type": "Person", "name": name, "url": about(outlet, name)} for name in article.authors],
        "publisher": {
            "@type": "Organization",
            "name": outlet.title,
            "logo": {"@type": "ImageObject", "url": f"{outlet.base}/logo.png"},
        },
        "image": [image.url for image in article.images],
        "articleSection": article.section.title(),
        "keywords": ", ".join(article.tags),
    }
    if editor:
        data["editor"] = [{"@type": "Person", "name": name} for name in article.editors]
    crumbs = {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": n, "item": {"@id": url, "name": name}}
            for n, (name, url) in enumerate(
                (("Beranda", outlet.base), (article.section.title(), f"{outlet.base}/{article.section}")), 1
            )
        ],
    }
    return _ld_block(crumbs) + _ld_block(data)


def _ld_block(data: dict[str, Any]) -> str:
    words = json.dumps(data, ensure_ascii=False).replace("</", "<\\/")
    return f'<script type="application/ld+json">{words}</script>'


def about(outlet: SampleOutlet, name: str) -> str:
    """Return the URL of an author's own page."""
    return f"{outlet.base}/about/{name.lower().replace(' ', '-')}-1"


def wrap(view: View, head: str, body: str) -> str:
    """Return the whole document; a page in the wrong charset says so in its head as well."""
    article = view.article
    charset = "iso-8859-1" if article.special == "charset" else "utf-8"
    touched = f"<!-- susunan {article.touched} -->" if article.touched else ""
    robots = '<meta name="robots" content="index, follow, max-image-preview:large">'
    return (
        f'<!DOCTYPE html>\n<html lang="id"{" amp" if view.device == "amp" else ""}>'
        f'<head><meta charset="{charset}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">{robots}\n'
        f'<link rel="canonical" href="{article.url}">\n{head}</head>\n'
        f'<body class="{view.device} {article.section}">{touched}\n{body}\n</body></html>\n'
    )


def plain_amp(view: View, body: str) -> str:
    """Return the AMP page: little furniture, the same text."""
    article = view.article
    head = (
        f"<title>{escape(article.title)}</title>"
        '<script async src="https://cdn.ampproject.org/v0.js"></script>'
        "<style amp-custom>body{font-family:sans-serif;margin:0 12px}h1{font-size:24px}</style>"
        + json_ld(view)
    )
    return wrap(view, head, f"<article>{body}</article>")
