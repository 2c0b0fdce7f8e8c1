"""What lies in a data folder, and what of it should not be there."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from newscrawl import manifest
from newscrawl.journal import whole_size
from newscrawl.manifest import Entry
from newscrawl.verify.archive import Checked
from newscrawl.verify.findings import Finding
from newscrawl.warc.writer import OPEN

NEW, TORN, REBUILDING = ".new", ".torn", ".rebuilding"
_STATE = (".sqlite", ".sqlite-wal", ".sqlite-shm", ".lock")
_ENDINGS = {"warc": ".warc.gz", "jsonl": ".jsonl"}


def outlets_in(data: Path) -> list[str]:
    """Return the outlets that a data folder holds something of."""
    names = {path.name for kind in _ENDINGS for path in (data / kind).glob("*") if path.is_dir()}
    names |= {path.stem for path in (data / "state").glob("*.sqlite")}
    return sorted(names | {path.stem for path in (data / "manifest").glob("*.jsonl")})


@dataclass(frozen=True)
class Run:
    """Whether a run of an outlet is going on, and what its lock says of the last one."""

    is_going: bool
    note: bytes


def run_of(data: Path, outlet: str) -> Run:
    """Look at an outlet's lock without keeping it."""
    try:
        with (data / "state" / f"{outlet}.lock").open("rb") as lock:
            note = lock.read(4096)
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return Run(True, note)
            return Run(False, note)
    except FileNotFoundError:
        return Run(False, b"")


def left_behind(data: Path, outlet: str, *, is_running: bool) -> Iterator[Finding]:
    """Yield the files that no run that ended well leaves; when a run is going on, its own are fine."""
    paths = [path for kind in _ENDINGS for path in (data / kind / outlet).glob("*")]
    for path in sorted([*paths, *(data / "state").glob(f"{outlet}.*")]):
        kind = _kind_of_leftover(path, path.relative_to(data).parts[0])
        if kind is None or (is_running and kind not in ("left.torn", "left.unknown")):
            continue
        detail = f"{path.stat().st_size} bytes" if kind == "left.torn" else ""
        yield Finding(kind, path.relative_to(data).as_posix(), None, detail)


def _kind_of_leftover(path: Path, folder: str) -> str | None:
    """Return what a file is that should not be there, `None` for one that should."""
    name = path.name
    if folder == "state":
        if REBUILDING in name:
            return "left.rebuilding"
        return None if name.endswith(_STATE) else "left.unknown"
    ending = _ENDINGS[folder]
    kinds = {ending: None, TORN: "left.torn", ending + OPEN: f"{folder}.open", NEW: "left.new"}
    return next((kind for end, kind in kinds.items() if name.endswith(end)), "left.unknown")


def left_open(data: Path, outlet: str) -> list[str]:
    """Return the final names of the files that are open."""
    paths = [path for kind in _ENDINGS for path in (data / kind / outlet).glob(f"*{OPEN}")]
    return [path.relative_to(data).as_posix().removesuffix(OPEN) for path in paths]


def as_it_was(data: Path, outlet: str, checked: Iterable[Checked]) -> list[str]:
    """Return the files that are what the manifest says."""
    entries = manifest.read(data, outlet)[0]
    return [one.file for one in checked if (entry := entries.get(one.file)) and _is_as(entry, one)]


def check_manifest(data: Path, outlet: str, checked: Iterable[Checked]) -> Iterator[Finding]:
    """Yield the files that are not what the manifest says."""
    own = manifest.manifest_file(data, outlet)
    file = own.relative_to(data).as_posix()
    entries, broken = manifest.read(data, outlet)
    torn = whole_size(own) if own.exists() else 0
    for offset in broken:
        yield Finding("manifest.torn" if offset == torn else "manifest.line", file, offset)
    now = {one.file: one for one in checked}
    for name, entry in entries.items():
        if name in now:
            yield from _compare(entry, now[name])
        elif not (data / name).exists():
            yield Finding(
                "manifest.gone", name, None, f"{entry.size} bytes, in the manifest since {entry.added}"
            )
    for name in now.keys() - entries.keys():
        yield Finding("manifest.no-entry", name)


def _is_as(entry: Entry, now: Checked) -> bool:
    return (entry.size, entry.sha256) == (now.size, now.sha256)


def _compare(entry: Entry, now: Checked) -> Iterator[Finding]:
    if now.size != entry.size:
        yield Finding(
            "manifest.size", entry.file, min(now.size, entry.size), f"{now.size} bytes, not {entry.size}"
        )
    elif now.sha256 != entry.sha256:
        yield Finding("manifest.changed", entry.file)


def tail_size(path: Path) -> int:
    """Return how many bytes of a file of lines come after its last whole line."""
    with path.open("rb") as file:
        return file.seek(0, os.SEEK_END) - whole_size(path)
