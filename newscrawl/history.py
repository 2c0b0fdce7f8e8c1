"""The versions of an article, and what changed between them, word by word."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newscrawl.state import Version

_WORD = re.compile(r"\n\n|[^\S\n]+|\S+")
CONTEXT = 8  # words shown on either side of a change


@dataclass(frozen=True, slots=True)
class Marks:
    """What encloses removed and added words."""

    removed: tuple[str, str]
    added: tuple[str, str]


PLAIN = Marks(("[-", "-]"), ("{+", "+}"))
COLOUR = Marks(("\x1b[31m[-", "-]\x1b[0m"), ("\x1b[32m{+", "+}\x1b[0m"))


def word_diff(old: str, new: str, marks: Marks = PLAIN) -> str:
    """Return the words that changed, marked, with a few unchanged ones around them.

    >>> word_diff("Harga cabai naik tajam.", "Harga bawang naik.")
    'Harga [-cabai-]{+bawang+} [-naik tajam.-]{+naik.+}'
    """
    a, b = _WORD.findall(old), _WORD.findall(new)
    parts: list[str] = []
    blocks = difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    for number, (kind, i, j, k, m) in enumerate(blocks):
        if kind == "equal":
            parts.append(_shorten(a[i:j], first=number == 0, last=number == len(blocks) - 1))
            continue
        if j > i:
            parts.append(marks.removed[0] + "".join(a[i:j]) + marks.removed[1])
        if m > k:
            parts.append(marks.added[0] + "".join(b[k:m]) + marks.added[1])
    return "".join(parts)


def _shorten(words: list[str], *, first: bool, last: bool) -> str:
    keep = 2 * CONTEXT  # a word and the space after it
    head = [] if first else words[:keep]
    tail = [] if last else words[-keep:]
    if len(words) <= len(head) + len(tail):
        return "".join(words)
    return "".join(head) + "…" + "".join(tail)


def lines_of(versions: list[Version], folder: Path) -> Iterator[tuple[Version, dict[str, Any] | None]]:
    """Yield each version with its JSONL line, `None` where the line is not there any more."""
    for version in versions:
        yield version, _line(folder / version.jsonl, version)


def _line(path: Path, version: Version) -> dict[str, Any] | None:
    mark = f'"{version.id}","version":{version.version},'.encode()
    try:
        with path.open("rb") as file:
            for line in file:
                if mark in line:
                    row: dict[str, Any] = json.loads(line)
                    return row
    except FileNotFoundError:
        pass
    return None
