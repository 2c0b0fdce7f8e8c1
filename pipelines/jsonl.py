"""Write articles as JSON Lines, one file a run, whole lines only."""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from newscrawl.items import Article, to_line
from pipelines import Counter, Stage

OPEN = ".open"


class JsonlError(Exception):
    """A line could not be written; the file was cut back to its last whole line."""


class JsonlFile:
    """A JSONL file that is named `NAME.jsonl.open` while it is written and never holds a torn line.

    Made with the first line, so that a run without articles leaves no file. `sync_seconds` bounds how long a
    line may stay unsynced (a power cut, unlike a kill, costs what was not synced). Lines are synced in a
    thread of their own, whether others follow or not: a disk may take as long as ten pages.
    """

    def __init__(self, folder: Path, name: str, *, sync_seconds: float = 1.0) -> None:
        self.path = folder / f"{name}.jsonl"
        self._open = self.path.with_name(self.path.name + OPEN)
        self._sync_seconds = sync_seconds
        self._fd: int | None = None
        self._size = 0
        self._timer: threading.Timer | None = None  # runs while a line is unsynced
        self._lock = threading.Lock()  # the file is not closed while it is synced
        self._problem: str | None = None

    def write(self, line: bytes) -> None:
        """Append one line, newline included; raise `JsonlError` when it does not fit."""
        self._check()
        if self._fd is None:
            self._open.parent.mkdir(parents=True, exist_ok=True)
            self._fd = os.open(self._open, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o644)
        try:
            written = os.write(self._fd, line)
            problem = "the disk is full" if written < len(line) else None
        except OSError as error:
            problem = error.strerror or str(error)
        if problem:
            os.ftruncate(self._fd, self._size)
            raise JsonlError(f"cannot write {self._open}: {problem}; free some space and run again")
        self._size += len(line)
        if self._timer is None:
            self._timer = threading.Timer(self._sync_seconds, self._sync)
            self._timer.daemon = True
            self._timer.start()

    def close(self) -> None:
        """Sync the file and give it its final name; raise `JsonlError` when it cannot be synced."""
        if self._fd is None:
            return
        if timer := self._timer:
            timer.cancel()
        self._sync()
        with self._lock:
            os.close(self._fd)
            self._fd = None
        self._check()
        finish(self._open)

    def _sync(self) -> None:
        with self._lock:
            self._timer = None  # first: a line that is written meanwhile has to be synced again
            if self._fd is None:
                return
            try:
                os.fsync(self._fd)
            except OSError as error:
                self._problem = error.strerror or str(error)

    def _check(self) -> None:
        if self._problem:
            raise JsonlError(f"cannot sync {self._open}: {self._problem}; check the disk and run again")


def finish(path: Path) -> Path:
    """Give a `.open` file its final name; return that."""
    final = path.with_name(path.name.removesuffix(OPEN))
    path.rename(final)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return final


def run_name(outlet: str, moment: datetime) -> str:
    """Return the file name of a run without its ending; names sort by time.

    >>> run_name("rmol", datetime(2020, 6, 2, 3, 46, 0, 120, tzinfo=UTC))
    'rmol-20200602T034600000120Z'
    """
    return f"{outlet}-{moment.astimezone(UTC):%Y%m%dT%H%M%S%fZ}"


class JsonlStage(Stage):
    """Write each article that reaches the end of the flow."""

    def __init__(self, file: JsonlFile, stats: Counter | None = None, crawler: Any = None) -> None:
        super().__init__(stats)
        self.file = file
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        """Build the stage for a crawl: files lie in `DATA_DIR/jsonl/OUTLET`."""
        name = crawler.spider.name
        folder = Path(crawler.settings["DATA_DIR"]) / "jsonl" / name
        file = JsonlFile(
            folder, run_name(name, datetime.now(UTC)), sync_seconds=crawler.settings.getfloat("SYNC_SECONDS")
        )
        return cls(file, crawler.stats, crawler)

    def process_item(self, item: Article) -> Article:
        """Append the article's line; raise `JsonlError` when it cannot be written."""
        self.file.write(to_line(item))
        self.count("jsonl/lines")
        return item

    def close_spider(self) -> None:
        """Close the file."""
        self.file.close()
        if self.stats is not None and self.file.path.exists():
            self.crawler.stats.set_value("jsonl/file", str(self.file.path))
