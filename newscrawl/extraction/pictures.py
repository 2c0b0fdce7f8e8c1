"""The pictures of an article with what stands under them."""

from __future__ import annotations

import itertools
import re

from lxml import etree

from newscrawl.extraction.blocks import Block, Layout
from newscrawl.items import Image

__all__ = ["find_images", "split_credit"]

_SOURCES = ("data-src", "data-original", "data-lazy-src", "data-lazy", "data-url", "src")
_NOT_A_PICTURE = re.compile(
    r"logo|icon|avatar|sprite|pixel|blank|spacer|loading|placeholder|lazy\.|default\.|badge|button|/ads?/|banner|emoji|1x1"
    r"|\b(?:fb|tw|wa|twitter|facebook|google\w*|whatsapp|telegram|line|instagram|email|mail|pinterest|share\w*)\.(?:png|jpe?g|gif|webp)"
    r"|\.svg(?:$|\?)|doubleclick|googlesyndication|facebook\.com/tr|scorecardresearch|gravatar"
)  # over URLs in lower case: it takes a third of the time
_HOUSE = r"[A-Z][\w.]*(?: [A-Z][\w.]*){0,2}"  # a newsroom before the slash, a photographer behind it
_SLASHED = rf"{_HOUSE}/(?!(?:Net|Ist|RMOL\w*|Antara)$)[A-Z][^/()]{{2,50}}"
_CREDIT = re.compile(
    r"\s*(?:\(\s*(?P<a>(?i:foto|photo|dok|sumber|source|istimewa|ist|antara|afp|reuters|ap|getty|instagram|[\w.]+\.com)\b[^()]{0,80})\)"
    rf"|\(\s*(?P<e>{_HOUSE}/[^()]{{2,60}})\)|(?<=[.!?])\s+/?(?P<f>{_HOUSE}/[A-Z][^/().]{{2,50}})"
    r"|(?P<b>©\s?[^()]{2,80})|(?P<c>(?i:foto|photo|dok|sumber)\s?[:.]\s?[^()]{2,60})|(?P<d>/\s?(?i:Net|Ist|RMOL\w*|Antara)))\s*\.?$"
)
_CREDIT_LINE = re.compile(rf"\(?(?:(?:©|(?i:foto|photo|dok|sumber|source)\s?[:.]).{{2,60}}|{_SLASHED})\)?")
_CREDIT_MARK = re.compile(
    r"(?:(?:foto|photo|sumber|source|kredit|credit)(?: oleh| by)?\s?[:/]|©|\(c\)|copyright\b)"
    r"\s*(?:(?:19|20)\d\d\s)?\s*",
    re.IGNORECASE,
)
_STOCK = re.compile(
    r"(?:shutterstock|pixabay|unsplash|pexels|freepik|istock(?:photo)?|getty images)(?:\.com)?", re.IGNORECASE
)
_CREDIT_BOX = re.compile(
    r"credit|kredit|copyright|sumber|source|author|photographer|fotografer", re.IGNORECASE
)
_BUTTON = re.compile(
    r"(?:perbesar|zoom|(?:view|lihat)(?: (?:galeri|gallery|foto|photos?))?(?: \d+ (?:photos?|foto))?"
    r"|\d+ (?:photos?|foto)|klik untuk memperbesar)",
    re.IGNORECASE,
)


def split_credit(caption: str) -> tuple[str | None, str | None]:
    """Divide a caption into its text and its credit.

    >>> split_credit("Warga mengantre beras di Bandung. (Foto: Rina Contoh)")
    ('Warga mengantre beras di Bandung.', 'Rina Contoh')
    >>> split_credit("Gedung DPR/Net")
    ('Gedung DPR', 'Net')
    >>> split_credit("Warga mengantre beras. /Warta Contoh/Rina"), split_credit("©2021 Warta.example")
    (('Warga mengantre beras.', 'Warta Contoh/Rina'), (None, 'Warta.example'))
    >>> split_credit("Warga mengantre beras.")
    ('Warga mengantre beras.', None)
    """
    if _STOCK.fullmatch(caption):
        return None, caption
    match = _CREDIT.search(caption)
    if match is None:
        return caption or None, None
    credit = next(group for group in match.groups() if group)
    return caption[: match.start()].strip() or None, _bare_credit(credit)


