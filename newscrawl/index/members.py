"""Take whole records out of a WARC file as the bytes that they are."""

from __future__ import annotations

import re
import zlib
from typing import BinaryIO

_BLOCK = 1 << 16
_ID = re.compile(rb"(?im)^WARC-Record-ID:[ \t]*(\S+)")
_CONCURRENT = re.compile(rb"(?im)^WARC-Concurrent-To:[ \t]*(\S+)")
_REQUEST = re.compile(rb"(?im)^WARC-Type:[ \t]*request\b")


class MemberError(ValueError):
    """A record is not whole; the message is one line."""


def first_member(file: BinaryIO) -> bytes:
    """Return the record that opens a file."""
    return read_member(file, 0)[0]


def exchange_bytes(file: BinaryIO, offset: int, length: int) -> bytes:
    """Return the record at `offset` and, where it follows, its request; raises `MemberError`."""
    response, fields = read_member(file, offset)
    if len(response) != length:
        raise MemberError(f"the record at {offset} has {len(response)} bytes, not {length}: index it anew")
    identity = _ID.search(fields)
    try:
        request, fields = read_member(file, offset + length)
    except MemberError:  # the file ends here
        return response
    concurrent = _CONCURRENT.search(fields)
    is_its = _REQUEST.search(fields) and identity and concurrent and identity[1] == concurrent[1]
    return response + request if is_its else response


def read_member(file: BinaryIO, offset: int) -> tuple[bytes, bytes]:
    """Return the gzip member at `offset` and the WARC fields of the record in it; raises `MemberError`."""
    file.seek(offset)
    inflate = zlib.decompressobj(31)
    member, start = bytearray(), b""
    while not inflate.eof:
        data = file.read(_BLOCK)
        if not data:
            raise MemberError(f"no whole record at {offset}")
        member += data
        try:
            while data:
                plain = inflate.decompress(data, _BLOCK)
                if b"\r\n\r\n" not in start:
                    start += plain
                data = inflate.unconsumed_tail
        except zlib.error as error:
            raise MemberError(f"no whole record at {offset}: {error}") from None
    del member[len(member) - len(inflate.unused_data) :]
    return bytes(member), start.partition(b"\r\n\r\n")[0]
