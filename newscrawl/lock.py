"""One run an outlet at a time."""

from __future__ import annotations

import fcntl
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from newscrawl.items import iso


class Locked(Exception):
    """Another run holds the lock; the text says which and since when."""


class RunLock:
    """A lock that the kernel gives back when its holder dies, so a killed run never blocks the next."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(self._fd, 4096, 0)
            os.close(self._fd)
            raise Locked(f"{path.stem}: {_who(holder)}; wait for it or stop it") from None
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, json.dumps({"pid": os.getpid(), "since": iso(datetime.now(UTC))}).encode(), 0)

    def release(self) -> None:
        """Give the lock back."""
        os.close(self._fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def _who(holder: bytes) -> str:
    try:
        run = json.loads(holder)
        return f"a run with process id {run['pid']} has been going on since {run['since']}"
    except (ValueError, KeyError, TypeError):
        return "another run is going on"
