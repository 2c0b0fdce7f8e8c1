"""Make a state again from WARC and JSONL, beside the old one: complete or not at all."""

from __future__ import annotations

from pathlib import Path

from scrapy.settings import BaseSettings

from newscrawl.outlet import Outlet
from newscrawl.recovery import Recovered, drop_state, recover
from newscrawl.state import State, state_file

SUFFIX = ".rebuilding"


def rebuild_state(data: Path, outlet: Outlet, settings: BaseSettings) -> tuple[Recovered, dict[str, int]]:
    """Replace an outlet's state; call it with the outlet's lock held. Return what was done and the counts."""
    path = state_file(data, outlet.name)
    fresh = path.with_suffix(SUFFIX)
    drop_leftovers(data, outlet.name)
    done = recover(data, outlet, settings, state=fresh)
    with State(fresh) as state:
        counts = state.counts()
    for leftover in path.parent.glob(f"{path.name}-*"):  # the old state's write-ahead log
        leftover.unlink()
    fresh.rename(path)
    return done, counts


def drop_leftovers(data: Path, outlet: str) -> list[Path]:
    """Remove what a rebuild that was killed left; return which files."""
    return drop_state(state_file(data, outlet).with_suffix(SUFFIX))
