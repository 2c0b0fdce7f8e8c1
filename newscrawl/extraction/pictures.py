"""The pictures of an article with what stands under them."""

from __future__ import annotations

import re

from lxml import etree

from newscrawl.extraction.blocks import Layout
from newscrawl.items import Image

__all__ = ["find_images", "split_credit"]

_SOURCES = ("data-src", "data-original", "data-lazy-src", "data-lazy", "data-url", "src")
_NOT_A_PICTURE = re.compile(
    r"logo|icon|avatar|sprite|pixel|blank|spacer|loading|placeholder|lazy\.|default\.|badge|button|/ads?/|banner|emoji|1x1"
    r"|\b(?:fb|tw|wa|twitter|facebook|google\w*|whatsapp|telegram|line|instagram|email|mail|pinterest|share\w*)\.(?:png|jpe?g|gif|webp)"
    r"|\.svg(?:$|\?)|doubleclick|googlesyndication|facebook\.com/tr|scorecardresearch|gravatar",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"\s*(?:\(\s*(?P<a>(?:foto|photo|dok|sumber|source|istimewa|ist|antara|afp|reuters|ap|getty|instagram|[\w.]+\.com)\b[^()]{0,80})\)"
    r"|(?P<b>©\s?[^()]{2,80})|(?P<c>(?:Foto|Photo|Dok|Sumber)\s?[:.]\s?[^()]{2,60})|(?P<d>/\s?(?:Net|Ist|RMOL\w*|Antara)))\s*\.?$",
    re.IGNORECASE,
)
_CREDIT_BOX = re.compile(
    r"credit|kredit|copyright|sumber|source|author|photographer|fotografer", re.IGNORECASE
)
_BUTTON = re.compile(r"^(?:perbesar|lihat foto|zoom|view|klik untuk memperbesar)$", re.IGNORECASE)


def split_credit(caption: str) -> tuple[str | None, str | None]:
    """Divide a caption into its text and its credit.

    >>> split_credit("Warga mengantre beras di Bandung. (Foto: Rina Contoh)")
    ('Warga mengantre beras di Bandung.', 'Foto: Rina Contoh')
    >>> split_credit("Gedung DPR/Net")
    ('Gedung DPR', 'Net')
    >>> split_credit("Warga mengantre beras.")
    ('Warga mengantre beras.', None)
    """
    match = _CREDIT.search(caption)
    if match is None:
        return caption or None, None
    credit = next(group for group in match.groups() if group).strip(" /©")
    return caption[: match.start()].strip() or None, credit or None


def find_images(layout: Layout, start: int, end: int) -> list[Image]:
    """Return the pictures between two blocks, in order, their URLs as in the page."""
    found: dict[str, Image] = {}
    for index, position, element in layout.images:
        if not start <= position <= end:
            continue
        source = _source(element)
        if source is None or _furniture(layout, index):
            continue
        if source not in found:
            found[source] = Image(source, *_caption(layout, index, position))
    return list(found.values())


def _source(element: etree._Element) -> str | None:
    for name in _SOURCES:
        url = (element.get(name) or "").strip()
        if url and not url.startswith("data:") and _NOT_A_PICTURE.search(url) is None:
            width = element.get("width") or ""
            return None if width.isdigit() and int(width) < 120 else url
    return None


def _furniture(layout: Layout, index: int) -> bool:
    for above in layout.ancestors(index):
        name = layout.boxes[above].furniture
        if name is not None and name != "caption" and name != "nav":
            return True
    return False


def _caption(layout: Layout, index: int, position: int) -> tuple[str | None, str | None]:
    """Return text and credit of the caption box around or right after a picture."""
    for depth, above in enumerate(layout.ancestors(index)):
        box = layout.boxes[above]
        if depth > 3 or box.chars > 1000:
            break
        texts: list[str] = []
        credit: str | None = None
        for block in layout.blocks[max(box.first, position - 2) : box.end]:
            if _BUTTON.match(block.text):
                continue
            if layout.furniture(block) != "caption":
                if texts:
                    break
            elif texts and credit is None and _CREDIT_BOX.search(layout.boxes[block.box].names):
                credit = block.text.strip("() ")
            else:
                texts.append(block.text)
        if texts:
            return (" ".join(texts), credit) if credit else split_credit(" ".join(texts))
    return None, None
