"""The frontier: what happened to each article URL, and which are due."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta

from newscrawl.items import WarcPointer
from newscrawl.state import schedule
from newscrawl.state.model import Due, UrlState, Why, moment, seconds
from newscrawl.state.rows import FIND, INSERT, UPDATE
from newscrawl.state.schedule import Failure, Row
from newscrawl.state.sightings import Sightings, utf8, utf8_hint

_DUE = "SELECT url, done, captured, attempts, gone, etag, last_modified, published, section FROM url "
DUE_NEW = _DUE + "WHERE next_try = 0 AND recency BETWEEN :low AND :high ORDER BY recency DESC, id"
DUE_NEW_SECTION = (
    _DUE
    + "WHERE next_try = 0 AND section = :section AND recency BETWEEN :low AND :high ORDER BY recency DESC, id"
)
DUE_SCHEDULED = (
    _DUE
    + """WHERE next_try > 0 AND next_try <= :now AND recency BETWEEN :low AND :high
    AND (:section IS NULL OR section = :section) ORDER BY next_try, id"""
)
_ALWAYS = 1 << 60  # seconds: later than every date


class Frontier(Sightings):
    """What happened to the article URLs of one outlet, and what is next."""

    def due(
        self,
        now: datetime,
        limit: int,
        *,
        exclude: Collection[str] = (),
        section: str | None = None,
        since: date | None = None,
        until: date | None = None,
    ) -> list[Due]:
        """Return what to fetch next: retries and revisits, longest due first, then new ones, newest first.

        Both kinds share `limit` and the URLs in flight (`exclude`) evenly while there are enough of both, so
        that neither starves. `section`, `since` and `until` (days, both included) go by what sources said.
        """
        names = {
            "now": seconds(now),
            "section": section,
            "low": self._instant(since, time.min) if since else -_ALWAYS,
            "high": self._instant(until, time.max) if until else _ALWAYS,
        }
        scheduled, scheduled_in_flight = self._take(DUE_SCHEDULED, names, limit, exclude)
        new, new_in_flight = self._take(
            DUE_NEW if section is None else DUE_NEW_SECTION, names, limit, exclude
        )
        fair = (limit + scheduled_in_flight + new_in_flight + 1) // 2 - new_in_flight
        room = min(max(fair, limit - len(scheduled), 0), len(new), limit)
        return scheduled[: limit - room] + new[:room]

    def fetched(
        self,
        url: str,
        *,
        at: datetime,
        status: int,
        pointer: WarcPointer | None,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> None:
        """Note that an answer is in the archive. It stays due until it is done, gone or failed.

        `at` is the record's date. Answers other than 200 to 299 and 304 leave pointer and validators alone.
        """
        when = seconds(at)
        with self.transaction():
            row_id, row = self._load(url, when)
            self._save(
                row_id,
                row,
                schedule.after_fetch(row, when, status, pointer, utf8_hint(etag), utf8_hint(last_modified)),
            )

    def done(self, url: str, *, at: datetime, revisit_after: Sequence[timedelta]) -> None:
        """Note that an article's line is written or needs none; schedule its next revisit.

        `at` is the date of the record it was made from. Revisits are counted from the first fetch.
        """
        when = seconds(at)
        with self.transaction():
            row_id, row = self._load(url, when)
            self._save(row_id, row, schedule.after_done(row, when, revisit_after))

    def failed(
        self, url: str, *, at: datetime, reason: str, for_good: bool = False, recorded: bool = True
    ) -> None:
        """Note a failure: retried after 1 h, 6 h, 1 d, 3 d, 7 d, 30 d, then never; a success starts anew.

        `recorded=False`: no byte came, so the archive does not show it and a rebuilt state will not know it;
        of a URL that is in no other way known it leaves no trace.
        """
        when = seconds(at)
        with self.transaction():
            if not recorded and self._find(url) is None:
                return
            row_id, row = self._load(url, when)
            if when <= row.settled:
                return
            failure = (row_id, when, utf8(reason), for_good, recorded)
            self._db.execute("INSERT OR IGNORE INTO failure VALUES (?, ?, ?, ?, ?)", failure)
            self._save(row_id, row, row)

    def gone(self, url: str, *, at: datetime, reason: str) -> None:
        """Note that the server says the article is gone: looked at once more after 30 days, then never."""
        when = seconds(at)
        with self.transaction():
            row_id, row = self._load(url, when)
            self._save(row_id, row, schedule.after_gone(row, when, utf8(reason)))

    def reopen(self, url: str) -> None:
        """Forget what happened to a URL, not that it was listed: its line or its record was lost."""
        with self.transaction():
            found = self._find(url)
            if found:
                row_id, row = found
                fresh = Row(row.url, row.first_seen, row.recency, row.published, row.section, row.day)
                self._db.execute("DELETE FROM failure WHERE url_id = ?", (row_id,))
                self._db.execute(UPDATE, (*fresh, row_id))

    def url_state(self, url: str) -> UrlState | None:
        """Return what is known of a URL or of the article it is an alias of."""
        found = self._find(url)
        return self._state(found[1]) if found else None

    def _find(self, url: str) -> tuple[int, Row] | None:
        columns = self._row(FIND, (self.canonical(url),))
        return (columns[0], Row(*columns[1:])) if columns else None

    def _load(self, url: str, at: int) -> tuple[int, Row]:
        """Return a URL's row; of an unknown one a fresh row that no source lists."""
        found = self._find(url)
        if found:
            return found
        row = Row(utf8(self.canonical(url)), first_seen=at, recency=at)
        return self._db.execute(INSERT, row).lastrowid or 0, row

    def _save(self, row_id: int, before: Row, after: Row) -> None:
        """Write a row with the failures it still has; those before it was last done or gone are over."""
        if after.settled > before.settled:
            self._db.execute("DELETE FROM failure WHERE url_id = ? AND at <= ?", (row_id, after.settled))
        after = schedule.with_failures(after, self._failures(row_id))
        if after != before:
            self._db.execute(UPDATE, (*after, row_id))

    def _failures(self, row_id: int) -> list[Failure]:
        found = self._db.execute(
            "SELECT at, reason, for_good, recorded FROM failure WHERE url_id = ?", (row_id,)
        )
        return [
            Failure(at, reason, bool(for_good), bool(recorded)) for at, reason, for_good, recorded in found
        ]

    def _take(
        self, sql: str, names: dict[str, int | str | None], limit: int, exclude: Collection[str]
    ) -> tuple[list[Due], int]:
        """Return up to `limit` due rows, and how many were passed over because they are in flight."""
        taken: list[Due] = []
        passed = 0
        with self._errors():
            cursor = self._db.execute(sql, names)
            for url, done, captured, attempts, gone, etag, last_modified, *hints in cursor:
                if len(taken) >= limit:
                    break
                if url in exclude:
                    passed += 1
                    continue
                why: Why = "new"
                if done is not None and gone is None:
                    why = "revisit"
                elif attempts or gone is not None:
                    why = "retry"
                if done is None or (captured or 0) > done:  # a 304 would bring nothing to make a line from
                    etag = last_modified = None
                taken.append(Due(url, why, etag, last_modified, *hints))
            cursor.close()
        return taken, passed

    def _state(self, row: Row, reason: str | None = None) -> UrlState:
        return UrlState(
            url=row.url,
            state=row.state,
            reason=reason or row.reason,
            attempts=row.attempts,
            extracted=row.done is not None,
            first_seen=moment(row.first_seen),
            first_fetch=None if row.first_fetch is None else moment(row.first_fetch),
            last_fetch=None if row.last_fetch is None else moment(row.last_fetch),
            next_try=None if row.next_try is None else moment(row.next_try or row.first_seen),
            pointer=row.pointer,
            unread=row.unread,
            etag=row.etag,
            last_modified=row.last_modified,
            published=row.published,
            section=row.section,
            day=None if row.day is None else date.fromisoformat(row.day),
        )
