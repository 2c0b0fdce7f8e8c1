"""One run an outlet at a time."""

from __future__ import annotations

import fcntl
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from newscrawl.items import iso

NOTE = 256  # bytes, whatever it says


class Locked(Exception):
    """Another run holds the lock; the text says which and since when."""


class RunLock:
    """A lock that the kernel gives back when its holder dies, so a killed run never blocks the next.

    `rebooted`: the machine was started anew since the last run, so that run may have ended in a power cut. It
    stays so for those who come later until one of them says that it has `recovered`.
    """

    def __init__(self, path: Path) -> None:
        self._since = iso(datetime.now(UTC))
        path.parent.mkdir(parents=True, exist_ok=True)
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(self._fd, 4096, 0)
            os.close(self._fd)
            raise Locked(f"{path.stem}: {_who(holder)}; wait for it or stop it") from None
        before, self._boot = _note(os.pread(self._fd, 4096, 0)).get("boot"), _boot_id()
        self.rebooted = None not in {before, self._boot} and before != self._boot
        self._write(before or self._boot)

    def recovered(self) -> None:
        """Note this start of the machine: what the run before it left is in order now."""
        self.rebooted = False
        self._write(self._boot)

    def _write(self, boot: str | None) -> None:
        note = {"pid": os.getpid(), "since": self._since, "boot": boot}
        os.pwrite(self._fd, json.dumps(note).ljust(NOTE).encode(), 0)  # over the old one: never half of it
        os.ftruncate(self._fd, NOTE)

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
    note = _note(holder)
    if "pid" not in note or "since" not in note:
        return "another run is going on"
    return f"a run with process id {note['pid']} has been going on since {note['since']}"


def _note(holder: bytes) -> dict[str, Any]:
    try:
        note = json.loads(holder)
    except ValueError:
        return {}
    return note if isinstance(note, dict) else {}


def _boot_id() -> str | None:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:  # not Linux
        return None