def _bare_credit(credit: str) -> str | None:
    """Return a credit without brackets, "Foto:", the copyright sign and its year."""
    credit = credit.strip("() /")
    mark = _CREDIT_MARK.match(credit)
    return credit[mark.end() if mark else 0 :].strip(" /") or None


def find_images(layout: Layout, start: int, end: int) -> list[Image]:
    """Return the pictures between two blocks, in order, their URLs as in the page."""
    found: dict[str, Image] = {}
    for index, position, element in layout.images:
        if not start <= position <= end:
            continue
        source = _source(element)
        if source is None or source in found or _furniture(layout, index) or _is_mark(layout, index, element):
            continue
        found[source] = Image(source, *_caption(layout, index, position))
    return list(found.values())


def _source(element: etree._Element) -> str | None:
    for name in _SOURCES:
        url = (element.get(name) or "").strip()
        if url and not url.startswith("data:") and _NOT_A_PICTURE.search(url.lower()) is None:
            width = element.get("width") or ""
            return None if width.isdigit() and int(width) < 120 else url
    return None


def _furniture(layout: Layout, index: int) -> bool:
    for above in layout.ancestors(index):
        name = layout.boxes[above].furniture
        if name is not None and name != "caption" and name != "nav":
            return True
    return False


def _is_mark(layout: Layout, index: int, element: etree._Element) -> bool:
    """Tell whether a picture is the newsroom's mark in a line of text, as at its end."""
    box = layout.boxes[index]
    return box.tag == "p" and box.prose > 0 and "logo" in (element.get("alt") or "").casefold()


def _caption(layout: Layout, index: int, position: int) -> tuple[str | None, str | None]:
    """Return text and credit of the caption right after a picture, or else of the box around it."""
    places = [place for _, place, _ in layout.images]
    until = min((place for place in places if place > position), default=len(layout.blocks))
    after = itertools.takewhile(
        lambda block: layout.furniture(block) == "caption", layout.blocks[position : min(until, position + 6)]
    )
    lines = [block for block in after if not _is_button(block)]
    if not lines:
        return _caption_around(layout, index, position)
    text, credit = _told_apart(layout, lines)
    before = layout.blocks[position - 1] if position else None
    if credit is None and before and position - 1 not in places and layout.furniture(before) == "caption":
        credit = _bare_credit(before.text) if _CREDIT_LINE.fullmatch(before.text) else None
    return text, credit


def _is_button(block: Block) -> bool:
    return _BUTTON.fullmatch(block.text) is not None


def _told_apart(layout: Layout, lines: list[Block]) -> tuple[str | None, str | None]:
    """Return the text and the credit that the lines of a caption hold."""
    texts: list[str] = []
    credit: str | None = None
    for block in lines:
        named = bool(texts) and _CREDIT_BOX.search(layout.boxes[block.box].names) is not None
        if credit is None and (named or (len(lines) > 1 and _CREDIT_LINE.fullmatch(block.text))):
            credit = _bare_credit(block.text)
        else:
            texts.append(block.text)
    text = " ".join(texts)
    return (text, credit) if credit else split_credit(text)


def _caption_around(layout: Layout, index: int, position: int) -> tuple[str | None, str | None]:
    for depth, above in enumerate(layout.ancestors(index)):
        box = layout.boxes[above]
        if depth > 3 or box.chars > 1000:
            break
        lines: list[Block] = []
        for block in layout.blocks[max(box.first, position - 2) : box.end]:
            if layout.furniture(block) == "caption":
                lines += [] if _is_button(block) else [block]
            elif lines:
                break
        if lines:
            return _told_apart(layout, lines)
    return None, None
