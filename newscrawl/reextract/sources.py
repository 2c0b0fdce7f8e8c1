"""Find archives: folders, globs, local files and URLs; and cut large ones into stretches."""

from __future__ import annotations

import glob
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

ENDINGS = (".warc", ".warc.gz")
SMALLEST, MOST = 4_000_000, 64  # bytes of a stretch; stretches of a file
_MEMBER = b"\x1f\x8b\x08"
_LOOK = 1 << 16


class SourceError(Exception):
    """An archive that cannot be had; the text is one line for the user."""


@dataclass(frozen=True, slots=True)
class Source:
    """An archive: its path or URL, and its size and date in one string that changes with the file."""

    place: str
    size: int | None
    stamp: str

    @property
    def name(self) -> str:
        """What pointers call the file."""
        return name_of(self.place)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The records of an archive that begin from `start` up to `end` (`None`: the file's)."""

    source: Source
    start: int = 0
    end: int | None = None


def name_of(place: str) -> str:
    """Return the file name of a path or URL.

    >>> name_of("https://data.example/crawl/CC-NEWS-1.warc.gz?download=1")
    'CC-NEWS-1.warc.gz'
    """
    return Path(urlsplit(place).path if is_remote(place) else place).name


def is_remote(place: str) -> bool:
    """Tell whether fsspec is needed to read it."""
    return "://" in place


def find(words: Sequence[str]) -> list[Source]:
    """Return the archives that the words of a command line name, by path, each once.

    Raise `SourceError` for a word that leads to none.
    """
    found: dict[str, Source] = {}
    for word in words:
        sources = list(_remote(word) if is_remote(word) else _local(word))
        if not sources:
            raise SourceError(f"{word}: no WARC file there")
        found.update({source.place: source for source in sources})
    return [found[place] for place in sorted(found)]


def _local(word: str) -> Iterator[Source]:
    path = Path(word)
    if path.is_dir():
        paths = [file for file in path.rglob("*") if file.name.endswith(ENDINGS)]
    elif path.exists() or not glob.has_magic(word):
        paths = [path]
    else:
        paths = [Path(name) for name in glob.glob(word, recursive=True)]  # noqa: PTH207  # absolute ones too
    for file in paths:
        try:
            stat = file.stat()
        except OSError as error:
            raise SourceError(f"{file}: {error.strerror or error}") from None
        yield Source(str(file.absolute()), stat.st_size, f"{stat.st_size}-{stat.st_mtime_ns}")


def _remote(word: str) -> Iterator[Source]:
    files = _filesystem(word)
    try:
        places = files.glob(word) if glob.has_magic(urlsplit(word).path) else [word]
        for place in places:
            info = files.info(place)
            size = info.get("size")
            date = next((info[key] for key in ("ETag", "LastModified", "mtime") if info.get(key)), "")
            yield Source(files.unstrip_protocol(place), size, f"{size}-{date}")
    except (OSError, ValueError) as error:
        raise SourceError(f"{word}: {type(error).__name__}: {error}") from None


def _filesystem(place: str) -> AbstractFileSystem:
    try:
        import fsspec  # here: local archives do without
    except ImportError:
        raise SourceError(f"{place}: URLs need the extra: pip install 'newscrawl[remote]'") from None
    try:
        return fsspec.core.url_to_fs(place)[0]
    except (ImportError, ValueError) as error:  # no such protocol, or its package is missing
        raise SourceError(f"{place}: {error}") from None


@contextmanager
def opened(place: str) -> Iterator[BinaryIO]:
    """Open an archive for reading; raise `SourceError` when it cannot be."""
    try:
        file = _opened(place)
    except OSError as error:
        raise SourceError(f"{place}: {error.strerror or error}") from None
    with file:
        yield file


def _opened(place: str) -> BinaryIO:
    return cast("BinaryIO", _filesystem(place).open(place)) if is_remote(place) else Path(place).open("rb")


def stretches(source: Source) -> Iterator[Stretch]:
    """Cut an archive where members of gzip can be found again; others are one stretch."""
    size = source.size
    if size is None or size < 2 * SMALLEST or is_remote(source.place) or not source.name.endswith(".gz"):
        yield Stretch(source)
        return
    step = max(SMALLEST, -(-size // MOST))
    bounds = [*range(0, size - step // 2, step), None]
    for start, end in pairwise(bounds):
        yield Stretch(source, start or 0, end)


def seek_record(file: BinaryIO, start: int) -> bool:
    """Move to the first record whose gzip member begins at `start` or later; tell whether there is one."""
    file.seek(start)
    window, at = file.read(_LOOK), start
    while window:
        here = window.find(_MEMBER)
        while here >= 0:
            if len(window) - here < 512 and (more := file.read(_LOOK)):
                window += more
            if _is_record(window[here : here + 512]):
                file.seek(at + here)
                return True
            here = window.find(_MEMBER, here + 1)
        tail = len(_MEMBER) - 1
        at += len(window) - min(tail, len(window))
        more = file.read(_LOOK)
        window = window[-tail:] + more if more else b""
    return False


def _is_record(start: bytes) -> bool:
    try:
        return zlib.decompressobj(31).decompress(start, 7).startswith(b"WARC/1.")
    except zlib.error:
        return False
