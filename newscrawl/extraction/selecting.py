"""Match the CSS selectors of outlets, from right to left: a fifth of the time that XPath takes.

XPath asks each element of a page for its class, and makes two strings to compare it, for every selector
again; here the classes are listed once. What goes beyond tags, attributes, descendants and children is
left to XPath.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import cast

from cssselect import HTMLTranslator, parse
from cssselect.parser import Attrib, Class, CombinedSelector, Element, Hash, Tree
from lxml import etree

__all__ = ["Elements", "compile_selector"]

_Test = tuple[str, Callable[[str], object]]
"""An attribute, and what tells whether its value will do."""


@dataclass(slots=True, frozen=True)
class _Compound:
    """What a selector asks of one element; `name` is one of the classes it must have, `ident` its id."""

    tag: str | None
    name: str | None
    ident: str | None
    tests: tuple[_Test, ...]

    def fits(self, element: etree._Element) -> bool:
        if self.tag is not None and element.tag != self.tag:
            return False
        for attribute, test in self.tests:
            value = element.get(attribute)
            if value is None or not test(value):
                return False
        return True


_Chain = tuple[tuple[str, _Compound], ...]
"""Compounds from left to right, each with the combinator before it."""


class Elements:
    """The elements of a tree by their class attribute, to be selected from; few selectors ask for an id.

    With `tags`, a class or an id alone finds elements of these only.
    """

    def __init__(self, root: etree._Element, *tags: str) -> None:
        self.root = root
        self._tags = tags or ("*",)
        self._named: dict[str, list[etree._Element]] = {}

    @cached_property
    def _classed(self) -> list[tuple[str, etree._Element]]:
        # The name as bytes: lxml makes these of a text again for each element.
        return [(names, e) for e in self.root.iter(*self._tags) if (names := e.get(b"class"))]

    @cached_property
    def _text(self) -> str:
        """The class attributes, joined."""
        return "".join([f"{names}\0" for names, _ in self._classed])

    def select(self, css: str, scope: etree._Element | None = None) -> list[etree._Element]:
        """Return what a selector finds in an element (else in the tree) and below, in order.

        Raise `cssselect.SelectorError` or `etree.XPathError` for what is no selector.
        """
        scope = self.root if scope is None else scope
        chains = _chains(css)
        if chains is None:
            find, name = compile_selector(css), _anchor(css)
            tops = _outermost(self._within(self._of_class(name), scope)) if name else [scope]
            return [e for top in tops for e in find(top) if isinstance(e, etree._Element)]
        found = [matched for chain in chains if (matched := self._match(chain, scope))]
        if len(found) < 2:
            return found[0] if found else []
        chosen = {element for matched in found for element in matched}
        return [element for element in scope.iter("*") if element in chosen]

    def _match(self, chain: _Chain, scope: etree._Element) -> list[etree._Element]:
        combinator, compound = chain[-1]
        candidates = self._candidates(chain, scope)
        return [e for e in candidates if compound.fits(e) and _lies(e, combinator, chain[:-1], scope)]

    def _candidates(self, chain: _Chain, scope: etree._Element) -> Iterable[etree._Element]:
        """Return what may match, in order: has the last class or id of the selector, or lies in what has."""
        marked = next((c for _, c in reversed(chain) if c.name is not None or c.ident is not None), None)
        compound = chain[-1][1]
        if marked is None:
            return scope.iter(compound.tag or "*")
        having = self._having(marked, scope)
        if marked is compound:
            return having
        return (e for outer in _outermost(having) for e in outer.iter(compound.tag or "*"))

    def _having(self, marked: _Compound, scope: etree._Element) -> list[etree._Element]:
        """Return the elements in a part of the page that have an id, or else a class."""
        if marked.ident is not None:
            return self._within(self._of_id(marked.ident), scope)
        return self._within(self._of_class(cast("str", marked.name)), scope)

    def _within(self, found: list[etree._Element], scope: etree._Element) -> list[etree._Element]:
        return found if scope is self.root else [e for e in found if _is_within(e, scope)]

    def _of_id(self, ident: str) -> list[etree._Element]:
        return [element for element in self.root.iter(*self._tags) if element.get("id") == ident]

    def _of_class(self, name: str) -> list[etree._Element]:
        found = self._named.get(name)
        if found is None:
            found = self._named[name] = list(self._search(name))
        return found

    def _search(self, name: str) -> Iterator[etree._Element]:
        """Find a class in the joined attributes: a tenth of the time that asking each of them takes."""
        has, text = _has_word(name), self._text
        place = start = 0
        while (at := text.find(name, start)) >= 0:
            place += text.count("\0", start, at)
            names, element = self._classed[place]
            if has(names):
                yield element
            start = text.index("\0", at)  # the rest of this attribute is told


def _outermost(elements: list[etree._Element]) -> list[etree._Element]:
    """Leave out the elements that lie in one before them."""
    found: list[etree._Element] = []
    for element in elements:
        if not (found and _is_within(element, found[-1])):
            found.append(element)
    return found


def _is_within(element: etree._Element, scope: etree._Element) -> bool:
    return element is scope or any(above is scope for above in element.iterancestors())


def _lies(element: etree._Element, combinator: str, outer: _Chain, scope: etree._Element) -> bool:
    """Tell whether the elements around one, up to the scope, are what a selector says."""
    if not outer:
        return True
    compound = outer[-1][1]
    while element is not scope:
        element = cast("etree._Element", element.getparent())
        if compound.fits(element) and _lies(element, outer[-1][0], outer[:-1], scope):
            return True
        if combinator == ">":
            return False
    return False


@lru_cache(maxsize=2048)
def compile_selector(css: str) -> etree.XPath:
    """Compile a CSS selector once; raise `cssselect.SelectorError` when it is not one."""
    return etree.XPath(HTMLTranslator().css_to_xpath(css))


@lru_cache(maxsize=2048)
def _chains(css: str) -> tuple[_Chain, ...] | None:
    """Return the alternatives of a selector, `None` when it asks for more than is matched here.

    >>> [[compound.tag for _, compound in chain] for chain in _chains("div.isi > p, #judul")]
    [['div', 'p'], [None]]
    >>> _chains("p:first-child"), _chains("h1 + p")
    (None, None)
    """
    try:
        return tuple(
            tuple(_links(" ", selector.parsed_tree))
            for selector in parse(css)
            if _is_plain(selector.pseudo_element)
        )
    except _Beyond:
        return None


@lru_cache(maxsize=2048)
def _anchor(css: str) -> str | None:
    """Return a class that an element has in which all lies that a selector finds, itself included.

    >>> _anchor(".isi p:first-child"), _anchor("p:not(.isi) a"), _anchor(".isi + p")
    ('isi', None, None)
    """
    selectors = parse(css)
    tree = selectors[0].parsed_tree
    while isinstance(tree, CombinedSelector):
        if isinstance(tree.selector, CombinedSelector) or tree.combinator in (" ", ">"):
            tree = tree.selector
        else:
            return None  # a sibling lies outside
    while not isinstance(tree, Element):
        if isinstance(tree, Class) and len(selectors) == 1:
            return tree.class_name
        tree = tree.selector
    return None


class _Beyond(Exception):
    """The selector asks for something that is left to XPath."""


def _is_plain(pseudo_element: object) -> bool:
    if pseudo_element is not None:
        raise _Beyond
    return True


def _links(combinator: str, tree: Tree) -> Iterator[tuple[str, _Compound]]:
    if isinstance(tree, CombinedSelector):
        if tree.combinator not in (" ", ">"):
            raise _Beyond
        yield from _links(combinator, tree.selector)
        combinator, tree = tree.combinator, tree.subselector
    yield combinator, _compound(tree)


def _compound(tree: Tree) -> _Compound:
    tests: list[_Test] = []
    name: str | None = None
    ident: str | None = None
    while not isinstance(tree, Element):
        if isinstance(tree, Class):
            name = tree.class_name
            tests.append(("class", _has_word(name)))
        elif isinstance(tree, Hash):
            ident = tree.id
            tests.append(("id", ident.__eq__))
        elif isinstance(tree, Attrib):
            tests.append(_test(tree))
        else:
            raise _Beyond
        tree = tree.selector
    if tree.namespace is not None:
        raise _Beyond
    return _Compound(tree.element.lower() if tree.element else None, name, ident, tuple(tests))


@lru_cache(maxsize=2048)
def _has_word(name: str) -> Callable[[str], object]:
    return re.compile(rf"(?<![^ \t\r\n]){re.escape(name)}(?![^ \t\r\n])").search


def _test(attrib: Attrib) -> _Test:
    value = attrib.value.value if attrib.value else None
    flag = getattr(attrib, "flag", None)  # of case: unknown to the cssselect that some libraries ask for
    if attrib.namespace is not None or flag or (value == "" and attrib.operator != "="):
        raise _Beyond
    tests: dict[str, Callable[[str], object]] = {"exists": lambda _: True}
    if value is not None:
        tests = {
            "=": value.__eq__,
            "*=": lambda given: value in given,
            "^=": lambda given: given.startswith(value),
            "$=": lambda given: given.endswith(value),
        }
    if attrib.operator not in tests:
        raise _Beyond
    return attrib.attrib.lower(), tests[attrib.operator]
