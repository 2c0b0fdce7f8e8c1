"""What a crawl remembers between runs: one SQLite file an outlet, a view that WARC and JSONL can rebuild."""

from __future__ import annotations

from pathlib import Path

from newscrawl.state.erase import Erasing
from newscrawl.state.model import (
    DayCoverage,
    Due,
    Sighting,
    StateError,
    StateFull,
    Status,
    UrlState,
    Version,
)

__all__ = [
    "DayCoverage",
    "Due",
    "Sighting",
    "State",
    "StateError",
    "StateFull",
    "Status",
    "UrlState",
    "Version",
    "state_file",
]


class State(Erasing):
    """The state of one outlet: frontier, versions, payloads, validators, coverage.

    Every call that changes something is one transaction and idempotent; `transaction()` makes several calls
    one, `group()` commits many together. No call reads the clock: times come as arguments, from the records'
    dates, so that a rebuild gives equal rows. Times are whole seconds in UTC. What a `kill -9` leaves is what
    was committed; a power cut may undo the last seconds (`synchronous=NORMAL`), never tear them.

    >>> from datetime import UTC, date, datetime, timedelta
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> noon = datetime(2020, 6, 2, 12, tzinfo=UTC)
    >>> with TemporaryDirectory() as folder, State(Path(folder) / "rmol.sqlite") as state:
    ...     state.found([Sighting("https://rmol.id/a", "https://rmol.id/rss")], now=noon)
    ...     state.due(noon, 10)[0].why
    ...     state.done("https://rmol.id/a", at=noon, revisit_after=[timedelta(days=1)])
    ...     state.due(noon, 10)
    ...     state.due(noon + timedelta(days=1), 10)[0].why
    1
    'new'
    []
    'revisit'
    """


def state_file(data: Path, outlet: str) -> Path:
    """Return where the state of an outlet lies."""
    return data / "state" / f"{outlet}.sqlite"
