"""Outlet selectors: the fast path, and the one that knows a template's oddities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from cssselect import SelectorError
from lxml import etree

from newscrawl.extraction.blocks import clean
from newscrawl.extraction.selecting import Elements
from newscrawl.outlet import Selectors

__all__ = ["Template", "choose_template"]


_BOXES = ("div", "section", "article", "main", "p", "td")  # what holds a text, of all but a few sites
_UNSEEN = frozenset(("script", "style", "noscript"))
_LINE_ENDS = frozenset(("br", "p", "div", "li"))


class Template:
    """A page seen through one set of selectors; remembers which of them found nothing."""

    def __init__(self, page: Elements, selectors: Selectors) -> None:
        self._page = self._near = page
        self._found: dict[str, list[etree._Element]] = {}
        self.selectors = selectors
        self.warnings: list[str] = []

    def fits(self, part: Elements) -> bool:
        """Tell whether the selector of the text, else that of the title, finds something there."""
        name = "body" if self.selectors.body else "title"
        try:
            found = part.select(getattr(self.selectors, name) or "")
        except (SelectorError, etree.XPathError):
            return False
        if found:
            self._found[name] = found
        return bool(found)

    def narrow(self, part: etree._Element) -> None:
        """Search a part of the page first, that with headline and text, once it is known."""
        if part is not self._page.root:
            self._near = Elements(part)

    def select(self, name: str) -> list[etree._Element]:
        """Return the elements of a field; empty when the outlet does not declare it."""
        if name not in self._found:
            self._found[name] = self._select(name)
        return self._found[name]

    def _select(self, name: str) -> list[etree._Element]:
        css = getattr(self.selectors, name)
        if css is None:
            return []
        try:
            found = self._search(name, css)
        except (SelectorError, etree.XPathError):
            self.warnings.append(f"selector.{name}.invalid")
            return []
        if not found and name not in {"junk", "next_page"}:
            self.warnings.append(f"selector.{name}.nothing")
        return found

    def _search(self, name: str, css: str) -> list[etree._Element]:
        """Search where a field is likely to be, and the whole page when it is not there."""
        if name == "junk":  # looked for in the text alone: its selectors are long, and pages large
            bodies = self.select("body") or [self._near.root]
            return [element for body in bodies for element in self._near.select(css, body)]
        found = self._near.select(css)
        return found if found or self._near is self._page else self._page.select(css)

    def texts(self, name: str) -> list[str]:
        """Return the texts of a field, a meta's or a time's attribute where the element shows none."""
        return [text for element in self.select(name) if (text := element_text(element))]


def element_text(element: etree._Element) -> str:
    """Return an element's text as a reader sees it, or else its `content`, `datetime` or `title`."""
    if len(element) or element.tag in _UNSEEN:
        text = clean("".join(_shown(element)))
    else:  # as most are that hold a field
        text = clean(element.text or "")
    return text or clean(element.get("content") or element.get("datetime") or element.get("title") or "")


def _shown(element: etree._Element) -> Iterator[str]:
    """Yield the pieces of an element's text, with blanks where lines end."""
    walker = etree.iterwalk(element, events=("start", "end"))
    for event, node in walker:
        if event == "start":
            if node.tag in _UNSEEN:
                walker.skip_subtree()
            elif node.text:
                yield node.text
            if node.tag in _LINE_ENDS:
                yield " "
        elif node is not element and node.tail:
            yield node.tail


def choose_template(
    root: etree._Element, templates: Sequence[Selectors], day: date | None
) -> Template | None:
    """Return the first template whose body (or else title) is on the page.

    Those in force on the article's day are tried first, the one that ended soonest before the others; then
    the rest, newest first: sites show old articles in new templates. Where none fits, the first of them all.
    """
    if not templates:
        return None
    covering = [t for t in templates if day is None or t.valid_until is None or t.valid_until >= day]
    if day is not None:
        covering.sort(key=lambda t: t.valid_until or date.max)
    ordered = covering + [t for t in templates if t not in covering]
    page = Elements(root)
    for part in (Elements(root, *_BOXES), page):  # a few of the elements first
        for selectors in ordered:
            template = Template(page, selectors)
            if template.fits(part):
                return template
    return Template(page, ordered[0])
