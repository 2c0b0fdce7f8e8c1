"""What `scrapy crawl OUTLET -a NAME=VALUE` accepts, checked before any request."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from newscrawl.outlet import Outlet
from newscrawl.urls import canonical

NAMES = ("since", "until", "section", "limit", "url")


class BadArgument(ValueError):
    """An argument that cannot be used; the text is one line for the user."""


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of a crawl. `since` and `until` are days of publication, both included."""

    since: date | None = None
    until: date | None = None
    section: str | None = None
    limit: int | None = None
    urls: tuple[str, ...] = ()


def parse(raw: Mapping[str, str], outlet: Outlet) -> Arguments:
    """Check the raw arguments; raise `BadArgument` with a line that says what to do."""
    for name in raw:
        if name not in NAMES:
            near = difflib.get_close_matches(name, NAMES, 1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(NAMES)}"
            raise BadArgument(f"unknown argument -a {name}=…: {hint}")
    since, until = _day("since", raw), _day("until", raw)
    if since and until and since > until:
        raise BadArgument(f"-a since={since} is after until={until}")
    section = raw.get("section") or None
    sections = sorted({s.section for s in outlet.sources if s.section})
    if section and section not in sections:
        known = ", ".join(sections) or "none"
        raise BadArgument(f"-a section={section}: {outlet.name} declares no such section; known: {known}")
    return Arguments(since, until, section, _limit(raw), _urls(raw, outlet))


def _day(name: str, raw: Mapping[str, str]) -> date | None:
    value = raw.get(name)
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise BadArgument(f"-a {name}={value}: not a date; write it as 2020-06-01") from None


def _limit(raw: Mapping[str, str]) -> int | None:
    value = raw.get("limit")
    if not value:
        return None
    if not value.isascii() or not value.isdecimal() or int(value) < 1:
        raise BadArgument(f"-a limit={value}: not a number of articles; write -a limit=20")
    return int(value)


def _urls(raw: Mapping[str, str], outlet: Outlet) -> tuple[str, ...]:
    urls = []
    for value in filter(None, (u.strip() for u in raw.get("url", "").split(","))):
        url = canonical(value, outlet)
        if url is None:
            raise BadArgument(f"-a url={value}: not an article URL of {outlet.name}")
        urls.append(url)
    return tuple(dict.fromkeys(urls))
