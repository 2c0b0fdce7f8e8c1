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
from typing import Any, BinaryIO

import feedparser
from lxml import etree

from newscrawl.document import decode, is_binary

FEED_BYTES = 2 << 20  # feedparser takes up to 6 s for a hostile MB; the newest entries stand first
FEED_ENTRIES = 1_000
SITEMAP_BYTES = 50 << 20  # unpacked; this and the next are the limits of the sitemap protocol
SITEMAP_ENTRIES = 50_000
SITEMAP_JUNK = 10_000  # elements before the next entry; news and image fields need some tens
LIST_BYTES = 16 << 20
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
    parser = etree.XMLPullParser(
        events=("end",),
        recover=True,
        resolve_entities=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    root: etree._Element | None = None
    junk = 0
    for element in _elements(stream, parser, result.problems):
        if root is None:
            root = element.getroottree().getroot()
            if _name(root) not in ("urlset", "sitemapindex"):
                kind = "HTML instead of a sitemap" if _is_html(body) else f"not a sitemap but <{_name(root)}>"
                result.problems.append(kind)
                return result
        junk += 1
        if element.getparent() is root and _name(element) in ("url", "sitemap"):
            entry = _sitemap_entry(element)
            if entry is not None:
                (result.entries if _name(element) == "url" else result.sitemaps).append(entry)
            del root[:]  # what was read goes, so that memory stays flat
            junk = 0
        if junk > SITEMAP_JUNK:
            result.problems.append(f"sitemap of {junk:,} elements without an entry, read no further")
            break
        if len(result.entries) + len(result.sitemaps) >= SITEMAP_ENTRIES:
            result.problems.append(f"sitemap of {SITEMAP_ENTRIES:,} entries or more, read no further")
            break
    if root is None:
        result.problems.append("not a sitemap")
    elif not result.entries and not result.sitemaps:
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
        if not result.selected and fall_back:
            result.problems.append(f"no link matches {selector!r}: took each article link of the page")
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


def _elements(
    stream: BinaryIO | gzip.GzipFile, parser: etree.XMLPullParser[Any], problems: list[str]
) -> Iterator[etree._Element]:
    """Yield the elements of an XML stream as they end. Those that only its early end closes are not whole."""
    left = SITEMAP_BYTES
    try:
        while chunk := stream.read(CHUNK):
            left -= len(chunk)
            if left < 0:
                problems.append(f"sitemap of more than {SITEMAP_BYTES:,} bytes, read no further")
                return
            parser.feed(chunk)
            for _, element in parser.read_events():
                yield element
        parser.close()
    except (OSError, EOFError, zlib.error) as error:
        problems.append(f"broken gzip, read as far as possible: {_words(error)}")
        return
    except etree.XMLSyntaxError as error:  # nothing at all to read
        problems.append(f"broken XML: {_words(error)}")
        return
    errors = parser.error_log
    if len(errors):
        problems.append(f"broken XML, read as far as possible: {_words(errors[0].message)}")


def _sitemap_entry(element: etree._Element) -> Entry | None:
    fields: dict[str, str] = {}
    for child in element:
        for part in child if _name(child) == "news" else (child,):
            fields.setdefault(_name(part), "".join(map(str, part.itertext())).strip())
    if not fields.get("loc"):
        return None
    return Entry(
        (fields["loc"],), _title(fields.get("title")), fields.get("publication_date"), fields.get("lastmod")
    )


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


def _name(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _is_html(body: bytes) -> bool:
    start = body[:1000].lower()
    return b"<!doctype html" in start or b"<html" in start


def _title(text: str | None) -> str | None:
    return " ".join((text or "").split())[:TITLE_LENGTH] or None


def _words(error: object) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
