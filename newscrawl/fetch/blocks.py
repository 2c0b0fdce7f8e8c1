"""Tell challenge and block pages from articles, and stop when there are only the former."""

from __future__ import annotations

import html
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from newscrawl.fetch.errors import Blocked
from newscrawl.fetch.politeness import downloader_of

STATUSES = frozenset({200, 403, 429, 503})
START = 100_000  # characters of a page that are looked at
SHELL_TEXT = 40  # characters: a page of scripts that shows less shows nothing
_TAG = re.compile(r"<[^<>]*>")
_TITLE = re.compile(r"<title[^<>]*>([^<]*)", re.IGNORECASE)
_HIDDEN = re.compile(r"<(script|style|noscript|template)\b|<!--", re.IGNORECASE)
_ARTICLE = ('og:title"', "og:title'", "newsarticle", "articlebody", "<amp-")
_CONTENT = ("<article", "<img", "<time", "<video", "<h1", "<h2", "<li", "<p>", "<p ", "application/ld+json")
_HTML = ("<html", "<!doctype html", "<head", "<title", "<body", "<script")
_XML = ("<rss", "<feed", "<rdf:rdf", "<urlset", "<sitemapindex")


@dataclass(frozen=True, slots=True)
class Look:
    """What the rules look at, from a page's start, in lower case.

    `text` is what a reader sees; it is `None` where there is no use looking: the page is no HTML or declares
    an article itself.
    """

    source: str
    title: str | None
    text: str | None

    @property
    def is_shell(self) -> bool:
        """Whether the page is nothing but scripts."""
        return (
            self.text is not None
            and len(self.text) <= SHELL_TEXT
            and "<script" in self.source
            and not any(mark in self.source for mark in _CONTENT)
        )


def look_at(body: bytes) -> Look:
    """Read the start of a page."""
    start = body[:START].decode("utf-8", "replace")
    source = start.lower()
    top = source[:1000]
    is_html = any(mark in top for mark in _HTML) and not any(mark in top for mark in _XML)
    is_article = any(mark in source for mark in _ARTICLE)
    title = _TITLE.search(start)
    return Look(
        source=source,
        title=" ".join(html.unescape(title[1]).split()).lower() if title else None,
        text=visible_text(source) if is_html and not is_article else None,
    )


def visible_text(source: str) -> str:
    """Return what a reader sees of HTML, its title left out. Linear in time; what is unclosed is hidden.

    >>> visible_text("<title>Berita</title><script>var a</script><p>Isi <b>berita</b></p><!-- akhir")
    'isi berita'
    """
    source = source.lower()
    head, closed, rest = source.partition("</title>")
    source = head.partition("<title")[0] + rest if closed else source
    kept, at = [], 0
    while opening := _HIDDEN.search(source, at):
        kept.append(source[at : opening.start()])
        ending = f"</{opening[1]}" if opening[1] else "-->"
        end = source.find(ending, opening.end())
        if end < 0:
            at = len(source)
            break
        at = source.find(">", end) + 1 or len(source)
    kept.append(source[at:])
    return " ".join(html.unescape(_TAG.sub(" ", " ".join(kept))).split())


@dataclass(frozen=True, slots=True)
class Rule:
    """The marks of one kind of page; see `blocks.toml`."""

    kind: str
    status: frozenset[int] = STATUSES
    headers: Mapping[str, str] = field(default_factory=dict)
    title: str | None = None
    phrases: tuple[str, ...] = ()
    markup: tuple[str, ...] = ()
    max_text: int | None = None
    body: str | None = None

    def fits(self, status: int, headers: Mapping[str, str], look: Look) -> bool:
        """Tell whether an answer bears all marks of the rule."""
        if status not in self.status:
            return False
        if self.headers:
            return all(
                re.search(pattern, headers.get(name, ""), re.IGNORECASE)
                for name, pattern in self.headers.items()
            )
        if self.body is not None:
            return re.fullmatch(self.body, look.source[:200].strip(), re.IGNORECASE) is not None
        return look.text is not None and self._fits_page(look, look.text)

    def _fits_page(self, look: Look, text: str) -> bool:
        return (
            (self.max_text is None or len(text) <= self.max_text)
            and (self.title is None or re.fullmatch(self.title, look.title or "", re.IGNORECASE) is not None)
            and (not self.phrases or any(phrase in text for phrase in self.phrases))
            and (not self.markup or any(mark in look.source for mark in self.markup))
        )


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rules of `blocks.toml`, in order."""
    table = tomllib.loads((files("newscrawl.fetch") / "blocks.toml").read_text("utf-8"))
    return tuple(_rule(entry) for entry in table["rule"])


def _rule(entry: dict[str, Any]) -> Rule:
    for name in ("phrases", "markup"):
        entry[name] = tuple(entry.get(name, ()))
    return Rule(**entry | {"status": frozenset(entry.get("status", STATUSES))})


def classify(status: int, headers: Mapping[str, str], body: bytes) -> str | None:
    """Return what kind of challenge or block page an answer is, `None` when it is none.

    `headers` have lower-case names; `body` is decoded as Content-Encoding says. An answer 403 or 429 that
    no rule knows is of the kind `http-403` or `http-429`; one with status 200 may be an `empty-shell`.

    >>> classify(200, {}, b"<html><title>Access Denied</title><body>Reference #18.2")
    'akamai'
    """
    look = look_at(body)
    for rule in rules():
        if rule.fits(status, headers, look):
            return rule.kind
    if status == 200 and look.is_shell:
        return "empty-shell"
    return f"http-{status}" if status in {403, 429} else None


class Blocks:
    """Downloader middleware: keep challenge and block pages from the spider, and stop after `limit` in a row.

    Each is counted as `blocked/<kind>` and its site is left alone for a while. A 429 goes on to `Backoff`,
    which asks again; for the others `Blocked` is raised. The close reason is `blocked`.
    """

    def __init__(self, crawler: Crawler, *, limit: int) -> None:
        self.crawler = crawler
        self.limit = limit

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the middleware for a crawl."""
        return cls(crawler, limit=crawler.settings.getint("BLOCKED_LIMIT", 5))

    def process_response(self, request: Request, response: Response) -> Response:
        """Return the response unless it is a block page; raise `Blocked` then."""
        if request.meta.get("robots_txt"):
            return response
        headers = {
            name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
            for name, values in response.headers.items()
        }
        kind = classify(response.status, headers, response.body)
        downloader = downloader_of(self.crawler)
        site = downloader.site(request)
        if kind is None:
            if response.status < 500:
                site.blocks = 0
            return response
        self.crawler.stats.inc_value(f"blocked/{kind}")
        site.blocks += 1
        if site.blocks >= self.limit:
            host = downloader.get_slot_key(request)
            message = f"{host} blocked us {site.blocks} times in a row, last with {kind}"
            downloader.stop("blocked", message, request)
        if response.status == 429:
            return response
        downloader.back_off(request)
        raise Blocked(f"blocked-{kind}", request.url)
