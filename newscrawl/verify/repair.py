"""Mend what can be mended without guessing. No byte is deleted: what is cut off is kept beside the file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from pathlib import Path

from scrapy.settings import BaseSettings

from newscrawl import manifest, warc
from newscrawl.forget.plan import plan_file
from newscrawl.lock import RunLock
from newscrawl.outlet import Outlet
from newscrawl.rebuild import drop_leftovers, rebuild_state
from newscrawl.recovery import Recovered, drop_state, has_record, recover
from newscrawl.state import StateError, state_file
from newscrawl.verify.check import Progress, Report, Rules, check
from newscrawl.verify.findings import KINDS, Finding, Mended
from newscrawl.verify.folder import NEW, TORN
from newscrawl.warc.reading import WarcReadError
from newscrawl.warc.recovery import last_whole_exchange
from newscrawl.warc.writer import OPEN, sync_folder

_BLOCK = 1 << 20
# A line made now would get a number that another version has or had
_NUMBERED_ANEW = {"version.missing", "version.twice", "line.json", "line.schema"}
# What cannot be read would be missing in the new state
_UNREADABLE = {
    "warc.damaged",
    "warc.empty",
    "record.version",
    "record.headers",
    "record.length",
    "record.end",
}


_OPEN = {"warc.open", "jsonl.open"}
ROUNDS = 3  # what is mended first may show more


class NotMended(Exception):
    """Something that could be mended could not be now; the text is one line."""


def check_and_repair(
    data: Path, names: Sequence[str], rules: Rules, settings: BaseSettings, progress: Progress | None = None
) -> tuple[Report, list[Mended], list[str]]:
    """Check; mend, each outlet with its lock held, and check again, as often as something can be mended.

    Return what remains, what was mended, and why something could not be. Raises `Locked` during a run.
    """
    report = check(data, names, rules, progress)
    mended: list[Mended] = []
    problems: list[str] = []
    for _ in range(ROUNDS):
        before, problems = len(mended), []
        for name in names:
            if name not in rules.outlets:
                continue
            with RunLock(data / "state" / f"{name}.lock") as lock:
                own = [finding for finding in report.findings.told if finding.outlet == name]
                try:
                    mended += repair(data, rules.outlets[name], settings, own, rebooted=lock.rebooted)
                except NotMended as error:
                    problems.append(str(error))
        if len(mended) == before:
            break
        report = check(data, names, rules, progress)
    return report, mended, problems


def repair(
    data: Path,
    outlet: Outlet,
    settings: BaseSettings,
    findings: Iterable[Finding],
    *,
    rebooted: bool = False,
) -> Iterator[Mended]:
    """Mend what an outlet's findings call mendable and yield what was done; call it with the lock held.

    Open files of a run before the machine was `rebooted` may lack what the state knows: it is made anew.
    Raises `NotMended` when the state cannot be made anew; what was mended before stays so.
    """
    found = list(findings)
    kinds = {finding.kind for finding in found if not finding.is_note}
    if rebooted and kinds & _OPEN:  # first: once the files have their names nobody can tell any more
        drop_state(state_file(data, outlet.name))
    changed: list[str] = []
    for finding in found:
        path = data / finding.file
        if finding.kind in ("warc.torn", "warc.trailing", "jsonl.torn"):
            yield cut(data, path, finding.offset or 0)
            changed.append(finding.file)
        elif finding.kind == "manifest.torn":
            yield cut(data, path, finding.offset or 0)
        elif finding.kind == "left.new":
            kept = free_name(path)
            path.rename(kept)
            sync_folder(path.parent)
            yield Mended(finding.file, f"renamed {kept.name}")
        elif finding.kind == "warc.open":
            yield from keep_torn_records(data, path)
    for recovered in warc.recover(data / "warc" / outlet.name) if "warc.open" in kinds else ():
        yield Mended(
            recovered.path.relative_to(data).as_posix(), f"finished: {recovered.exchanges} exchanges"
        )
    for finding in found:
        if finding.kind == "jsonl.open":
            yield from keep_lines_without_record(data, data / finding.file)
    for leftover in drop_leftovers(data, outlet.name) if "left.rebuilding" in kinds else ():
        yield Mended(leftover.relative_to(data).as_posix(), "removed: it is made anew from the archive")
    known = manifest.read(data, outlet.name)[0]
    forged = {finding.file for finding in found if finding.kind == "line.extraction"}
    renewed = [file for file in changed if file not in forged and _is_other(data, known.get(file))]
    manifest.add(data, outlet.name, renewed)
    yield from _bring_into_agreement(data, outlet, settings, kinds)
    damaged = {finding.file for finding in found if not finding.is_note} - set(changed)
    for file in manifest.complete(data, outlet.name, damaged):
        yield Mended(file, "added to the manifest")


def _is_other(data: Path, entry: manifest.Entry | None) -> bool:
    return entry is not None and manifest.digest(data / entry.file) != (entry.size, entry.sha256)


def _bring_into_agreement(
    data: Path, outlet: Outlet, settings: BaseSettings, kinds: set[str]
) -> Iterator[Mended]:
    """Finish open files and make the state, and the lines that are missing, from the archive."""
    of_the_state = any(kind.startswith("state.") and KINDS[kind].mend == "repair" for kind in kinds)
    is_dropped = kinds & _OPEN and not state_file(data, outlet.name).exists()
    try:
        if of_the_state or is_dropped:
            in_the_way = sorted((_NUMBERED_ANEW | _UNREADABLE) & kinds)
            if in_the_way:
                raise NotMended(f"{outlet.name}: the state is not made anew while there is {in_the_way[0]}")
            done, counts = rebuild_state(data, outlet, settings)
            yield Mended(f"state/{outlet.name}.sqlite", f"made anew: {counts['versions']} versions")
        elif kinds & {*_OPEN, "forget.unfinished"}:
            done = recover(data, outlet, settings)
        else:
            return
        if "forget.unfinished" in kinds:
            yield Mended(plan_file(data, outlet.name).relative_to(data).as_posix(), "carried out")
    except (WarcReadError, StateError, ValueError, KeyError, TypeError, OSError) as error:
        drop_leftovers(data, outlet.name)
        raise NotMended(f"{outlet.name}: the state is not made anew: {error}") from error
    yield from _told(done, outlet)


def _told(done: Recovered, outlet: Outlet) -> Iterator[Mended]:
    for name in done.files:
        yield Mended(f"{outlet.name}: {name}", "finished")
    if done.lines_made:
        yield Mended(f"jsonl/{outlet.name}", f"{done.lines_made} missing lines made from their records")


def cut(data: Path, path: Path, size: int) -> Mended:
    """Cut a file off at `size`; the rest is kept in a `.torn` file beside it."""
    with path.open("r+b") as file:
        kept = keep(path, file_part(path, size))
        file.truncate(size)
        os.fsync(file.fileno())
    cut_off = kept.stat().st_size
    return Mended(
        path.relative_to(data).as_posix(), f"{cut_off} bytes cut off at {size}, kept in {kept.name}"
    )


def keep_torn_records(data: Path, path: Path) -> Iterator[Mended]:
    """Copy what recovery is going to cut from an open WARC file into a `.torn` file."""
    with path.open("rb") as file:
        end, _ = last_whole_exchange(file)
    if path.stat().st_size > end:
        yield _kept(data, path, file_part(path, end))


def keep_lines_without_record(data: Path, path: Path) -> Iterator[Mended]:
    """Copy the lines that recovery is going to drop from an open JSONL file into a `.torn` file."""
    archive = data / "warc" / path.parent.name
    with path.open("rb") as file:
        lost = [line for line in file if not (line.endswith(b"\n") and has_record(line, archive))]
    if lost:
        yield _kept(data, path, lost)


def _kept(data: Path, path: Path, parts: Iterable[bytes]) -> Mended:
    kept = keep(path, parts)
    what = f"{kept.stat().st_size} bytes without a whole record kept in {kept.name}"
    return Mended(path.relative_to(data).as_posix(), what)


def keep(path: Path, parts: Iterable[bytes]) -> Path:
    """Write bytes into a new `.torn` file beside `path` and return it, once they are on the disk."""
    kept = free_name(path)
    with kept.open("xb") as file:
        for part in parts:
            file.write(part)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(kept.parent)
    return kept


def file_part(path: Path, start: int) -> Iterator[bytes]:
    """Yield the bytes of a file from `start` on."""
    with path.open("rb") as file:
        file.seek(start)
        while block := file.read(_BLOCK):
            yield block


def free_name(path: Path) -> Path:
    """Return a name ending in `.torn` that no file has."""
    stem = path.name.removesuffix(NEW).removesuffix(OPEN)
    names = (path.with_name(f"{stem}{number or ''}{TORN}") for number in count())
    return next(name for name in names if not name.exists())
