"""A record in the place of one that was taken out: of the same length, so that nothing else moves."""

from __future__ import annotations

import struct
import uuid
import zlib
from collections.abc import Mapping

from newscrawl.warc.records import metadata

_NOTHING = b"\0\0\0\xff\xff"  # an empty block of deflate
_END = b"\x03\0"  # an empty last one
_FIXED = 12 + len(_END) + 8  # the rest of a gzip member: its header with an empty extra field, CRC and size


class NoRoom(ValueError):
    """The bytes to be replaced are fewer than the record needs."""


def tombstone(removed: str, date: str, told: Mapping[str, str], size: int) -> bytes:
    """Return a gzip member of `size` bytes: a metadata record that says which record is gone, and why.

    It names no URL, so that no index lists it. The same words give the same bytes. What does not fit is left
    out, the last first; raises `NoRoom` when not even the record's id does.
    """
    identity = f"<{uuid.uuid5(uuid.NAMESPACE_URL, removed).urn}>"
    fields = {"removed": removed, **told}
    while True:
        try:
            return padded_member(metadata(identity, date, fields).data, size)
        except NoRoom:
            if not fields:
                raise
            fields.popitem()


def padded_member(plain: bytes, size: int) -> bytes:
    """Return a gzip member of exactly `size` bytes: what is missing is filled with empty blocks of deflate.

    >>> member = padded_member(b"Kabar", 100_000)
    >>> len(member), zlib.decompress(member, 31)
    (100000, b'Kabar')
    """
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = deflate.compress(plain) + deflate.flush(zlib.Z_FULL_FLUSH)
    room = size - _FIXED - len(body)
    if room < 0:
        raise NoRoom(f"{size} bytes are {-room} too few")
    empty, rest = divmod(room, len(_NOTHING))
    return b"".join(
        (
            b"\x1f\x8b\x08\x04\0\0\0\0\0\xff",  # with an extra field, which takes the rest
            struct.pack("<H", rest) + b"\0" * rest,
            body,
            _NOTHING * empty,
            _END,
            struct.pack("<LL", zlib.crc32(plain), len(plain)),
        )
    )
