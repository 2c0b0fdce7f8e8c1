"""A WARC file while it is written: nothing is ever half there, nothing is ever appended to later."""

from __future__ import annotations

import fcntl
import os
import secrets
import threading
import weakref
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from newscrawl.warc.records import warcinfo

OPEN = ".open"


class WarcWriteError(Exception):
    """An exchange could not be stored; the message is one line for the operator."""


class Writer:
    """Append exchanges to `PREFIX-TIME-RANDOM.warc.gz.open` files, named `.warc.gz` when they are whole.

    A file is closed once it has reached `max_size` bytes. `append` and `close` belong to one thread;
    `sync` may run in another. The file is locked (flock), so that recovery leaves it alone.
    """

    def __init__(self, folder: Path, prefix: str, info: Mapping[str, str], max_size: int) -> None:
        self.folder = folder
        self.prefix = prefix
        self.info = info
        self.max_size = max_size
        self.files: list[Path] = []
        self._file: _OpenFile | None = None
        self._last = datetime.min.replace(tzinfo=UTC)
        self._lock = threading.Lock()

    def open(self) -> None:
        """Open a file unless one is open; raises `WarcWriteError`."""
        if self._file is None:
            try:
                self.folder.mkdir(parents=True, exist_ok=True)
                self._file = self._create()
            except OSError as error:
                raise WarcWriteError(f"cannot write to {self.folder}: {error.strerror}") from error

    @property
    def is_open(self) -> bool:
        """Say whether a file is open."""
        return self._file is not None

    def append(self, members: Sequence[bytes]) -> tuple[str, int]:
        """Write the records of one exchange and return the file's final name and the offset of the first.

        Raises `WarcWriteError`, and then nothing of the exchange is in the file.
        """
        self.open()
        assert self._file is not None
        if self._file.exchanges and self._file.size >= self.max_size:
            self.close()
            self.open()
        try:
            offset = self._file.append(b"".join(members))
        except OSError as error:
            raise WarcWriteError(f"cannot write to {self._file.path}: {error.strerror}") from error
        self._file.exchanges += 1
        return self._file.final.name, offset

    def sync(self) -> None:
        """Force what was appended to the disk; appending may go on meanwhile."""
        with self._lock:
            copy = os.dup(self._file.fd) if self._file else None
        if copy is None:
            return
        try:
            os.fdatasync(copy)
        except OSError as error:
            raise WarcWriteError(f"cannot sync {self.folder}: {error.strerror}") from error
        finally:
            os.close(copy)

    def close(self) -> Path | None:
        """Name the file and return its path; a file without exchanges is removed."""
        with self._lock:
            file, self._file = self._file, None
        if file is None:
            return None
        try:
            final = file.close()
        except OSError as error:
            raise WarcWriteError(f"cannot close {file.path}: {error.strerror}") from error
        if final:
            self.files.append(final)
        return final

    def _create(self) -> _OpenFile:
        while True:
            # Strictly rising, whatever the clock does, so that names sort in the order of writing.
            self._last = max(datetime.now(UTC), self._last + timedelta(microseconds=1))
            name = f"{self.prefix}-{self._last:%Y%m%dT%H%M%S%f}Z-{secrets.token_hex(4)}.warc.gz"
            with suppress(FileExistsError, BlockingIOError):
                return _OpenFile(
                    self.folder / name, warcinfo(name, warc_date(self._last), self.info).member()
                )


class _OpenFile:
    """One file; `size` is what it holds up to its last whole exchange."""

    def __init__(self, final: Path, opening: bytes) -> None:
        self.final = final
        self.path = final.with_name(final.name + OPEN)
        self.size = self.exchanges = 0
        self.torn = False
        self.fd = os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC, 0o644)
        _open_files.add(self)
        try:
            fcntl.flock(self.fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not is_same_file(self.fd, self.path):  # recovery came between creation and lock
                raise BlockingIOError
            self.append(opening)
            sync_folder(self.path.parent)
        except OSError:
            self._release()
            with suppress(FileNotFoundError):
                self.path.unlink()
            raise

    def append(self, data: bytes) -> int:
        """Write all or nothing and return the offset."""
        if self.torn:
            raise OSError(0, "an earlier write left it torn; it is repaired at the next start")
        try:
            written = os.write(self.fd, data)
            while written < len(data):  # a disk that fills up takes a part first and tells the reason next
                written += os.write(self.fd, memoryview(data)[written:])
        except OSError:
            self.torn = True
            os.ftruncate(self.fd, self.size)
            self.torn = False
            raise
        offset = self.size
        self.size += len(data)
        return offset

    def close(self) -> Path | None:
        try:
            if self.torn:
                return None
            if not self.exchanges:
                self.path.unlink()
                return None
            os.fsync(self.fd)
            rename(self.path, self.final)
            return self.final
        finally:
            self._release()

    def _release(self) -> None:
        _open_files.discard(self)
        os.close(self.fd)


def rename(path: Path, final: Path) -> None:
    """Name a whole file and make the name last; never replaces a file."""
    if final.exists():
        raise FileExistsError(0, f"{final.name} is there already")
    path.rename(final)
    sync_folder(final.parent)


def is_same_file(fd: int, path: Path) -> bool:
    """Say whether `path` still leads to the open file `fd`."""
    try:
        return os.path.samestat(os.fstat(fd), path.stat())
    except FileNotFoundError:
        return False


def sync_folder(folder: Path) -> None:
    """Make created, renamed and removed names last."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def warc_date(moment: datetime) -> str:
    """Return a UTC time as WARC/1.1 writes it, to the microsecond.

    >>> warc_date(datetime(2020, 6, 2, 3, 46, 5, 120, tzinfo=UTC))
    '2020-06-02T03:46:05.000120Z'
    """
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


_open_files: weakref.WeakSet[_OpenFile] = weakref.WeakSet()


def _close_in_child() -> None:
    # A forked worker that outlives a killed crawl would otherwise hold the lock of its file for ever.
    for file in _open_files:
        os.close(file.fd)


os.register_at_fork(after_in_child=_close_in_child)
