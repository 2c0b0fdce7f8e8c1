"""A page as a reader meets it: runs of text in order, and the boxes they stand in. One walk over the tree."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from lxml import etree

from newscrawl.extraction.furniture import Furniture, is_body_name, label_of, name_of

__all__ = ["Block", "Box", "Layout", "lay_out"]

INLINE = frozenset(
    """a abbr acronym b big bdi bdo cite code data del dfn em font i ins kbd label mark nobr q ruby rt s samp
    small span strike strong sub sup time tt u var wbr o:p amp-fit-text""".split()  # noqa: SIM905 - easier to read
)
SKIPPED = frozenset(
    """script style noscript template iframe object embed applet audio video canvas svg math map select option
    textarea button input head title meta link source track param frameset frame noframes progress meter
    dialog amp-ad amp-embed amp-iframe amp-sidebar amp-analytics amp-video amp-youtube""".split()  # noqa: SIM905 - easier to read
)
CELLS = frozenset(("td", "th"))
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
TEXTUAL = HEADINGS | {"p", "li", "blockquote", "dd", "dt"}
_BY_TAG: dict[str, Furniture] = {
    "nav": "nav",
    "footer": "nav",
    "header": "nav",
    "aside": "related",
    "form": "promo",
    "figure": "caption",
    "figcaption": "caption",
    "amp-carousel": "caption",
}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\xad\u200e\u200f\u2028\u2029]")
_SENTENCE_END = tuple(".!?\"”'’…:;,")

_LABELLED = frozenset(("span", "time", "i", "em", "small", "label"))
LINK, STRONG, PLAIN, LABEL, BLOCK, CELL, BREAK, PICTURE, VOID = range(9)
_KINDS = {  # of a tag that is not here: BLOCK
    **dict.fromkeys(INLINE, PLAIN),
    **dict.fromkeys(_LABELLED, LABEL),
    **dict.fromkeys(SKIPPED, VOID),
    **dict.fromkeys(CELLS, CELL),
    **dict.fromkeys(("img", "amp-img"), PICTURE),
    **dict.fromkeys(("b", "strong"), STRONG),
    "a": LINK,
    "br": BREAK,
}
_LINE = 150  # characters of a line of labels, as under a headline
_BELOW = 40  # blocks under an article that may still name its editor, tags and related ones
_BELOW_TAGS = 14  # and under its tags


@dataclass(slots=True, eq=False)
class Block:
    """A run of text that no block element and no `<br>` divides; `linked` counts its characters in links."""

    box: int
    tag: str
    text: str
    linked: int
    links: list[tuple[str, str]]
    bold: bool
    broken: bool
    """It follows a `<br>` in its box."""
    prose: int
    """Characters of running text: 0 for labels, link lists and the like."""

    @property
    def link_only(self) -> bool:
        """Whether hardly any of the text stands outside links."""
        return self.linked * 10 >= len(self.text) * 9


def _prose(text: str, tag: str, linked: int) -> int:
    size = len(text)
    if size < 40 or linked * 5 > size * 2:
        return 0
    if tag in HEADINGS:  # listicles set whole sentences as headings
        return size // 2 if size >= 60 and text.endswith(".") else 0
    if size >= 100:
        return size
    if text.endswith(_SENTENCE_END):
        return size if size >= 60 else size // 2
    return size // 2 if size >= 60 else 0


@dataclass(slots=True, eq=False)
class Box:
    """A block element with what stands in it, its descendants' included after `furnish`."""

    element: etree._Element
    tag: str
    parent: int
    names: str
    first: int
    """Index of the first block at or after its start."""
    end: int = 0
    furniture: Furniture | None = None
    body: bool = False
    hidden: bool = False
    junk: bool = False
    inside: bool = False
    """It lies in another box that is furniture."""
    outer: Furniture | None = None
    """The outermost furniture around it, itself included."""
    chars: int = 0
    linked: int = 0
    prose: int = 0
    proses: int = 0
    net: float = 0.0
    images: int = 0


