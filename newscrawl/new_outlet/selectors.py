"""Propose selectors where the general rules are in doubt: one that serves all pages, or none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from lxml import etree

from newscrawl.doctor.examine import agreement
from newscrawl.extraction.selecting import compile_selector
from newscrawl.extraction.templates import element_text
from newscrawl.new_outlet.pages import SAME, Reading, doubtful
from newscrawl.outlet import Selectors

COVERED = 0.8  # of the words that both readings of a text have
_NAME = re.compile(r"[A-Za-z][A-Za-z_-]*")  # names with digits belong to one page more often than not
_TITLE_NAME = re.compile(r"title|judul|headline|heading", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_BOXES = ("div", "article", "section", "main", "td")

Fits = Callable[[Reading, etree._Element], bool]


def propose(readings: Sequence[Reading], day: date, known: str) -> Selectors | None:
    """Return selectors for title and body where most pages leave them in doubt, `None` for none."""
    doubts = doubtful(readings)
    title = _serving(readings, _headings, _is_title) if "title" in doubts else None
    body = _serving(readings, _boxes, _is_body) if "body" in doubts else None
    if title is None and body is None:
        return None
    return Selectors(name=str(day.year), title=title, body=body, known=known)


def _serving(
    readings: Sequence[Reading],
    candidates: Callable[[etree._Element], Iterator[etree._Element]],
    fits: Fits,
) -> str | None:
    """Return the selector of the smallest element that is what is sought on every page."""
    first = readings[0]
    found = [element for element in candidates(first.root) if fits(first, element)]
    for element in sorted(found, key=lambda element: len(element_text(element))):
        for css in names_of(element):
            if all(_serves(reading, css, fits) for reading in readings):
                return css
    return None


def _serves(reading: Reading, css: str, fits: Fits) -> bool:
    matched = compile_selector(css)(reading.root)
    return isinstance(matched, list) and len(matched) == 1 and fits(reading, matched[0])


def names_of(element: etree._Element) -> Iterator[str]:
    """Give selectors for an element: its id, its classes, those of what it stands in.

    >>> list(names_of(etree.fromstring('<div><h1 id="a1" class="judul col-8"/></div>')[0]))
    ['h1.judul']
    """
    tag = str(element.tag)
    if _NAME.fullmatch(element.get("id") or ""):
        yield f"#{element.get('id')}"
    for name in (element.get("class") or "").split():
        if _NAME.fullmatch(name):
            yield f"{tag}.{name}"
    above = element.getparent()
    if above is not None:
        for name in (above.get("class") or "").split():
            if _NAME.fullmatch(name):
                yield f".{name} > {tag}"


def _headings(root: etree._Element) -> Iterator[etree._Element]:
    yield from root.iter("h1", "h2", "h3")
    for element in root.iter("div", "p", "span", "strong"):
        if _TITLE_NAME.search(f"{element.get('class')} {element.get('id')}"):
            yield element


def _is_title(reading: Reading, element: etree._Element) -> bool:
    return (agreement(element_text(element), reading.slug) or 0.0) >= SAME


def _boxes(root: etree._Element) -> Iterator[etree._Element]:
    return (e for e in root.iter(*_BOXES) if e.get("id") or e.get("class"))


def _is_body(reading: Reading, element: etree._Element) -> bool:
    sure = _words(reading.article.text) & _words(reading.second)
    inside = _words(element_text(element))
    return bool(sure) and sum((sure & inside).values()) >= COVERED * sum(sure.values())


def _words(text: str | None) -> Counter[str]:
    return Counter(_WORD.findall((text or "").casefold()))
