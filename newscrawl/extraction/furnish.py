"""Settle which boxes of a page are furniture. Names lie, so what a box holds has the last word."""

from __future__ import annotations

import itertools
import re

from newscrawl.extraction.blocks import Block, Box, Layout
from newscrawl.extraction.furniture import Furniture, label_of, name_of
from newscrawl.extraction.lines import is_date_line

__all__ = ["furnish"]


def furnish(layout: Layout) -> Layout:
    """Add up what the boxes hold and mark the furniture among them; return the same layout."""
    _total(layout)
    _mark(layout)
    return layout


def _total(layout: Layout) -> None:
    boxes = layout.boxes
    for block in layout.blocks:
        box = boxes[block.box]
        box.chars += len(block.text)
        box.linked += block.linked
        prose = block.prose
        if prose:
            box.prose += prose
            box.proses += 1
    for index, _, _ in layout.images:
        boxes[index].images += 1
    for box in reversed(boxes):
        if box.parent >= 0 and (box.chars or box.images):
            parent = boxes[box.parent]
            parent.chars += box.chars
            parent.linked += box.linked
            parent.prose += box.prose
            parent.proses += box.proses
            parent.images += box.images


# The most prose, in characters, that a box of a name may hold.
_MOST = {
    "share": 250,
    "pager": 160,
    "tags": 160,
    "nav": 300,
    "tools": 160,
    "date": 160,
    "byline": 420,
    "copyright": 500,
    "ads": 500,
    "promo": 500,
    "caption": 700,
}


_FIGURES = frozenset(("figure", "figcaption"))
_PAGE = frozenset(("html", "body"))
_CARDS = frozenset(("div", "li", "article", "section", "td"))
_COMMENTS = re.compile(r"\W*(?:tinggalkan|beri|tulis|leave|\d+ )", re.IGNORECASE)
_SURE = _FIGURES | {"footer", "nav"}  # a tag says what it is, on a page of two sentences too
_TEASER = 300  # characters of prose: a card holds no more
_STORY = 400  # characters of prose: so much is an article, and cards below it are others


def _stays(box: Box, name: Furniture, page: int) -> bool:
    """Tell whether a box is what its name says, given its prose: names lie, and boxes hold the article."""
    if not box.chars:
        return True
    if name in _MOST:
        if box.prose > _MOST[name] or (name == "caption" and box.proses > 2):
            return False
        return box.prose * 2 < page or box.prose < 100 or box.tag in _SURE
    return box.prose * 2 < page or box.linked * 5 >= box.chars * 2


def _mark(layout: Layout) -> None:
    """Settle which boxes are furniture: by name, by heading, hidden without prose."""
    boxes = layout.boxes
    if not boxes:
        return
    page = boxes[0].prose
    holders = {
        above for i, box in enumerate(boxes) if box.body and box.prose > 200 for above in layout.ancestors(i)
    }
    shared: dict[str, int] = {}
    for box in boxes:
        if box.furniture is not None and box.prose:
            shared[box.names] = shared.get(box.names, 0) + box.prose
    for index, box in enumerate(boxes):
        if box.junk:
            box.furniture = "related" if box.furniture == "related" else "junk"
            continue
        name = box.furniture
        if name is not None:
            # A class that most paragraphs of the page share says nothing about one of them; a tag does.
            common = (
                box.prose
                and box.names
                and box.tag not in _FIGURES
                and box.linked * 3 < box.chars
                and shared.get(box.names, 0) * 2 > page
            )
            titled = name == "related" and _is_headline(layout, box)
            if index in holders or common or titled or not _stays(box, name, page):
                box.furniture = None
        if box.hidden and box.furniture is None and box.prose < 100:
            box.furniture = "hidden"
    _mark_bylines(boxes)
    _mark_headed(layout, holders, page)
    for box in boxes:
        outer = boxes[box.parent].outer if box.parent >= 0 else None
        box.inside = outer is not None
        box.outer = outer or box.furniture
    _mark_cards(layout, page)


