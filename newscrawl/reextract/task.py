"""The work on one stretch of an archive: what a worker process does, on whatever machine it runs."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from scrapy.settings import Settings

from newscrawl.command import outlets
from newscrawl.flow import TextFlow
from newscrawl.reextract.pages import Reader, Skipped
from newscrawl.reextract.parts import Row, write_row
from newscrawl.reextract.sources import SourceError, is_remote, name_of, opened, seek_record
from newscrawl.warc.reading import Exchange, WarcReadError, exchanges


@dataclass(slots=True)
class Task:
    """A stretch of an archive and the part that is made of it.

    `settings` are those of the crawl that matter here, `header` begins the part. `skip` are offsets of pages
    that cost a worker its life; with `resume` (offset, size of what is written, counts) the work goes on.
    """

    place: str
    size: int | None
    start: int
    end: int | None
    part: str
    header: dict[str, Any]
    settings: dict[str, Any]
    outlets: list[str] | None
    generic: bool
    skip: list[int] = field(default_factory=list)
    resume: tuple[int, int, dict[str, int]] | None = None
    temporary: str = ""


@dataclass(slots=True)
class Step:
    """Where the work is: before the capture at offset `at`, `written` bytes of the part are good."""

    at: int
    uri: str
    written: int
    counts: dict[str, int]


@dataclass(slots=True)
class Done:
    """What a task came to. `damage` says why the archive could not be read to its end.

    `lost` are pages that were given up: URI, offset and why.
    """

    part: str
    counts: dict[str, int]
    damage: str | None = None
    lost: list[tuple[str, int, str]] = field(default_factory=list)


def reader_of(task: Task) -> Reader:
    """Return what reads a task's pages."""
    settings = Settings(task.settings)
    known = {name: spider.outlet for name, spider in outlets(settings).items()}
    wanted = [known[name] for name in task.outlets or known]
    return Reader(
        wanted,
        TextFlow(settings.getdict("ITEM_PIPELINES")),
        generic=task.generic,
        forgotten=frozenset(settings.getlist("FORGOTTEN")),
    )


def work(task: Task, reader: Reader, tell: Callable[[Step], None]) -> Done:
    """Do a task: write its part and give it its name; `tell` is called before each page."""
    counts: Counter[str] = Counter()
    written, start = 0, task.start
    if task.resume:
        start, written, known = task.resume
        counts.update(known)
    damage = None
    with opened(task.place) as file, open(task.temporary, "r+b" if written else "w+b") as part:  # noqa: PTH123
        part.truncate(written)
        part.seek(written)
        if not written:
            part.write(json.dumps(task.header).encode() + b"\n")
        try:
            if _at_start(file, task, start):
                _read(file, task, start, part, reader, counts, tell)
        except (WarcReadError, SourceError) as error:
            damage = str(error)
        part.flush()
        os.fsync(part.fileno())
    if damage and is_remote(task.place):  # the line broke, perhaps: the next run tries again
        raise SourceError(damage)
    Path(task.temporary).rename(task.part)
    return Done(task.part, dict(counts), damage)


def _at_start(file: BinaryIO, task: Task, start: int) -> bool:
    """Move to where the work begins, if the stream can; tell whether there is anything."""
    if not start or not file.seekable():
        return True
    if task.place.endswith(".gz") and not is_remote(task.place):
        return seek_record(file, start)
    file.seek(start)
    return True


def _read(
    file: BinaryIO,
    task: Task,
    start: int,
    part: BinaryIO,
    reader: Reader,
    counts: Counter[str],
    tell: Callable[[Step], None],
) -> None:
    seconds = Settings(task.settings).getint("EXTRACT_SECONDS")

    def wanted(uri: str, length: int) -> bool:
        if reader.wanted(uri, length):
            return True
        counts["other-records"] += 1
        return False

    skip = frozenset(task.skip)
    for exchange in exchanges(file, name_of(task.place), size=task.size, end=task.end, wanted=wanted):
        at = exchange.pointer.offset
        if at < start:  # a stream that only flows, once more from its beginning
            continue
        if at in skip:
            counts["skipped lost"] += 1
            continue
        part.flush()
        tell(Step(at, exchange.uri, part.tell(), dict(counts)))
        signal.alarm(seconds)  # its default action ends this process, also inside C code
        _look(exchange, part, reader, counts)
        signal.alarm(0)


def _look(exchange: Exchange, part: BinaryIO, reader: Reader, counts: Counter[str]) -> None:
    counts["captures"] += 1
    try:
        row, payload = _safely(exchange, reader)
    except Skipped as why:
        counts[f"skipped {why}"] += 1
        return
    if row.reason:
        counts[f"skipped {row.reason}"] += 1
    if row.kind in ("line", "page"):
        counts["pages"] += 1
    write_row(part, row, payload)


def _safely(exchange: Exchange, reader: Reader) -> tuple[Row, bytes]:
    try:
        return reader.look(exchange)
    except Skipped:
        raise
    except Exception as error:  # why: one page must never cost the others of its archive; it is named
        sys.stderr.write(f"{exchange.uri}: {type(error).__name__}: {error}\n")
        raise Skipped("extraction-failed") from error


def main() -> None:
    """Do the tasks that come as lines of JSON on standard input; tell of each step on standard output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that gave the task
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # whatever prints

    def say(kind: str, what: Any) -> None:
        out.write(json.dumps({kind: what}).encode() + b"\n")

    try:
        serve(sys.stdin.buffer, say)
    except BrokenPipeError:  # whoever gave the task is gone
        return


def serve(lines: Iterable[bytes], say: Callable[[str, Any], None]) -> None:
    """Do one task after the other."""
    reader: Reader | None = None
    made_for: object = None
    for line in lines:
        task = Task(**json.loads(line))
        if reader is None or made_for != (task.settings, task.outlets, task.generic):
            reader, made_for = reader_of(task), (task.settings, task.outlets, task.generic)
        try:
            done = work(task, reader, lambda step: say("step", asdict(step)))
        except BrokenPipeError:
            raise
        except OSError as error:
            say("full", f"{task.temporary}: {error.strerror or error}")
        except SourceError as error:
            say("error", str(error))
        else:
            say("done", asdict(done))


if __name__ == "__main__":
    main()
