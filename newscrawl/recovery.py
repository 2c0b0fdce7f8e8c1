"""Bring archive, lines and state into agreement: after a kill, and when the state was deleted.

The WARC is the log. What the state and the lines lack of it is made again from it; nothing is fetched.
"""

from __future__ import annotations

import json
import logging
import os
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from scrapy.settings import BaseSettings

from newscrawl import warc
from newscrawl.forget.carry_out import finish as finish_forgetting
from newscrawl.index import cdxj
from newscrawl.outlet import Outlet
from newscrawl.replay import Replay
from newscrawl.state import State, state_file
from pipelines.jsonl import OPEN, finish

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Recovered:
    """What a recovery did: files named, bytes of torn tails cut, lines dropped and made, files replayed."""

    files: list[str] = field(default_factory=list)
    cut_bytes: int = 0
    lines_dropped: int = 0
    lines_made: int = 0
    replayed: int = 0


def recover(
    data: Path,
    outlet: Outlet,
    settings: BaseSettings,
    *,
    state: Path | None = None,
    rebooted: bool = False,
) -> Recovered:
    """Make an outlet's folder whole again; call it with the outlet's lock held.

    Cheap when the last run ended well and the state is there. `state` is the file to bring up to date, by
    default the outlet's. When the machine was `rebooted` after a run that did not end well, the state may
    know records and lines that never reached the disk: it is made anew.
    """
    done = Recovered()
    finish_forgetting(data, outlet)
    path = state or state_file(data, outlet.name)
    archive, lines = data / "warc" / outlet.name, data / "jsonl" / outlet.name
    torn = sorted(lines.glob(f"*.jsonl{OPEN}"))
    if rebooted and (torn or next(archive.glob(f"*{OPEN}"), None)):  # first: this too may be killed
        logger.warning("%s: the machine went down during a run; the state is made anew", outlet.name)
        drop_state(path)
    for cut in warc.recover(archive):
        done.files.append(cut.path.name)
        done.cut_bytes += cut.cut_bytes
    for file in torn:
        cut_lines(file, archive, done)
    with State(path, zone=outlet.zone) as known, closing(Replay(known, outlet, settings, data)) as replay:
        read = known.reconciled()
        for file in sorted(lines.glob("*.jsonl")):
            if file.name not in read:
                replay.lines(file)
        for file in sorted(archive.glob("*.warc.gz")):
            if file.name not in read:
                replay.records(file)
                done.replayed += 1
        done.lines_made = replay.finish()
    cdxj.complete(data, outlet.name)
    if done.files or done.replayed:
        logger.warning(
            "%s: recovered from the archive: %d file(s) closed, %d bytes of a torn tail cut, %d WARC file(s) "
            "read again, %d line(s) made, %d dropped",
            outlet.name,
            len(done.files),
            done.cut_bytes,
            done.replayed,
            done.lines_made,
            done.lines_dropped,
        )
    return done


def drop_state(path: Path) -> list[Path]:
    """Remove a state file and what SQLite keeps beside it; return which files."""
    parts = sorted(path.parent.glob(f"{path.name}*"))
    for part in parts:
        part.unlink()
    return parts


def cut_lines(path: Path, archive: Path, done: Recovered) -> None:
    """Cut a JSONL file at its last whole line, drop lines whose record is gone, give it its name."""
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    kept = [line for line in whole.splitlines(keepends=True) if has_record(line, archive)]
    done.cut_bytes += len(content) - len(whole)
    done.lines_dropped += whole.count(b"\n") - len(kept)
    if b"".join(kept) != content:
        fresh = path.with_name(path.name + ".new")
        fresh.write_bytes(b"".join(kept))
        with fresh.open("rb") as file:
            os.fsync(file.fileno())
        fresh.rename(path)
    if kept:
        done.files.append(finish(path).name)
    else:
        path.unlink()


def has_record(line: bytes, archive: Path) -> bool:
    """Tell whether a line is whole and the record it points at lies in the archive."""
    try:
        pointer = json.loads(line)["warc"]
        size = (archive / pointer["file"]).stat().st_size
        return bool(pointer["offset"] + pointer["length"] <= size)
    except (ValueError, KeyError, TypeError, OSError):
        return False
