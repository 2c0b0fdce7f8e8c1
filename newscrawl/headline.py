"""The head of an article as printed: headline, date lines and names, near each other."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from newscrawl.blocks import HEADINGS, Block, Layout
from newscrawl.items import Byline, DateText
from newscrawl.lines import byline_parts, find_date, is_byline, is_date_line, is_update

__all__ = ["Head", "clean_title", "find_headline", "read_head"]

_WORD = re.compile(r"\w+")
_TITLE_NAME = re.compile(r"title|judul|headline|jdl|heading")
_SEPARATOR = re.compile(r"\s+[|»«·•]\s+|\s+[-–—:]{1,2}\s+|\s*::\s*|\s*\|\s*")
_NAME_LINE = re.compile(
    r"^[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]*){0,4}(?:, ?(?:[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]*){0,4}))*$"
)


@dataclass(slots=True)
class Head:
    """What stands around the headline, unparsed."""

    published: list[DateText] = field(default_factory=list)
    modified: list[DateText] = field(default_factory=list)
    bylines: list[Byline] = field(default_factory=list)


def find_headline(layout: Layout, titles: list[str]) -> int | None:
    """Return the block that prints the headline, or `None`.

    The headings of the page are compared with what the metadata calls the article; a heading that stands in
    a list of other articles never counts. Without a likeness the first `<h1>` that is not the site's is it.
    """
    wanted = [_words(clean_title(title, titles)) for title in titles]
    best, best_score = None, 0.0
    first_h1 = None
    for position, block in enumerate(layout.blocks):
        heading = block.tag in HEADINGS
        if not heading and _TITLE_NAME.search(_names(layout, block)) is None:
            continue
        words = _words(block.text)
        if not words or len(block.text) > 300:
            continue
        outer = layout.furniture(block)
        if outer in {"related", "comments", "ads", "promo"}:
            continue
        score = max((_likeness(words, other) for other in wanted), default=0.0)
        if not heading:
            score -= 0.02
        elif block.tag == "h1":
            score += 0.06
        if block.linked:
            score -= 0.1
        if score > best_score + 0.001:
            best, best_score = position, score
        if block.tag == "h1" and first_h1 is None and len(words) >= 4 and not block.linked:
            first_h1 = position
    return best if best_score >= 0.5 else first_h1


def _names(layout: Layout, block: Block) -> str:
    box = layout.boxes[block.box]
    above = layout.boxes[box.parent].names if box.parent >= 0 and len(block.text) < 200 else ""
    return f"{box.names} {above if box.element.tag in {'strong', 'span', 'a'} else ''}".casefold()


def _likeness(one: list[str], other: list[str]) -> float:
    if not one or not other:
        return 0.0
    if one == other:
        return 1.0
    shared = len(set(one) & set(other))
    return 0.95 * shared / max(len(set(one)), len(set(other)))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def clean_title(title: str, others: Iterable[str] = ()) -> str:
    """Cut the name of site and channel off a title.

    >>> clean_title("Harga Beras Naik Lagi - Warta Contoh", ["Harga Beras Naik Lagi"])
    'Harga Beras Naik Lagi'
    >>> clean_title("Warga Antre Minyak Goreng | Ekonomi | Contoh.co")
    'Warga Antre Minyak Goreng'
    >>> clean_title("Liga 1 - Persib Menang di Kandang Sendiri")
    'Liga 1 - Persib Menang di Kandang Sendiri'
    """
    for other in others:
        if 20 <= len(other) < len(title) and title.startswith(other):
            return other
    parts = _SEPARATOR.split(title)
    if len(parts) == 1:
        return title
    head = parts[0]
    # A suffix is the site's when it is short beside the headline and looks like a name.
    cut = title
    while True:
        matches = list(_SEPARATOR.finditer(cut))
        if not matches:
            return cut
        head, tail = cut[: matches[-1].start()], cut[matches[-1].end() :]
        mark = matches[-1][0].strip()
        site = (
            re.search(r"\.(?:com|co|id|net|tv)\b|news|online|berita|portal", tail, re.IGNORECASE) is not None
        )
        bar = mark in {"|", "»", "::", "«", "·", "•"}
        if len(_words(head)) >= 4 and len(_words(tail)) <= 5 and (bar or (site and len(tail) < 40)):
            cut = head
            continue
        return cut


def read_head(layout: Layout, headline: int | None, first: int, end: int) -> Head:
    """Collect printed dates and names between the headline and the body, just before, and just after.

    `first` and `end` are the bounds of the body in blocks.
    """
    head = Head()
    blocks = layout.blocks
    start = headline if headline is not None else max(0, first - 12)
    before = range(max(0, start - 4), start)
    between = range(start, min(first, start + 40)) if start < first else range(0)
    opening = range(first, min(end, first + 4))
    closing = range(max(first, end - 8, first + 4), min(len(blocks), end + 14))
    dates: list[tuple[int, DateText]] = []
    for rank, span in enumerate((between, opening, before, closing)):
        for position in span:
            block = blocks[position]
            outer = layout.furniture(block)
            if outer in {"related", "comments", "ads", "promo"} or (outer == "caption" and rank != 1):
                continue
            inside = first <= position < end
            _read_line(head, dates, block, outer, rank, headline_follows=rank == 2, inside=inside)
    dates.sort(key=lambda pair: pair[0])
    head.published = [date for _, date in dates]
    return head


def _read_line(
    head: Head,
    dates: list[tuple[int, DateText]],
    block: Block,
    outer: str | None,
    rank: int,
    *,
    headline_follows: bool,
    inside: bool,
) -> None:
    text = block.text
    if len(text) > 200 or block.tag in {"h1", "h2"}:
        return
    own = outer in {"date", "byline"}
    date = find_date(text) if any(char.isdigit() for char in text) or own else None
    if date is not None and (
        own or is_date_line(text) or (not inside and len(text) < 120 and not block.prose)
    ):
        if is_update(text) and not re.search(r"terbit|tayang|publish", text, re.IGNORECASE):
            head.modified.append(DateText("printed", date))
        else:
            dates.append((rank, DateText("printed", date)))
    if headline_follows:
        return
    rest = text if date is None else text.replace(date, " | ")
    for part in byline_parts(rest):
        line = part.strip(" |,-–—•")
        if (
            is_byline(line)
            or (outer == "byline" and len(line) <= 90 and any(char.isalpha() for char in line) and not inside)
            or (
                rank == 0
                and date is None
                and _NAME_LINE.match(line)
                and 2 <= len(line.split()) <= 5
                and len(line) < 40
            )
        ):
            head.bylines.append(Byline(line))
