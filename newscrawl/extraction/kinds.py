"""Tell articles from galleries, videos, live reports and stubs."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from newscrawl.extraction.metadata import Metadata
from newscrawl.items import ArticleType, Paragraph

__all__ = ["article_type"]

_GALLERY_URL = re.compile(
    r"(?:^|[/.-])(?:foto|photo|photos|galeri|gallery|readfoto|in-?picture|fotografi|infografis|picture-window)(?:[/.]|-(?:news|galeri|story))"
)
_VIDEO_URL = re.compile(r"(?:^|[/.])(?:video|videos|watch|tv|20detik|vidio)[/.]")
_GALLERY_TITLE = re.compile(
    r"^(?:foto|photo|galeri(?: foto)?|in picture|infografis)\s*[:\-–|]", re.IGNORECASE
)
_VIDEO_TITLE = re.compile(r"^(?:video|vidio)\s*[:\-–|]", re.IGNORECASE)
_LIVE_TITLE = re.compile(r"^(?:live(?: (?:update|report|blog))?|langsung)\s*[:\-–|]", re.IGNORECASE)
_PAYWALL = re.compile(
    r"berlangganan|langganan (?:untuk|sekarang)|subscribe|khusus pelanggan|(?:konten|artikel|berita) premium"
    r"|(?:login|masuk|daftar) untuk (?:melanjutkan|membaca)"
    r"|untuk (?:melanjutkan|membaca) (?:(?:artikel|berita|konten) )?(?:ini|selengkapnya|lengkap)"
)
_CUT = re.compile(r"(?:\.\.\.|…)\W*$|[^\W\d_]$")


def article_type(
    url: str, title: str | None, data: Metadata, paragraphs: list[Paragraph], after: list[str], images: int
) -> ArticleType:
    """Return the type of a page; `after` holds the lines below the text, where a paywall asks for money."""
    size = sum(len(p.text) for p in paragraphs)
    kinds, title = data.kinds, title or ""
    if "liveblogposting" in kinds or _LIVE_TITLE.match(title):
        return "live"
    parts = urlsplit(url)
    place = f"{parts.hostname or ''}{parts.path}".casefold()
    articles = kinds & {"newsarticle", "article", "reportagenewsarticle", "blogposting"}
    if size < 4000 and (
        _GALLERY_URL.search(place) or _GALLERY_TITLE.match(title) or kinds & {"imagegallery", "mediagallery"}
    ):
        return "gallery"
    if size < 1200 and (
        _VIDEO_URL.search(place)
        or _VIDEO_TITLE.match(title)
        or (any(kind.startswith("video") for kind in kinds) and not articles)
    ):
        return "video"
    if size < 2500 and paragraphs and _is_stub(paragraphs[-1].text, data, after, short=size < 1200):
        return "stub"
    if size < 150 and images >= 3:
        return "gallery"
    return "article"


def _is_stub(last: str, data: Metadata, after: list[str], *, short: bool) -> bool:
    """Tell whether a text whose last paragraph is `last` goes on behind a paywall."""
    asks = any(_PAYWALL.search(line.lower()) for line in after)
    if not (data.paywalled or asks):
        return False
    cut = len(last) > 60 and _CUT.search(last) is not None
    return cut or (data.paywalled and asks and short)
