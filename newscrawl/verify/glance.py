"""See at FastWARC's speed that a WARC file is perfect; whatever is not is left to the exact walk.

FastWARC checks CRC and size of each member, and the digests. What it passes over (torn ends, missing line
ends, several records in a member) shows in the sizes: a member has to hold exactly its record.
"""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from fastwarc.warc import ArchiveIterator

from newscrawl.verify.members import MAGIC, Stretch, Window, members
from newscrawl.verify.records import DATE, VERSIONS, Record, RecordReader

Tell = Callable[[int], object]

_TELL = 1 << 20  # bytes: several processes add to one number
_LAYOUTS = 64  # different ones that are kept: a crawl writes five or so
_DIGEST = re.compile(r"sha1:[A-Z2-7]{32}")


class LookCloser(Exception):
    """Something is not as it is in nearly every file."""


def glance(path: Path, tell: Tell | None = None) -> Iterator[Record]:
    """Yield the records of a file that is perfect; raise `LookCloser` where it turns out that it is not."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        records = _checked_records(path)
        last, plain_size = next(records, (None, 0))
        if last is None:
            raise LookCloser
        told = 0
        for record, following_size in records:
            if tell and record.offset - told >= _TELL:
                tell(record.offset - told)
                told = record.offset
            last.end = record.offset
            _look_at_seam(file, last.end, plain_size)
            yield last
            last, plain_size = record, following_size
        last.end = size
        _look_at_seam(file, size, plain_size)
        _look_at_last(file, last)
        yield last


def _checked_records(path: Path) -> Iterator[tuple[Record, int]]:
    """Yield each record whose headers and digests are right, and what its plain size should be."""
    try:
        for found in ArchiveIterator(str(path), parse_http=False, inplace=True):
            yield _checked(found)
    except (OSError, ValueError, KeyError) as error:  # KeyError: a field is missing
        raise LookCloser from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # why: what FastWARC did not expect is no Exception
            raise LookCloser from error
        raise


def _checked(found: Any) -> tuple[Record, int]:
    names, plain_size = _layout(tuple(found.headers.keys()))
    values = found.headers.values()
    headers = dict(zip(names, values, strict=True))
    version = found.headers.status_line_bytes
    payload = headers.get("warc-payload-digest")
    has_payload = payload is not None and headers["warc-type"] != "revisit"
    length = found.content_length  # of the block; after `parse_http` of what follows the head
    as_usual = (
        version in VERSIONS
        and headers["warc-type"]
        and headers["warc-record-id"]
        and headers["content-length"] == str(length)
        and DATE.fullmatch(headers["warc-date"])
        and _DIGEST.fullmatch(headers["warc-block-digest"])
        and (payload is None or _DIGEST.fullmatch(payload))
        and found.verify_block_digest(not has_payload)
    )
    if as_usual and has_payload:
        if headers.get("content-type", "").startswith("application/http"):
            found.parse_http()
        as_usual = found.verify_payload_digest(True)
    if not as_usual:
        raise LookCloser
    text = "".join(values)
    plain_size += len(version) + length + (len(text) if text.isascii() else len(text.encode()))
    return Record(found.stream_pos, headers, []), plain_size


@functools.lru_cache(_LAYOUTS)
def _layout(names: tuple[str, ...]) -> tuple[tuple[str, ...], int]:
    """Return the names of a record's fields in lower case, and the bytes of all but values and block."""
    size = len("".join(names).encode()) + len(": \r\n") * len(names) + len("\r\n" * 4)
    return tuple(name.lower() for name in names), size


def _look_at_seam(file: BinaryIO, end: int, plain_size: int) -> None:
    """Compare the size that a member tells at its end; the next one, if any, begins there."""
    seam = os.pread(file.fileno(), 7, end - 4)
    if seam[:4] != (plain_size & 0xFFFFFFFF).to_bytes(4, "little") or seam[4:] not in (MAGIC, b""):
        raise LookCloser


def _look_at_last(file: BinaryIO, last: Record) -> None:
    """Walk the last member exactly: FastWARC does not mind what comes at the end of a file."""
    window, reader = Window(file), RecordReader()
    window.seek(last.offset)
    if next(members(window, reader)) != Stretch("member", last.offset, last.end) or reader.end().problems:
        raise LookCloser
