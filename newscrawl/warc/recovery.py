"""Make the files of a killed crawl whole again."""

from __future__ import annotations

import fcntl
import os
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from newscrawl.warc.writer import OPEN, is_same_file, rename, sync_folder

_BLOCK = 1 << 18
_MAX_HEADERS = 1 << 16


@dataclass(frozen=True, slots=True)
class Recovered:
    """A file that was left open: its name now, the exchanges in it, the bytes of torn records cut off.

    Without an exchange it was removed.
    """

    path: Path
    exchanges: int
    cut_bytes: int


@dataclass(frozen=True, slots=True)
class _Member:
    end: int
    headers: dict[str, str]


def recover(folder: Path) -> list[Recovered]:
    """Cut every `*.warc.gz.open` of a folder at its last whole exchange and name it.

    Files of a living writer are left alone. May be killed at any point and run again.
    """
    if not folder.is_dir():
        return []
    found = (_recover_file(path) for path in sorted(folder.glob(f"*.warc.gz{OPEN}")))
    return [recovered for recovered in found if recovered]


def _recover_file(path: Path) -> Recovered | None:
    try:
        file = path.open("r+b")
    except FileNotFoundError:  # its writer has just named it
        return None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return None
        if not is_same_file(file.fileno(), path):
            return None
        end, exchanges = last_whole_exchange(file)
        cut = file.seek(0, os.SEEK_END) - end
        final = path.with_name(path.name.removesuffix(OPEN))
        if not exchanges:
            path.unlink()
            sync_folder(path.parent)
            return Recovered(final, 0, cut)
        if cut:
            file.truncate(end)
        os.fsync(file.fileno())
        rename(path, final)
        return Recovered(final, exchanges, cut)


def last_whole_exchange(file: BinaryIO) -> tuple[int, int]:
    """Return where the last whole exchange of a WARC ends, and how many there are."""
    end = exchanges = 0
    response = None
    for member in _whole_members(file):
        kind = member.headers.get("warc-type")
        if kind in ("response", "revisit"):
            response = member.headers.get("warc-record-id")
        elif kind == "request" and response and member.headers.get("warc-concurrent-to") == response:
            end, exchanges, response = member.end, exchanges + 1, None
        elif kind == "warcinfo":
            end = member.end
    return end, exchanges


def _whole_members(file: BinaryIO) -> Iterator[_Member]:
    """Walk the gzip members; stop before the first that is cut short, damaged, or no whole record."""
    file.seek(0)
    rest = b""
    at = 0
    while True:
        inflate = zlib.decompressobj(16 + zlib.MAX_WBITS)
        start = b""
        length = used = 0
        tail = b""
        while not inflate.eof:
            data = rest or file.read(_BLOCK)
            try:
                plain = inflate.decompress(data, _BLOCK)
            except zlib.error:
                return
            if not data and not plain:
                return
            rest = inflate.unconsumed_tail or inflate.unused_data
            used += len(data) - len(rest)
            length += len(plain)
            if len(start) < _MAX_HEADERS:
                start += plain
            tail = (tail + plain)[-4:]
        headers = _record_headers(start, length, tail)
        if headers is None:
            return
        at += used
        yield _Member(at, headers)


def _record_headers(start: bytes, length: int, tail: bytes) -> dict[str, str] | None:
    """Return the WARC headers of a record of `length` bytes, names in lower case; `None`: it is not whole."""
    head, blank, _ = start.partition(b"\r\n\r\n")
    if not blank or not head.startswith(b"WARC/") or tail != b"\r\n\r\n":
        return None
    fields = re.findall(rb"(?m)^([^:\r\n]+):[ \t]*([^\r\n]*)", head)
    headers = {name.decode("latin-1").lower(): value.decode("utf-8", "replace") for name, value in fields}
    if headers.get("content-length") != str(length - len(head) - 8):
        return None
    return headers
