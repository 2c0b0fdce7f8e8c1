"""Run a Scrapy command that kills itself with SIGKILL when it passes a named point for the n-th time.

    python -m tests.torture.points POINT N crawl rmol …

The code under test knows nothing of this: functions are wrapped here, in the crawl's own process, before
Scrapy starts.
"""

from __future__ import annotations

import functools
import importlib
import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Where = Literal["before", "torn", "after"]


@dataclass(frozen=True)
class Point:
    """A place in the code. `times` is how often a whole crawl of the small newsroom passes it, at most."""

    install: Callable[[Callable[[], bool]], None]
    times: int = 1
    recovery: bool = False  # counts only while a recovery is going on


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def call(target: str, where: Where) -> Callable[[Callable[[], bool]], None]:
    """Return what makes a function, given as `module:Class.name`, deadly."""

    def install(now: Callable[[], bool]) -> None:
        module, _, path = target.partition(":")
        *owners, name = path.split(".")
        owner: Any = functools.reduce(getattr, owners, importlib.import_module(module))
        original = getattr(owner, name)

        @functools.wraps(original)
        def deadly(*args: Any, **kwargs: Any) -> Any:
            last = now()
            if last and where == "before":
                die()
            result = original(*args, **kwargs)
            if last:
                die()
            return result

        setattr(owner, name, deadly)

    return install


