"""When an article was published and changed: one answer out of all the dates that its page gives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo

from newscrawl.items import Article, DateText, Precision
from pipelines import Stage
from pipelines.datelines import Order, Parsed
from pipelines.datetext import CLOCK_SKEW, believable, doubt, parse_date, read
from pipelines.zones import INDONESIAN, zone_of

__all__ = ["CLOCK_SKEW", "Chosen", "DatesStage", "Order", "Parsed", "choose", "choose_modified", "parse_date"]

# After what the reader sees, in the order of trust; a source such as meta:NAME counts as meta.
TRUST = ("printed", "json-ld", "meta", "time", "feed", "sitemap", "url")
TEMPLATE_AGE = timedelta(days=30)  # a date further than this from the article's day was not made for it
_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The date that was chosen, or `None` for the first four.

    `text` and `source` are those of the candidate that was believed. `warnings` are those of `Parsed` and
    `date.meta-disagrees`, `date.meta-offset` (a clock right, its zone wrong), `date.template` (a constant),
    `date.printed-elsewhere` (printed, but not this article's), `date.only-modified`.
    """

    moment: datetime | None
    precision: Precision | None
    text: str | None
    source: str | None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Reading:
    """A candidate and what it says."""

    source: str
    text: str
    moment: datetime
    precision: Precision
    zoned: bool
    updated: bool
    year_assumed: bool

    @property
    def timed(self) -> bool:
        return self.precision != "day"

    @property
    def family(self) -> str:
        return self.source.partition(":")[0]

    @property
    def clock(self) -> datetime:
        """The wall clock it shows, to the minute, whatever its zone."""
        return self.moment.replace(tzinfo=None, second=0, microsecond=0)


def choose(
    candidates: Sequence[DateText], *, fetched: datetime, zone: str = "Asia/Jakarta", order: Order = "DMY"
) -> Chosen:
    """Choose the publication date: what the reader sees wins, metadata may only sharpen what it agrees with.

    Without a printed date the sources of `TRUST` follow, checked against each other and the day in the URL.

    >>> at = datetime.fromisoformat("2015-11-05T12:00:00+07:00")
    >>> seen = DateText("printed", "05/11/2015 10:08 WIB")
    >>> meta = DateText("meta:pubdate", "2015-11-05 T10:08:58Z")
    >>> chosen = choose([seen, meta], fetched=at)
    >>> chosen.moment.isoformat(), chosen.source, chosen.warnings
    ('2015-11-05T10:08:58+07:00', 'printed', ('date.meta-offset',))
    """
    local = zone_of(zone)
    notes: list[str] = []
    readings, failures = _read_all(candidates, fetched, zone, order)
    url_day = next((r.moment.date() for r in readings if r.family == "url"), None)
    readings = _with_years(readings, url_day)
    readings = list(_mend_offsets(readings, url_day, fetched, local, notes))
    readings = list(_believable(readings, fetched, notes))
    metadata = [r for r in readings if r.family not in ("printed", "url")]
    printed = [r for r in readings if r.family == "printed"]
    seen = _printed(printed, metadata, url_day, fetched, local, notes)
    chosen = seen and _sharpened(seen, metadata, local, notes)
    chosen = chosen or _from_metadata(metadata, url_day, local, notes)
    if chosen is None and (chosen := next((r for r in printed if r.updated), None)):
        notes.append("date.only-modified")
    chosen = chosen or next((r for r in readings if r.family == "url"), None)
    notes = [n for n in failures if n != "date.unreadable" or chosen is None] + notes
    if chosen is None:
        return Chosen(None, None, None, None, tuple(dict.fromkeys(notes)))
    if chosen.year_assumed:
        notes.append("date.year-assumed")
    moment = _in_zone(chosen.moment, local)
    return Chosen(moment, chosen.precision, chosen.text, chosen.source, tuple(dict.fromkeys(notes)))


