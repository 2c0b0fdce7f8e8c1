"""What the sample newsroom knows of an article, its special cases, and the promo lines around its text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from newscrawl.items import ArticleType, Image, Link, Syndication

WIB: Final = ZoneInfo("Asia/Jakarta")
NEW_TEMPLATE_SINCE: Final = date(2022, 1, 1)
ARCHIVED: Final = 30
OLD_DOMAIN_ARTICLE: Final = datetime(2017, 11, 20, 16, 21, tzinfo=WIB)
ARCHIVE_FROM: Final = datetime(2020, 5, 31, 7, 5, tzinfo=WIB)
ARCHIVE_UNTIL: Final = datetime(2020, 7, 2, 21, 0, tzinfo=WIB)

SPECIALS: Final = (
    "variants",  # listed as AMP, mobile, tracked and plain URL
    "redirect",  # listed under an old URL that answers 301
    "flaky",  # 500 at the first request, then fine
    "pages",  # in three pages
    "syndicated",
    "gallery",  # pictures and captions, no text
    "charset",  # UTF-8 bytes declared as iso-8859-1
    "live",  # goes on: a change adds a paragraph on top
    "corrected",  # a change alters a paragraph and adds a note
    "markup",  # quotes, ampersands and angle brackets in title and text
    "wrong_zone",  # metadata gives local time with a Z; the printed time is right
    "breaks",  # paragraphs parted by <br><br>, no <p>
    "headings",  # sub-headings and a list in the body
    "video",
)
"""Special cases, counted back two by two from the newest article of the opening stock."""
ARCHIVE_SPECIALS: Final = {
    0: "redirect",
    5: "syndicated",
    9: "pages",
    13: "charset",
    17: "gallery",
    21: "markup",
}

GOOGLE_NEWS: Final = "Ikuti kabar hangat dan terpercaya dari Kantor Berita Politik RMOL di Google News."
STAR: Final = "Untuk mengikuti, silakan klik tanda bintang."
PROMO: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("rmol", "2020"): (GOOGLE_NEWS, STAR, "FOLLOW US", "ARTIKEL LAINNYA"),
    ("rmol", "2026"): (GOOGLE_NEWS, STAR, "FOLLOW US", "ARTIKEL LAINNYA"),
    ("sosok", "2020"): ("(*)",),
    ("sosok", "2026"): (
        "(*)",
        "Video Pilihan",
        "Simak kabar terbaru Sosok.ID di Google News dan saluran WhatsApp kami.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a list shows of an article: `special` is one of `SPECIALS`, `aliases` are its other URLs."""

    outlet: str
    index: int
    id: str
    url: str
    aliases: tuple[str, ...]
    title: str
    published: datetime
    era: Literal["2020", "2026"]
    kind: ArticleType
    section: str
    tags: tuple[str, ...]
    special: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleArticle(Card):
    """One article as a perfect crawl would have it.

    `paragraphs` are the clean text in order, with sub-headings and list items (also named in `headings` and
    `items`). `promo` are lines of the page that are not text. `published` and `modified` are aware, in WIB;
    of `published` the pages of 2020 show minutes only. `revision` counts changes of the text, `touched`
    changes of the page around it.
    """

    paragraphs: tuple[str, ...]
    headings: frozenset[str]
    items: tuple[str, ...]
    dateline: str | None
    summary: str
    modified: datetime | None
    authors: tuple[str, ...]
    editors: tuple[str, ...]
    images: tuple[Image, ...]
    related: tuple[Link, ...]
    promo: tuple[str, ...]
    syndicated_from: Syndication | None
    pages: int
    revision: int
    touched: int
