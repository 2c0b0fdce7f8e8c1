"""Read what feeds, sitemaps and list pages hold: links with the words beside them, not yet judged.

Nothing here raises on bad input, fetches anything or grows without bound: what is wrong or left out is a
problem, one line of text.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from lxml import etree

from newscrawl.extraction.document import decode, is_binary

FEED_BYTES = 2 << 20  # feedparser takes up to 6 s for a hostile MB; the newest entries stand first
FEED_ENTRIES = 1_000
SITEMAP_BYTES = 50 << 20  # unpacked; this and the next are the limits of the sitemap protocol
SITEMAP_ENTRIES = 50_000
SITEMAP_JUNK = 10_000  # elements before the next entry: a page with 1,000 pictures has 5,000
SITEMAP_ROOTS = ("urlset", "sitemapindex")
ENTRY_DEPTH = 2  # of `url` in `urlset`
FIELD_LENGTH = 4_000  # characters
LIST_BYTES = 10 << 20  # some 100,000 links
CHUNK = 1 << 16
TITLE_LENGTH = 500


@dataclass(slots=True)
class Entry:
    """A link and what stands beside it. `links` are the same thing's, the best first; times are unparsed."""

    links: tuple[str, ...]
    title: str | None = None
    published: str | None = None
    modified: str | None = None


@dataclass(slots=True)
class Entries:
    """What a page holds. `sitemaps` are those an index names, `base` is what relative links refer to.

    `selected` tells that the links are those a selector asked for.
    """

    entries: list[Entry] = field(default_factory=list)
    sitemaps: list[Entry] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    base: str | None = None
    selected: bool = False


