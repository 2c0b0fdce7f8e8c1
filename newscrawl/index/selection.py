"""Choose what of an archive belongs to the articles of a period: every record that replay needs of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from newscrawl.index.cdxj import Capture, capture_of
from newscrawl.index.lookup import Archive
from newscrawl.index.proof import pointers_of
from newscrawl.index.wacz import Page
from newscrawl.items import iso
from newscrawl.outlet import Outlet
from newscrawl.requisites import requisites
from newscrawl.urls import all_in_one
from newscrawl.warc.reading import WarcReadError


@dataclass(slots=True)
class Selection:
    """Captures to pack, pages to list, and why something is missing."""

    captures: set[Capture] = field(default_factory=set)
    pages: list[Page] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def articles(data: Path, outlet: Outlet, since: date | None, until: date | None) -> list[dict[str, Any]]:
    """Return the lines of the articles of a period, all their versions, oldest publication first."""
    rows = (
        json.loads(line)
        for path in sorted((data / "jsonl" / outlet.name).glob("*.jsonl"))
        for line in path.open("rb")
    )
    chosen = (row for row in rows if within(line_day(row, outlet), since, until))
    return sorted(chosen, key=lambda row: (row["published"] or row["fetched"], row["id"], row["version"]))


def line_day(row: dict[str, Any], outlet: Outlet) -> date:
    """Return the day on which an article was published, or fetched where its date is unknown."""
    if row["published"]:
        return datetime.fromisoformat(row["published"]).date()
    return datetime.fromisoformat(row["fetched"]).astimezone(ZoneInfo(outlet.zone)).date()


def within(day: date, since: date | None, until: date | None) -> bool:
    """Tell whether a day is in a period, both ends included.

    >>> within(date(2020, 6, 1), date(2020, 6, 1), None)
    True
    """
    return (since is None or since <= day) and (until is None or day <= until)


def select(archive: Archive, outlet: Outlet, rows: Iterable[dict[str, Any]]) -> Selection:
    """Choose the records of articles: their pages, all other captures of their URLs, what a browser needs
    for them, and what revisits among these refer to.
    """
    chosen = Selection()
    urls: set[str] = set()
    for row in rows:
        try:
            exchanges = [archive.read(pointer) for pointer in pointers_of(row)]
            needed = [url for e in exchanges for url in requisites(archive.full(e).body, e.uri, "all")]
        except WarcReadError as error:
            chosen.problems.append(f"{row['id']} version {row['version']} is left out: {error}")
            continue
        if not exchanges:
            chosen.problems.append(f"{row['id']} version {row['version']} is left out: it was not recorded")
            continue
        chosen.captures.update(map(capture_of, exchanges))
        urls.update((row["url"], all_in_one(row["url"], outlet), *row["urls"], *needed))
        urls.update(exchange.uri for exchange in exchanges)
        first = exchanges[0]
        at = iso(datetime.fromisoformat(first.date))
        identity = f"{row['id']}-{row['version']}"
        chosen.pages.append(Page(id=identity, url=first.uri, ts=at, title=row["title"], text=row["text"]))
    chosen.captures.update(archive.all(urls))
    add_referred(archive, chosen)
    return chosen


def add_rest(
    archive: Archive, outlet: Outlet, chosen: Selection, since: date | None, until: date | None
) -> None:
    """Choose also what else was captured in a period: robots.txt, feeds, lists, failures."""
    zone = ZoneInfo(outlet.zone)
    for capture in archive.all():
        at = datetime.strptime(capture.timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        if within(at.astimezone(zone).date(), since, until):
            chosen.captures.add(capture)
    add_referred(archive, chosen)


def add_referred(archive: Archive, chosen: Selection) -> None:
    """Choose what the chosen revisits refer to: without it they show nothing."""
    for capture in [c for c in chosen.captures if c.is_revisit]:
        try:
            full = archive.full(archive.read_capture(capture))
        except WarcReadError as error:
            chosen.problems.append(f"{capture.url} of {capture.timestamp} cannot be replayed: {error}")
        else:
            chosen.captures.add(capture_of(full))


def days(since: date | None, until: date | None) -> Iterator[str]:
    """Yield the words that name a period.

    >>> " ".join(days(date(2020, 6, 1), None))
    'from 2020-06-01'
    """
    if since:
        yield f"from {since}"
    if until:
        yield f"until {until}"
