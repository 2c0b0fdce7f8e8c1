"""Read exchanges back from WARC files, ours and others', one at a time."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urljoin

import brotli
from fastwarc.warc import ArchiveIterator, WarcHeader, WarcRecord, WarcRecordType
from w3lib.url import safe_url_string

from newscrawl.items import WarcPointer
from newscrawl.warc.message import HEAD_END, dechunk, header_fields, status_of
from newscrawl.warc.payloads import RefersTo
from newscrawl.warc.records import NOT_MODIFIED

MAX_BODY = 1 << 26
_PLAIN = re.compile(rb"(?:\xef\xbb\xbf)?\s*[<{\[]")  # text, where a coding was announced


class WarcReadError(Exception):
    """A WARC file or body cannot be read; the message is one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A response, revisit or resource record, and its request.

    `pointer` spans the response's record. `date` is the WARC-Date. `head` and `payload` are the two parts of
    the block; a revisit has no payload, and after a 304 no head. `truncated` is the WARC-Truncated field,
    `profile` the revisit's profile URI, `resource` the media type of a resource record, which has no head.
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
    resource: str | None = None

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
        if self.resource is not None:
            return 200
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
        return self.resource or self.header("Content-Type")

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
        in another coding as it is, and so one that is not in the coding that its head still names, as other
        tools' archives have it.
        """
        body = self.payload
        if (self.header("Transfer-Encoding") or "").lower() == "chunked":
            chunks = dechunk(body)
            body = chunks[0] if chunks and (chunks[0] or chunks[2]) else body
        fields = (value for name, value in self.headers if name.lower() == "content-encoding")
        for coding in reversed([coding.strip().lower() for coding in ",".join(fields).split(",")]):
            if decoder := _DECODERS.get(coding):
                body = decoder(body) or (body if _PLAIN.match(body) else b"")
        return body


def iter_exchanges(path: Path) -> Iterator[Exchange]:
    """Read the exchanges of a WARC file in order; a response without its request record has an empty one.

    Raises `WarcReadError` when the file is torn or damaged.
    """
    try:
        with path.open("rb") as file:
            yield from exchanges(file, path.name, size=path.stat().st_size)
    except OSError as error:
        raise WarcReadError(f"{path.name}: {error}") from error


def exchanges(
    file: BinaryIO,
    name: str,
    *,
    size: int | None = None,
    end: int | None = None,
    wanted: Callable[[str, int], bool] | None = None,
) -> Iterator[Exchange]:
    """Read exchanges from where an archive's stream stands, in order, ours and others'.

    `name` is what pointers call the file, `size` its length (without it the last record's length is 0 where
    the stream cannot tell). Those that begin at `end` or later are left out, and those whose URI and
    length are not `wanted` are not read. Raises `WarcReadError` when the file is torn or damaged.
    """
    try:
        yield from _pair(file, name, size, end, wanted)
    except (OSError, EOFError, ValueError) as error:
        raise WarcReadError(f"{name}: {error}") from error


def read_exchange(folder: Path, pointer: WarcPointer) -> Exchange:
    """Read one exchange that a pointer leads to, whatever its id where the pointer's is empty.

    Raises `WarcReadError`.
    """
    path = folder / pointer.file
    try:
        with path.open("rb") as file:
            file.seek(pointer.offset)
            exchange = next(_pair(file, path.name, path.stat().st_size), None)
    except (OSError, EOFError, ValueError) as error:
        raise WarcReadError(f"{pointer.file}: {error}") from error
    if exchange is None or pointer.record_id not in ("", exchange.record_id):
        raise WarcReadError(f"{pointer.file}: no record {pointer.record_id} at {pointer.offset}")
    return exchange


_RESPONSES = WarcRecordType.response | WarcRecordType.revisit | WarcRecordType.resource


def _pair(
    file: BinaryIO,
    name: str,
    size: int | None = None,
    end: int | None = None,
    wanted: Callable[[str, int], bool] | None = None,
) -> Iterator[Exchange]:
    """Yield an exchange when the record after it is known, which tells its length and perhaps its request.

    We write the request after its response, wget writes it before.
    """
    last: _Response | None = None
    before: tuple[str | None, str | None, bytes] | None = None  # a request that is nobody's yet
    for record in ArchiveIterator(file, record_types=WarcRecordType.any_type, parse_http=False):
        kind, at = record.record_type, record.stream_pos
        if last and not last.pointer.length:
            last.pointer.length = at - last.pointer.offset
        if kind == WarcRecordType.request:
            concurrent = record.headers.get(WarcHeader.WARC_CONCURRENT_TO)
            if last and concurrent == last.pointer.record_id:
                yield last.exchange(record.reader.read())
                last = None
            elif wanted is None or wanted(_uri(record), record.content_length):
                before = (record.record_id, concurrent, record.reader.read())
        elif kind & _RESPONSES:
            if last:
                yield last.exchange()
                last = None
            if end is not None and at >= end:
                return
            if wanted is None or wanted(_uri(record), record.content_length):
                last = _response(record, name, at)
                if before and (last.concurrent == before[0] or last.pointer.record_id == before[1]):
                    last.request = before[2]
            before = None
    if last:
        last.pointer.length = last.pointer.length or (size or _told(file)) - last.pointer.offset
        yield last.exchange()


def _uri(record: WarcRecord) -> str:
    return (record.headers.get(WarcHeader.WARC_TARGET_URI) or "").strip("<>")


def _told(file: BinaryIO) -> int:
    try:
        return file.tell()
    except (OSError, ValueError, AttributeError):  # a stream that only flows
        return 0


@dataclass(slots=True)
class _Response:
    """A response whose request may still come."""

    pointer: WarcPointer
    uri: str
    date: str
    block: bytes
    truncated: str | None
    concurrent: str | None
    profile: str | None = None
    refers_to: RefersTo | None = None
    resource: str | None = None
    request: bytes = b""

    def exchange(self, request: bytes = b"") -> Exchange:
        block = self.block
        end = 0
        if self.resource is None and status_of(block[:64]) is not None:
            found = HEAD_END.search(block)
            end = found.end() if found else len(block)
        return Exchange(
            pointer=self.pointer,
            uri=self.uri,
            date=self.date,
            head=block[:end],
            payload=block[end:],
            request=request or self.request,
            truncated=self.truncated,
            profile=self.profile,
            refers_to=self.refers_to,
            resource=self.resource,
        )


def _response(record: WarcRecord, name: str, offset: int) -> _Response:
    get = record.headers.get
    block: bytes = record.reader.read()
    if len(block) != record.content_length:
        raise WarcReadError(f"{name}: the record at {offset} is cut short")
    pointer = WarcPointer(name, offset, 0, record.record_id or "", get(WarcHeader.WARC_PAYLOAD_DIGEST))
    response = _Response(
        pointer,
        _uri(record),
        get(WarcHeader.WARC_DATE) or "",
        block,
        get(WarcHeader.WARC_TRUNCATED),
        get(WarcHeader.WARC_CONCURRENT_TO),
    )
    if record.record_type == WarcRecordType.revisit:
        response.profile = get(WarcHeader.WARC_PROFILE)
        uri, date = get(WarcHeader.WARC_REFERS_TO_TARGET_URI), get(WarcHeader.WARC_REFERS_TO_DATE)
        refers = get(WarcHeader.WARC_REFERS_TO)
        if refers or (uri and date):  # wget gives the record id alone
            response.refers_to = RefersTo((uri or "").strip("<>"), date or "", refers or "")
    elif record.record_type == WarcRecordType.resource:
        response.resource = get(WarcHeader.CONTENT_TYPE) or ""
    return response


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
