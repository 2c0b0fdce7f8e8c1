"""Reading one date as an Indonesian page, a feed or a meta tag writes it.

Our own reader knows the forms that newsrooms print and says `None` to everything else; dateparser is asked
only when it knows nothing, and only about strings that hold a whole date.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from newscrawl.items import Precision
from pipelines.dateforms import (
    AGO,
    COMPACT,
    DAY_MONTH,
    FLAGS,
    ISO,
    LOOKALIKES,
    MONTH_DAY,
    MONTHS,
    NAMED_DAY,
    NUMBERS,
    NUMBERS_NO_YEAR,
    TAG,
    TIMESTAMP,
    UNITS,
    UNIX,
    VAGUE,
    YEAR,
)
from pipelines.datelines import DateLine, Order, Parsed, day_of, midnight, time_of
from pipelines.zones import INDONESIAN, zone_named, zone_of

CLOCK_SKEW = timedelta(minutes=5)  # a server's clock may run this far ahead of ours; later is the future
EARLIEST_YEAR = 1945  # zero dates of databases lie before it, magazine archives after it
YEARS_BACK = 5  # how far the weekday may move a date printed without its year
_EPOCH, _DAY = datetime(1970, 1, 1, tzinfo=UTC), timedelta(days=1)
LONGEST = 300  # characters looked at: a date line is shorter, and no input may cost more


def parse_date(text: str, *, fetched: datetime, zone: str = "Asia/Jakarta", order: Order = "DMY") -> Parsed:
    """Read a date; never guess, never return one that lies after the fetch.

    `fetched` (aware) is what relative and year-less dates count from, `zone` an IANA name for dates without
    one, `order` that of `02/06/2020`.

    >>> at = datetime(2020, 6, 2, 4, 0, tzinfo=UTC)
    >>> parse_date("Kompas.com - 02/06/2020, 10:46 WIB", fetched=at).moment.isoformat()
    '2020-06-02T10:46:00+07:00'
    >>> parse_date("31 Februari 2020", fetched=at).warning
    'date.impossible'
    """
    return believable(read(text, fetched=fetched, zone=zone, order=order), fetched)


def believable(parsed: Parsed, fetched: datetime) -> Parsed:
    """Take the moment out of a reading that is not to be believed."""
    warning = doubt(parsed.moment, fetched) if parsed.moment else None
    return replace(parsed, moment=None, precision=None, warning=warning) if warning else parsed


def doubt(moment: datetime, fetched: datetime) -> str | None:
    """Return what is wrong with a moment after the fetch or before there was anything to date."""
    if moment.year < EARLIEST_YEAR or abs(moment - _EPOCH) < _DAY:
        return "date.placeholder"
    return "date.future" if moment > fetched + CLOCK_SKEW else None


def read(text: str, *, fetched: datetime, zone: str = "Asia/Jakarta", order: Order = "DMY") -> Parsed:
    """Read a date as `parse_date` does, but also one that lies in the future."""
    return _read(text[: 4 * LONGEST], fetched, zone, order)


@lru_cache(maxsize=64)  # a page gives the same date in several places
def _read(text: str, fetched: datetime, zone: str, order: Order) -> Parsed:
    shown = _visible(text)
    line = DateLine(shown, shown.translate(LOOKALIKES), fetched, zone_of(zone), order)
    if not line.text:
        return Parsed(None, None, "", "date.unreadable")
    for reader in _READERS:
        parsed = reader(line)
        if parsed is not None:
            return parsed
    return Parsed(None, None, shown, "date.unreadable")


def _visible(text: str) -> str:
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = TAG.sub(" ", text)
    return " ".join(text.replace("\u200b", " ").split())[:LONGEST]


def _whole(line: DateLine, start: int, end: int, year: int, month: int, day: int) -> Parsed:
    """Finish a date that has its year; the weekday before it is a check."""
    weekday = line.weekday_before(start)
    found = day_of(year, month, day)
    warning = "date.weekday" if weekday and found and found.weekday() != weekday[0] else None
    return line.parsed(found, weekday[1] if weekday else start, end, warning)


def _without_year(line: DateLine, start: int, end: int, month: int, day: int) -> Parsed:
    """Give a date the latest year that puts it before the fetch and on the weekday it names."""
    weekday = line.weekday_before(start)
    begin = weekday[1] if weekday else start
    if day_of(2000, month, day) is None:  # a leap year: only what exists in no year is impossible
        return line.parsed(None, begin, end)
    latest = (line.fetched + CLOCK_SKEW).astimezone(line.zone).date()
    days = [found for back in range(YEARS_BACK + 1) if (found := day_of(latest.year - back, month, day))]
    days = [found for found in days if found <= latest]
    fitting = [found for found in days if weekday is None or found.weekday() == weekday[0]]
    if not fitting:
        return replace(line.parsed(None, begin, end), warning="date.weekday")
    return line.parsed(fitting[0], begin, end, "date.year-assumed")


def _read_timestamp(line: DateLine) -> Parsed | None:
    """Read `2020-06-02T10:46:05+07:00`, as most metadata writes it."""
    if TIMESTAMP.fullmatch(line.shown) is None:
        return None
    try:
        moment = datetime.fromisoformat(line.shown)
    except ValueError:
        return None  # the reader of all such dates says why
    offset = moment.utcoffset()
    if offset in INDONESIAN:
        moment = moment.replace(tzinfo=INDONESIAN[offset])
    return Parsed(moment, "second", line.shown, zoned=True)


def _read_number(line: DateLine) -> Parsed | None:
    """Read Unix seconds or milliseconds, and dates written without any mark."""
    if found := UNIX.fullmatch(line.text):
        moment = datetime.fromtimestamp(int(found["seconds"]), UTC).astimezone(line.zone)
        return Parsed(moment, "second", line.shown, zoned=True)
    if found := COMPACT.fullmatch(line.text):
        day = day_of(int(found["year"]), int(found["month"]), int(found["day"]))
        if day is None or found["hour"] is None:
            return line.parsed(day, 0, len(line.text))
        time, zone = time_of(found), zone_named(found["zone"]) if found["zone"] else line.zone
        if time is None or zone is None:
            return line.parsed(None, 0, len(line.text))
        precision: Precision = "second" if found["second"] else "minute"
        return Parsed(midnight(day, zone) + time, precision, line.shown, zoned=bool(found["zone"]))
    return None


def _read_iso(line: DateLine) -> Parsed | None:
    return _first(_iso(line))


def _iso(line: DateLine) -> Iterator[Parsed]:
    for found in ISO.finditer(line.text):
        yield _whole(line, *found.span(), int(found["year"]), int(found["month"]), int(found["day"]))


def _read_named(line: DateLine) -> Parsed | None:
    """Read `2 Juni 2020`."""
    return _first(_named(line))


def _named(line: DateLine) -> Iterator[Parsed]:
    for found in DAY_MONTH.finditer(line.text):
        month = MONTHS.get(found["month"].lower())
        if month and found["year"]:
            yield _whole(line, *found.span(), _year(found["year"], line.fetched), month, int(found["day"]))


def _read_american(line: DateLine) -> Parsed | None:
    """Read `June 2, 2020` and `Jun 2 10:46:00 WIB 2020`."""
    for found in MONTH_DAY.finditer(line.text):
        month = MONTHS.get(found["month"].lower())
        if month is None:
            continue
        start, end = found.span()
        day = day_of(int(found["year"]), month, int(found["day"]))
        if not found["clock"]:
            return _whole(line, start, end, int(found["year"]), month, int(found["day"]))
        weekday = line.weekday_before(start)
        warning = "date.weekday" if weekday and day and day.weekday() != weekday[0] else None
        clock = line.clock_after(found.start("clock"))
        return line.parsed(day, weekday[1] if weekday else start, end, warning, clock)
    return None


def _read_numeric(line: DateLine) -> Parsed | None:
    """Read `02/06/2020` in the outlet's order."""
    return _first(_numeric(line))