@dataclass(slots=True)
class Layout:
    """The boxes of a page, parents before children, and its blocks in reading order."""

    boxes: list[Box]
    blocks: list[Block]
    images: list[tuple[int, int, etree._Element]]
    """Box, number of blocks before it, and the `<img>`."""

    def ancestors(self, index: int) -> list[int]:
        """Return a box and the boxes around it, innermost first."""
        found = []
        while index >= 0:
            found.append(index)
            index = self.boxes[index].parent
        return found

    def children(self) -> list[list[int]]:
        """Return the boxes right inside each box, in order."""
        found: list[list[int]] = [[] for _ in self.boxes]
        for index, box in enumerate(self.boxes):
            if box.parent >= 0:
                found[box.parent].append(index)
        return found

    def heading(self, box: Box) -> str:
        """Return the first line in a box where that is a heading of a list, else nothing."""
        line = self.blocks[box.first].text if box.first < box.end else ""
        return line if label_of(line) else ""

    def furniture(self, block: Block) -> Furniture | None:
        """Return what the outermost piece of furniture around a block is."""
        return self.boxes[block.box].outer


def clean(text: str) -> str:
    r"""Collapse white space and drop invisible characters.

    >>> clean(" Jakarta\xa0 - \u200bHujan ")
    'Jakarta - Hujan'
    """
    if not text.isascii():
        text = _INVISIBLE.sub("", text)
    return " ".join(text.split())


class _Attributes(Protocol):
    def get(self, name: str, /) -> str | None: ...


class _Writer:
    """Collects text until a block boundary."""

    __slots__ = ("blocks", "bold", "bolds", "href", "in_links", "linked", "links", "parts", "size", "start")

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.parts: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.linked = self.bold = self.size = 0
        self.in_links = self.bolds = self.start = 0
        self.href: str | None = None

    def add(self, text: str) -> None:
        """Add to a block."""
        self.parts.append(text)
        size = len(text)
        self.size += size
        if self.in_links:
            self.linked += size
        if self.bolds:
            self.bold += size

    def open_link(self, href: str | None) -> None:
        self.in_links += 1
        self.href, self.start = href, len(self.parts)

    def close_link(self) -> None:
        self.in_links -= 1
        if self.href is not None:
            text = clean("".join(self.parts[self.start :]))
            if text:
                self.links.append((text, self.href))
        self.href = None

    def _unglue(self) -> None:
        """Put a blank where a line of labels lacks one: `<span>Sari Dewi</span><span>Jumat</span>`.

        Scripts that build pages leave none. Within a word a tag is followed by a small letter.
        """
        parts = self.parts
        for position in range(len(parts) - 1, 0, -1):
            before, after = parts[position - 1], parts[position]
            if after[0].isupper() and after[1:2].islower() and len(before) > 1 and before[-1].isalnum():
                parts[position] = f" {after}"

    def flush(self, box: int, tag: str, broken: bool) -> bool:
        """End a block for which there are parts; tell whether they come to anything."""
        if self.size < _LINE and len(self.parts) > 1 and tag not in TEXTUAL:
            self._unglue()
        text = clean("".join(self.parts)) if self.size else ""
        if text:
            if self.href is not None and self.in_links:
                rest = clean("".join(self.parts[self.start :]))
                if rest:
                    self.links.append((rest, self.href))
            linked = min(self.linked, len(text))
            bold = self.bold * 20 >= self.size * 19
            prose = _prose(text, tag, linked)
            self.blocks.append(Block(box, tag, text, linked, self.links, bold, broken, prose))
            self.links = []
        self.parts.clear()
        self.linked = self.bold = self.size = self.start = 0
        return bool(text)


