"""When an article is fetched again: pure functions of what is known and what happened.

What is known is a function of what happened, not of how often or in which order it was told: an event that is
not newer than one of its kind changes nothing. So a rebuild from the archive gives equal rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from newscrawl.items import WarcPointer
from newscrawl.state.model import Status

HOUR, DAY = 3600, 86400
RETRY_AFTER = (HOUR, 6 * HOUR, DAY, 3 * DAY, 7 * DAY, 30 * DAY)  # after the 1st, 2nd, … failure; then never
GONE_RECHECK = 30 * DAY  # servers say 404 by mistake too; one look, then never again
NEW = 0  # the `next_try` of a URL to which nothing happened yet


class Row(NamedTuple):
    """One article URL. Times are seconds since 1970; the fields are the columns of the table `url`.

    `recency` is the publication time the source gave, else when the URL was first seen. `scheduled` is when
    it would be due without its failures: `NEW`, the next revisit, or `None` for never.
    """

    url: str
    first_seen: int
    recency: int
    published: str | None = None
    section: str | None = None
    day: str | None = None
    state: Status = "found"
    reason: str | None = None
    attempts: int = 0
    scheduled: int | None = NEW
    next_try: int | None = NEW
    first_fetch: int | None = None
    last_fetch: int | None = None
    captured: int | None = None
    done: int | None = None
    gone: int | None = None
    warc_file: str | None = None
    warc_offset: int | None = None
    warc_length: int | None = None
    record_id: str | None = None
    payload_digest: str | None = None
    etag: str | None = None
    last_modified: str | None = None

    @property
    def settled(self) -> int:
        """When it was last known for certain: done or gone; -1: never."""
        return max(self.done or -1, self.gone or -1)

    @property
    def unread(self) -> bool:
        """Whether the newest capture has no outcome yet: no line, and nobody said that it needs none."""
        return self.captured is not None and self.captured > (self.done or -1)

    @property
    def pointer(self) -> WarcPointer | None:
        """The record of the newest good capture."""
        if self.warc_file is None:
            return None
        assert self.warc_offset is not None
        assert self.warc_length is not None
        assert self.record_id is not None
        return WarcPointer(
            self.warc_file, self.warc_offset, self.warc_length, self.record_id, self.payload_digest
        )


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed attempt. `recorded`: the archive holds an answer that shows it, so a rebuild finds it."""

    at: int
    reason: str
    for_good: bool
    recorded: bool


def after_fetch(
    row: Row,
    at: int,
    status: int,
    pointer: WarcPointer | None,
    etag: str | None,
    last_modified: str | None,
) -> Row:
    """Note an answer. Only one with a status of 200 to 299 is a capture; a 304 may renew the validators."""
    is_newest = row.last_fetch is None or at >= row.last_fetch
    if is_newest:
        row = row._replace(last_fetch=at)
    if status == 304 and is_newest and (row.captured is None or at > row.captured):
        return row._replace(etag=etag or row.etag, last_modified=last_modified or row.last_modified)
    if not 200 <= status < 300:
        return row
    row = row._replace(first_fetch=min(row.first_fetch or at, at))
    if row.captured is not None and (at, *_place(pointer)) <= (row.captured, *_place(row.pointer)):
        return row
    row = row._replace(captured=at)
    if is_newest:
        row = row._replace(etag=etag, last_modified=last_modified)
    if pointer is None:
        return row
    return row._replace(
        warc_file=pointer.file,
        warc_offset=pointer.offset,
        warc_length=pointer.length,
        record_id=pointer.record_id,
        payload_digest=pointer.payload_digest,
    )


def _place(pointer: WarcPointer | None) -> tuple[str, int]:
    """Order captures of the same second as the archive has them."""
    return (pointer.file, pointer.offset) if pointer else ("", -1)


def after_done(row: Row, at: int, revisit_after: Sequence[timedelta]) -> Row:
    """Note that the line is written. The next revisit is the first of the schedule that is still to come.

    Revisits that were missed are not made up for: one late revisit stands for all that were due by then.
    """
    if at <= (row.done or -1):
        return row
    first = min(row.first_fetch or at, at)
    row = row._replace(done=at, first_fetch=first)
    if row.gone is not None and row.gone > at:
        return row
    revisits = (first + int(after.total_seconds()) for after in revisit_after)
    return row._replace(gone=None, scheduled=min((r for r in revisits if r > at), default=None))


def after_gone(row: Row, at: int, reason: str) -> Row:
    """Note that the server says it is gone: looked at once more later, then never again."""
    if at <= row.settled:
        return row
    return row._replace(gone=at, reason=reason, scheduled=at + GONE_RECHECK if row.gone is None else None)


def with_failures(row: Row, failures: Sequence[Failure]) -> Row:
    """Derive state, reason, attempts and next try from what is certain and the failures since then.

    A done or gone article stays so while revisits fail; they are retried at the same growing intervals.
    """
    state: Status = "found"
    if row.gone is not None:
        state = "gone"
    elif row.done is not None:
        state = "done"
    elif row.first_fetch is not None:
        state = "fetched"
    reason = row.reason if state == "gone" else None
    if not failures:
        return row._replace(state=state, reason=reason, attempts=0, next_try=row.scheduled)
    last = max(failures, key=lambda failure: failure.at)
    over = len(failures) > len(RETRY_AFTER) or any(failure.for_good for failure in failures)
    return row._replace(
        state=state if state in {"done", "gone"} else "failed",
        reason=reason or last.reason,
        attempts=len(failures),
        next_try=None if over else last.at + RETRY_AFTER[len(failures) - 1],
    )