def choose_modified(
    candidates: Sequence[DateText],
    published: Chosen,
    *,
    fetched: datetime,
    zone: str = "Asia/Jakarta",
    order: Order = "DMY",
) -> datetime | None:
    """Choose the time of the last change: one with a clock, not before `published`; printed before metadata.

    Where the metadata's zone was found to be wrong for the publication, it is not believed here either.
    """
    local = zone_of(zone)
    readings, _ = _read_all(candidates, fetched, zone, order)
    for reading in readings:
        moment = reading.moment
        lying = "date.meta-offset" in published.warnings and moment.utcoffset() not in INDONESIAN
        if lying and reading.family != "printed":
            moment = moment.replace(tzinfo=local)
        if not reading.timed or moment > fetched + CLOCK_SKEW:
            continue
        if published.moment is None or moment >= published.moment:
            return _in_zone(moment, local)
    return None


def _read_all(
    candidates: Iterable[DateText], fetched: datetime, zone: str, order: Order
) -> tuple[list[_Reading], list[str]]:
    """Read the candidates, most trusted first; return what they say and why others say nothing."""
    readings, warnings = [], []
    for candidate in sorted(candidates, key=lambda c: _rank(c.source)):
        parsed = read(candidate.text, fetched=fetched, zone=zone, order=order)
        parsed = believable(parsed, fetched + _DAY)  # up to a day ahead it may be the zone that is wrong
        if parsed.moment is None or parsed.precision is None:
            warnings.append(parsed.warning or "date.unreadable")
            continue
        assumed = parsed.warning == "date.year-assumed"
        if parsed.warning and not assumed:
            warnings.append(parsed.warning)
        readings.append(
            _Reading(
                candidate.source,
                parsed.text,
                parsed.moment,
                parsed.precision,
                parsed.zoned,
                parsed.updated,
                assumed,
            )
        )
    return readings, warnings


def _rank(source: str) -> int:
    family = source.partition(":")[0]
    return TRUST.index(family) if family in TRUST else len(TRUST) - 2


def _with_years(readings: list[_Reading], url_day: date | None) -> list[_Reading]:
    """Take the year of a date printed without one from the URL or the metadata, if they name that day."""
    if not any(reading.year_assumed for reading in readings):
        return readings
    days = [url_day] if url_day else [r.moment.date() for r in readings if r.family not in ("printed", "url")]
    return [next((near for day in days if (near := _near(r, day))), r) for r in readings]


def _near(reading: _Reading, day: date) -> _Reading | None:
    """Put a reading without a year within two days of `day`, `None` where it does not fit."""
    if reading.year_assumed:
        for year in (day.year, day.year - 1, day.year + 1):
            try:
                moment = reading.moment.replace(year=year)
            except ValueError:  # 29 February
                continue
            if abs(moment.date() - day) <= 2 * _DAY:
                return replace(reading, moment=moment, year_assumed=False)
    return None


def _mend_offsets(
    readings: list[_Reading], url_day: date | None, fetched: datetime, local: tzinfo, notes: list[str]
) -> Iterator[_Reading]:
    """Believe the clock and not the zone of metadata whose zone is shown to be wrong.

    It is, when another source shows the same clock in another zone, or when only the clock, taken as the
    outlet's own, fits the day in the URL (or lies before the fetch on that day).
    """
    for reading in readings:
        as_local = reading.moment.replace(tzinfo=local)
        if reading.family in ("printed", "url") or not reading.timed or reading.moment == as_local:
            yield reading
            continue
        twin = any(
            other.timed
            and other.clock == reading.clock
            and other.moment.utcoffset() != reading.moment.utcoffset()
            for other in readings
        )
        day = reading.moment.astimezone(local).date()
        late = reading.moment > fetched + CLOCK_SKEW >= as_local
        if twin or (as_local.date() == url_day and (day != url_day or late)):
            notes.append("date.meta-offset")
            reading = replace(reading, moment=as_local)
        yield reading


def _believable(readings: Iterable[_Reading], fetched: datetime, notes: list[str]) -> Iterator[_Reading]:
    for reading in readings:
        warning = doubt(reading.moment, fetched)
        if warning:
            notes.append(warning)
        else:
            yield reading


