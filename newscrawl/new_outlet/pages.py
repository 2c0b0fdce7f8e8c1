"""Read a home page and a few articles: feeds, links, name, zone, and where general extraction is unsure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from lxml import etree

from newscrawl.doctor.examine import agreement, second_opinion
from newscrawl.extract import Page, extract
from newscrawl.extraction.document import Unextractable, parse
from newscrawl.extraction.metadata import read_metadata
from newscrawl.flow import TextFlow
from newscrawl.items import Article
from newscrawl.urls import absolute

SAME = 0.6  # agreement of two readings of one thing
_FEED_TYPE = re.compile(r"application/(?:rss|atom|rdf)\+xml", re.IGNORECASE)
_FEED_PATH = re.compile(r"(?:^|[/._=-])(?:rss|feed|feeds|atom)(?:[/._=-]|$)", re.IGNORECASE)
_NOT_ALL = re.compile(r"comment|komentar", re.IGNORECASE)
_NAME_END = re.compile(r"\s+[-|–—:·»]+\s+|\s*:\s+")
_ZONES = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}
_ZONE = re.compile(r"\b(?:WIB|WITA|WIT)\b", re.IGNORECASE)
_WORD = re.compile(r"[a-z]+")
_TITLE_LENGTH = 60


@dataclass(slots=True)
class Home:
    """What a home page offers: feeds it names, then links of its own; all absolute."""

    feeds: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    name: str | None = None


def read_home(page: Page) -> Home:
    """Read a home page; raise `Unextractable` for what is none."""
    root = parse(page.body, page.content_type).root
    data = read_metadata(root)
    base = (absolute(data.base, base=page.url) if data.base else None) or page.url
    named = [
        e.get("href")
        for e in root.iter("link")
        if "alternate" in (e.get("rel") or "") and _FEED_TYPE.search(e.get("type") or "")
    ]
    links = [link for e in root.iter("a") if (link := absolute(e.get("href") or "", base=base))]
    feeds = [link for href in named if href and (link := absolute(href, base=base))]
    feeds += [link for link in links if _FEED_PATH.search(urlsplit(link).path)]
    own = data.first("og:site_name", "application-name")
    return Home(
        feeds=[link for link in dict.fromkeys(feeds) if not _NOT_ALL.search(link)],
        links=list(dict.fromkeys(links)),
        name=short_name(own or data.page_title or ""),
    )


def short_name(title: str) -> str | None:
    """Return an outlet's name out of its home page's title.

    >>> short_name("Kabar Baru - Berita Terkini Hari Ini")
    'Kabar Baru'
    """
    name = _NAME_END.split(title.strip())[0]
    return " ".join(name.replace('"', "").replace("\\", "").split())[:_TITLE_LENGTH] or None


@dataclass(slots=True)
class Reading:
    """An article's page, read by general rules, with a second opinion of its text."""

    page: Page
    root: etree._Element
    article: Article
    second: str | None
    titles: list[str]

    @property
    def slug(self) -> str:
        """The words of the URL: what the outlet calls the article."""
        return " ".join(_WORD.findall(urlsplit(self.page.url).path.rpartition("/")[2].lower()))

    def doubts(self) -> set[str]:
        """Return the fields on which readings disagree, or that none finds."""
        article = self.article
        doubts = set()
        agreed = [agreement(article.title, title) or 0.0 for title in [*self.titles, self.slug]]
        if max(agreed, default=0.0) < SAME:
            doubts.add("title")
        if (agreement(article.text, self.second) or 0.0) < SAME and article.type == "article":
            doubts.add("body")
        if not article.published:
            doubts.add("published")
        return doubts


def read_article(page: Page, flow: TextFlow) -> Reading | None:
    """Read an article's page by general rules; `None` for what is no page."""
    try:
        document = parse(page.body, page.content_type)
        article = flow.lenient(extract(replace(page, document=document), None))
    except Unextractable:
        return None
    data = read_metadata(document.root)
    titles = [title for title in (data.ld("headline"), data.first("og:title"), data.page_title) if title]
    return Reading(page, document.root, article, second_opinion(page), titles)


def zone_of(readings: Iterable[Reading]) -> str:
    """Return the zone that printed dates name most often, Jakarta's when none does."""
    texts = (reading.article.published_text or "" for reading in readings)
    named = Counter(_ZONES[zone.upper()] for text in texts for zone in _ZONE.findall(text))
    return named.most_common(1)[0][0] if named else "Asia/Jakarta"


def doubtful(readings: Sequence[Reading]) -> list[str]:
    """Return the fields that are in doubt on most pages; a title that pages share is the site's."""
    counts = Counter(name for reading in readings for name in reading.doubts())
    if len({reading.article.title for reading in readings}) < len(readings):
        counts["title"] = len(readings)
    return sorted(name for name, count in counts.items() if 2 * count > len(readings))
