"""JSON-LD as pages really hold it: in lists and graphs, wrapped in comments, with commas too many."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

__all__ = ["ARTICLE_TYPES", "load", "tidy", "types_of"]

ARTICLE_TYPES = frozenset(
    """Article NewsArticle ReportageNewsArticle AnalysisNewsArticle OpinionNewsArticle Report Review
    BackgroundNewsArticle AdvertiserContentArticle SocialMediaPosting BlogPosting LiveBlogPosting TechArticle
    ImageGallery MediaGallery VideoObject""".split()  # noqa: SIM905 - easier to read
)
_WRAPPING = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*$|;\s*$")
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_MISSING_COMMA = re.compile(r'(["}\]])(\s*\n\s*")(?=[A-Za-z@]+"\s*:)')


def load(script: str, warnings: list[str]) -> Iterator[dict[str, Any]]:
    """Yield the objects of a script; what does not parse is read as far as it goes, with a warning."""
    for attempt in _attempts(script):
        try:
            loaded = json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
        yield from _flatten(loaded)
        return
    if "json-ld.broken" not in warnings:
        warnings.append("json-ld.broken")
    salvaged = _salvage(script)
    if salvaged:
        yield salvaged


def _attempts(script: str) -> Iterator[str]:
    """Yield a script as it is, as nearly all are read; without what wraps it; with its commas mended."""
    yield script
    text = _WRAPPING.sub("", _WRAPPING.sub("", script.strip()))
    yield text
    yield _MISSING_COMMA.sub(r"\1,\2", _TRAILING_COMMA.sub("", text))


_STRING_FIELD = re.compile(
    r'"(@type|headline|datePublished|dateModified|dateCreated|description|articleSection)"\s*:\s*"((?:[^"\\\n]|\\.){1,1000})"'
)


def _salvage(text: str) -> dict[str, Any]:
    """Read the plain string fields of JSON that does not parse, up to a second article in it."""
    found: dict[str, Any] = {}
    for name, raw in _STRING_FIELD.findall(text[:200_000]):
        try:
            value = json.loads(f'"{raw}"', strict=False)
        except ValueError:
            continue
        if name == "@type":
            if value in ARTICLE_TYPES:
                found.setdefault(name, value)
        else:
            found.setdefault(name, value)
    return found if "@type" in found else {}


def _flatten(loaded: Any) -> Iterator[dict[str, Any]]:
    """Yield every top-level object, those of `@graph` and lists included."""
    todo = [loaded]
    count = 0
    while todo and count < 200:
        count += 1
        thing = todo.pop(0)
        if isinstance(thing, list):
            todo = thing[:100] + todo
        elif isinstance(thing, dict):
            yield thing
            graph = thing.get("@graph")
            if isinstance(graph, (list, dict)):
                todo.append(graph)
            entity = thing.get("mainEntity")
            if isinstance(entity, dict):
                todo.append(entity)


def types_of(thing: dict[str, Any]) -> set[str]:
    """Return an object's schema.org types."""
    kind = thing.get("@type")
    return {k for k in (kind if isinstance(kind, list) else [kind]) if isinstance(k, str)}


def tidy(text: str) -> str:
    """Collapse white space and decode the entities that a template escaped twice.

    >>> tidy("Cabai  &amp; Bawang")
    'Cabai & Bawang'
    """
    if "&" in text:
        text = html.unescape(text)
    return " ".join(text.split())
