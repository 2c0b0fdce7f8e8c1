"""Make the paragraphs of an article out of the blocks of its box, and account for what is left out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from newscrawl.extraction.blocks import HEADINGS, Block, Layout
from newscrawl.extraction.furniture import is_sitewide, label_of
from newscrawl.extraction.lines import (
    bare_name,
    is_byline,
    is_date_line,
    is_name_line,
    is_role_line,
    is_signed_date,
    is_source_line,
)
from newscrawl.items import Link, Paragraph, Removed
from pipelines.lexicon import is_headline

__all__ = ["Body", "assemble"]

_WORD = re.compile(r"\w+")
_MOST_QUOTES = 30  # looked for again in the text: more are an attack or a list of quotations
_CONTINUES = re.compile(r"[a-zà-ÿ(,;]")
_ENDS = re.compile(r"[.!?…:;\"”'’)\]]$")


@dataclass(slots=True)
class Body:
    """The text of an article, and what was left out of it."""

    paragraphs: list[Paragraph] = field(default_factory=list)
    removed: list[Removed] = field(default_factory=list)
    related: list[Link] = field(default_factory=list)
    first: int = 0
    end: int = 0
    prose: int = 0
    named: bool = False
    """The box says that it holds an article's text."""

    @property
    def confident(self) -> bool:
        """Whether no second opinion is needed."""
        return self.prose >= 250 or (self.named and self.prose >= 80)


def assemble(layout: Layout, spans: list[tuple[int, int]], within: frozenset[int], title: str | None) -> Body:
    """Make paragraphs of spans of blocks, in order, without the furniture inside the boxes `within`."""
    body = Body(first=min(first for first, _ in spans), end=max(end for _, end in spans))
    blocks: list[Block] = []
    bare_title = _bare(title or "")
    headed = False
    for first, end in spans:
        for block in layout.blocks[first:end]:
            reason = _furniture_within(layout, block, within)
            heading = block.bold or block.tag in HEADINGS
            if reason is None and heading and bare_title and _bare(block.text) == bare_title:
                reason = "headline"
            if reason is None and headed and is_headline(block.text):
                reason = "related"  # the title under a label, its link lost
            headed = reason == "related" and label_of(block.text) == "related"
            if reason is not None:
                _leave_out(body, block, reason, sitewide=reason == "related" and _sitewide(layout, block))
            else:
                blocks.append(block)
    kept = _trim(_without_quotes(_without_lists(blocks, body), layout, body), body)
    body.prose = sum(block.prose for block in kept)
    body.paragraphs = _paragraphs(layout, kept)
    return body


def _furniture_within(layout: Layout, block: Block, within: frozenset[int]) -> str | None:
    found: str | None = None
    if layout.furniture(block) is None:
        return None
    for index in layout.ancestors(block.box):
        if index in within:
            break
        found = layout.boxes[index].furniture or found
    return found


def _sitewide(layout: Layout, block: Block) -> bool:
    """Tell whether a list in the text is one that stands beside any article."""
    boxes = (layout.boxes[index] for index in layout.ancestors(block.box))
    box = next((box for box in boxes if box.furniture == "related"), None)
    return box is not None and is_sitewide(" ".join((box.names, layout.heading(box))))


def _without_quotes(blocks: list[Block], layout: Layout, body: Body) -> list[Block]:
    """Drop pull quotes: what stands set off from the text and again inside it."""
    suspects = [
        b
        for b in blocks
        if len(b.text) >= 40 and (b.text.startswith(("...", "…")) or _kind(layout, b) == "quote")
    ]
    if not suspects:
        return blocks
    bare = [_bare(block.text) for block in blocks]
    dropped = set()
    for block in suspects[:_MOST_QUOTES]:
        words = _bare(block.text)
        if any(words in other and len(words) < len(other) for other in bare):
            _leave_out(body, block, "quote")
            dropped.add(block)
    return [block for block in blocks if block not in dropped]


def _leave_out(body: Body, block: Block, reason: str, *, sitewide: bool = False) -> None:
    body.removed.append(Removed(block.text, f"box.{reason}"))
    if reason == "related" and not sitewide:
        body.related += [Link(text, url) for text, url in block.links if len(text) > 12]


