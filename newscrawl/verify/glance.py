"""See at FastWARC's speed that a WARC file is perfect; whatever is not is left to the exact walk.

FastWARC checks CRC and size of each member, and the digests. What it passes over (torn ends, missing line
ends, several records in a member) shows in the sizes: a member has to hold exactly its record.
"""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from fastwarc.warc import ArchiveIterator

from newscrawl.verify.members import Stretch, Window, members
from newscrawl.verify.records import DATE, VERSIONS, Record, RecordReader

Tell = Callable[[int], object]

_TELL = 1 << 20  # bytes: several processes add to one number
_DIGEST = re.compile(r"sha1:[A-Z2-7]{32}")
_SEAM = struct.Struct("<L3s")  # the end of a member, its plain size, and how the next one begins


class LookCloser(Exception):
    """Something is not as it is in nearly every file."""


def glance(path: Path, tell: Tell | None = None) -> Iterator[tuple[Record, Stretch]]:
    """Yield the records of a file that is perfect; raise `LookCloser` where it turns out that it is not."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        records = _checked_records(path)
        last = next(records, None)
        if last is None:
            raise LookCloser
        told = 0
        for record in records:
            if tell and record.offset - told >= _TELL:
                tell(record.offset - told)
                told = record.offset
            yield last, _place(file, last, record.offset)
            last = record
        stretch = _place(file, last, size)
        _look_at(file, stretch)
        yield last, stretch


def _checked_records(path: Path) -> Iterator[Record]:
    try:
        for found in ArchiveIterator(str(path), parse_http=False, inplace=True):
            yield _checked(found)
    except (OSError, ValueError) as error:
        raise LookCloser from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # why: what FastWARC did not expect is no Exception
            raise LookCloser from error
        raise


def _checked(found: Any) -> Record:
    """Return a record whose headers and digests are right."""
    fields = found.headers.to_tuples()
    record = Record(found.stream_pos, {name.lower(): value for name, value in fields})
    header = record.headers.get
    version = found.headers.status_line_bytes
    payload = header("warc-payload-digest")
    has_payload = payload is not None and record.kind != "revisit"
    length = found.content_length  # of the block; after `parse_http` of what follows the head
    as_usual = (
        version in VERSIONS
        and header("warc-type")
        and header("warc-record-id")
        and header("content-length") == str(length)
        and DATE.fullmatch(header("warc-date", ""))
        and _DIGEST.fullmatch(header("warc-block-digest", ""))
        and (payload is None or _DIGEST.fullmatch(payload))
        and found.verify_block_digest(not has_payload)
    )
    if as_usual and has_payload:
        if header("content-type", "").startswith("application/http"):
            found.parse_http()
        as_usual = found.verify_payload_digest(True)
    if not as_usual:
        raise LookCloser
    text = "".join(chain.from_iterable(fields))
    record.plain_size = len(version) + 8 + length + 4 * len(fields)
    record.plain_size += len(text) if text.isascii() else len(text.encode())
    return record


def _place(file: BinaryIO, record: Record, end: int) -> Stretch:
    """Return where a record lies when the member that ends at `end` holds just this record."""
    size, begins = _SEAM.unpack(os.pread(file.fileno(), _SEAM.size, end - 4).ljust(_SEAM.size, b"\0"))
    if size != record.plain_size & 0xFFFFFFFF or begins not in (b"\x1f\x8b\x08", b"\0\0\0"):
        raise LookCloser
    return Stretch("member", record.offset, end)


def _look_at(file: BinaryIO, last: Stretch) -> None:
    """Walk the last member exactly: FastWARC does not mind what comes at the end of a file."""
    window, reader = Window(file), RecordReader()
    window.seek(last.start)
    if next(members(window, reader)) != last or reader.end().problems:
        raise LookCloser
