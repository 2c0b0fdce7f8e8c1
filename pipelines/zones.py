"""Time zones: Indonesia's three, the names and offsets that pages print, and the IANA names of outlets."""

from __future__ import annotations

from datetime import UTC, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

WIB = timezone(timedelta(hours=7), "WIB")
WITA = timezone(timedelta(hours=8), "WITA")
WIT = timezone(timedelta(hours=9), "WIT")
INDONESIAN = {zone.utcoffset(None): zone for zone in (WIB, WITA, WIT)}

# Fixed since 1988, and then right even where the machine has no time zone database.
_OUTLET_ZONES: dict[str, tzinfo] = {
    "Asia/Jakarta": WIB,
    "Asia/Pontianak": WIB,
    "Asia/Makassar": WITA,
    "Asia/Ujung_Pandang": WITA,
    "Asia/Jayapura": WIT,
    "UTC": UTC,
}
_NAMED_ZONES: dict[str, tzinfo] = {
    "wib": WIB,
    "wita": WITA,
    "wit": WIT,
    "z": UTC,
    "utc": UTC,
    "gmt": UTC,
    **{
        name: timezone(timedelta(hours=hours))  # those that RFC 822 allows in feeds
        for name, hours in zip(
            ("est", "edt", "cst", "cdt", "mst", "mdt", "pst", "pdt"),
            (-5, -4, -6, -5, -7, -6, -8, -7),
            strict=True,
        )
    },
}


@lru_cache(maxsize=32)
def zone_of(name: str) -> tzinfo:
    """Return the time zone of an IANA name.

    Raises `zoneinfo.ZoneInfoNotFoundError` (a `KeyError`) for an unknown one.
    """
    return _OUTLET_ZONES.get(name) or ZoneInfo(name)


def zone_named(text: str) -> tzinfo | None:
    """Return the zone of a name or an offset; `None` for an offset that no place has."""
    text = text.replace(" ", "").lower()
    if known := _NAMED_ZONES.get(text):
        return known
    digits = text.removeprefix("utc").removeprefix("gmt").replace(":", "")
    hours, minutes = (digits[1:], "0") if len(digits) < 4 else (digits[1:-2], digits[-2:])
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    if offset > timedelta(hours=14):
        return None
    if digits[0] == "-":
        return timezone(-offset)
    return INDONESIAN.get(offset) or timezone(offset)
