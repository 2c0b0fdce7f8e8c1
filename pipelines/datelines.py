"""What a date line says once its day is found: the time printed beside it, the zone, and what is doubtful."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Literal

from newscrawl.items import Precision
from pipelines.dateforms import LAST_WORD, TIME_AFTER, TIME_BEFORE, UPDATED, WEEKDAYS
from pipelines.zones import zone_named

__all__ = ["DateLine", "Order", "Parsed", "day_of", "midnight", "time_of"]

Order = Literal["DMY", "MDY", "YMD"]


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one string says.

    `moment` is aware, in the zone the string names or else the outlet's; with precision `day` it is 00:00.
    `text` is the part of the string that was the date. `warning` says what is doubtful, or why there is no
    moment: `date.unreadable`, `date.vague`, `date.impossible`, `date.future`, `date.placeholder`,
    `date.weekday`, `date.year-assumed`, `date.approximate`. `zoned`: the string names its zone; `updated`: it
    says that this is when the article was changed.
    """

    moment: datetime | None
    precision: Precision | None
    text: str
    warning: str | None = None
    zoned: bool = False
    updated: bool = False


@dataclass(frozen=True, slots=True)
class DateLine:
    """A date line: `shown` as printed, `text` with plain quotes and dashes; both of one length."""

    shown: str
    text: str
    fetched: datetime
    zone: tzinfo
    order: Order

    def parsed(
        self,
        day: date | None,
        start: int,
        end: int,
        warning: str | None = None,
        clock: re.Match[str] | None = None,
    ) -> Parsed:
        """Put day and time together; `None` for the day stands for one that does not exist."""
        clock = clock or self.clock_after(end)
        before = None if clock else self.clock_before(start)
        if clock:
            end = max(end, clock.end())
        elif before:
            start, clock = before.start(), before
        if self.text[end : end + 1] == ")" and "(" in self.text[start:end]:
            end += 1
        shown = self.shown[start:end].strip(" ,.|/-")
        updated = UPDATED.search(self.text, max(0, start - 40), start) is not None
        if day is None:
            return Parsed(None, None, shown, "date.impossible", updated=updated)
        if clock is None:
            return Parsed(midnight(day, self.zone), "day", shown, warning, updated=updated)
        zone = zone_named(clock["zone"]) if clock["zone"] else self.zone
        time = time_of(clock)
        if zone is None or time is None:
            return Parsed(None, None, shown, "date.impossible", updated=updated)
        moment = midnight(day, zone) + time
        precision: Precision = "second" if clock["second"] else "minute"
        return Parsed(moment, precision, shown, warning, zoned=bool(clock["zone"]), updated=updated)

    def clock_after(self, end: int) -> re.Match[str] | None:
        """Return the time printed right after a date."""
        return _plausible(TIME_AFTER.match(self.text, end))

    def clock_before(self, start: int) -> re.Match[str] | None:
        """Return the time printed right before a date, where a colon or a zone says that it is one."""
        found = TIME_BEFORE.search(self.text, max(0, start - 40), start)
        return found if found and (found["colon"] == ":" or found["zone"]) else None

    def weekday_before(self, start: int) -> tuple[int, int] | None:
        """Return the weekday printed just before a date, and where it starts."""
        word = LAST_WORD.search(self.text, max(0, start - 20), start)
        if word is None:
            return None
        number = WEEKDAYS.get(word[1].replace("'", "").lower())
        return None if number is None else (number, word.start())


def _plausible(clock: re.Match[str] | None) -> re.Match[str] | None:
    """Let `45.99` after a date be a number, not an impossible time."""
    if clock and clock["colon"] == "." and not clock["zone"] and time_of(clock) is None:
        return None
    return clock


def time_of(clock: re.Match[str]) -> timedelta | None:
    """Return the time since midnight that a match shows, `None` where no clock shows it."""
    parts = clock.groupdict()
    hour, minute, second = int(parts["hour"]), int(parts["minute"] or 0), int(parts["second"] or 0)
    half = (parts.get("half") or parts.get("bare") or "").lower()
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    return timedelta(hours=hour, minutes=minute, seconds=second)


def day_of(year: int, month: int, day: int) -> date | None:
    """Return a day, `None` for one that does not exist.

    >>> day_of(2020, 2, 29), day_of(2020, 2, 31)
    (datetime.date(2020, 2, 29), None)
    """
    try:
        return date(year, month, day)
    except ValueError:
        return None


def midnight(day: date, zone: tzinfo) -> datetime:
    """Return the moment at which a day begins in a zone."""
    return datetime(day.year, day.month, day.day, tzinfo=zone)
