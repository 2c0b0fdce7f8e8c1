"""Recognise a discovery page of the archive: which source it belongs to, from its URL and how it begins."""

from __future__ import annotations

import functools
import re
from datetime import date

from newscrawl.discover import Follow
from newscrawl.outlet import DatedIndex, ListPage, Outlet, Sitemap, Source

_FIELD = re.compile(r"\{(page|day)(?:\.(day|month|year)|:([^}]*))?\}")
_STRFTIME = {"%Y": r"(?P<year>\d{4})", "%m": r"(?P<month>\d\d)", "%d": r"(?P<day>\d\d)"}
_SITEMAP = re.compile(
    rb"\s*(?:<\?xml[^>]*>)?\s*(?:<!--.*?-->\s*|<\?.*?\?>\s*)*<(?:urlset|sitemapindex)\b", re.DOTALL
)


def listing_of(url: str, body: bytes, outlet: Outlet) -> Follow | None:
    """Return what a discovery page was followed for, `None` when it is none of the outlet's.

    A sitemap that no source names was reached through an index: the outlet's first sitemap source gets it.
    """
    for source in outlet.sources:
        match = _form(source).fullmatch(url)
        if match:
            parts = match.groupdict()
            day = _day(parts)
            if isinstance(source, DatedIndex) and day is None:
                continue  # 31 February, or a form that a crawl can write and nobody read
            return Follow(
                source,
                url,
                day=day,
                page=int(parts.get("page") or 1),
                exhaust=isinstance(source, DatedIndex),
            )
    sitemap = next((s for s in outlet.sources if isinstance(s, Sitemap)), None)
    if sitemap and (_SITEMAP.match(body[:2000]) or body[:2] == b"\x1f\x8b"):
        return Follow(sitemap, url, depth=1)
    return None


@functools.cache
def _form(source: Source) -> re.Pattern[str]:
    r"""Turn a source's URL with its fields into a pattern.

    >>> from newscrawl.outlet import DatedIndex
    >>> _form(DatedIndex(url="https://a.id/indeks/{day:%Y/%m/%d}?page={page}")).pattern
    'https://a\\.id/indeks/(?P<year>\\d{4})/(?P<month>\\d\\d)/(?P<day>\\d\\d)\\?page=(?P<page>\\d+)'
    """
    if not isinstance(source, ListPage):
        return re.compile(re.escape(source.url))
    pattern, end = "", 0
    for field in _FIELD.finditer(source.url):
        pattern += re.escape(source.url[end : field.start()])
        end = field.end()
        name, part, form = field.groups()
        if name == "page":
            pattern += r"(?P<page>\d+)"
        elif part:
            pattern += rf"(?P<{part}>\d+)"
        else:
            pattern += re.sub(
                r"%.|[^%]+",
                lambda m: _STRFTIME.get(m[0]) or (r"\w+" if m[0][0] == "%" else re.escape(m[0])),
                form or "%Y-%m-%d",
            )
    return re.compile(pattern + re.escape(source.url[end:]))


def _day(parts: dict[str, str | None]) -> date | None:
    try:
        return date(*(int(parts[name] or "") for name in ("year", "month", "day")))
    except (KeyError, ValueError):
        return None
