"""What the sources listed against what was had; and all rows, to compare a rebuilt state with a lost one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Any

from newscrawl.state.model import DayCoverage, UrlState
from newscrawl.state.rows import COLUMNS
from newscrawl.state.schedule import Row, with_failures
from newscrawl.state.versions import Versions

PENDING = {"found": "not fetched yet", "fetched": "fetched, not extracted yet"}
_PAGE = 1000  # rows read at a time

_DAYS = """SELECT day, state, done IS NOT NULL, first_fetch IS NOT NULL, reason, count(*) FROM url
    WHERE day BETWEEN ? AND ? GROUP BY 1, 2, 3, 4, 5 ORDER BY day"""
_MISSING = f"""SELECT id, {COLUMNS} FROM url
    WHERE done IS NULL AND day = ? AND id > ? ORDER BY id LIMIT {_PAGE}
    """  # noqa: S608  (our own column names)
_DUMP = {  # what a rebuild from WARC and JSONL must give again; ids, which depend on the order, are left out
    "sighting": """SELECT url.url, source.url, sighting.day FROM sighting
        JOIN url ON url.id = url_id JOIN source ON source.id = source_id ORDER BY 1, 2, 3""",
    "alias": "SELECT alias, url FROM alias ORDER BY 1",
    "source": """SELECT url, etag, last_modified FROM source
        WHERE etag IS NOT NULL OR last_modified IS NOT NULL ORDER BY 1""",
    "version": "SELECT * FROM version ORDER BY id, version",
    "payload": "SELECT * FROM payload ORDER BY uri, date, digest",
}


class Coverage(Versions):
    """Counts and lists over the whole state."""

    def coverage(self, since: date | None, until: date | None) -> list[DayCoverage]:
        """Return what became of the listed URLs, for each day that has some, in order.

        A URL's day is that of its publication as the source says, else the day it was first seen, in the
        outlet's zone. Both ends are included.
        """
        groups = groupby(self._rows(_DAYS, _span(since, until)), key=lambda row: row[0])
        return [_day(date.fromisoformat(day), [row[1:] for row in rows]) for day, rows in groups]

    def missing(self, since: date | None, until: date | None) -> Iterator[UrlState]:
        """Yield the URLs that are listed but not extracted, by day, each with its reason."""
        day, end = _span(since, until)
        while day := self._row("SELECT min(day) FROM url WHERE day BETWEEN ? AND ?", (day, end))[0]:
            last = 0
            while page := self._rows(_MISSING, (day, last)):
                rows = [Row(*columns) for _, *columns in page]
                yield from (self._state(row, reason=_reason(row.state, row.reason)) for row in rows)
                last = page[-1][0]
            day += "~"  # sorts after this day and before the next

    def counts(self) -> dict[str, int]:
        """Return how many URLs are in each state and in all (`urls`), and how many `versions` there are."""
        states: dict[str, int] = dict.fromkeys(("found", "fetched", "failed", "done", "gone"), 0)
        states.update(self._rows("SELECT state, count(*) FROM url GROUP BY state"))
        versions = self._row("SELECT count(*) FROM version")[0]
        return {**states, "urls": sum(states.values()), "versions": versions}

    def dump(self) -> Iterator[tuple[Any, ...]]:
        """Yield every row that a rebuild must give again, in a fixed order: table name, then columns.

        Left out: failures that no record shows (`failed(..., recorded=False)`), as if they had not happened,
        and the list of reconciled files, which is about this database and not about the archive.
        """
        for row_id, *columns in self._each(f"SELECT id, {COLUMNS} FROM url ORDER BY url"):  # noqa: S608
            row = Row(*columns)
            if row.attempts:
                row = with_failures(row, [failure for failure in self._failures(row_id) if failure.recorded])
            yield ("url", *row)
        for table, sql in _DUMP.items():
            for columns in self._each(sql):
                yield (table, *columns)


def _span(since: date | None, until: date | None) -> tuple[str, str]:
    return (since or date.min).isoformat(), (until or date.max).isoformat()


def _reason(state: str, reason: str | None) -> str:
    return reason or PENDING.get(state, state)


def _day(day: date, rows: list[tuple[str, int, int, str | None, int]]) -> DayCoverage:
    """Add up one day's groups: state, extracted, archived, reason, number."""
    numbers: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for state, extracted, archived, reason, number in rows:
        numbers["listed"] += number
        numbers["archived"] += number if archived else 0
        if extracted:
            numbers["extracted"] += number
            continue
        numbers[state if state in {"failed", "gone"} else "pending"] += number
        reasons[_reason(state, reason)] += number
    return DayCoverage(
        day=day,
        listed=numbers["listed"],
        archived=numbers["archived"],
        extracted=numbers["extracted"],
        failed=numbers["failed"],
        gone=numbers["gone"],
        pending=numbers["pending"],
        reasons=reasons,
    )
