"""What was forgotten: a log beside the archive. It names no URL, since a URL may tell what it was about."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from newscrawl import journal
from newscrawl.outlet import Outlet
from newscrawl.urls import article_id, canonical


class LogError(Exception):
    """The log cannot be read or written; the message is one line."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One article that was forgotten, or `lifted`: may be fetched again.

    `id` is the article's, `ids` those of all its URLs and pictures: hashes, as of any article. `at` is
    when (UTC), `records` and `lines` how many were taken out.
    """

    id: str
    ids: tuple[str, ...]
    at: str
    reason: str
    records: int = 0
    lines: int = 0
    lifted: bool = False


def log_file(data: Path, outlet: str) -> Path:
    """Return where the log of an outlet lies."""
    return data / "forgotten" / f"{outlet}.jsonl"


def read(data: Path, outlet: str) -> Iterator[Entry]:
    """Yield the entries, oldest first; one that a kill tore was never written. Raise `LogError`."""
    path = log_file(data, outlet)
    try:
        lines = path.read_bytes().split(b"\n")[:-1]
    except FileNotFoundError:
        return
    except OSError as error:
        raise LogError(f"cannot read {path}: {error.strerror or error}") from error
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
            yield Entry(**{**row, "ids": tuple(row["ids"])})
        except (ValueError, TypeError, KeyError):
            raise LogError(f"{path}: line {number} cannot be read; take the file from a copy") from None


def forgotten(data: Path, outlet: str) -> dict[str, Entry]:
    """Return what is forgotten by the ids of its URLs; what was lifted is left out. Raise `LogError`."""
    known: dict[str, Entry] = {}
    for entry in read(data, outlet):
        for one in entry.ids:
            if entry.lifted:
                known.pop(one, None)
            else:
                known[one] = entry
    return known


def forgotten_everywhere(data: Path) -> dict[str, dict[str, Entry]]:
    """Return what is forgotten of each outlet that has a log. Raise `LogError`."""
    logs = sorted(log_file(data, "").parent.glob("*.jsonl"))
    return {path.stem: forgotten(data, path.stem) for path in logs}


def key_of(url: str, outlet: Outlet) -> str:
    """Return the id under which the log knows a URL, in any of its forms."""
    return article_id(outlet.name, canonical(url, outlet) or url.partition("#")[0])


def append(data: Path, outlet: str, entries: Iterable[Entry]) -> None:
    """Add the entries that are not there yet, and have them on the disk. Raise `LogError`."""
    known = set(read(data, outlet))
    path = log_file(data, outlet)
    try:
        journal.append(path, (asdict(entry) for entry in entries if entry not in known))
    except OSError as error:
        raise LogError(f"cannot write {path}: {error.strerror or error}") from error
