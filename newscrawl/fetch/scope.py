"""Keep the crawl where it belongs: the outlet's own hosts, ordinary URLs, few redirects."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from newscrawl.fetch.errors import Refused
from newscrawl.forget.log import forgotten, key_of
from newscrawl.outlet import Outlet

logger = logging.getLogger(__name__)

REQUISITE = "requisite"  # in a request's meta: for what a page needs, not for a page
MAX_URL = 2000  # characters; the longest article URLs seen are under 300
DEFAULT_PORTS = {"http": 80, "https": 443}
REDIRECTS = frozenset({301, 302, 303, 307, 308})
# Percent-encoded too: no article has them, and a careless server may decode them into its own headers.
_CONTROL = re.compile(r"[\x00-\x20\x7f]|%(?:[01][0-9a-f]|7f)", re.IGNORECASE)

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)


def site_of(host: str, hosts: Iterable[str]) -> str | None:
    """Return which of the outlet's registered `hosts` a host belongs to, `None` when it is a foreign one.

    >>> site_of("www.rmol.id", ["rmol.id", "sosok.grid.id"]), site_of("armol.id", ["rmol.id"])
    ('rmol.id', None)
    """
    host = host.lower().rstrip(".")
    own = [name for name in hosts if host == name or host.endswith(f".{name}")]
    return max(own, key=len, default=None)


def refusal(url: str, hosts: Collection[str]) -> str | None:
    """Return why an outlet with these `hosts` does not fetch a URL, `None` when it does.

    A host may be registered with a port; otherwise only the ports 80 and 443 are asked.

    >>> refusal("https://www.rmol.id/politik", ["rmol.id"])
    >>> refusal("https://rmol.id.example/", ["rmol.id"])
    'foreign-host'
    """
    if len(url) > MAX_URL:
        return "long-url"
    if _CONTROL.search(url):
        return "control-characters"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "bad-url"
    if parts.scheme not in DEFAULT_PORTS:
        return "scheme"
    if not parts.hostname:
        return "bad-url"
    if "@" in parts.netloc:
        return "userinfo"
    if port is not None and parts.netloc.lower() in hosts:
        return None
    if site_of(parts.hostname, hosts) is None:
        return "foreign-host"
    return "port" if port not in {None, *DEFAULT_PORTS.values()} else None


def refuse(crawler: Crawler, reason: str, url: str, detail: str = "") -> Refused:
    """Count a refusal as `refused/<reason>`, log the first of its kind, and return the error to raise."""
    key = f"refused/{reason}"
    crawler.stats.inc_value(key)
    if crawler.stats.get_value(key) == 1:
        shown = url if len(url) <= 200 else f"{url[:200]}… ({len(url)} characters)"
        logger.info("Not fetched (%s): %s%s", reason, shown, f", {detail}" if detail else "")
    return Refused(reason, url[:MAX_URL])


class Scope:
    """Downloader middleware: refuse what is not the outlet's own, before robots.txt is asked for it."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        outlet = getattr(crawler.spider, "outlet", None)
        self.outlet = outlet if isinstance(outlet, Outlet) else None
        data = crawler.settings.get("DATA_DIR")
        self.forgotten = forgotten(Path(data), self.outlet.name) if self.outlet and data else {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the middleware for a crawl."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raise `Refused` for a URL out of scope.

        Hosts of assets are asked for requisites alone, and for their robots.txt, which comes before these.
        """
        hosts = hosts_of(self.crawler)
        if self.outlet and (request.meta.get(REQUISITE) or request.meta.get("robots_txt")):
            hosts = (*hosts, *asset_hosts(self.outlet))
        reason = refusal(request.url, hosts)
        if reason is None and self.outlet and self.forgotten:
            reason = "forgotten" if key_of(request.url, self.outlet) in self.forgotten else None
        if reason is not None:
            came_from = request.meta.get("redirect_urls")
            raise refuse(
                self.crawler, reason, request.url, f"redirected from {came_from[-1]}" if came_from else ""
            )


def hosts_of(crawler: Crawler) -> tuple[str, ...]:
    """Return the hosts that the crawl's outlet has registered."""
    outlet: Any = getattr(crawler.spider, "outlet", None)
    return tuple(outlet.hosts) if outlet is not None else ()


def asset_hosts(outlet: Outlet) -> tuple[str, ...]:
    """Return the hosts that only serve what pages need to be shown."""
    return tuple(asset.host for asset in outlet.assets)


class Redirects(RedirectMiddleware):
    """Follow redirects as Scrapy does, without a Referer, and count the ones that are not followed."""

    def handle_referer(self, request: Request, response: Response) -> None:  # Scrapy's signature
        """Send no Referer, as everywhere else."""
        request.headers.pop("Referer", None)

    def _engine_started(self) -> None:
        # Scrapy looks for its Referer middleware here, and warns when it is off.
        pass

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """Return the request that follows a redirect; raise `Refused` for a bad target or one too many."""
        if response.status in REDIRECTS and not request.meta.get("dont_redirect"):
            target = (response.headers.get("Location") or b"").decode("latin-1").strip()
            if has_other_scheme(target):
                raise refuse(self.crawler, "scheme", target, f"redirected from {request.url}")
        try:
            result: Request | Response = super().process_response(request, response)
        except IgnoreRequest:
            raise refuse(self.crawler, "too-many-redirects", request.url) from None
        except ValueError:  # a Location that is no URL
            raise refuse(self.crawler, "bad-url", request.url, "in a redirect") from None
        return result


def has_other_scheme(target: str) -> bool:
    """Tell whether a link is absolute, and neither http nor https.

    >>> [has_other_scheme(t) for t in ("javascript:alert(1)", "https://rmol.id/", "/a:b", "judul")]
    [True, False, False, False]
    """
    scheme = _SCHEME.match(target)
    return scheme is not None and scheme[1].lower() not in DEFAULT_PORTS