def feed_entries(body: bytes, content_type: str | None = None) -> Entries:
    """Read an RSS or Atom feed."""
    import feedparser  # here: it costs start-up time, and most commands read no feed

    result = Entries()
    if len(body) > FEED_BYTES:
        result.problems.append(f"feed of {len(body):,} bytes, read the first {FEED_BYTES:,}")
        body = _whole_entries(body[:FEED_BYTES])
    headers = {"content-type": content_type} if content_type else {}
    try:
        # A stream: feedparser would take other types for a URL or a file's name.
        feed: Any = feedparser.parse(
            io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except Exception as error:  # noqa: BLE001 # why: on odd numbers and nesting feedparser raises a dozen types
        result.problems.append(f"feed cannot be read: {_words(error)}")
        return result
    wrong = feed.get("bozo_exception")
    if wrong is not None and not isinstance(wrong, feedparser.NonXMLContentType):
        charset = isinstance(wrong, feedparser.CharacterEncodingOverride)
        result.problems.append(f"{'wrong charset' if charset else 'broken XML'}: {_words(wrong)}")
    if not feed.entries:
        what = "feed without entries" if feed.get("version") else "not a feed"
        result.problems.append("HTML instead of a feed" if _is_html(body) else what)
    if len(feed.entries) > FEED_ENTRIES:
        result.problems.append(f"feed of {len(feed.entries):,} entries, read the first {FEED_ENTRIES:,}")
    is_rss = str(feed.get("version")).startswith("rss")
    for entry in feed.entries[:FEED_ENTRIES]:
        links = (entry.get("feedburner_origlink"), entry.get("link"), entry.get("id"))
        # feedparser calls dc:date, RSS's other date of publication, `updated`; `get` would mix the two up
        published = entry.get("published") or (dict.get(entry, "updated") if is_rss else None)
        result.entries.append(Entry(tuple(filter(None, links)), _title(entry.get("title")), published))
    return result


def sitemap_entries(body: bytes) -> Entries:
    """Read a sitemap or a sitemap index, packed with gzip or not, `news:` fields included."""
    result = Entries()
    stream = gzip.GzipFile(fileobj=io.BytesIO(body)) if body[:2] == b"\x1f\x8b" else io.BytesIO(body)
    reader = _SitemapReader(result)
    # A target instead of a tree: memory stays flat, and what only the end of a torn file closes never ends.
    # `internal`: entities of the file itself, which libxml2 bounds; none that is read from elsewhere.
    parser = etree.XMLParser(
        target=cast("Any", reader), recover=True, resolve_entities="internal", no_network=True
    )
    left = SITEMAP_BYTES
    try:
        while chunk := stream.read(CHUNK):
            left -= len(chunk)
            if left < 0:
                raise _Stop(f"sitemap of more than {SITEMAP_BYTES:,} bytes")
            parser.feed(chunk)
        parser.close()
    except _Stop as stop:
        result.problems.append(f"{stop}, read no further")
    except (OSError, EOFError, zlib.error) as error:
        result.problems.append(f"broken gzip, read as far as possible: {_words(error)}")
    except (etree.XMLSyntaxError, UnicodeDecodeError) as error:  # no element; a lone surrogate
        result.problems.append(f"broken XML, read no further: {_words(error)}")
    else:
        if len(parser.feed_error_log):
            words = _words(parser.feed_error_log[0].message)
            result.problems.append(f"broken XML, read as far as possible: {words}")
    if reader.root not in SITEMAP_ROOTS:
        kind = f"not a sitemap but <{reader.root}>" if reader.root else "not a sitemap"
        result.problems = ["HTML instead of a sitemap" if _is_html(body) else kind]
    elif not result.entries and not result.sitemaps and not result.problems:
        result.problems.append("sitemap without entries")
    return result


def link_entries(
    body: bytes, content_type: str | None = None, *, selector: str | None = None, fall_back: bool = True
) -> Entries:
    """Read the links of an HTML page: those that a CSS selector picks, all when it is `None`.

    All, too, when it picks nothing and `fall_back` is set.
    """
    result = Entries()
    if len(body) > LIST_BYTES:
        result.problems.append(f"page of {len(body):,} bytes, read the first {LIST_BYTES:,}")
        body = body[:LIST_BYTES]
    root = None if is_binary(body) else _html(body, content_type)
    if root is None:
        result.problems.append("not an HTML page")
        return result
    result.base = next((e.get("href") for e in root.iter("base") if e.get("href")), None)
    if selector is not None:
        result.entries = _link_list(
            a for e in root.cssselect(selector, translator="html") for a in _anchors(e)
        )
        result.selected = bool(result.entries)
    if not result.selected and (selector is None or fall_back):
        result.entries = _link_list(root.iter("a"))
    return result


def _whole_entries(body: bytes) -> bytes:
    """Cut a feed after its last whole entry and close it: the strict parser, the faster one, can read it."""
    for end, closing in ((b"</item>", b"</channel></rss>"), (b"</entry>", b"</feed>")):
        at = body.rfind(end)
        if at >= 0:
            return body[: at + len(end)] + closing
    return body


class _Stop(Exception):
    """Enough was read; the text says of what."""


class _SitemapReader:
    """What lxml's parser tells of a sitemap, gathered into entries; raises `_Stop` at a bound."""

    def __init__(self, result: Entries) -> None:
        self.result = result
        self.root: str | None = None
        self.path: list[str] = []
        self.fields: dict[str, str] = {}
        self.junk = 0  # elements since the last entry

    def start(self, tag: str, _: object) -> None:
        """Take the start of an element."""
        name = _local(tag)
        if self.root is None:
            self.root = name
            if name not in SITEMAP_ROOTS:
                raise _Stop(name)
        self.path.append(name)
        if len(self.path) == ENTRY_DEPTH:
            self.fields = {}
        self.junk += 1
        if self.junk > SITEMAP_JUNK:
            raise _Stop(f"sitemap of {SITEMAP_JUNK:,} elements without an entry")

    def data(self, text: str) -> None:
        """Take a piece of text; of a field no more is kept than any URL needs."""
        parents = self.path[ENTRY_DEPTH:-1]
        if len(self.path) > ENTRY_DEPTH and parents in ([], ["news"]):
            name = self.path[-1]
            known = self.fields.get(name, "")
            if len(known) <= FIELD_LENGTH:
                self.fields[name] = known + text[:FIELD_LENGTH]

    def end(self, tag: str) -> None:
        """Take the end of an element, which may complete an entry."""
        name = _local(tag)
        if len(self.path) == ENTRY_DEPTH and name in ("url", "sitemap"):
            self.entry(name)
        if self.path:
            self.path.pop()

    def entry(self, name: str) -> None:
        """Keep what was gathered, if it is an entry."""
        field = self.fields.get
        link = (field("loc") or "").strip()
        if not link:
            return
        entry = Entry((link,), _title(field("title")), field("publication_date"), field("lastmod"))
        into = self.result.entries if name == "url" else self.result.sitemaps
        into.append(entry)
        self.junk = 0
        if len(into) >= SITEMAP_ENTRIES:
            raise _Stop(f"sitemap of {SITEMAP_ENTRIES:,} entries or more")

    def close(self) -> None:
        """Take the end of the document."""


def _html(body: bytes, content_type: str | None) -> etree._Element | None:
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(decode(body, content_type)[0].replace(b"\0", b""), parser)
    except etree.XMLSyntaxError:  # no element in it
        return None


def _anchors(element: etree._Element) -> Iterator[etree._Element]:
    """Return the links an element stands for: itself, those in it, or the one around it."""
    if element.tag == "a":
        return iter((element,))
    inside = list(element.iterdescendants("a"))
    return iter(inside or list(element.iterancestors("a"))[:1])


def _link_list(anchors: Iterator[etree._Element]) -> list[Entry]:
    return [
        Entry((href,), _title("".join(map(str, a.itertext()))) or _title(a.get("title")))
        for a in anchors
        if (href := a.get("href"))
    ]


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _is_html(body: bytes) -> bool:
    start = body[:1000].lower()
    return b"<!doctype html" in start or b"<html" in start


def _title(text: str | None) -> str | None:
    return " ".join((text or "").split())[:TITLE_LENGTH] or None


def _words(error: object) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
