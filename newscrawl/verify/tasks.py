"""The pieces of work of a check, in this process or in several."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newscrawl.manifest import digest
from newscrawl.outlet import Outlet
from newscrawl.verify.again import Again
from newscrawl.verify.archive import Checked, check_warc
from newscrawl.verify.findings import Finding, Findings
from newscrawl.verify.folder import tail_size
from newscrawl.verify.index import Index
from newscrawl.verify.lines import check_lines

SPAN = 4 << 20  # bytes of a JSONL file that are one task
_TICK = 0.3  # seconds between looks at how far it is

Tell = Callable[[int], object]


@dataclass(frozen=True)
class Job:
    """What all tasks of a check have in common. `outlets` by name; `order` is the setting ITEM_PIPELINES."""

    data: Path
    index: Path
    outlets: Mapping[str, Outlet]
    order: Mapping[str, int | None]


@dataclass(frozen=True)
class WarcTask:
    """Check a WARC file."""

    file: str

    def __call__(self, job: Job, index: Index, tell: Tell) -> Checked:
        """Check it; its records go to the index."""
        try:
            return check_warc(job.data, self.file, index, tell)
        except OSError as error:
            return _unreadable(self.file, error)


@dataclass(frozen=True)
class JsonlTask:
    """Hash a JSONL file and look at its end."""

    file: str

    def __call__(self, job: Job, index: Index, tell: Tell) -> Checked:
        """Hash it."""
        path = job.data / self.file
        try:
            (size, sha256), torn = digest(path), tail_size(path)
        except OSError as error:
            return _unreadable(self.file, error)
        findings = Findings()
        if torn:
            findings.add(Finding("jsonl.torn", self.file, size - torn, f"{torn} bytes"))
        return Checked(self.file, size, sha256, findings, size - torn)


@dataclass(frozen=True)
class LinesTask:
    """Check the lines in a span of a JSONL file; `extract` them again too."""

    file: str
    span: tuple[int, int]
    extract: bool

    def __call__(self, job: Job, index: Index, tell: Tell) -> Findings:
        """Check them; they go to the index."""
        outlet = job.outlets.get(self.file.split("/")[1])
        again = Again(job.data, outlet, job.order, index.place_of) if outlet and self.extract else None
        return check_lines(job.data, self.file, self.span, index.add_lines, again, tell)


Task = WarcTask | JsonlTask | LinesTask


def _unreadable(file: str, error: OSError) -> Checked:
    found = Finding("file.unreadable", file, None, error.strerror or str(error))
    return Checked(file, -1, "", Findings([found]), 0)


def run_tasks(
    tasks: Sequence[Task], job: Job, workers: int, tell: Tell
) -> Iterator[tuple[Task, Checked | Findings]]:
    """Do tasks and yield their results as they come; `tell` gets the bytes that were read.

    With one worker all is done in this process.
    """
    if workers <= 1 or len(tasks) <= 1:
        with Index(job.index) as index:
            for task in tasks:
                yield task, task(job, index, tell)
        return
    context = multiprocessing.get_context("fork")  # no thread runs here; workers have all modules at once
    read: Any = context.Value("Q", 0)
    seen = 0
    with ProcessPoolExecutor(workers, context, _begin, (job, read)) as pool:
        waiting: dict[Future[Checked | Findings], Task] = {pool.submit(_work, task): task for task in tasks}
        while waiting:
            done, _ = wait(waiting, _TICK, FIRST_COMPLETED)
            tell(read.value - seen)
            seen = read.value
            for future in done:
                yield waiting.pop(future), future.result()


# In a worker

_job: Job
_index: Index
_read: Any


def _begin(job: Job, read: Any) -> None:
    global _job, _index, _read  # a worker's own state
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the command's to handle
    _job, _index, _read = job, Index(job.index), read


def _work(task: Task) -> Checked | Findings:
    return task(_job, _index, _tell)


def _tell(size: int) -> None:
    with _read.get_lock():
        _read.value += size
