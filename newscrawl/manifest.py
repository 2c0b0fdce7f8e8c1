"""The manifest: what each finished file of an outlet was when it got its name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from newscrawl import journal
from newscrawl.items import iso

_BLOCK = 1 << 23  # large: the interpreter's lock is waited for after each
FOLDERS = {"warc": "*.warc.gz", "jsonl": "*.jsonl"}


class ManifestError(Exception):
    """The manifest cannot be written; the message is one line."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file as it was: its path relative to the data folder, bytes, and SHA-256 in hex."""

    file: str
    size: int
    sha256: str
    added: str


def manifest_file(data: Path, outlet: str) -> Path:
    """Return where the manifest of an outlet lies."""
    return data / "manifest" / f"{outlet}.jsonl"


def finished_files(data: Path, outlet: str) -> Iterator[str]:
    """Yield the finished files of an outlet, relative to the data folder, in the order of their names."""
    for folder, pattern in FOLDERS.items():
        for path in sorted((data / folder / outlet).glob(pattern)):
            yield path.relative_to(data).as_posix()


def read(data: Path, outlet: str) -> tuple[dict[str, Entry], list[int]]:
    """Return the entries by file, of several the last, and the offsets of lines that are none."""
    entries: dict[str, Entry] = {}
    broken: list[int] = []
    at = 0
    try:
        with manifest_file(data, outlet).open("rb") as file:
            for line in file:
                entry = _entry(line)
                if entry is None:
                    broken.append(at)
                else:
                    entries[entry.file] = entry
                at += len(line)
    except FileNotFoundError:
        pass
    return entries, broken


def complete(data: Path, outlet: str, without: Collection[str] = ()) -> list[str]:
    """Add the finished files that have no entry; call it with the outlet's lock held. Return which.

    `without` are files that are not what they should be, so that what they are now is nothing to go by.
    """
    known = read(data, outlet)[0]
    missing = [file for file in finished_files(data, outlet) if file not in known and file not in without]
    add(data, outlet, missing)
    return missing


def add(data: Path, outlet: str, files: list[str]) -> None:
    """Add entries for files as they are now; an entry that a kill tore is cut off first."""
    if not files:
        return
    path = manifest_file(data, outlet)
    entries = (Entry(file, *digest(data / file), iso(datetime.now(UTC))) for file in files)
    try:
        journal.append(path, map(asdict, entries))
    except OSError as error:
        raise ManifestError(f"cannot write {path}: {error.strerror or error}") from error


def digest(path: Path) -> tuple[int, str]:
    """Return size and SHA-256 of a file; for the most part another thread may run meanwhile."""
    sha256 = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        while block := file.read(_BLOCK):
            sha256.update(block)
        return file.tell(), sha256.hexdigest()


def _entry(line: bytes) -> Entry | None:
    try:
        entry = Entry(**json.loads(line))
    except (ValueError, TypeError):
        return None
    whole = line.endswith(b"\n") and isinstance(entry.size, int)
    return entry if whole and all(isinstance(text, str) for text in (entry.file, entry.sha256)) else None
