"""Split what came over the wire into head and body, by HTTP framing alone: no network, no Scrapy."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

HEAD_END = re.compile(rb"\n\r?\n")
_FOLD = re.compile(rb"\r?\n(?=[ \t])")
_FIELD = re.compile(rb"(?m)^([^:\n]*):(.*)$")
_TRANSFER_ENCODING = re.compile(rb"(?im)^transfer-encoding(?=:)")
_CONTENT_LENGTH = re.compile(rb"(?im)^content-length(?=:)")
_CHUNK_SIZE = re.compile(rb"[0-9A-Fa-f]+[ \t]*(?:;.*)?", re.DOTALL)

Framing = Literal["none", "length", "chunked", "close", "unknown"]


@dataclass(frozen=True, slots=True)
class Message:
    """A response as received, without interim (1xx) heads and without bytes after its end.

    `head` ends with its blank line and is empty when no head could be parsed; then `body` holds everything.
    `body` is framed as on the wire. `payload` is the body without chunk framing, `trailers` what stood after
    the last chunk. `complete` says whether the framing saw the end.
    """

    head: bytes
    body: bytes
    payload: bytes
    framing: Framing
    complete: bool
    status: int | None
    trailers: bytes = b""


def split_response(wire: bytes, method: str, *, closed: bool) -> Message:
    r"""Split received bytes into one response message.

    `closed` says whether the server closed the connection in order, which ends a body that has no other end.

    >>> message = split_response(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi there", "GET", closed=False)
    >>> message.status, message.payload, message.complete
    (200, b'hi', True)
    """
    start = 0
    while True:
        found = HEAD_END.search(wire, start)
        head = wire[start : found.end()] if found else wire[start:]
        status = status_of(head)
        if found and is_interim(status):
            start = found.end()
            continue
        break
    if status is None:
        return Message(b"", wire, wire, "unknown", False, None)
    if not found:
        return Message(head, b"", b"", "unknown", False, status)
    return _split_body(head, status, wire[found.end() :], method, closed=closed)


def status_of(head: bytes) -> int | None:
    """Return the status code of a head, or `None` when its first line is no status line."""
    parts = head.partition(b"\n")[0].rstrip(b"\r").split(b" ", 2)
    if len(parts) < 2 or not parts[0].startswith(b"HTTP/") or not parts[1].isdigit():
        return None
    return int(parts[1])


def is_interim(status: int | None) -> bool:
    """Say whether a status announces another head."""
    return status is not None and 100 <= status < 200


@lru_cache(maxsize=4)  # one head is asked for several fields in a row
def header_fields(head: bytes) -> list[tuple[bytes, bytes]]:
    r"""Return the header fields in order, folded lines joined, lines without a colon left out.

    >>> header_fields(b"HTTP/1.1 200 OK\r\nA: 1\r\n  2\r\na:3\r\n\r\n")
    [(b'A', b'1  2'), (b'a', b'3')]
    """
    fields = _FOLD.sub(b"", head.partition(b"\n")[2])
    return [(name, value.strip()) for name, value in _FIELD.findall(fields)]


def header_values(head: bytes, name: bytes) -> list[bytes]:
    """Return the values of a header field (`name` in lower case) in order."""
    return [value for field, value in header_fields(head) if field.lower() == name]


def _split_body(head: bytes, status: int, rest: bytes, method: str, *, closed: bool) -> Message:
    if method == "HEAD" or status in (204, 304):
        return Message(head, b"", b"", "none", True, status)
    codings = header_values(head, b"transfer-encoding")
    if codings:
        if codings[0].lower() != b"chunked":
            return Message(head, rest, rest, "unknown", False, status)
        chunks = dechunk(rest)
        if chunks is None:
            return Message(head, rest, rest, "unknown", False, status)
        payload, trailers, end = chunks
        complete = end is not None
        return Message(head, rest[:end], payload, "chunked", complete, status, trailers)
    lengths = {
        value.strip() for field in header_values(head, b"content-length") for value in field.split(b",")
    }
    if not lengths:
        return Message(head, rest, rest, "close", closed, status)
    if not all(value.isdigit() for value in lengths) or len({int(value) for value in lengths}) > 1:
        return Message(head, rest, rest, "unknown", False, status)
    length = int(lengths.pop())
    body = rest[:length]
    return Message(head, body, body, "length", len(body) == length, status)


def dechunk(body: bytes) -> tuple[bytes, bytes, int | None] | None:
    r"""Undo chunked framing: (payload, trailers, where the message ends or `None` when it was cut short).

    Returns `None` when the framing is broken.

    >>> dechunk(b"2\r\nab\r\n0\r\nDigest: x\r\n\r\nrest")
    (b'ab', b'Digest: x\r\n', 23)
    >>> dechunk(b"5\r\nab")
    (b'ab', b'', None)
    """
    payload = bytearray()
    at = 0
    while (eol := body.find(b"\r\n", at)) >= 0:
        if not _CHUNK_SIZE.fullmatch(body, at, eol):
            return None
        size = int(body[at:eol].partition(b";")[0], 16)
        at = eol + 2
        if size == 0:
            return _with_trailers(bytes(payload), body, at)
        payload += body[at : at + size]
        at += size
        if not b"\r\n".startswith(body[at : at + 2]):
            return None
        at += 2
    return bytes(payload), b"", None


def _with_trailers(payload: bytes, body: bytes, at: int) -> tuple[bytes, bytes, int | None]:
    if body.startswith(b"\r\n", at):
        return payload, b"", at + 2
    end = body.find(b"\r\n\r\n", at)
    if end < 0:
        return payload, body[at:], None
    return payload, body[at : end + 2], end + 4


def without_chunks(message: Message) -> tuple[bytes, bytes]:
    """Return (head, payload) of a chunked message as if it had been sent with a length.

    The field that announced the chunks is renamed `X-Crawler-Transfer-Encoding`; a length that HTTP told to
    ignore becomes `X-Crawler-Content-Length`; trailer fields are kept as `X-Crawler-Trailer` fields.
    """
    head = _TRANSFER_ENCODING.sub(b"X-Crawler-Transfer-Encoding", message.head)
    head = _CONTENT_LENGTH.sub(b"X-Crawler-Content-Length", head)
    eol = b"\r\n" if head.endswith(b"\r\n") else b"\n"
    added = [b"Content-Length: %d" % len(message.payload)]
    added += [b"X-Crawler-Trailer: " + line.strip() for line in message.trailers.splitlines() if line.strip()]
    blank = len(eol) if head.endswith(eol + eol) else 1
    return head[: len(head) - blank] + eol.join(added) + eol + head[len(head) - blank :], message.payload
