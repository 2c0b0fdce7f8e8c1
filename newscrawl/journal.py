"""Files of JSON lines that only grow. An entry is on the disk as a whole; what a kill tore is none."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from newscrawl.warc.writer import sync_folder

_BLOCK = 1 << 20


def append(path: Path, entries: Iterable[dict[str, Any]]) -> None:
    """Add entries behind the last whole one and sync them; call it with the outlet's lock held.

    Raise `OSError`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        file.truncate(whole_size(path))
        for entry in entries:
            file.write(json.dumps(entry, ensure_ascii=False).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def whole_size(path: Path) -> int:
    """Return how long a file of lines is without a torn last one."""
    with path.open("rb") as file:
        at = file.seek(0, os.SEEK_END)
        while at:
            start = max(0, at - _BLOCK)
            file.seek(start)
            found = file.read(at - start).rfind(b"\n")
            if found >= 0:
                return start + found + 1
            at = start
    return 0
