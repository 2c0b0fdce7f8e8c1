"""The head of an article as printed: headline, date lines and names, near each other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from newscrawl.extraction.blocks import HEADINGS, Block, Layout
from newscrawl.extraction.furniture import label_of
from newscrawl.extraction.lines import (
    bare_name,
    byline_parts,
    find_date,
    has_role,
    is_byline,
    is_date_line,
    is_name_line,
    is_role_line,
    is_signed_date,
    is_update,
)
from newscrawl.items import Byline, DateText

__all__ = ["Head", "clean_title", "find_headline", "read_head"]

_WORD = re.compile(r"\w+")
_TITLE_NAME = re.compile(r"title|judul|headline|jdl|heading")
_SEPARATOR = re.compile(r" (?:[»«·•]|[-–—:]{1,2}) | ?(?:::|\|) ?")
_BARS = frozenset(("|", "»", "::", "«", "·", "•"))
_SITE = re.compile(r"\.(?:com|co|id|net|tv)\b|news|online|berita|portal", re.IGNORECASE)
_DIGIT, _LETTER = re.compile(r"\d"), re.compile(r"[^\W\d_]")
_PUBLISHED = re.compile(r"terbit|tayang|publish", re.IGNORECASE)
_BAR = re.compile(r" ?[|•·] ?")
_LOOSE_WORDS = ("pada", "on", "at", "di", "tanggal")  # what a date leaves of the words before it
_LOOSE_END = re.compile(rf"[ ,|]+(?:{'|'.join(_LOOSE_WORDS)})$", re.IGNORECASE)
# Magazines close with the reporters' names in capitals.
_CAPITALS = re.compile(
    r"[A-Z][A-Z.'’-]+(?: [A-Z][A-Z.'’-]*){1,4}(?:, [A-Z][A-Z.'’-]+(?: [A-Z][A-Z.'’-]*){0,4})*"
)
_ALIKE = 0.5  # of the words: the metadata's title may be a shorter or an older one
_H1 = 0.06
_MOST = 1 + _H1  # an <h1> that says just what the metadata says
_SAME = 0.9  # a line that is only bold is the headline when the metadata says just that
_CRUMBS = re.compile(r"crumb|breadc|sitemap|jejak")  # over names in lower case
_MAIN_TITLE = re.compile(
    r"(?:main|article|artikel|detail|news|berita|read|post|entry|content|konten)[-_]{0,2}(?:title|judul|headline)"
    r"|(?:title|judul|headline)[-_]{0,2}(?:main|article|artikel|detail|news|berita|read|content|konten)"
)


_LONGEST = 200  # characters of a line with a date or a name
_FAR = 400  # blocks from the top of a page in which a headline may stand
_PARAGRAPH = 60  # characters of prose
_SENTENCE = 100  # characters of prose: with its full stop no line of names or dates
_SENTENCE_END = tuple('.!?"”')
_BETWEEN, _OPENING, _ABOVE, _CLOSING = range(4)
_ELSEWHERE = frozenset(("related", "comments", "ads", "promo"))


@dataclass(slots=True, frozen=True)
class _Place:
    """Where a line stands: rank by trust, the furniture around it, inside the body, among its last lines.

    `named`: the line above is a role, or it is the last of the body.
    """

    rank: int
    outer: str | None
    inside: bool
    closes: bool
    named: bool = False


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
    wanted = _forms(titles)
    best, best_score = None, 0.0
    first_h1 = named = short = None
    for position, block, names, words in _candidates(layout):
        score = _score(block, words, wanted)
        if block.bold and block.tag not in HEADINGS and _TITLE_NAME.search(names) is None and score < _SAME:
            continue
        if score > best_score + 0.001:
            best, best_score = position, score
            if score >= _MOST:
                return best
        if block.linked or _in_crumbs(layout, block) or (len(words) < 4 and titles):
            continue
        if block.tag == "h1" and len(words) < 4:
            short = position if short is None else short
        elif block.tag == "h1" and first_h1 is None:
            first_h1 = position
        if named is None and len(words) >= 3 and _MAIN_TITLE.search(names):
            named = position
    if best_score >= _ALIKE:
        return best
    found = (first_h1, named, _nearest_heading(layout, dated=bool(titles)), short)
    return next((position for position in found if position is not None), None)


def _candidates(layout: Layout) -> Iterator[tuple[int, Block, str, list[str]]]:
    """Yield headings, bold lines and what is named a title, other articles' aside.

    With each come its position, the names of its box and its words.
    """
    for position, block in enumerate(layout.blocks):
        if len(block.text) > 300:
            continue
        heading = block.tag in HEADINGS
        names = "" if heading else _names(layout, block)
        if not (heading or block.bold or _TITLE_NAME.search(names)):
            continue
        if layout.furniture(block) not in _ELSEWHERE and (words := _words(block.text)):
            yield position, block, names, words


def _forms(titles: list[str]) -> list[list[str]]:
    """Return the words of the titles, clean and cut off at each separator."""
    cuts = (_words(title[: cut.start()]) for title in titles for cut in _SEPARATOR.finditer(title))
    clean = [_words(clean_title(title, titles)) for title in titles]
    return clean + [words for words in cuts if len(words) > 2]


def _score(block: Block, words: list[str], wanted: list[list[str]]) -> float:
    score = max((_likeness(words, other) for other in wanted), default=0.0)
    score += _H1 if block.tag == "h1" else 0.0 if block.tag in HEADINGS else -0.02
    return score - 0.1 if block.linked else score


def _nearest_heading(layout: Layout, *, dated: bool) -> int | None:
    """Return the last heading, or else the last bold line, above the first paragraph of the page.

    `dated`: only when a date line stands right above it or follows.
    """
    found: dict[bool, int] = {}
    date = -_FAR
    for position, block in enumerate(layout.blocks[:_FAR]):
        if layout.furniture(block) in _ELSEWHERE:
            continue
        if block.prose >= _PARAGRAPH and block.tag not in HEADINGS:
            break
        heading = block.tag in HEADINGS
        sized = not block.linked and 4 <= len(_words(block.text)) <= 30
        if (heading or block.bold) and sized and not is_date_line(block.text) and not is_byline(block.text):
            found[heading] = position
        if dated and is_date_line(block.text):
            date = position
    best = found.get(True, found.get(False))
    return best if best is not None and (not dated or date >= best - 3) else None


def _in_crumbs(layout: Layout, block: Block) -> bool:
    above = layout.ancestors(block.box)[:5]
    return any(_CRUMBS.search(layout.boxes[index].names.lower()) for index in above)


def _names(layout: Layout, block: Block) -> str:
    box = layout.boxes[block.box]
    if box.tag in {"strong", "span", "a"} and box.parent >= 0 and len(block.text) < 200:
        return f"{box.names} {layout.boxes[box.parent].names}".casefold()
    return box.names.casefold()


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
    while matches := list(_SEPARATOR.finditer(title)):
        mark = matches[-1]
        head, tail = title[: mark.start()], title[mark.end() :]
        site = mark[0].strip() in _BARS or (len(tail) < 40 and _SITE.search(tail) is not None)
        if not site or len(_words(head)) < 4 or len(_words(tail)) > 5:
            break
        title = head
    return title


def read_head(layout: Layout, headline: int | None, first: int, end: int) -> Head:
    """Collect printed dates and names between the headline and the body, just before, and just after.

    `first` and `end` are the bounds of the body in blocks.
    """
    head = Head()
    blocks = layout.blocks
    while first < min(end, len(blocks)) and (not blocks[first].prose or is_signed_date(blocks[first].text)):
        first += 1  # names and dates may open the body's box
    start = headline if headline is not None else max(0, first - 12)
    above = range(start - 1, max(-1, start - 5), -1)  # the nearest first
    between = range(start + (headline is not None), min(first, start + 40))
    nearest = range(max(between.stop, first - 12), first)  # where a menu parts the headline from the rest
    opening = range(first, min(end, first + 4))
    closing = range(max(first, end - 8, first + 4), min(len(blocks), end + 14))
    dates: list[tuple[int, DateText]] = []
    for rank, span in enumerate((between, opening, above, closing, nearest)):
        others = False  # whether other articles are listed by now
        for position in span:
            if position >= len(blocks):
                break
            block = blocks[position]
            if len(block.text) > _LONGEST:
                continue
            outer = layout.furniture(block)
            others = others or (rank == _CLOSING and position >= end and _heads_others(block))
            if (others or outer in _ELSEWHERE) and not (rank == _CLOSING and has_role(block.text)):
                continue
            if (outer == "caption" and rank != _OPENING) or (outer == "nav" and rank == _ABOVE):
                continue  # the bar at the top of a page shows today's date
            closes = rank == _CLOSING and end - 3 <= position < end
            near = _near(layout, block) or outer
            named = (position == end - 1 and closes) or is_role_line(blocks[position - 1].text)
            _read_line(head, dates, block, _Place(rank, near, first <= position < end, closes, named))
    dates.sort(key=lambda pair: pair[0])
    head.published = [date for _, date in dates]
    return head


def _heads_others(block: Block) -> bool:
    """Tell whether a line is the title of another article or heads a list of such."""
    return (block.link_only and block.text.count(" ") > 2) or label_of(block.text) == "related"


def _near(layout: Layout, block: Block) -> str | None:
    """Return the date or byline box that a block stands in, whatever is around that."""
    index = block.box
    for _ in range(3):
        if index < 0:
            break
        box = layout.boxes[index]
        if box.furniture in {"date", "byline"}:
            return box.furniture
        index = box.parent
    return None


def _read_line(head: Head, dates: list[tuple[int, DateText]], block: Block, place: _Place) -> None:
    text = block.text
    if block.tag in {"h1", "h2"} and not is_date_line(text):
        return
    own = place.outer in {"date", "byline"}
    if block.prose >= _SENTENCE and text.endswith(_SENTENCE_END) and not own and not has_role(text):
        return
    date = find_date(text) if own or _DIGIT.search(text) else None
    loose = not place.inside and len(text) < 120 and (not block.prose or is_signed_date(text))
    if date is not None and (own or loose or is_date_line(text)):
        start, _, end = text.partition(date)
        if is_update(start) or (
            is_update(text) and find_date(end) is None and _PUBLISHED.search(text) is None
        ):
            head.modified.append(DateText("printed", date))
        else:
            dates.append((place.rank, DateText("printed", date)))
    heads = block.tag in HEADINGS and place.outer != "byline" and place.rank == _CLOSING and not place.inside
    if place.rank == _ABOVE or (heads and not has_role(text)):
        return  # a heading below the text heads a list
    for part in _parts(text if date is None else text.replace(date, " | ")):
        line = part.strip(" |,-–—•")
        if line.lower().endswith(_LOOSE_WORDS):
            line = _LOOSE_END.sub("", line)
        byline = _byline(bare_name(line), place)
        if byline is not None:
            head.bylines.append(byline)


def _parts(line: str) -> Iterator[str]:
    """Divide a line at its roles, and what names nobody as a whole at its bars and dots too."""
    for part in byline_parts(line):
        if is_byline(part) or not any(bar in part for bar in "|•·"):
            yield part
        else:
            yield from _BAR.split(part)


def _byline(line: str, place: _Place) -> Byline | None:
    """Return what names somebody: by its words, by its box, or by its form alone, which is the weakest."""
    if is_byline(line) or is_role_line(line):
        return Byline(line, source="printed")
    if place.outer == "byline" and not place.inside and 3 < len(line) <= 90 and _LETTER.search(line):
        return Byline(line, source="printed")
    if place.closes and _CAPITALS.fullmatch(line):
        return Byline(line, source="printed")
    if is_name_line(line) and (place.rank == _BETWEEN or place.named or place.outer == "byline"):
        return Byline(line)
    return None
