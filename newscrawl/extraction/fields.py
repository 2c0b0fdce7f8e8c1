"""The smaller fields of an article, each with the rule that filled it: the first that finds something."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from newscrawl.extraction.metadata import Metadata
from newscrawl.extraction.pictures import find_images, split_credit
from newscrawl.extraction.reading import Reading
from newscrawl.extraction.templates import Template
from newscrawl.items import Image
from newscrawl.outlet import Outlet
from newscrawl.urls import absolute

__all__ = ["Selected", "images_of", "nothing", "section_of", "summary_of", "tags_of", "title_by"]

Selected = Callable[[str], list[str]]
"""The texts that an outlet's selectors find for a field."""

_HOME = frozenset(("home", "beranda", "depan", "halaman depan", "index"))
_SECOND_LEVEL = frozenset(("co", "or", "go", "web", "ac", "my", "com"))
_WORD = re.compile(r"\w+")


def nothing(_: str) -> list[str]:
    """Stand for the selectors of a page that is nobody's."""
    return []


def _by(*ways: tuple[str, Callable[[], list[str]]]) -> tuple[str | None, list[str]]:
    """Return the first of some rules that finds something, and what it finds."""
    return next(((rule, found) for rule, find in ways if (found := find())), (None, []))


def title_by(reading: Reading, selected: Selected) -> str | None:
    """Return the rule that the title of a reading came from."""
    headline = reading.layout.blocks[reading.headline].text if reading.headline is not None else None
    if reading.title is None:
        return None
    if reading.title in selected("title")[:1]:
        return "selector"
    return "headline" if reading.title == headline else "metadata"


def images_of(
    reading: Reading, data: Metadata, base: str, template: Template | None
) -> tuple[str | None, list[Image]]:
    """Return the pictures of the text with absolute URLs, else the one that the metadata names."""
    body = reading.body
    start = reading.headline if reading.headline is not None and reading.headline < body.first else body.first
    found: list[Image] = []
    rule = "page"
    if template and template.selectors.image:
        rule = "selector"
        captions = template.texts("caption")
        sources = [
            s
            for e in template.select("image")
            if (s := e.get("data-src") or e.get("src") or e.get("content"))
        ]
        for n, source in enumerate(sources):
            text, credit = split_credit(captions[n]) if n < len(captions) else (None, None)
            found.append(Image(source, text, credit))
    elif body.end > body.first or reading.headline is not None:
        found = find_images(reading.layout, start, max(body.end, start + 4))
    images: dict[str, Image] = {}
    for image in found:
        url = absolute(image.url, base=base)
        if url and url not in images:
            images[url] = Image(url, image.caption, image.credit)
    for source in data.images[:1]:
        url = absolute(source, base=base)
        if url and not images:
            rule, images = "metadata", {url: Image(url)}
    return (rule if images else None), list(images.values())[:60]


def section_of(
    url: str, told: str | None, reading: Reading, data: Metadata, selected: Selected, outlet: Outlet | None
) -> tuple[str | None, list[str]]:
    """Return the section's path, without the site's own name; `told` is what the URL says of it."""
    rule, texts = _by(
        ("selector", lambda: selected("section")),
        ("metadata", lambda: data.crumbs),
        ("printed", reading.crumbs),
        ("metadata", lambda: data.section),
        ("printed", lambda: reading.kicker),
    )
    site = {(outlet.title if outlet else "").casefold(), (data.first("og:site_name") or "").casefold(), ""}
    site.update(_site_names(urlsplit(url).hostname or "", outlet))
    kept: dict[str, str] = {}
    for text in texts:
        key = text.casefold()
        own = key in _HOME | site or key.replace(" ", "").partition(".")[0] in site
        if not own and text != reading.title and len(text) <= 60:
            kept.setdefault(key, text)
    if kept:
        return rule, list(kept.values())
    return ("url", [told]) if told else (None, [])


def _site_names(host: str, outlet: Outlet | None) -> set[str]:
    """Return the words of the site's own host: those of a channel's (`money.` before it) are a section.

    >>> sorted(_site_names("money.contoh.co.id", None))
    ['co', 'contoh', 'id']
    """
    if outlet is not None:
        return {word for own in outlet.hosts for word in own.split(".")}
    words = host.split(".")
    return set(words[-3:] if len(words) > 2 and words[-2] in _SECOND_LEVEL else words[-2:])


def tags_of(reading: Reading, data: Metadata, selected: Selected) -> tuple[str | None, list[str]]:
    """Return the tags."""
    rule, texts = _by(
        ("selector", lambda: selected("tags")),
        ("printed", reading.tags),
        ("metadata", lambda: data.tags),
    )
    return rule, list(dict.fromkeys(text.strip(" #,") for text in texts if text.strip(" #,")))


def summary_of(data: Metadata, selected: Selected, title: str | None) -> tuple[str | None, str | None]:
    """Return the deck, `None` when it only says the title again."""
    printed = " ".join(selected("summary"))
    summary = printed or data.summary
    if not summary or (title and _WORD.findall(summary.casefold()) == _WORD.findall(title.casefold())):
        return None, None
    return ("selector" if printed else "metadata"), summary
