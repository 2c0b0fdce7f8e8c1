"""What the state takes and gives: plain rows, and the errors a caller may meet."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from newscrawl.items import WarcPointer

Status = Literal["found", "fetched", "failed", "done", "gone"]
Why = Literal["new", "retry", "revisit"]


class StateError(Exception):
    """The state cannot be read or written; the message is one line: what, where, what to do."""


class StateFull(StateError):
    """The disk that holds the state is full or failing; nothing was written, the state stays usable."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """An article URL as a discovery source lists it.

    `url` is canonical, `alias` the form it was seen under where that differs, `source` the URL of the feed,
    sitemap or list page. `published` (ISO 8601) and `section` are what the source says.
    """

    url: str
    source: str
    published: str | None = None
    section: str | None = None
    alias: str | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """An article to fetch now, with the validators of its last capture where it has a line already."""

    url: str
    why: Why
    etag: str | None
    last_modified: str | None
    published: str | None
    section: str | None


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an article: its JSONL line in the file `jsonl` and its record."""

    id: str
    version: int
    url: str
    text_digest: str
    payload_digest: str | None
    warc: WarcPointer
    fetched: str
    jsonl: str


@dataclass(frozen=True, slots=True)
class UrlState:
    """What is known of an article URL.

    `state`: `found` (never fetched), `fetched` (in the archive, no line yet), `failed`, `done`, `gone`.
    `extracted` stays true when a revisit of a done article fails or finds it gone. `attempts` counts the
    failures since the last success. `next_try` is when it is due, `None`: never. `pointer` is the record of
    the newest answer with a status of 200 to 299, `unread` while neither a line came of it nor it was found
    to need none. `day` is the day it is listed under, `None`: in no source.
    """

    url: str
    state: Status
    reason: str | None
    attempts: int
    extracted: bool
    first_seen: datetime
    first_fetch: datetime | None
    last_fetch: datetime | None
    next_try: datetime | None
    pointer: WarcPointer | None
    unread: bool
    etag: str | None
    last_modified: str | None
    published: str | None
    section: str | None
    day: date | None


@dataclass(frozen=True, slots=True)
class DayCoverage:
    """What became of the article URLs listed under one day.

    `listed` = `extracted` + `failed` + `gone` + `pending`; `archived` are those with a page in the archive.
    `reasons` says why the ones that are not extracted are not.
    """

    day: date
    listed: int
    archived: int
    extracted: int
    failed: int
    gone: int
    pending: int
    reasons: Counter[str]


def seconds(moment: datetime) -> int:
    """Return an aware time as whole seconds since 1970; `ValueError` for a naive one.

    >>> seconds(datetime(2020, 6, 2, 3, 46, 5, 999, tzinfo=UTC))
    1591069565
    """
    if moment.tzinfo is None:
        raise ValueError(f"time without a zone: {moment.isoformat()}")
    return int(moment.timestamp() // 1)


def moment(seconds: int) -> datetime:
    """Return seconds since 1970 as a time in UTC.

    >>> moment(1591069565).isoformat()
    '2020-06-02T03:46:05+00:00'
    """
    return datetime.fromtimestamp(seconds, UTC)
