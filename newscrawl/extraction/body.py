"""Find the article's text on a page: the box with the best balance of prose against everything else."""

from __future__ import annotations

import re

from newscrawl.extraction.blocks import TEXTUAL, Block, Box, Layout
from newscrawl.extraction.lines import dateline_of
from newscrawl.extraction.paragraphs import Body, assemble

__all__ = ["find_body"]

_SECTION = re.compile(
    r"content|konten|body|badan|section|page|paging|detail|paragra|halaman|bagian|isi\b|text|item",
    re.IGNORECASE,
)


def find_body(layout: Layout, headline: int | None, title: str | None) -> Body:
    """Choose the box that holds the article and return its text; `headline` is the block of the title."""
    boxes = layout.boxes
    _weigh(layout)
    stops = _stops(layout)
    core, end = _core(layout, stops)
    if core < 0:
        return Body()
    first = boxes[core].first
    lead = _lead(layout, core, headline)
    if headline is not None and first <= headline < end and _prose(layout, first, headline) < 80:
        first = headline
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
        return float(prose)
    size = len(block.text)
    if block.linked * 2 > size:
        return -15.0 - size * 0.3
    return -3.0 if size < 25 else 0.0


def _core(layout: Layout, stops: list[int]) -> tuple[int, int]:
    """Return the box that holds the article and the block that ends it."""
    boxes = layout.boxes
    # Prose in the box itself or in its children: paragraphs, and the cells and spans of old templates.
    own = [0.0] * len(boxes)
    for block in layout.blocks:
        index = block.box
        worth = _worth(block)
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
    if best < 0:
        return -1, 0
    above = boxes[best].parent
    if boxes[best].tag in TEXTUAL and above >= 0 and boxes[above].furniture is None:
        best = above  # the only paragraph
    core, end, child = best, boxes[best].end, best
    for index in layout.ancestors(best)[1:]:
        box = boxes[index]
        stop = min((s for s in stops if end <= s < box.end), default=box.end)
        now = max(1.0, boxes[core].net)
        before, after = range(box.first, boxes[core].first), range(end, stop)
        more = _gains(layout, before, max(120.0, 0.25 * now)) or _gains(layout, after, max(150.0, 0.3 * now))
        if more or _has_more_sections(layout, index, child):
            core, end = index, stop
        child = index
    return core, end


def _gains(layout: Layout, span: range, least: float) -> bool:
    """Tell whether blocks beside the article so far are worth taking in: enough prose, and mostly prose."""
    gain, junk = 0.0, 0
    for position in span:
        block = layout.blocks[position]
        if layout.furniture(block) is not None:
            continue
        worth = _worth(block)
        gain += worth
        if worth <= 0:
            junk += len(block.text)
    return gain >= least and gain >= 1.2 * junk


def _has_more_sections(layout: Layout, index: int, child: int) -> bool:
    """Tell whether a box divides its text into sections of the same class, of which `child` is one."""
    boxes = layout.boxes
    names = {name for name in _classes(boxes[child]) if _SECTION.search(name)}
    if not names:
        return False
    for position in range(index + 1, len(boxes)):
        box = boxes[position]
        if box.first >= boxes[index].end:
            return False
        if position == child or box.parent != index or names.isdisjoint(_classes(box)):
            continue
        if box.furniture is None and box.chars >= 40 and box.linked * 4 <= box.chars:
            return True
    return False


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
    if block.prose < 80 or block.linked or layout.furniture(block) is not None:
        return False
    around = layout.ancestors(block.box)
    captioned = [index for index in around[:2] if layout.boxes[index].prose < 600]
    return not any(layout.boxes[index].images for index in captioned)


def _tail(layout: Layout, core: int, stops: list[int]) -> int:
    """Return the end of the paragraphs that follow the body right beside its box: text that slipped out."""
    boxes, blocks = layout.boxes, layout.blocks
    above, end = boxes[core].parent, boxes[core].end
    if above < 0:
        return end
    limit = min((stop for stop in stops if stop >= end), default=boxes[above].end)
    tail = end
    for position in range(end, min(limit, boxes[above].end)):
        block = blocks[position]
        box = boxes[block.box]
        beside = block.box == above or (box.parent == above and box.tag == "p" and not box.names)
        if not beside or box.furniture is not None or block.link_only:
            break
        if block.prose:
            tail = position + 1
    return tail
