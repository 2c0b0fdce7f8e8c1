"""Which captures of an archive hold an article, and what each comes to: one at a time, without memory."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from scrapy.exceptions import DropItem

from newscrawl.extract import Page, Unextractable, extract
from newscrawl.extraction.paging import page_number
from newscrawl.fetch.blocks import classify
from newscrawl.flow import TextFlow
from newscrawl.items import Article, to_line
from newscrawl.outlet import Outlet
from newscrawl.reextract.parts import Row, freeze
from newscrawl.urls import article_id, canonical
from newscrawl.warc.reading import MAX_BODY, Exchange
from newscrawl.warc.records import NOT_MODIFIED

LINE_FEED = b"\n"
_NUMBERED = re.compile(r"=\d{1,2}(?:&|$)")
_HTML = re.compile(rb"<!doctype html|<html|<head|<body", re.IGNORECASE)
_UNSAID = ("", "text/plain", "application/octet-stream", "binary/octet-stream", "unknown/unknown")


class Skipped(Exception):
    """A capture that gives no article; the text is the reason, short enough to count by."""


class Reader:
    """Turn captures into rows. `outlets` are those whose pages are wanted.

    With `generic` pages of nobody are wanted too, and read by general rules. `forgotten` are the
    ids of articles that are not.
    """

    def __init__(
        self,
        outlets: Sequence[Outlet],
        flow: TextFlow,
        *,
        generic: bool = False,
        forgotten: Collection[str] = frozenset(),
    ) -> None:
        self.flow = flow
        self.forgotten = forgotten
        self.generic = generic
        self.by_host = {host: outlet for outlet in outlets for host in outlet.hosts}
        self.last: tuple[str, tuple[Outlet | None, str] | None] = ("", None)

    def place(self, uri: str) -> tuple[Outlet | None, str] | None:
        """Return the outlet of a URL and the key of its article, `None` for one that is not wanted."""
        if self.last[0] != uri:
            self.last = (uri, self._place(uri))
        return self.last[1]

    def _place(self, uri: str) -> tuple[Outlet | None, str] | None:
        try:
            parts = urlsplit(uri)
            host = parts.hostname or ""
        except ValueError:
            return None
        if parts.scheme not in ("http", "https"):
            return None
        while host:
            if outlet := self.by_host.get(host):
                key = canonical(uri, outlet)
                if key and self.forgotten and article_id(outlet.name, key) in self.forgotten:
                    return None
                return (outlet, key) if key else None
            host = host.partition(".")[2]
        return (None, uri.partition("#")[0]) if self.generic else None

    def wanted(self, uri: str, length: int) -> bool:
        """Tell whether a record may be a page of an article."""
        return length <= MAX_BODY and self.place(uri) is not None

    def look(self, exchange: Exchange) -> tuple[Row, bytes]:
        """Return what a wanted capture comes to, and its payload; raise `Skipped` when that is nothing."""
        outlet, key = self.place(exchange.uri) or (None, exchange.uri)
        row = row_of(exchange, outlet, key)
        status = exchange.status or 0
        if exchange.truncated:
            raise Skipped("truncated")
        if exchange.method not in ("", "GET"):
            raise Skipped("not-get")
        if exchange.profile == NOT_MODIFIED:
            raise Skipped("not-modified")
        if 300 <= status < 400 and outlet and exchange.location and canonical(exchange.location, outlet):
            row.kind, row.target = "redirect", exchange.location
            return row, LINE_FEED
        if exchange.is_revisit and status in (0, 200):
            row.kind = "revisit"
            if refers := exchange.refers_to:
                row.refers = (refers.uri, refers.date, refers.record_id)
            return row, LINE_FEED
        try:
            return finished(extract(page_of(exchange), outlet), row, exchange, self.flow)
        except (Skipped, Unextractable, DropItem) as why:
            reason = reason_of(why)
            if is_later(exchange.uri, key) and isinstance(why, Skipped):
                row.kind = "missing"
            elif isinstance(why, Skipped):
                raise
            row.reason = reason
            return row, LINE_FEED


def row_of(exchange: Exchange, outlet: Outlet | None, key: str) -> Row:
    """Return the row of a capture without an article."""
    pointer = exchange.pointer
    return Row(
        kind="nothing",
        key=key,
        outlet=outlet.name if outlet else None,
        uri=exchange.uri,
        date=exchange.date,
        offset=pointer.offset,
        record_id=pointer.record_id,
        digest=pointer.payload_digest,
        status=exchange.status,
    )


def reason_of(why: Exception) -> str:
    """Return the reason to count by."""
    return f"unextractable-{why.reason}" if isinstance(why, Unextractable) else str(why.args[0])


def page_of(exchange: Exchange) -> Page:
    """Return the page of a capture; raise `Skipped` for what is none and for block pages."""
    if exchange.status != 200:
        raise Skipped(f"http-{exchange.status or 0}")
    kind = (exchange.content_type or "").partition(";")[0].strip().lower()
    if "html" not in kind and kind not in _UNSAID:
        raise Skipped("not-html")
    body = exchange.body
    if "html" not in kind and not _HTML.search(body[:4096]):
        raise Skipped("not-html")
    if block := classify(200, lower_headers(exchange), body):
        raise Skipped(f"blocked-{block}")
    try:
        fetched = datetime.fromisoformat(exchange.date).replace(microsecond=0)
    except ValueError:
        raise Skipped("no-date") from None
    return Page(exchange.uri, body, fetched, exchange.content_type)


def lower_headers(exchange: Exchange) -> Mapping[str, str]:
    """Return the header fields by lower-case name, repeated ones joined."""
    headers: dict[str, str] = {}
    for name, value in exchange.headers:
        name = name.lower()
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def finished(article: Article, row: Row, exchange: Exchange, flow: TextFlow) -> tuple[Row, bytes]:
    """Return the row of an extracted page; raise `DropItem` for one that cannot become a line.

    A page that may be one of several goes no further here: its others may lie in another archive.
    """
    article.warc = exchange.pointer
    row.next_page = article.evidence.next_page
    if row.outlet and (row.next_page or not is_plain(row.uri, row.key)):
        row.kind = "page"
        return row, freeze(article)
    article = flow(article)
    row.kind, row.id, row.text_digest = "line", article.id, article.text_digest
    return row, to_line(article)


def is_plain(uri: str, key: str) -> bool:
    """Tell whether a URL has the form of an article's only page.

    >>> is_plain("https://www.contoh.id/read/17/judul?page=all", "https://contoh.id/read/17/judul")
    True
    >>> is_plain("https://contoh.id/read/17/judul?page=2", "https://contoh.id/read/17/judul")
    False
    """
    if uri == key:
        return True
    path, _, query = uri.partition("?")
    return _bare(path) == _bare(key.partition("?")[0]) and not _NUMBERED.search(query)


def _bare(path: str) -> str:
    return path.partition("://")[2].removeprefix("www.").rstrip("/")


def is_later(uri: str, key: str) -> bool:
    """Tell whether a URL is that of an article's second or later page.

    >>> is_later("https://contoh.id/read/17/judul?page=2", "https://contoh.id/read/17/judul")
    True
    >>> is_later("https://contoh.id/read/17/judul?page=all", "https://contoh.id/read/17/judul")
    False
    """
    if uri == key:
        return False
    numbers = (page_number(uri, key), page_number(uri, uri.partition("?")[0]))
    return max((number or 1) for number in numbers) > 1