def _printed(
    printed: list[_Reading],
    metadata: list[_Reading],
    url_day: date | None,
    fetched: datetime,
    local: tzinfo,
    notes: list[str],
) -> _Reading | None:
    """Return the article's printed date: one that others support, with a clock, the first on the page."""
    days = [m.moment.astimezone(local).date() for m in metadata]
    agreed = url_day is not None and any(abs(day - url_day) <= _DAY for day in days)
    days += [url_day] if url_day else []
    today = fetched.astimezone(local).date()
    fitting = []
    for reading in printed:
        day = reading.moment.date()
        distance = min((abs(day - other) for other in days), default=timedelta(0))
        masthead = not reading.timed and day == today and distance > _DAY
        if reading.updated:
            continue
        if masthead or (agreed and distance > TEMPLATE_AGE):
            notes.append("date.printed-elsewhere")
            continue
        fitting.append((distance > _DAY, not reading.timed, reading))
    return min(fitting, key=lambda f: f[:2])[2] if fitting else None


def _sharpened(seen: _Reading, metadata: list[_Reading], local: tzinfo, notes: list[str]) -> _Reading:
    """Compare the printed date with the metadata, and take over the finer time of the first that agrees."""
    sharper = None
    for other in metadata:
        if _agree(seen, other, local):
            finer = other.timed and (not seen.timed or other.precision == "second" != seen.precision)
            sharper = sharper or (other if finer else None)
        elif abs(other.moment - seen.moment) > TEMPLATE_AGE:
            notes.append("date.template")
        else:
            notes.append("date.meta-disagrees")
    if sharper is None:
        return seen
    moment = sharper.moment.astimezone(seen.moment.tzinfo)
    return replace(seen, moment=moment, precision=sharper.precision)


def _agree(one: _Reading, other: _Reading, local: tzinfo) -> bool:
    if one.timed and other.timed:
        return abs(_to_minute(one.moment) - _to_minute(other.moment)) < _MINUTE
    return one.moment.astimezone(local).date() == other.moment.astimezone(local).date()


def _from_metadata(
    metadata: list[_Reading], url_day: date | None, local: tzinfo, notes: list[str]
) -> _Reading | None:
    """Return the most trusted metadata that another source supports, else the most trusted."""
    near = [m for m in metadata if not url_day or abs(m.moment.date() - url_day) <= TEMPLATE_AGE]
    if len(near) < len(metadata):
        notes.append("date.template")
    if not near:
        return None
    supported = (
        m
        for m in near
        if (url_day and abs(m.moment.astimezone(local).date() - url_day) <= _DAY)
        or any(o is not m and abs(o.moment - m.moment) <= _DAY for o in near)
    )
    best = next(supported, near[0])
    notes.extend("date.meta-disagrees" for other in near if not _agree(best, other, local))
    if best.timed:
        return best
    return next((m for m in near if m.timed and _agree(best, m, local)), best)


def _to_minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _in_zone(moment: datetime, local: tzinfo) -> datetime:
    """Keep WIB, WITA and WIT as they are given; bring everything else into the outlet's zone."""
    return moment if moment.utcoffset() in INDONESIAN else moment.astimezone(local)


class DatesStage(Stage):
    """Set when an article was published and changed, and what is doubtful about it."""

    def process_item(self, item: Article) -> Article:
        """Read the dates in the evidence, and the date lines that cleaning took out of the text."""
        evidence, fetched = item.evidence, item.fetched_at
        zone, order = evidence.zone, evidence.date_order
        dates = list(evidence.published)
        printed = [
            (d, read(d.text, fetched=fetched, zone=zone, order=order)) for d in dates if d.source == "printed"
        ]
        if not any(parsed.moment for _, parsed in printed):
            dates += [DateText("printed", r.text) for r in item.removed if r.rule.startswith("date-line.")]
        chosen = choose(dates, fetched=fetched, zone=zone, order=order)
        changes = [*evidence.modified, *(d for d, parsed in printed if parsed.updated)]
        modified = choose_modified(changes, chosen, fetched=fetched, zone=zone, order=order)
        if chosen.moment:
            item.published = chosen.moment.isoformat(timespec="seconds")
            item.published_precision = chosen.precision
            item.published_text, item.published_source = chosen.text, chosen.source
        item.modified = modified.isoformat(timespec="seconds") if modified else None
        item.extraction.warnings.extend(chosen.warnings)
        self.count(f"dates/source/{chosen.source}" if chosen.source else "dates/missing")
        for warning in chosen.warnings:
            self.count(f"dates/warning/{warning}")
        return item
