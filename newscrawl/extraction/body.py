"""Find the article's text on a page: the box with the best balance of prose against everything else."""

from __future__ import annotations

import re
from collections.abc import Callable

from newscrawl.extraction.blocks import HEADINGS, TEXTUAL, Block, Box, Layout
from newscrawl.extraction.lines import dateline_of, is_byline, is_date_line
from newscrawl.extraction.paragraphs import Body, assemble

__all__ = ["find_body"]

_SECTION = re.compile(
    r"content|konten|body|badan|section|page|paging|detail|paragra|halaman|bagian|isi\b|text|item",
    re.IGNORECASE,
)
_ARTICLE, _PARAGRAPH = 200, 70  # characters of prose: below so much may come another article
_CLOCK = re.compile(r"\d[:.]\d\d")
_ADVERT = re.compile(r"\W*(?:advertisements?|iklan|ads)\W*", re.IGNORECASE)
_ITEM = re.compile(r"\d{1,3}[.)]\s")
_TEXT_BOXES = frozenset(("p", "div", "section", "article", "td"))


def find_body(layout: Layout, headline: int | None, title: str | None) -> Body:
    """Choose the box that holds the article and return its text; `headline` is the block of the title."""
    boxes = layout.boxes
    _weigh(layout)
    limit = _next_article(layout, headline)
    stops = [*_stops(layout), limit]
    core, end = _core(layout, stops, limit)
    if core < 0:
        return Body()
    first = boxes[core].first
    lead = _lead(layout, core, headline)
    if headline is not None and first <= headline < end and _prose(layout, first, headline) < 80:
        first = headline
    end = min(end, limit)
    tail = _tail(layout, core, stops) if end == boxes[core].end else end
    spans = [*((position, position + 1) for position in lead), (first, max(end, tail))]
    body = assemble(layout, spans, frozenset((core,)), title)
    body.named = any(boxes[index].body for index in layout.ancestors(core)) or any(
        box.body and box.prose * 2 > boxes[core].prose for box in boxes[core:] if box.end <= boxes[core].end
    )
    return body


def _prose(layout: Layout, first: int, end: int) -> int:
    return sum(block.prose for block in layout.blocks[first:end])


def _stops(layout: Layout) -> list[int]:
    """Return where lists of tags and comments begin: no text of the article comes after them."""
    return [
        box.first
        for box in layout.boxes
        if box.furniture in {"tags", "comments"} and box.chars and not box.inside
    ]


def _next_article(layout: Layout, headline: int | None) -> int:
    """Return where a page without an end goes on with another article: at its headline and date.

    Only below whole paragraphs: teasers above an article are shorter. A chapter of an article may be headed
    by a day, but hardly by a time too.
    """
    blocks = layout.blocks
    prose = 0
    for position in range(headline + 1 if headline is not None else len(blocks), len(blocks)):
        block = blocks[position]
        if block.tag in {"h1", "h2"}:
            if prose < _ARTICLE or layout.furniture(block) is not None:
                continue
            below = [other.text for other in blocks[position + 1 : position + 4]]
            if any(is_date_line(line) and (block.tag == "h1" or _CLOCK.search(line)) for line in below):
                return position
        elif block.prose >= _PARAGRAPH:
            prose += block.prose
    return len(blocks)


def _weigh(layout: Layout) -> None:
    """Give each box its balance, furniture left out."""
    boxes = layout.boxes
    for block in layout.blocks:
        boxes[block.box].net += _worth(block)
    for box in reversed(boxes):
        if box.furniture is not None:
            box.net = -10.0 if box.chars else 0.0
        if box.parent >= 0:
            boxes[box.parent].net += box.net


def _worth(block: Block) -> float:
    prose = block.prose
    if prose:
        return 0.2 * prose if block.linked and _opens_with_title(block) else float(prose)
    size = len(block.text)
    if block.linked * 2 > size:
        return -15.0 - size * 0.3
    return -3.0 if size < 25 else 0.0


def _opens_with_title(block: Block) -> bool:
    """Tell whether a paragraph begins with a link of four words or more: a title and its lead in one."""
    title = block.links[0][0] if block.links else ""
    return title.count(" ") > 2 and block.text.startswith(title)


def _core(layout: Layout, stops: list[int], limit: int) -> tuple[int, int]:
    """Return the box that holds the article and the block that ends it; nothing from `limit` on counts."""
    boxes = layout.boxes
    best = _richest(layout, limit, _worth)
    if best < 0:
        best = _richest(layout, limit, _worth_of_words)  # verses, or nothing but short quotations
        if best >= 0 and boxes[best].chars < _PARAGRAPH:
            best = -1
    if best < 0:
        return -1, 0
    above = boxes[best].parent
    if boxes[best].tag in TEXTUAL and above >= 0 and boxes[above].furniture is None:
        best = above  # the only paragraph
    core, end, child = best, min(boxes[best].end, limit), best
    children = layout.children()
    for index in layout.ancestors(best)[1:]:
        box = boxes[index]
        stop = min((s for s in stops if end <= s < box.end), default=box.end)
        now = max(1.0, boxes[core].net)
        before, after = range(box.first, boxes[core].first), range(end, stop)
        more = _gains(layout, before, max(120.0, 0.25 * now)) or _gains(layout, after, max(150.0, 0.3 * now))
        if more or _has_more_sections(layout, child, children[index]):
            core, end = index, stop
        child = index
    return core, end


