"""Page requisites: what a browser needs to show an archived page as it was (setting ARCHIVE_ASSETS)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal, cast, get_args
from urllib.parse import urldefrag

from lxml import etree
from scrapy import Request
from scrapy.http import Response

from newscrawl.fetch.scope import REQUISITE, asset_hosts, refusal
from newscrawl.outlet import Outlet
from newscrawl.urls import absolute

Kind = Literal["none", "images", "all"]

AFTER_ARTICLES = -10  # priority
_IMAGES = "//img/@src | //img/@data-src | //img/@srcset | //source/@srcset"
_REST = "//script/@src | //link[contains(@rel, 'stylesheet') or contains(@rel, 'icon')]/@href"


def parse_kind(value: str | None) -> Kind:
    """Read the setting ARCHIVE_ASSETS; raise `ValueError` with one line."""
    if value and value not in get_args(Kind):
        raise ValueError(f"ARCHIVE_ASSETS={value}: write images, all or none")
    return cast("Kind", value or "none")


def requisites(body: bytes, url: str, kind: Kind) -> list[str]:
    """Return the absolute URLs of a page's images, with `all` of its style sheets, icons and scripts too.

    Of the sizes of an image that it comes in, the plain one and the first of the list.

    >>> requisites(b'<img src="/a.jpg"><img srcset="b.jpg 1x, c.jpg 2x">', "https://a.id/read/1", "images")
    ['https://a.id/a.jpg', 'https://a.id/read/b.jpg']
    """
    if kind == "none":
        return []
    try:
        page = etree.fromstring(body, etree.HTMLParser())
    except (etree.LxmlError, ValueError):  # nothing that can be read
        return []
    if page is None:  # nothing in it
        return []  # type: ignore[unreachable]  # lxml's stubs do not know that
    base = page.xpath("string(//base/@href)")
    base = absolute(base, base=url) or url if base else url
    links = page.xpath(_IMAGES if kind == "images" else f"{_IMAGES} | {_REST}")
    plain = (_first(link) if link.attrname == "srcset" else str(link) for link in links)
    found = (absolute(link, base=base) for link in plain)
    return list(dict.fromkeys(urldefrag(link).url for link in found if link))


def _first(srcset: str) -> str:
    words = srcset.split()
    return words[0].rstrip(",") if words else ""


class Requisites:
    """Ask for what pages need, each URL once a run, of the outlet's own hosts and those of its assets.

    Nothing is made of it.
    """

    def __init__(self, kind: Kind, outlet: Outlet, count: Callable[[str], None]) -> None:
        self.kind = kind
        self.hosts = (*outlet.hosts, *asset_hosts(outlet))
        self.count = count
        self.asked: set[str] = set()

    def requests(self, response: Response) -> Iterator[Request]:
        """Yield the requests for what a page needs and was not asked for."""
        for url in requisites(response.body, response.url, self.kind):
            if url in self.asked:
                continue
            self.asked.add(url)
            if refusal(url, self.hosts):
                self.count("requisites/foreign")
                continue
            yield Request(
                url,
                callback=self.fetched,
                errback=self.failed,
                headers={"Accept": "*/*"},
                meta={REQUISITE: True},
                priority=AFTER_ARTICLES,
                dont_filter=True,
            )

    def fetched(self, response: Response) -> None:
        """Count it: it is in the archive."""
        self.count("requisites/fetched")

    def failed(self, failure: Any) -> None:
        """Count it: the archive shows what came, if anything did."""
        self.count("requisites/failed")
