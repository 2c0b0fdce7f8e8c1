"""Which lines go into an export."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Selection:
    """What an article must be; empty means any.

    Days are those of publication as printed, where none was found the day (UTC) of fetching; both ends are
    included. `sections` fit any element of an article's section path, whatever the case.
    `without` are ids of articles that are left out whatever they are.
    """

    outlets: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    sections: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    without: Collection[str] = frozenset()

    def fits(self, row: dict[str, Any]) -> bool:
        """Tell whether a line's article is meant.

        >>> row = {"id": "a-1", "published": None, "fetched": "2020-06-02T03:46:05Z", "section": ["Politik"]}
        >>> Selection(sections=("politik",), since=date(2020, 6, 2)).fits(row)
        True
        >>> Selection(until=date(2020, 6, 1)).fits(row)
        False
        """
        if row["id"] in self.without:
            return False
        if self.outlets and row["outlet"] not in self.outlets:
            return False
        if self.languages and row["language"] not in self.languages:
            return False
        if self.sections:
            wanted = {section.casefold() for section in self.sections}
            if wanted.isdisjoint(section.casefold() for section in row["section"]):
                return False
        if self.since or self.until:
            day = date.fromisoformat((row["published"] or row["fetched"])[:10])
            return (self.since or date.min) <= day <= (self.until or date.max)
        return True

    def words(self) -> str:
        """Say what is meant, for people.

        >>> Selection(outlets=("rmol",), since=date(2020, 6, 1)).words()
        'outlets rmol; since 2020-06-01'
        """
        lists = {"outlets": self.outlets, "sections": self.sections, "languages": self.languages}
        parts = [f"{name} {', '.join(values)}" for name, values in lists.items() if values]
        parts += [f"{name} {day}" for name, day in (("since", self.since), ("until", self.until)) if day]
        return "; ".join(parts) or "everything"


def moment_of(row: dict[str, Any]) -> int:
    """Return when an article was published, where that is unknown fetched, as seconds since 1970.

    >>> moment_of({"published": "1970-01-01T07:00:05+07:00", "fetched": "2020-06-02T03:46:05Z"})
    5
    """
    return int(datetime.fromisoformat(row["published"] or row["fetched"]).timestamp())
