"""Files that are complete or not there: written beside their name, which they get when they are whole."""

from __future__ import annotations

import glob
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from newscrawl.warc.writer import sync_folder

__all__ = ["drop_half_made", "fresh_file"]

LEFT_SECONDS = 3600


@contextmanager
def fresh_file(target: Path) -> Iterator[BinaryIO]:
    """Write a file in place of what has its name; on an error nothing changes. Raises `OSError`."""
    fresh = target.with_name(f"{target.name}.{os.getpid()}.new")
    try:
        with fresh.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(target)
    finally:
        fresh.unlink(missing_ok=True)
    sync_folder(target.parent)


def drop_half_made(folder: Path, name: str | None = None) -> None:
    """Remove what killed processes left half made, of any file or of one name.

    What another machine left, or one whose process id has a new owner, goes when it was not touched for an
    hour.
    """
    for path in folder.glob(f"{'*' if name is None else glob.escape(name)}.*.new"):
        owner = path.stem.rpartition(".")[2]
        if not (owner.isascii() and owner.isdigit()):
            continue  # somebody else's
        with suppress(OSError):  # gone meanwhile, or in a folder that is only to be read
            if not _is_running(int(owner)) or time.time() - path.stat().st_mtime > LEFT_SECONDS:
                path.unlink()


def _is_running(pid: int) -> bool:
    """Tell whether a process may be alive."""
    try:
        os.kill(pid, 0)
    except (OverflowError, ProcessLookupError):
        return False
    except PermissionError:  # it is another user's
        pass
    return True
