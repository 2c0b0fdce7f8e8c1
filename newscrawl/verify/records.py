"""Check one WARC record: framing, headers and digests, from its plain bytes as they come."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any

from newscrawl.warc.message import HEAD_END, status_of

_MAX_HEADERS = 1 << 16
_MAX_HEAD = 1 << 21  # of a response: the recorder keeps heads up to 1 MB
_FIELD = re.compile(r"\r\n([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n]*)")
VERSIONS = {b"WARC/1.0", b"WARC/1.1"}
DATE = re.compile(
    r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?Z"
)
NEEDED = ("warc-type", "warc-record-id", "warc-date", "content-length")
_ALGORITHMS = {"sha1", "sha256", "sha512", "md5"}
_END = b"\r\n\r\n"
_BASE32 = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789abcdefghijklmnopqrstuv", "=")

Problem = tuple[str, str]  # kind and detail


@dataclass(slots=True)
class Record:
    """What is known of a record once its member has ended.

    The member lies from `offset` to `end` in the file. `headers` have names in lower case.
    """

    offset: int
    headers: dict[str, str]
    problems: list[Problem]
    end: int = 0

    @property
    def kind(self) -> str:
        """Its WARC-Type."""
        return self.headers.get("warc-type", "")

    @property
    def id(self) -> str:
        """Its WARC-Record-ID."""
        return self.headers.get("warc-record-id", "")


class RecordReader:
    """Take the plain bytes of a member; `end` gives the record. Large blocks are hashed as they come."""

    def begin(self, offset: int) -> None:
        """Begin a record."""
        self._record = Record(offset, {}, [])
        self._start = b""
        self._headers_end = False
        self._has_length = True
        self._left = 0  # bytes of the block to come
        self._tail = b""
        self._block: Digest | None = None
        self._payload: Digest | None = None
        self._head: bytes | None = None  # of the HTTP message, until its end is found

    def feed(self, plain: bytes) -> None:
        """Take the next bytes."""
        if self._headers_end:
            self._feed_block(plain)
            return
        self._start = self._start + plain if self._start else plain
        end = self._start.find(_END)
        if end < 0:
            if len(self._start) > _MAX_HEADERS:
                self._start = self._start[:_MAX_HEADERS]
            return
        self._headers_end = True
        self._read_headers(self._start[:end])
        self._feed_block(memoryview(self._start)[end + 4 :])
        self._start = b""

    @property
    def left(self) -> int:
        """How many bytes are still to come, as far as is known."""
        return self._left

    def end(self) -> Record:
        """Return the record, now that its member has ended."""
        record = self._record
        if not self._headers_end:
            kind = "record.headers" if self._start.startswith(b"WARC/") else "record.version"
            record.problems.append((kind, "no end of the headers" if self._start else "empty"))
            return record
        if self._left:
            record.problems.append(("record.length", f"{self._left} bytes of the block are missing"))
        elif self._tail != _END and self._has_length:
            record.problems.append(_wrong_end(self._tail))
        if self._block and not self._left:
            record.problems += self._block.problems("record.block-digest")
        if self._payload and not self._left:
            if self._head is None:
                record.problems += self._payload.problems("record.payload-digest")
            else:
                record.problems.append(("record.payload-digest", "the block has no HTTP head"))
        return record

    def _read_headers(self, head: bytes) -> None:
        version, _, _ = head.partition(b"\r\n")
        problems = self._record.problems
        if version not in VERSIONS:
            problems.append(("record.version", repr(version[:20])[1:]))
        found = _FIELD.findall(head.decode("utf-8", "replace"))
        headers = self._record.headers = {name.lower(): value.rstrip() for name, value in found}
        if len(found) != head.count(b"\r\n") or b"\n" in head.replace(b"\r\n", b""):
            problems.append(("record.headers", "a line that is no field"))
        missing = [name for name in NEEDED if not headers.get(name)]
        if missing:
            problems.append(("record.headers", f"without {', '.join(missing)}"))
        if "warc-date" in headers and not DATE.fullmatch(headers["warc-date"]):
            problems.append(("record.date", headers["warc-date"][:40]))
        length = headers.get("content-length", "")
        if not (length.isascii() and length.isdigit()):
            if length:
                problems.append(("record.headers", f"Content-Length: {length[:20]}"))
            self._has_length = False
            return
        self._left = int(length)
        self._begin_digests(headers)

    def _begin_digests(self, headers: dict[str, str]) -> None:
        self._block = Digest.of(headers.get("warc-block-digest"))
        if self._block is None:
            self._record.problems.append(("record.digest-form", "no WARC-Block-Digest"))
        given = headers.get("warc-payload-digest")
        if given is None:
            return
        if headers.get("warc-type") == "revisit":  # of what it refers to: compared when all records are known
            if (digest := Digest.of(given)) and digest.wanted is None:
                self._record.problems.append(("record.digest-form", given[:40]))
            return
        self._payload = Digest.of(given)
        if headers.get("content-type", "").startswith("application/http"):
            self._head = b""

    def _feed_block(self, plain: bytes | memoryview) -> None:
        view = memoryview(plain)
        block = view[: self._left]
        self._left -= len(block)
        if self._block:
            self._block.update(block)
        if self._payload:
            self._feed_payload(block)
        rest = view[len(block) :]
        if rest and len(self._tail) < 64:
            self._tail += bytes(rest[:64])

    def _feed_payload(self, block: memoryview) -> None:
        assert self._payload is not None
        if self._head is None:
            self._payload.update(block)
            return
        if self._head:
            block = memoryview(self._head + bytes(block))
        found = HEAD_END.search(block)
        if found is None:
            self._head = bytes(block[:_MAX_HEAD])
        elif status_of(bytes(block[:64])) is None and self._record.kind == "response":
            self._head = bytes(block[:64])
        else:
            self._head = None
            self._payload.update(block[found.end() :])


class Digest:
    """A digest as a WARC field gives it, and the bytes to compare it with."""

    __slots__ = ("given", "hash", "wanted")

    def __init__(self, given: str, wanted: bytes | None, hash: Any) -> None:  # noqa: A002  # the field's term
        self.given = given
        self.wanted = wanted
        self.hash = hash

    @classmethod
    def of(cls, given: str | None) -> Digest | None:
        """Read a field's value: an algorithm, a colon, and base32 or hex.

        >>> Digest.of("sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ").problems("record.block-digest")
        []
        """
        if given is None:
            return None
        name, _, value = given.partition(":")
        name = name.lower().replace("-", "")
        if name == "sha1":  # as nearly all are
            hash_ = hashlib.sha1(usedforsecurity=False)
        elif name in _ALGORITHMS:
            hash_ = hashlib.new(name, usedforsecurity=False)
        else:
            return cls(given, None, None)
        wanted = _bytes_of(value, hash_.digest_size)
        return cls(given, wanted, hash_ if wanted else None)

    def update(self, data: memoryview) -> None:
        """Take bytes."""
        if self.hash is not None:
            self.hash.update(data)

    def problems(self, kind: str) -> list[Problem]:
        """Return what is wrong, now that all bytes are there."""
        if self.wanted is None:
            return [("record.digest-form", self.given[:40])]
        if self.hash.digest() == self.wanted:
            return []
        return [(kind, f"{self.given} expected")]


def _bytes_of(value: str, size: int) -> bytes | None:
    """Return the bytes of a digest in hex or base32, `None` when it is neither.

    The base64 module takes ten times as long, and each record has two of them.

    >>> _bytes_of("MFRGG===", 3), _bytes_of("616263", 3), _bytes_of("MFRG", 3)
    (b'abc', b'abc', None)
    """
    try:
        if len(value) == 2 * size:
            return bytes.fromhex(value)
        digits = value.upper().translate(_BASE32)
        if len(digits) != -(-size * 8 // 5):
            return None
        return (int(digits, 32) >> (len(digits) * 5 - size * 8)).to_bytes(size, "big")
    except (ValueError, OverflowError):
        return None


def _wrong_end(tail: bytes) -> Problem:
    if tail.startswith(_END):
        return "record.end", f"more than a record: {tail[4:20]!r}"
    return "record.end", f"{tail[:4]!r}"