def _is_headline(layout: Layout, box: Box) -> bool:
    """Tell whether a box holds an `<h1>` that is no link and nothing else."""
    heading = layout.blocks[box.first] if box.end == box.first + 1 else None
    return heading is not None and heading.tag == "h1" and not heading.linked


def _mark_bylines(boxes: list[Box]) -> None:
    """Call a box named like a picture's credit a byline where it holds no picture but a date."""
    for box in boxes:
        above = box.parent if box.furniture == "date" and box.chars else -1
        while above >= 0:
            outer = boxes[above]
            if outer.furniture == "caption" and not outer.images and outer.tag not in _FIGURES:
                outer.furniture = "byline"
            above = outer.parent


def _mark_headed(layout: Layout, holders: set[int], page: int) -> None:
    """Mark the boxes that begin with a heading such as "Berita Terkait"."""
    boxes = layout.boxes
    for position, block in enumerate(layout.blocks):
        label = label_of(block.text)
        if label is None:
            continue
        chosen = -1
        for index in layout.ancestors(block.box):
            box = boxes[index]
            if box.first != position or index in holders or box.tag in _PAGE:
                break
            twice = label == "related" == name_of(box.names)  # its name and its heading say so
            if not (twice or _stays(box, label, page)):
                break
            if label == "tags" and _holds(boxes, index, {"comments", "related"}):
                break
            chosen = index
        if chosen >= 0 and boxes[chosen].furniture is None and _is_list(boxes[chosen], block):
            boxes[chosen].furniture = label


def _mark_cards(layout: Layout, page: int) -> None:
    """Mark the cards of other articles: boxes in a row, each a title that is a link with little beside it.

    Menus and lists that are known already are the most of such boxes and not looked at.
    """
    boxes = layout.boxes
    rows: dict[int, list[int]] = {}
    for index, box in enumerate(boxes):
        if box.linked and box.outer is None and box.tag in _CARDS and _is_card(layout, box):
            rows.setdefault(box.parent, []).append(index)
    for cards in rows.values():
        much = sum(boxes[index].prose for index in cards) * 2 >= page
        if len(cards) < 2 or (much and not _are_others(layout, cards)):
            continue  # a list of links may be the article itself
        for index in cards:
            card = boxes[index]
            card.furniture = card.outer = "related"
            for position in range(index + 1, len(boxes)):
                if boxes[position].first >= card.end:
                    break
                boxes[position].outer, boxes[position].inside = "related", True


def _are_others(layout: Layout, cards: list[int]) -> bool:
    """Tell whether a row that holds much of a page's prose is other articles all the same.

    It is below a whole article, or when most of its boxes show a date, as the parts of an article do not.
    """
    blocks = layout.blocks
    spans = [blocks[layout.boxes[index].first : layout.boxes[index].end] for index in cards]
    if 2 * sum(any(is_date_line(block.text) for block in span) for span in spans) > len(cards):
        return True
    above = blocks[: layout.boxes[cards[0]].first]
    return sum(block.prose for block in above if layout.furniture(block) is None) >= _STORY


def _is_card(layout: Layout, box: Box) -> bool:
    if box.prose > _TEASER or box.proses > 1 or box.chars > 2 * _TEASER:
        return False
    if box.linked * 5 >= box.chars * 3 and (box.tag != "li" or box.images):
        return any(
            title.count(" ") > 2 for block in layout.blocks[box.first : box.end] for title, _ in block.links
        )
    titles = (block for block in layout.blocks[box.first : min(box.end, box.first + 2)])
    return any(block.link_only and block.text.count(" ") > 2 for block in titles)


def _holds(boxes: list[Box], index: int, names: set[Furniture]) -> bool:
    """Tell whether furniture of other names stands in a box."""
    inner = itertools.takewhile(lambda box: box.first < boxes[index].end, boxes[index + 1 :])
    return any(box.furniture in names and box.chars for box in inner)


def _is_list(box: Box, heading: Block) -> bool:
    """Tell whether there is more under a heading than paragraphs, or nothing."""
    if box.chars == len(heading.text):
        return len(heading.text.split()) > 1  # one word may as well be a sub-heading
    return box.linked > 0 or box.prose < 60 or _COMMENTS.match(heading.text) is not None