def lay_out(  # noqa: C901 - one loop over the walk's events, kept whole for speed
    root: etree._Element,
    junk: frozenset[etree._Element] = frozenset(),
    last: etree._Element | None = None,
) -> Layout:
    """Walk a tree once; boxes that are `junk` are called so. Sums and furniture are `furnish`'s to add.

    The walk ends a little after the element `last`, so that the lists below an article cost nothing.
    """
    boxes: list[Box] = []
    images: list[tuple[int, int, etree._Element]] = []
    writer = _Writer()
    blocks, parts, add, flush, kind_of = writer.blocks, writer.parts, writer.add, writer.flush, _KINDS.get
    kinds: list[int] = []
    box, tag_of_box, broken = -1, "", False
    limit = sys.maxsize
    walker: Any = etree.iterwalk(root, events=("start", "end"))  # Any: its tags are all text, its events both
    for event, element in walker:
        if event == "start":
            tag = element.tag
            kind = kind_of(tag, BLOCK)
            if kind == LABEL:
                asked = element.keys() and (_is_hidden(element) or _divides(element, tag_of_box))
                kind = BLOCK if asked else PLAIN
            elif kind == CELL:
                if all(child.tag in INLINE for child in element):
                    if parts:
                        parts.append(" ")  # a row of plain cells is a line: "Penulis", ": Nama"
                    kind = PLAIN
                else:
                    kind = BLOCK
            if kind == BLOCK:
                if parts:
                    flush(box, tag_of_box, broken)
                if len(blocks) > limit:
                    break
                boxes.append(_open(element, tag, box, len(blocks)))
                box, tag_of_box, broken = len(boxes) - 1, tag, False
                if junk and element in junk:
                    boxes[box].junk = True
            elif kind == LINK:
                writer.open_link(element.get("href"))
            elif kind == VOID:
                walker.skip_subtree()
                kinds.append(VOID)
                continue
            elif kind == STRONG:
                writer.bolds += 1
            elif kind == BREAK:
                broken = (bool(parts) and flush(box, tag_of_box, broken)) or broken
            elif kind == PICTURE:
                images.append((box, len(blocks), element))
            kinds.append(kind)
            text = element.text if kind <= BLOCK else None
        else:
            kind = kinds.pop()
            if kind == BLOCK:
                if parts:
                    flush(box, tag_of_box, broken)
                done = boxes[box]
                done.end = len(blocks)
                box = done.parent
                tag_of_box, broken = boxes[box].tag if box >= 0 else "", False
                if element is last:
                    limit = done.end + _BELOW
                elif done.furniture == "tags" and limit < sys.maxsize and done.first < done.end:
                    limit = min(limit, done.end + _BELOW_TAGS)
            elif kind == LINK:
                writer.close_link()
            elif kind == STRONG:
                writer.bolds -= 1
            text = element.tail if box >= 0 else None
        if text:
            if not text.isspace():
                add(text)
            elif parts:  # blanks only behind other parts
                parts.append(" ")
    while box >= 0:  # where the walk was broken off
        boxes[box].end = len(blocks)
        box = boxes[box].parent
    return Layout(boxes, blocks, images)


def _open(element: etree._Element, tag: str, parent: int, first: int) -> Box:
    items = element.items()
    if not items:  # most paragraphs and items have no attributes to be asked for
        furniture, body = _facts("", tag)
        return Box(element, tag, parent, "", first, 0, furniture, body)
    if len(items) == 1 and items[0][0] == "class":  # and most boxes nothing but a class
        names = items[0][1].strip()
        furniture, body = _facts(names, tag)
        return Box(element, tag, parent, names, first, 0, furniture, body)
    attributes = dict(items)
    names = f"{attributes.get('class', '')} {attributes.get('id', '')}".strip()
    furniture, body = _facts(names, tag)
    body = body or attributes.get("itemprop") == "articleBody"
    return Box(element, tag, parent, names, first, 0, furniture, body, _is_hidden(attributes))


def _divides(element: etree._Element, tag_of_box: str) -> bool:
    """Tell whether an inline element is a line of its own: a date or a name beside others."""
    names = element.get("class")
    return (
        bool(names)
        and tag_of_box not in TEXTUAL
        and name_of(names or "") in {"date", "byline", "caption", "tags"}
    )


def _is_hidden(element: _Attributes) -> bool:
    style = element.get("style")
    hidden = style is not None and _HIDDEN.search(style.lower()) is not None
    return hidden or element.get("hidden") is not None


@lru_cache(maxsize=8192)
def _facts(names: str, tag: str) -> tuple[Furniture | None, bool]:
    """Return what tag, class and id call a box, and whether they call it an article's text."""
    found = name_of(names) if names else None
    if tag in HEADINGS and found in {"pager", "caption", "byline", "share", "tools", "date", "tags", "nav"}:
        return None, False  # title-paging, header-share: a heading says what follows, and is none of these
    return found or _BY_TAG.get(tag), bool(names) and is_body_name(names)
