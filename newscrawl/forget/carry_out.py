"""Carry out a plan. Each step may be killed and done again; the plan goes last."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection, Iterator
from pathlib import Path

from newscrawl import manifest
from newscrawl.forget import log
from newscrawl.forget.plan import Place, Plan, load, plan_file, save
from newscrawl.index import cdxj
from newscrawl.outlet import Outlet
from newscrawl.state import State, state_file
from newscrawl.warc.tombstone import tombstone
from newscrawl.warc.writer import sync_folder

NEW = ".new"
# What other commands leave when they are killed, or keep of damage: nobody can tell what is in it.
LEFTOVERS = ("warc/{0}/*.torn", "warc/{0}/*.new", "jsonl/{0}/*.torn", "jsonl/{0}/*.new", "cdxj/{0}/*.new")


def begin(plan: Plan, data: Path, outlet: Outlet) -> None:
    """Write a plan down and carry it out."""
    save(plan, data, outlet.name)
    finish(data, outlet)


def finish(data: Path, outlet: Outlet) -> Plan | None:
    """Carry out the plan that is there, if one is; call it with the outlet's lock held. Return it."""
    plan = load(data, outlet.name)
    if plan is None:
        return None
    log.append(data, outlet.name, plan.entries)
    reasons = {entry.id: entry for entry in plan.entries}
    for name, places in plan.warc.items():
        warc = data / "warc" / outlet.name / name
        bury(warc, places, reasons)
        cdxj.write_index(warc, cdxj.index_file(warc, data, outlet.name))
    for name, ids in plan.jsonl.items():
        drop_lines(data / "jsonl" / outlet.name / name, ids)
    state = state_file(data, outlet.name)
    if state.exists():
        with State(state, zone=outlet.zone) as known:
            known.erase(plan.urls, plan.records)
    for path in leftovers(data, outlet.name):
        path.unlink(missing_ok=True)
    known_files = manifest.read(data, outlet.name)[0]
    changed = [f"{folder}/{outlet.name}/{name}" for folder, name in plan.files]
    manifest.add(data, outlet.name, [file for file in changed if is_other(data, known_files.get(file))])
    plan_file(data, outlet.name).unlink()
    sync_folder(plan_file(data, outlet.name).parent)
    return plan


def bury(path: Path, places: Collection[Place], reasons: dict[str, log.Entry]) -> None:
    """Put tombstones in the place of exchanges: the file appears with all of them, nothing else moves."""
    fresh = path.with_name(path.name + NEW)
    shutil.copy(path, fresh)
    with fresh.open("r+b") as file:
        for place in places:
            entry = reasons[place.article]
            told = {"article": entry.id, "reason": entry.reason}
            file.seek(place.offset)
            file.write(tombstone(place.record_id, entry.at, told, place.length))
    swap(fresh, path)


def drop_lines(path: Path, ids: Collection[str]) -> None:
    """Take the lines of articles out of a file; one without lines stays, empty."""
    fresh = path.with_name(path.name + NEW)
    words = [one.encode() for one in ids]
    with path.open("rb") as lines, fresh.open("wb") as file:
        for line in lines:
            if not (any(word in line for word in words) and json.loads(line)["id"] in ids):
                file.write(line)
    shutil.copymode(path, fresh)
    swap(fresh, path)


def swap(fresh: Path, path: Path) -> None:
    """Let a file take another's place once it is on the disk."""
    with fresh.open("rb") as file:
        os.fsync(file.fileno())
    fresh.rename(path)
    sync_folder(path.parent)


def leftovers(data: Path, outlet: str) -> Iterator[Path]:
    """Yield the files that may hold something of what was forgotten."""
    for pattern in LEFTOVERS:
        yield from data.glob(pattern.format(outlet))
    yield from (data / "state").glob(f"{outlet}.rebuilding*")


def is_other(data: Path, entry: manifest.Entry | None) -> bool:
    """Tell whether a file is not what its entry in the manifest says."""
    return entry is None or manifest.digest(data / entry.file) != (entry.size, entry.sha256)