def _without_lists(blocks: list[Block], body: Body) -> list[Block]:
    """Drop headings of link lists with the links that follow, and lone lines that are only a link.

    Where the link is lost, the title right under a heading goes too.
    """
    kept: list[Block] = []
    listing = sitewide = headed = False
    for position, block in enumerate(blocks):
        if _heads_list(block, blocks[position + 1 : position + 2]):
            listing = headed = True
            sitewide = is_sitewide(block.text)
            _leave_out(body, block, "related")
            continue
        if headed and is_headline(block.text):
            _leave_out(body, block, "related")
            headed = False
            continue
        headed = False
        words = len(_WORD.findall(block.text)) if block.link_only else 0
        if "://" not in block.text and ((len(block.text) >= 25 and words >= 4) or (listing and words)):
            _leave_out(body, block, "related", sitewide=listing and sitewide)
            continue
        listing = False
        kept.append(block)
    return kept


def _heads_list(block: Block, following: list[Block]) -> bool:
    """Tell whether a line heads a list of links: one word may as well be a sub-heading of the article."""
    if block.tag == "li" or label_of(block.text) not in {"related", "tags", "share"}:
        return False
    return len(block.text.split()) > 1 or not following or following[0].link_only


def _trim(blocks: list[Block], body: Body) -> list[Block]:
    """Drop date lines, bylines and labels before the first and after the last paragraph."""
    prose = [position for position, block in enumerate(blocks) if block.prose]
    if prose and is_signed_date(blocks[prose[0]].text):  # as long as a sentence
        del prose[0]
    if not prose:
        return blocks
    kept: list[Block] = []
    for position, block in enumerate(blocks):
        edge = position < prose[0] or position > prose[-1]
        if edge:
            signs = position == prose[-1] + 1 and block.tag != "li" and not _is_name(blocks, position + 1)
            named = position < prose[0] or signs or is_role_line(blocks[position - 1].text)
            reason = _edge_reason(block, named=named)
            if reason is not None:
                _leave_out(body, block, reason)
                continue
        kept.append(block)
    return kept


def _is_name(blocks: list[Block], position: int) -> bool:
    return position < len(blocks) and is_name_line(blocks[position].text)


def _edge_reason(block: Block, *, named: bool) -> str | None:
    """Return what a line above or below the paragraphs is; where it is `named`, a name is a byline."""
    text = block.text
    plain = not block.bold and block.tag not in HEADINGS
    if is_role_line(text) or (named and plain and is_name_line(bare_name(text))):
        return "byline"
    if is_date_line(text) or (named and plain and is_signed_date(text)):
        return "date"
    if is_byline(text) and not is_source_line(text):  # the text stages know sources from names
        return "byline"
    label = label_of(text)
    if label is not None:
        return label
    if block.link_only and "://" not in text and "@" not in text:
        return "links"
    if not any(char.isalnum() for char in text):
        return "dots"
    return None


def _paragraphs(layout: Layout, blocks: list[Block]) -> list[Paragraph]:
    paragraphs: list[Paragraph] = []
    last: Block | None = None
    for block in blocks:
        links = tuple(Link(text, url) for text, url in block.links)
        if last is not None and _runs_on(last, block):
            before = paragraphs[-1]
            before.text = f"{before.text} {block.text}"
            before.links += links
        else:
            paragraphs.append(Paragraph(block.text, links, _kind(layout, block)))
        last = block
    return paragraphs


def _runs_on(last: Block, block: Block) -> bool:
    """Tell whether a `<br>` or a nested box broke a sentence in two."""
    if block.box != last.box and not (
        last.tag == "div" and block.tag == "p" and last.text.endswith(("-", "–", "—"))
    ):
        return False
    if not block.broken and block.box == last.box:
        return False
    if last.text.endswith(("-", "–", "—")) and len(last.text) < 40:
        return True  # a dateline
    return (
        _ENDS.search(last.text) is None and _CONTINUES.match(block.text) is not None and len(last.text) > 30
    )


def _kind(layout: Layout, block: Block) -> Literal["p", "heading", "item", "quote"]:
    if block.tag in HEADINGS:
        return "heading"
    if block.tag == "li":
        return "item"
    for index in layout.ancestors(block.box)[:3]:
        if layout.boxes[index].tag == "blockquote":
            return "quote"
    if block.bold and 3 < len(block.text) <= 90 and not block.linked and _ENDS.search(block.text) is None:
        return "heading"
    return "p"


def _bare(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))