def _numeric(line: DateLine) -> Iterator[Parsed]:
    for found in NUMBERS.finditer(line.text):
        one, two, three = found["one"], found["two"], found["three"]
        if found["mark"] == "." and len(three) == 2:
            continue  # 10.46.30 is a time
        if line.order == "YMD" and len(three) == 2:
            year, month, day = one, two, three
        elif line.order == "MDY":
            month, day, year = one, two, three
        else:
            day, month, year = one, two, three
        yield _whole(line, *found.span(), _year(year, line.fetched), int(month), int(day))


def _read_without_year(line: DateLine) -> Parsed | None:
    if YEAR.search(line.text):
        return None  # there is one, in a form that we do not know
    for found in DAY_MONTH.finditer(line.text):
        if month := MONTHS.get(found["month"].lower()):
            return _without_year(line, *found.span(), month, int(found["day"]))
    for found in NUMBERS_NO_YEAR.finditer(line.text):
        clock = line.clock_after(found.end())
        # A bare 1/6 may be a page number or a score.
        if line.weekday_before(found.start()) or (clock and clock["zone"]):
            day, month = int(found["one"]), int(found["two"])
            if line.order == "MDY":
                day, month = month, day
            return _without_year(line, *found.span(), month, day)
    return None


def _read_relative(line: DateLine) -> Parsed | None:
    """Read `12 menit yang lalu` and `kemarin 10:30` against the fetch."""
    if len(line.text) > 80:
        return None  # a sentence, not a date line
    now = line.fetched.astimezone(line.zone).replace(microsecond=0)
    found = AGO.search(line.text)
    unit = UNITS.get(found["unit"].lower()) if found else None
    if found and unit:
        number = int(found["number"] or 1)
        moment = now - timedelta(**{unit: number}) - timedelta(minutes=int(found["minutes"] or 0))
        if unit == "days":
            return line.parsed(moment.date(), *found.span())
        # "2 jam lalu" leaves an hour open, unless its minutes are printed too.
        warning = "date.approximate" if unit == "hours" and not found["minutes"] else None
        return Parsed(moment.replace(second=0), "minute", found[0], warning, zoned=True)
    if found := NAMED_DAY.search(line.text):
        if found["now"]:
            return Parsed(now.replace(second=0), "minute", found[0], zoned=True)
        return line.parsed(now.date() - timedelta(days=1 if found["yesterday"] else 0), *found.span())
    if found := VAGUE.search(line.text):
        return Parsed(None, None, found[0], "date.vague")
    return None


