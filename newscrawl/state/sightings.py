"""What discovery found: article URLs, the other forms they have, and where and when each was listed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from newscrawl.state.database import Database
from newscrawl.state.model import Sighting, seconds
from newscrawl.state.rows import INSERT
from newscrawl.state.schedule import Row

_LATEST = 1 << 33  # the year 2242; later dates, and the years 1 and 1970, are how a CMS says nothing


class Sightings(Database):
    """The article URLs of one outlet; `zone` is where its days begin."""

    def __init__(self, path: Path, zone: str = "Asia/Jakarta") -> None:
        self.zone = ZoneInfo(zone)
        super().__init__(path)

    def found(self, sightings: Iterable[Sighting], *, now: datetime) -> int:
        """Note what a discovery page lists, in one transaction; return how many URLs are new.

        `now` is the date of the page's record. A hint (publication time, section) is kept as first given.
        """
        seen = seconds(now)
        today = self._day(seen)
        new = 0
        with self.transaction():
            for sighting in sightings:
                new += self._see(sighting, seen, today)
        return new

    def is_new(self, url: str) -> bool:
        """Tell whether a URL is unknown, as an article and as an alias of one."""
        sql = "SELECT 1 FROM url WHERE url = ?1 UNION ALL SELECT 1 FROM alias WHERE alias = ?1 LIMIT 1"
        return self._row(sql, (url,)) is None

    def unfetched(self, urls: Iterable[str], *, at: datetime) -> int:
        """Return how many of these listed articles had never been fetched before `at`."""
        sql = "SELECT 1 FROM url WHERE url = ? AND (state = 'found' OR first_fetch >= ?)"
        when = seconds(at)
        return sum(self._row(sql, (self.canonical(url), when)) is not None for url in urls)

    def canonical(self, url: str) -> str:
        """Return the article URL that `url` is an alias of, else `url` itself."""
        while not self._row("SELECT 1 FROM url WHERE url = ?", (url,)):
            found = self._row("SELECT url FROM alias WHERE alias = ?", (url,))
            if not found:
                break
            url = found[0]  # ends: no alias is ever added that leads back to itself
        return url

    def aliases(self, url: str) -> list[str]:
        """Return the other forms that an article URL was seen under, sorted."""
        return [
            alias for (alias,) in self._rows("SELECT alias FROM alias WHERE url = ? ORDER BY alias", (url,))
        ]

    def add_alias(self, alias: str, url: str) -> None:
        """Note that `alias` leads to the article `url` (redirect, canonical link). The first word stands."""
        with self.transaction():
            target = self.canonical(url)
            if alias != target:
                self._db.execute("INSERT OR IGNORE INTO alias VALUES (?, ?)", (utf8(alias), utf8(target)))

    def _see(self, sighting: Sighting, seen: int, today: str) -> bool:
        """Add a sighting; return whether its URL is new."""
        url = self.canonical(utf8(sighting.url))
        if sighting.alias is not None:
            self.add_alias(sighting.alias, url)
        before = self._row("SELECT id, first_seen, published, section, day FROM url WHERE url = ?", (url,))
        row_id, first_seen, published, section, day = before or (None, seen, None, None, None)
        first_seen = min(first_seen, seen)
        published, recency = self._publication(published, utf8_hint(sighting.published)) or (None, first_seen)
        section = section or utf8_hint(sighting.section)
        day = self._day(recency)
        if row_id is None:
            row = Row(url, first_seen, recency, published, section, day)
            row_id = self._db.execute(INSERT, row).lastrowid
        elif before[1:] != (first_seen, published, section, day):
            sql = (
                "UPDATE url SET first_seen = ?, recency = ?, published = ?, section = ?, day = ? WHERE id = ?"
            )
            self._db.execute(sql, (first_seen, recency, published, section, day, row_id))
        place = (row_id, self._source(utf8(sighting.source)), today)
        self._db.execute("INSERT OR IGNORE INTO sighting VALUES (?, ?, ?)", place)
        return before is None

    def _source(self, url: str) -> int:
        found = self._row("SELECT id FROM source WHERE url = ?", (url,))
        if found:
            return int(found[0])
        return int(self._db.execute("INSERT INTO source (url) VALUES (?)", (url,)).lastrowid or 0)

    def _day(self, instant: int) -> str:
        """Return the day of a time in the outlet's zone."""
        return datetime.fromtimestamp(instant, self.zone).date().isoformat()

    def _instant(self, day: date, clock: time) -> int:
        """Return a moment of a day in the outlet's zone."""
        return seconds(datetime.combine(day, clock, self.zone))

    def _publication(self, *hints: str | None) -> tuple[str, int] | None:
        """Return the first hint that is a date, and its time; local where it has no zone."""
        for hint in hints:
            try:
                told = datetime.fromisoformat(hint or "")
                instant = seconds(told if told.tzinfo else told.replace(tzinfo=self.zone))
            except (ValueError, OverflowError):
                continue
            if hint and 0 < instant < _LATEST:
                return hint, instant
        return None


def utf8(value: str) -> str:
    """Return a text as UTF-8 can hold it: pages and feeds may bring lone surrogates."""
    return value if value.isascii() else value.encode("utf-8", "replace").decode()


def utf8_hint(value: str | None) -> str | None:
    """Return a text as UTF-8 can hold it, `None` for none."""
    return None if value is None else utf8(value)
