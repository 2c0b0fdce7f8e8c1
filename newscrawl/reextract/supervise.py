"""A worker process and who watches it: a page that hangs or kills it costs that page and nothing else."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable
from pathlib import Path

from newscrawl.reextract.task import Done, Step, Task


class TaskFailed(Exception):
    """A task that cannot be done at all; the text is one line."""


class NotWritten(TaskFailed):
    """The part cannot be written: the disk is full."""


class Stopped(Exception):
    """The work was ended from outside."""


class Hand:
    """A process that does tasks, started with the first one and again when it dies."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False

    def run(self, task: Task, tell: Callable[[Step], None]) -> Done:
        """Do a task; raise `TaskFailed` when that is not possible, `Stopped` after `stop`."""
        temporary = Path(task.part).with_suffix(f".{uuid.uuid4().hex}.tmp")
        task = dataclasses.replace(task, temporary=str(temporary))
        lost: list[tuple[str, int, str]] = []
        blamed: int | None = None
        try:
            while True:
                last, done = self._attempt(task, tell)
                if done:
                    done.lost += lost
                    return done
                code = self._ended()
                if last is None:
                    raise TaskFailed(f"{task.place}: the worker ended before its first page ({_why(code)})")
                if code == -signal.SIGALRM or blamed == last.at:
                    lost.append((last.uri, last.at, _why(code)))
                    task.skip = [*task.skip, last.at]
                blamed = last.at  # killed from outside, perhaps: once more
                task.resume = (last.at, last.written, last.counts)
        finally:
            temporary.unlink(missing_ok=True)

    def stop(self) -> None:
        """End the process, whatever it is doing; `run`, in another thread, then raises `Stopped`."""
        self._closed = True
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def close(self) -> None:
        """End the process and let go of it; no other thread is in `run`."""
        self.stop()
        if self._process is not None:
            _close_pipes(self._process)

    def _attempt(self, task: Task, tell: Callable[[Step], None]) -> tuple[Step | None, Done | None]:
        process = self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        last: Step | None = None
        try:
            process.stdin.write(json.dumps(dataclasses.asdict(task)).encode() + b"\n")
            process.stdin.flush()
            for line in process.stdout:
                message = json.loads(line)
                if "step" in message:
                    last = Step(**message["step"])
                    tell(last)
                elif "done" in message:
                    return last, Done(**message["done"])
                elif "full" in message:
                    raise NotWritten(message["full"])
                else:
                    raise TaskFailed(message["error"])
        except (BrokenPipeError, ValueError):  # it died in the middle of a line
            pass
        return last, None

    def _started(self) -> subprocess.Popen[bytes]:
        if self._closed:
            raise Stopped
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "newscrawl.reextract.task"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={
                    **os.environ,
                    "PYTHONPATH": os.pathsep.join(sys.path),
                },  # Scrapy adds the project's folder
            )
            self._end_if_closed(self._process)
        return self._process

    def _end_if_closed(self, process: subprocess.Popen[bytes]) -> None:
        if self._closed:  # while it was being started
            process.kill()

    def _ended(self) -> int:
        if self._closed:
            raise Stopped
        assert self._process is not None
        process, self._process = self._process, None
        _close_pipes(process)
        process.kill()
        return process.wait()


def _close_pipes(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(BrokenPipeError):  # what was not sent any more
                pipe.close()


def _why(code: int) -> str:
    if code == -signal.SIGALRM:
        return "took too long"
    return f"killed its worker ({signal.Signals(-code).name if code < 0 else f'exit code {code}'})"
