"""Articles in several pages: find the following page, join what came."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Sequence
from typing import TypeVar
from urllib.parse import parse_qsl, urlsplit

from newscrawl.items import Article

__all__ = ["following_page", "join_pages", "page_number"]

T = TypeVar("T")

_PAGE_KEYS = frozenset(("page", "halaman", "hal", "p", "page_num", "pg", "showpage"))
_PAGE_PATH = re.compile(r"^(.*?)/(?:(?:page|halaman|hal)[/-])?(\d{1,2})/?$")
_WORD = re.compile(r"\w+")


def page_number(url: str, article: str) -> int | None:
    """Return which page of the article a URL is, or `None` when it is another page altogether.

    >>> page_number("https://contoh.id/read/17/judul?page=3", "https://contoh.id/read/17/judul")
    3
    >>> page_number("https://contoh.id/read/17/judul/2", "https://contoh.id/read/17/judul")
    2
    >>> page_number("https://contoh.id/read/18/lain?page=2", "https://contoh.id/read/17/judul") is None
    True
    """
    try:
        one, other = urlsplit(url), urlsplit(article)
    except ValueError:
        return None
    if _host(one.hostname) != _host(other.hostname):
        return None
    path, base = one.path.rstrip("/"), other.path.rstrip("/")
    numbers = [value for key, value in parse_qsl(one.query) if key.casefold() in _PAGE_KEYS]
    if path == base:
        if not numbers:
            return 1
        return (
            int(numbers[0]) if numbers[0].isascii() and numbers[0].isdigit() and len(numbers[0]) < 4 else None
        )
    match = _PAGE_PATH.match(path)
    return int(match[2]) if match and match[1] == base and base else None


def _host(name: str | None) -> str:
    return re.sub(r"^(?:www|m|amp)\.", "", name or "")


def following_page(url: str, article: str, links: Iterable[str]) -> str | None:
    """Return the link to the page after `url` of the article whose first page is `article`.

    Links are absolute. Only the next number counts: a link to all pages, or to another article that a site
    calls its next, is not it.

    >>> following_page("https://contoh.id/a", "https://contoh.id/a", ["https://contoh.id/a?page=2"])
    'https://contoh.id/a?page=2'
    """
    base, here = article, page_number(url, article)
    if here is None:
        match = _PAGE_PATH.match(urlsplit(url).path)
        base, here = (url.rsplit("/", 1)[0], int(match[2])) if match else (url, 1)
    for link in links:
        if page_number(link, base) == here + 1:
            return link
    return None


def join_pages(articles: Sequence[Article]) -> Article:
    """Join the pages of an article, in order, into the first one's line.

    A paragraph that a later page repeats from the start of the first one (headline, deck, lead) is left out.
    Dates, names and URL are the first page's.
    """
    first = articles[0]
    if len(articles) == 1:
        return first
    paragraphs = list(first.evidence.paragraphs)
    opening = {_bare(first.title or "")} | {_bare(p.text) for p in paragraphs[:3]}
    images = list(first.images)
    for later in articles[1:]:
        known = {_bare(p.text) for p in paragraphs if len(p.text) > 80}
        for position, paragraph in enumerate(later.evidence.paragraphs):
            bare = _bare(paragraph.text)
            if (position < 4 and bare in opening) or bare in known:
                continue
            paragraphs.append(paragraph)
        seen = {image.url for image in images}
        images += [image for image in later.images if image.url not in seen]
    evidence = dataclasses.replace(first.evidence, paragraphs=paragraphs, next_page=None)
    last = articles[-1].evidence
    evidence.bylines = _merged(evidence.bylines, last.bylines)  # names often stand under the last page
    return dataclasses.replace(
        first,
        evidence=evidence,
        pages=len(articles),
        images=images,
        urls=_merged(first.urls, [u for a in articles[1:] for u in (a.url, *a.urls) if u != first.url]),
        related=_merged(first.related, [link for a in articles[1:] for link in a.related]),
        removed=[*first.removed, *(line for a in articles[1:] for line in a.removed)],
        warc_pages=[pointer for a in articles[1:] for pointer in ([a.warc] if a.warc else []) + a.warc_pages],
        extraction=dataclasses.replace(
            first.extraction,
            warnings=_merged(
                first.extraction.warnings, [w for a in articles[1:] for w in a.extraction.warnings]
            ),
        ),
    )


def _merged(one: list[T], other: list[T]) -> list[T]:
    found = list(one)
    found += [
        thing for position, thing in enumerate(other) if thing not in one and thing not in other[:position]
    ]
    return found


def _bare(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))