def write(suffix: str, where: Where) -> Callable[[Callable[[], bool]], None]:
    """Return what makes `os.write` to files of a name deadly; `torn` writes half of it first."""

    def install(now: Callable[[], bool]) -> None:
        original = os.write

        def deadly(fd: int, data: Any) -> int:
            if not Path(f"/proc/self/fd/{fd}").readlink().name.endswith(suffix) or not now():
                return original(fd, data)
            if where != "before":
                original(fd, bytes(data)[: len(data) // 2] if where == "torn" else data)
            die()
            return 0

        os.write = deadly

    return install


def path_method(name: str, suffix: str, where: Where) -> Callable[[Callable[[], bool]], None]:
    """Return what makes a method of `Path` deadly for files of a name."""

    def install(now: Callable[[], bool]) -> None:
        original = getattr(Path, name)

        def deadly(self: Path, *args: Any, **kwargs: Any) -> Any:
            if not self.name.endswith(suffix) or not now():
                return original(self, *args, **kwargs)
            if where == "torn":
                original(self, args[0][: len(args[0]) // 2])
            elif where == "after":
                original(self, *args, **kwargs)
            die()
            return None

        setattr(Path, name, deadly)

    return install


def statement(start: str) -> Callable[[Callable[[], bool]], None]:
    """Return what makes SQL statements that begin so deadly, just before SQLite runs them."""

    def install(now: Callable[[], bool]) -> None:
        original = sqlite3.connect

        def connect(*args: Any, **kwargs: Any) -> sqlite3.Connection:
            connection: sqlite3.Connection = original(*args, **kwargs)
            connection.set_trace_callback(lambda sql: die() if sql.startswith(start) and now() else None)
            return connection

        sqlite3.connect = connect  # type: ignore[assignment]

    return install


STATE = "newscrawl.state:State"
RECOVERY = "newscrawl.recovery"
POINTS = {
    "lock taken": Point(call("newscrawl.lock:RunLock.__init__", "after")),
    "state opened": Point(call(f"{STATE}.__init__", "after"), 2),
    # The record
    "before a record": Point(write(".warc.gz.open", "before"), 45),
    "inside a record": Point(write(".warc.gz.open", "torn"), 45),
    "between record and state": Point(write(".warc.gz.open", "after"), 45),
    "before a commit": Point(statement("COMMIT"), 8),
    "between payload and page": Point(call(f"{STATE}.add_payload", "after"), 40),
    "between fetched and line": Point(call(f"{STATE}.fetched", "after"), 30),
    # Listings
    "before a listing is noted": Point(call(f"{STATE}.found", "before"), 5),
    "between listing and validators": Point(call(f"{STATE}.set_validators", "before"), 5),
    "between listing and articles": Point(call(f"{STATE}.set_validators", "after"), 5),
    # The line
    "between record and line": Point(write(".jsonl.open", "before"), 25),
    "inside a line": Point(write(".jsonl.open", "torn"), 25),
    "between line and state": Point(write(".jsonl.open", "after"), 25),
    "between version and done": Point(call(f"{STATE}.add_version", "after"), 25),
    "after done": Point(call(f"{STATE}.done", "after"), 25),
    # Rotation and the end
    "new WARC made, not locked": Point(call("fcntl:flock", "before"), 6),
    "WARC full, not synced": Point(call("newscrawl.warc.writer:_OpenFile.close", "before"), 5),
    "WARC synced, not named": Point(call("newscrawl.warc.writer:rename", "before"), 5),
    "WARC named": Point(call("newscrawl.warc.writer:rename", "after"), 5),
    "WARC named, next one not made": Point(call("newscrawl.warc.writer:Writer._create", "before"), 5),
    "JSONL closed, not named": Point(path_method("rename", ".jsonl.open", "before")),
    "JSONL named": Point(path_method("rename", ".jsonl.open", "after")),
    "before files are noted": Point(call(f"{STATE}.set_reconciled", "before"), 3),
    "after files are noted": Point(call(f"{STATE}.set_reconciled", "after"), 3),
    "before the report": Point(call("newscrawl.report:append", "before")),
    # Recovery
    "recovery: not begun": Point(call("newscrawl.commands.crawl:recover", "before")),
    "recovery: before the cut": Point(call("newscrawl.warc.recovery:last_whole_exchange", "after"), 1, True),
    "recovery: cut, not named": Point(call("newscrawl.warc.recovery:rename", "before"), 1, True),
    "recovery: named": Point(call("newscrawl.warc.recovery:rename", "after"), 1, True),
    "recovery: lines half copied": Point(path_method("write_bytes", ".new", "torn"), 1, True),
    "recovery: lines copied": Point(path_method("write_bytes", ".new", "after"), 1, True),
    "recovery: lines cut, not named": Point(call(f"{RECOVERY}:finish", "before"), 1, True),
    "recovery: lines named": Point(call(f"{RECOVERY}:finish", "after"), 1, True),
    "recovery: reading lines": Point(call(f"{STATE}.add_version", "before"), 8, True),
    "recovery: replaying": Point(call("newscrawl.replay:Replay.exchange", "before"), 12, True),
    "recovery: replayed an exchange": Point(call("newscrawl.replay:Replay.exchange", "after"), 12, True),
    "recovery: before a commit": Point(statement("COMMIT"), 25, True),
    "recovery: inside a line": Point(write(".jsonl.open", "torn"), 2, True),
    "recovery: between made line and state": Point(write(".jsonl.open", "after"), 2, True),
    "recovery: made file not named": Point(path_method("rename", ".jsonl.open", "before"), 2, True),
    "recovery: made file named": Point(path_method("rename", ".jsonl.open", "after"), 2, True),
    "recovery: file replayed, not noted": Point(call(f"{STATE}.set_reconciled", "before"), 2, True),
    "recovery: done": Point(call("newscrawl.commands.crawl:recover", "after"), 1),
}


def arm(name: str, nth: int) -> None:
    """Make this process die when it passes a point for the n-th time."""
    point = POINTS[name]
    recovering = not point.recovery
    passed = 0

    def now() -> bool:
        nonlocal passed
        passed += recovering
        return recovering and passed == nth

    if point.recovery:
        command = importlib.import_module("newscrawl.commands.crawl")
        original = command.recover

        def recover(*args: Any, **kwargs: Any) -> Any:
            nonlocal recovering
            recovering = True
            try:
                return original(*args, **kwargs)
            finally:
                recovering = False

        command.recover = recover  # type: ignore[attr-defined]
    point.install(now)


if __name__ == "__main__":
    arm(sys.argv[1], int(sys.argv[2]))
    sys.argv[:] = ["scrapy", *sys.argv[3:]]
    from scrapy.cmdline import execute

    execute()