def _richest(layout: Layout, limit: int, worth_of: Callable[[Block], float]) -> int:
    """Return the box with most in itself or in its children, -1 when none has anything.

    The children are paragraphs, and the cells and spans of old templates.
    """
    boxes = layout.boxes
    own = [0.0] * len(boxes)
    for block in layout.blocks[:limit]:
        index = block.box
        worth = worth_of(block)
        own[index] += worth
        parent = boxes[index].parent
        if parent >= 0 and worth:
            own[parent] += worth
    best = -1
    for index, box in enumerate(boxes):
        if box.furniture is None and not box.inside:
            own[index] *= 1.3 if box.body else 1.0
            if own[index] > 0 and (best < 0 or own[index] >= own[best]):
                best = index
    return best


def _worth_of_words(block: Block) -> float:
    text = block.text
    if block.linked or block.tag in HEADINGS or " " not in text or is_date_line(text) or is_byline(text):
        return -10.0
    return float(len(text))


def _gains(layout: Layout, span: range, least: float) -> bool:
    """Tell whether blocks beside the article so far are worth taking in: enough prose, and mostly prose.

    The prose right under a title that is a link is another article's lead.
    """
    gain, junk, teaser = 0.0, 0, False
    for position in span:
        block = layout.blocks[position]
        if layout.furniture(block) is not None:
            continue
        if block.link_only and block.text.count(" ") > 2:
            teaser, junk = True, junk + len(block.text)
            continue
        if block.prose and teaser:
            teaser = False
            continue
        worth = _worth(block)
        gain += worth
        if worth <= 0:
            junk += len(block.text)
    return gain >= least and gain >= 1.2 * junk


def _has_more_sections(layout: Layout, child: int, children: list[int]) -> bool:
    """Tell whether a box divides its text into sections of the same class, of which `child` is one.

    Two sections do where the class says that it holds text; else it takes three that follow one another.
    """
    boxes = layout.boxes
    classes = _classes(boxes[child])
    if not classes or len(children) < 2:
        return False
    names = {name for name in classes if _SECTION.search(name)}
    others = [boxes[position] for position in children if position != child]
    if any(
        box.chars >= 40
        and box.linked * 4 <= box.chars
        and box.furniture is None
        and not names.isdisjoint(_classes(box))
        for box in others
    ):
        return True
    at = children.index(child)
    beside = (children[at + 1 :], children[:at][::-1])
    return sum(_alike(layout, boxes[child], run) for run in beside) >= 2


def _alike(layout: Layout, section: Box, others: list[int]) -> int:
    """Return how many boxes follow one another that look like a section: same class, text and no links."""
    count = 0
    for position in others:
        box = layout.boxes[position]
        if box.first == box.end or box.furniture is not None:
            continue
        if box.names != section.names or box.linked * 10 > box.chars or not box.prose:
            break
        count += 1
    return count


def _classes(box: Box) -> list[str]:
    return (box.element.get("class") or "").split()


def _lead(layout: Layout, core: int, headline: int | None) -> list[int]:
    """Return blocks between the headline and the body that are paragraphs of it.

    None where the body opens with a dateline: what stands above one is a deck or a caption.
    """
    boxes, blocks = layout.boxes, layout.blocks
    first = boxes[core].first
    start = first - 8 if headline is None else headline + 1
    if not 0 <= start < first <= start + 60 or (first < len(blocks) and dateline_of(blocks[first].text)):
        return []
    return [position for position in range(start, first) if _is_lead(layout, position)]


def _is_lead(layout: Layout, position: int) -> bool:
    block = layout.blocks[position]
    least = 50 if block.tag in HEADINGS else 80  # half of a heading that is a sentence counts as prose
    if block.prose < least or block.linked or layout.furniture(block) is not None:
        return False
    around = layout.ancestors(block.box)
    captioned = [index for index in around[:2] if layout.boxes[index].prose < 600]
    return not any(layout.boxes[index].images for index in captioned)


def _tail(layout: Layout, core: int, stops: list[int]) -> int:
    """Return the end of the paragraphs that follow the body right beside its box: text that slipped out.

    They are loose, or in a box like that of the body or one without any name; an advert may come first.
    """
    boxes, blocks = layout.boxes, layout.blocks
    body = boxes[core]
    above, end = body.parent, body.end
    if above < 0:
        return end
    limit = min((stop for stop in stops if stop >= end), default=boxes[above].end)
    tail = end
    for position in range(end, min(limit, boxes[above].end)):
        block = blocks[position]
        box = boxes[block.box]
        if (box.outer == "ads" or _ADVERT.fullmatch(block.text)) and tail == end:
            continue
        while (
            block.box != above and box.parent not in {above, -1} and not box.names and box.tag in _TEXT_BOXES
        ):
            box = boxes[box.parent]
        if boxes[block.box].outer is not None or block.link_only:
            break
        if block.box != above and not (box.parent == above and _continues(box, body)):
            break
        if block.prose or _ITEM.match(block.text):
            tail = position + 1
    return tail


def _continues(box: Box, body: Box) -> bool:
    """Tell whether a box beside the body's may hold more of it."""
    if box.tag == "p" and not box.names:
        return True
    alike = not box.names or (box.tag == body.tag and box.names == body.names)
    return alike and box.tag in _TEXT_BOXES and not box.images and not box.linked
