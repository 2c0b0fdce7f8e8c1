"""The article in the state of a page that a script fills: `__NEXT_DATA__`, `__NUXT__` and the like."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

__all__ = ["read_state"]

_HOLDS = re.compile(r"\s*(?:window|self|globalThis)[.\[]|\s*(?:var|let|const)\s+\w+\s*=|\s*[{\[]")
_LARGEST = 3_000_000  # characters of a script
_DEEPEST, _MOST = 30, 50_000  # levels and values of a state
_LEAST, _LINE = 250, 40  # characters of an article, of one of its texts
_MARKUP = re.compile(r"<[^<>]{1,300}>")
_LITERAL = re.compile(r'"((?:[^"\\\n]|\\.){250,400000})"')
_TITLE = ("title", "headline", "judul", "name")
_DATES = re.compile(
    r"(?:date_?)?publi(?:sh|c)\w*?(?:_?(?:at|on|date|time))?|tanggal(?:_?terbit)?|date|created_?at",
    re.IGNORECASE,
)
_WRITERS = re.compile(r"authors?|writers?|penulis|reporters?|byline", re.IGNORECASE)

_Path = tuple[str, ...]


def read_state(root: etree._Element) -> dict[str, Any] | None:
    """Return the article in a page's scripts in the shape of a JSON-LD `NewsArticle`, `None` without one."""
    best: tuple[int, dict[str, Any]] | None = None
    for script in root.iter("script"):
        text = script.text or ""
        if not _LEAST < len(text) < _LARGEST or "ld+json" in (script.get("type") or ""):
            continue
        if _HOLDS.match(text) is None:
            continue
        found = _from_json(text) or _from_literal(text)
        if found is not None and (best is None or found[0] > best[0]):
            best = found
    return best[1] if best else None


def _from_json(text: str) -> tuple[int, dict[str, Any]] | None:
    """Read a state that is JSON: the texts under one path are the article where they are the most."""
    start, end = text.find("{"), text.rfind("}")
    try:
        state = json.loads(text[start : end + 1], strict=False)
    except (ValueError, RecursionError):
        return None
    groups: dict[_Path, list[tuple[str, list[dict[str, Any]]]]] = {}
    for path, value, owners in _texts(state):
        groups.setdefault(path, []).append((value, owners))
    best: tuple[int, dict[str, Any]] | None = None
    for texts in groups.values():
        whole = max(texts, key=lambda pair: len(pair[0]))
        if _is_whole(whole[0]):
            texts = [whole]  # each is an article of its own
        size = sum(_size(value) for value, _ in texts if _runs(value))
        if size >= _LEAST and (best is None or size > best[0]):
            best = size, _article("\n\n".join(value for value, _ in texts), texts[0][1])
    return best


def _texts(state: Any) -> Iterator[tuple[_Path, str, list[dict[str, Any]]]]:
    """Yield the texts of a state in order, with the keys above and the objects around, innermost last."""
    todo: list[tuple[_Path, Any, list[dict[str, Any]]]] = [((), state, [])]
    count = 0
    while todo and count < _MOST:
        count += 1
        path, value, owners = todo.pop()
        if isinstance(value, str):
            yield path, value, owners
        elif len(path) > _DEEPEST:
            continue
        elif isinstance(value, list):
            todo += [(path, item, owners) for item in reversed(value)]
        elif isinstance(value, dict):
            inside = [*owners, value]
            todo += [((*path, str(key)), item, inside) for key, item in reversed(value.items())]


def _runs(text: str) -> bool:
    return len(text) >= _LINE and text.count(" ") > 4


def _is_whole(text: str) -> bool:
    return text.count("<p") + text.count("<br") + text.count("\n\n") > 1


def _size(text: str) -> int:
    return len(_MARKUP.sub("", text))


def _article(body: str, owners: list[dict[str, Any]]) -> dict[str, Any]:
    """Describe the article by the nearest object around its text that has a title."""
    article: dict[str, Any] = {"@type": "NewsArticle", "articleBody": body}
    for owner in reversed(owners):
        title = next((owner[key] for key in _TITLE if isinstance(owner.get(key), str)), None)
        if title is None:
            continue
        article["headline"] = title
        article["datePublished"] = _first(owner, _DATES, str)
        article["author"] = _first(owner, _WRITERS, (str, dict, list))
        break
    return {key: value for key, value in article.items() if value}


def _first(owner: dict[str, Any], names: re.Pattern[str], kinds: Any) -> Any:
    return next(
        (value for key, value in owner.items() if names.fullmatch(key) and isinstance(value, kinds)), None
    )


def _from_literal(text: str) -> tuple[int, dict[str, Any]] | None:
    """Read a state that is a program: its longest string with paragraphs is the article."""
    best: tuple[int, dict[str, Any]] | None = None
    for match in _LITERAL.finditer(text):
        try:
            value = json.loads(f'"{match[1]}"', strict=False)
        except ValueError:
            continue
        if _is_whole(value) and (best is None or _size(value) > best[0]):
            best = _size(value), {"@type": "NewsArticle", "articleBody": value}
    return best
