"""One forgetting from beginning to end: recover, find, write the plan down, carry it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from scrapy.settings import BaseSettings

from newscrawl import manifest
from newscrawl.forget import log
from newscrawl.forget.carry_out import begin, finish, is_other
from newscrawl.forget.log import Entry
from newscrawl.forget.plan import Plan
from newscrawl.forget.search import NotForgotten, Search
from newscrawl.outlet import Outlet
from newscrawl.recovery import recover
from newscrawl.state import State, state_file


@dataclass
class Forgotten:
    """What came of it: entries of the log that are new, and by URL those that were there already."""

    entries: list[Entry] = field(default_factory=list)
    before: dict[str, Entry] = field(default_factory=dict)


def forget(
    data: Path,
    outlet: Outlet,
    urls: Sequence[str],
    reason: str,
    at: str,
    settings: BaseSettings,
    *,
    rebooted: bool = False,
) -> Forgotten:
    """Forget the articles at canonical URLs, all or none; call it with the outlet's lock held.

    One that was killed before is finished first. Raise `NotForgotten` when something is in the way.
    """
    done = Forgotten()
    if killed := finish(data, outlet):
        done.entries += killed.entries
    recover(data, outlet, settings, rebooted=rebooted)
    manifest.complete(data, outlet.name)
    known = log.forgotten(data, outlet.name)
    with State(state_file(data, outlet.name), zone=outlet.zone) as state:
        search = Search(data, outlet, state)
        here = [url for url in urls if search.is_here(url)]
        for url in [url for url in urls if url not in here]:
            entry = known.get(log.key_of(url, outlet))
            if entry is None:
                raise NotForgotten(f"{url}: nothing of it is in the archive; nothing was changed")
            done.before[url] = entry
        plan = search.plan(here, reason, at) if here else Plan()
    if here:
        _check_files(plan, data, outlet.name)
        begin(plan, data, outlet)
        done.entries += plan.entries
    return done


def lift(data: Path, outlet: Outlet, urls: Sequence[str], reason: str, at: str) -> None:
    """Let articles be fetched again; call it with the outlet's lock held. Raise `NotForgotten`."""
    finish(data, outlet)
    known = log.forgotten(data, outlet.name)
    lifted = []
    for url in urls:
        entry = known.get(log.key_of(url, outlet))
        if entry is None:
            raise NotForgotten(f"{url}: was not forgotten; nothing was changed")
        lifted.append(replace(entry, at=at, reason=reason, lifted=True))
    log.append(data, outlet.name, lifted)


def _check_files(plan: Plan, data: Path, outlet: str) -> None:
    """Refuse to touch files that are not what they were: the manifest would take damage for our work."""
    entries = manifest.read(data, outlet)[0]
    for folder, name in plan.files:
        file = f"{folder}/{outlet}/{name}"
        if is_other(data, entries.get(file)):
            raise NotForgotten(f"{file} is not what it was: see scrapy verify; nothing was changed")