def _read_otherwise(line: DateLine) -> Parsed | None:
    """Ask dateparser about a string with a whole date in a form of its own."""
    year = YEAR.search(line.text)
    if year is None or len(line.text) > 80 or not re.search(r"[a-z]{3}", line.text, FLAGS):
        return None
    import dateparser  # costs a tenth of a second, and most crawls never come here

    settings = {
        "DATE_ORDER": line.order,
        "STRICT_PARSING": True,
        "REQUIRE_PARTS": ["day", "month", "year"],
        "PARSERS": ["absolute-time"],
        "RELATIVE_BASE": line.fetched.astimezone(line.zone).replace(tzinfo=None),
        "RETURN_AS_TIMEZONE_AWARE": False,
    }
    try:
        moment = dateparser.parse(line.text, languages=["id", "en", "ms"], settings=settings)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None  # seen on odd numbers; to us the string is unreadable
    if moment is None or moment.year != int(year[0]):
        return None
    timed = re.search(r"\d\s?[:.]\s?\d\d(?!\d)|\d\s?[ap]\.?m\b", line.text, FLAGS)
    moment = moment.replace(tzinfo=line.zone, second=0, microsecond=0)
    if not timed:
        return Parsed(moment.replace(hour=0, minute=0), "day", line.shown)
    return Parsed(moment, "minute", line.shown)


_READERS: tuple[Callable[[DateLine], Parsed | None], ...] = (
    _read_timestamp,
    _read_number,
    _read_iso,
    _read_named,
    _read_american,
    _read_numeric,
    _read_without_year,
    _read_relative,
    _read_otherwise,
)


def _first(dates: Iterator[Parsed]) -> Parsed | None:
    """Return the first date that is not said to be that of a change, else the first."""
    first = next(dates, None)
    if first is None or not first.updated:
        return first
    return next((other for other in dates if not other.updated), first)


def _year(text: str, fetched: datetime) -> int:
    """Return the year of four or two digits; two mean this century while that is not the future."""
    year = int(text)
    if len(text) == 4:
        return year
    return 1900 + year if 2000 + year > fetched.year and year >= 70 else 2000 + year
