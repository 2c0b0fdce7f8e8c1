"""Read exchanges back from WARC files, ours and others', one at a time."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urljoin

import brotli
from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType
from w3lib.url import safe_url_string

from newscrawl.items import WarcPointer
from newscrawl.warc.message import HEAD_END, dechunk, header_fields, status_of
from newscrawl.warc.payloads import RefersTo
from newscrawl.warc.records import NOT_MODIFIED

MAX_BODY = 1 << 26


class WarcReadError(Exception):
    """A WARC file or body cannot be read; the message is one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A response or revisit record, and its request.

    `pointer` spans the response's record. `date` is the WARC-Date. `head` and `payload` are the two parts of
    the block; a revisit has no payload, and after a 304 no head. `truncated` is the WARC-Truncated field,
    `profile` the revisit's profile URI.
    """

    pointer: WarcPointer
    uri: str
    date: str
    head: bytes
    payload: bytes
    request: bytes
    truncated: str | None
    profile: str | None
    refers_to: RefersTo | None

    @property
    def record_id(self) -> str:
        """The id of the response's record."""
        return self.pointer.record_id

    @property
    def payload_digest(self) -> str | None:
        """The digest of the payload as the record gives it."""
        return self.pointer.payload_digest

    @property
    def is_revisit(self) -> bool:
        """Say whether the payload is in another record."""
        return self.profile is not None

    @property
    def is_full(self) -> bool:
        """Say whether this is a whole answer to GET, payload and all: what a later revisit may refer to."""
        return not (self.is_revisit or self.truncated) and self.method in ("GET", "") and self.status != 304

    @property
    def status(self) -> int | None:
        """The status code; `None` when what came was no HTTP."""
        return 304 if self.profile == NOT_MODIFIED else status_of(self.head)

    @property
    def headers(self) -> list[tuple[str, str]]:
        """The response's header fields in order, decoded as latin-1."""
        return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in header_fields(self.head)]

    def header(self, name: str) -> str | None:
        """Return the last value of a header field."""
        return next((value for field, value in reversed(self.headers) if field.lower() == name.lower()), None)

    @property
    def content_type(self) -> str | None:
        """The Content-Type field."""
        return self.header("Content-Type")

    @property
    def location(self) -> str | None:
        """Where a redirect leads, as an absolute URL."""
        target = self.header("Location")
        return urljoin(self.uri, safe_url_string(target)) if target is not None else None

    @property
    def method(self) -> str:
        """The request's method; empty when there is no request record."""
        return self.request.partition(b" ")[0].decode("latin-1")

    @property
    def request_head(self) -> bytes:
        """The request without its body."""
        found = HEAD_END.search(self.request)
        return self.request[: found.end()] if found else self.request

    @property
    def body(self) -> bytes:
        """The payload without chunks, gzip, deflate and br, decoded anew each time.

        A body that is cut off or broken is given as far as it can be decoded, at most `MAX_BODY` bytes; one
        in another coding as it is.
        """
        body = self.payload
        if (self.header("Transfer-Encoding") or "").lower() == "chunked":
            chunks = dechunk(body)
            body = chunks[0] if chunks else body
        fields = (value for name, value in self.headers if name.lower() == "content-encoding")
        for coding in reversed([coding.strip().lower() for coding in ",".join(fields).split(",")]):
            if decoder := _DECODERS.get(coding):
                body = decoder(body)
        return body


def iter_exchanges(path: Path) -> Iterator[Exchange]:
    """Read the exchanges of a WARC file in order; a response without its request record has an empty one.

    Raises `WarcReadError` when the file is torn or damaged.
    """
    with path.open("rb") as file:
        try:
            yield from _pair(path, file)
        except (OSError, EOFError, ValueError) as error:
            raise WarcReadError(f"{path.name}: {error}") from error


def read_exchange(folder: Path, pointer: WarcPointer) -> Exchange:
    """Read one exchange that a pointer leads to; raises `WarcReadError`."""
    path = folder / pointer.file
    try:
        with path.open("rb") as file:
            file.seek(pointer.offset)
            exchange = next(_pair(path, file), None)
    except (OSError, EOFError, ValueError) as error:
        raise WarcReadError(f"{pointer.file}: {error}") from error
    if exchange is None or exchange.pointer.record_id != pointer.record_id:
        raise WarcReadError(f"{pointer.file}: no record {pointer.record_id} at {pointer.offset}")
    return exchange


def _pair(path: Path, file: BinaryIO) -> Iterator[Exchange]:
    """Yield an exchange when the record after it is known, which tells its length and its request."""
    last: Exchange | None = None
    for record in ArchiveIterator(file, record_types=WarcRecordType.any_type, parse_http=False):
        kind, at = record.record_type, record.stream_pos
        if last and not last.pointer.length:
            last.pointer.length = at - last.pointer.offset
        if (
            kind == WarcRecordType.request
            and last
            and record.headers.get("WARC-Concurrent-To") == last.record_id
        ):
            yield replace(last, request=record.reader.read())
            last = None
        elif kind in (WarcRecordType.response, WarcRecordType.revisit):
            if last:
                yield last
            last = _response(path, record, at)
    if last:
        last.pointer.length = last.pointer.length or path.stat().st_size - last.pointer.offset
        yield last


def _response(path: Path, record: WarcRecord, offset: int) -> Exchange:
    fields = record.headers
    block: bytes = record.reader.read()
    if len(block) != record.content_length:
        raise WarcReadError(f"{path.name}: the record at {offset} is cut short")
    found = HEAD_END.search(block) if status_of(block[:64]) is not None else None
    end = found.end() if found else len(block) if status_of(block[:64]) is not None else 0
    uri, date = fields.get("WARC-Refers-To-Target-URI"), fields.get("WARC-Refers-To-Date")
    refers_to = RefersTo(uri, date, fields.get("WARC-Refers-To") or "") if uri and date else None
    return Exchange(
        pointer=WarcPointer(path.name, offset, 0, record.record_id or "", fields.get("WARC-Payload-Digest")),
        uri=(fields.get("WARC-Target-URI") or "").strip("<>"),
        date=fields.get("WARC-Date") or "",
        head=block[:end],
        payload=block[end:],
        request=b"",
        truncated=fields.get("WARC-Truncated"),
        profile=fields.get("WARC-Profile") if record.record_type == WarcRecordType.revisit else None,
        refers_to=refers_to,
    )


def _inflate(body: bytes, *wbits: int) -> bytes:
    for bits in wbits:
        inflate = zlib.decompressobj(bits)
        with suppress(zlib.error):
            return inflate.decompress(body, MAX_BODY)
    return _inflate_until_broken(body, wbits[0])


def _inflate_until_broken(body: bytes, wbits: int) -> bytes:
    inflate = zlib.decompressobj(wbits)
    plain = bytearray()
    with suppress(zlib.error):
        for at in range(0, len(body), 64):
            plain += inflate.decompress(body[at : at + 64], MAX_BODY)
            if len(plain) >= MAX_BODY:
                break
    return bytes(plain)


def _unbrotli(body: bytes) -> bytes:
    decompressor = brotli.Decompressor()
    plain = bytearray()
    with suppress(brotli.error):
        data = body
        while len(plain) < MAX_BODY:
            piece = decompressor.process(data, output_buffer_limit=1 << 20)
            plain += piece
            data = b""
            if not piece and (decompressor.is_finished() or decompressor.can_accept_more_data()):
                break
    return bytes(plain)


_DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda body: _inflate(body, 31),
    "x-gzip": lambda body: _inflate(body, 31),
    "deflate": lambda body: _inflate(body, 15, -15),
    "br": _unbrotli,
}
