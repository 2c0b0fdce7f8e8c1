"""The sample newsroom on sockets: HTTP/1.1 with keep-alive over plain TCP and TLS, on one event loop."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from itertools import count
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from newscrawl.sample.faults import Fault
from newscrawl.sample.outlets import OUTLETS
from newscrawl.sample.site import Page, Site, challenge
from newscrawl.sample.wire import Response, encode, head

MAX_HEAD: Final = 65_536
CACHE_BYTES: Final = 48 * 2**20
LOG_LENGTH: Final = 1_000_000


class Request(NamedTuple):
    """A request as parsed; header names are in lower case, of several equal ones the last counts."""

    method: str
    target: str
    version: str
    headers: dict[str, str]
    body: bytes
    scheme: str
    connection: int

    @property
    def host(self) -> str:
        """The host asked for, without port."""
        return self.headers.get("host", "").lower().partition(":")[0]


class Reply(NamedTuple):
    """What goes back: bytes, and how."""

    start: bytes
    body: bytes
    close: bool = False
    delay: float = 0.0
    drip: float | None = None
    cut: bool = False


class LogEntry(NamedTuple):
    """A request that was answered: `time` in seconds of one monotonic clock, when its head had arrived."""

    time: float
    scheme: str
    method: str
    host: str
    path: str
    status: int
    user_agent: str | None
    if_none_match: str | None
    if_modified_since: str | None
    bytes: int
    connection: int


Handler = Callable[[Request, float], Reply]


@dataclass(slots=True)
class Service:
    """Answers requests: faults first, then the cache, then the site; logs each.

    `cache` is bounded by bytes; clear it with `changed` whenever pages may differ.
    """

    site: Site
    faults: list[Fault] = field(default_factory=list)
    log: deque[LogEntry] = field(default_factory=lambda: deque(maxlen=LOG_LENGTH))
    logged: int = 0
    recovered: set[str] = field(default_factory=set)
    cache: OrderedDict[tuple[str, str, str | None, bool], Response] = field(default_factory=OrderedDict)
    cached: int = 0
    _flaky: frozenset[str] | None = None

    def handle(self, request: Request, now: float) -> Reply:
        """Answer a request that arrived at `now` (monotonic seconds)."""
        delay, fault = self._meet_faults(request)
        response = self._response(request, fault)
        http10 = request.version == "HTTP/1.0"
        close = http10 or request.headers.get("connection", "").lower() == "close"
        if response.matches(request.headers) and response.not_modified is not None:
            reply = Reply(response.not_modified, b"", close, delay)
            status = int(HTTPStatus.NOT_MODIFIED)
        else:
            body = b"" if request.method == "HEAD" else response.body
            action = fault.action if fault else None
            drip = fault.seconds if fault and action == "drip" else None
            reply = Reply(response.start, body, close or action == "cut", delay, drip, action == "cut")
            status = response.status
        self._write_log(request, now, status, len(reply.body))
        return reply

    def changed(self) -> None:
        """Forget prepared responses."""
        self.cache.clear()
        self.cached = 0
        self._flaky = None

    def reset(self) -> None:
        """Empty the log and let the flaky pages fail again; what was published and changed stays."""
        self.log.clear()
        self.logged = 0
        self.recovered.clear()

    def _meet_faults(self, request: Request) -> tuple[float, Fault | None]:
        delay, other = 0.0, None
        for fault in self.faults:
            if not fault.applies(request.host, request.target):
                continue
            if fault.action == "slow":
                fault.use()
                delay += fault.seconds
            elif other is None:
                fault.use()
                other = fault
        return delay, other

    def _response(self, request: Request, fault: Fault | None) -> Response:
        http10 = request.version == "HTTP/1.0"
        accept = request.headers.get("accept-encoding")
        if fault is not None and fault.action in {"fail", "challenge"}:
            page = _failure(fault) if fault.action == "fail" else challenge(fault.kind)
            return encode(page, request.target, accept, http10=http10)
        if request.method not in {"GET", "HEAD"}:
            page = Page(405, b"", headers=(("Allow", "GET, HEAD"),))
            return encode(page, request.target, accept, http10=http10)
        if self._fails_once(request):
            return encode(Page(500, b"<h1>Kesalahan server</h1>\n"), request.target, accept, http10=http10)
        key = (request.host, request.target, accept, http10)
        response = self.cache.get(key)
        if response is not None:
            self.cache.move_to_end(key)
            return response
        page = self.site.answer(request.host, request.target)
        response = encode(page, urlsplit(request.target).path, accept, http10=http10)
        self.cache[key] = response
        self.cached += len(response)
        while self.cached > CACHE_BYTES and len(self.cache) > 1:
            self.cached -= len(self.cache.popitem(last=False)[1])
        return response

    def _fails_once(self, request: Request) -> bool:
        if self._flaky is None:
            flaky = set()
            for outlet in OUTLETS.values():
                try:
                    flaky.add(self.site.newsroom.special(outlet.name, "flaky").url)
                except KeyError:  # a newsroom of a few articles has none
                    continue
            self._flaky = frozenset(flaky)
        url = f"https://{request.host}{request.target}"
        if url not in self._flaky or url in self.recovered:
            return False
        self.recovered.add(url)
        return True

    def _write_log(self, request: Request, now: float, status: int, size: int) -> None:
        get = request.headers.get
        self.logged += 1
        self.log.append(
            LogEntry(
                now,
                request.scheme,
                request.method,
                request.host,
                request.target,
                status,
                get("user-agent"),
                get("if-none-match"),
                get("if-modified-since"),
                size,
                request.connection,
            )
        )


def _failure(fault: Fault) -> Page:
    headers = (("Retry-After", fault.retry_after),) if fault.retry_after else ()
    words = f"<html><head><title>{fault.status}</title></head><body><h1>{fault.status}</h1></body></html>\n"
    return Page(fault.status, words.encode(), headers=headers)


class HttpProtocol(asyncio.Protocol):
    """One connection: parses requests in order and answers one after the other."""

    _numbers = count(1)

    def __init__(self, handler: Handler, scheme: str, connections: set[HttpProtocol]) -> None:
        self._handler, self._scheme, self._connections = handler, scheme, connections
        self._number = next(self._numbers)
        self._buffer = bytearray()
        self._sending: asyncio.Task[None] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._connections.discard(self)
        self._transport = None
        if self._sending:
            self._sending.cancel()

    def abort(self) -> None:
        """Cut the connection."""
        if self._transport:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Answer each request that is now whole."""
        self._buffer += data
        self._serve()

    def _serve(self) -> None:
        while self._sending is None and self._transport and not self._transport.is_closing():
            now = time.monotonic()
            try:
                request = self._next_request()
            except ValueError:
                self._transport.write(head(400, [("Content-Length", "0"), ("Connection", "close")]) + b"\r\n")
                self._transport.close()
                return
            if request is None:
                return
            reply = self._handler(request, now)
            if reply.delay or reply.drip is not None:
                self._sending = asyncio.get_running_loop().create_task(self._send_slowly(reply))
            else:
                self._send(reply)

    def _next_request(self) -> Request | None:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            if len(self._buffer) > MAX_HEAD:
                raise ValueError("head too large")
            return None
        lines = self._buffer[:end].decode("latin-1").split("\r\n")
        method, target, version = lines[0].split(" ")
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        stop = end + 4 + int(headers.get("content-length", "0"))
        if len(self._buffer) < stop:
            return None
        body = bytes(self._buffer[end + 4 : stop])
        del self._buffer[:stop]
        return Request(method, target, version, headers, body, self._scheme, self._number)

    def _send(self, reply: Reply) -> None:
        if self._transport is None:
            return
        body = reply.body[: len(reply.body) // 2] if reply.cut else reply.body
        self._transport.write(_whole_head(reply) + body)
        if reply.close:
            self._transport.close()

    async def _send_slowly(self, reply: Reply) -> None:
        await asyncio.sleep(reply.delay)
        if reply.drip is None:
            self._send(reply)
        elif self._transport:
            self._transport.write(_whole_head(reply))
            for at in range(len(reply.body)):
                await asyncio.sleep(reply.drip)
                self._transport.write(reply.body[at : at + 1])
        self._sending = None
        self._serve()


def _whole_head(reply: Reply) -> bytes:
    connection = b"Connection: close\r\n\r\n" if reply.close else b"Connection: keep-alive\r\n\r\n"
    return reply.start + _date_line() + connection


_date: tuple[int, bytes] = (0, b"")


def _date_line() -> bytes:
    global _date  # why: made once a second, not for each response
    second = int(time.time())
    if _date[0] != second:
        _date = (
            second,
            f"Date: {format_datetime(datetime.fromtimestamp(second, UTC), usegmt=True)}\r\n".encode(),
        )
    return _date[1]


def as_dict(entry: LogEntry) -> dict[str, Any]:
    """Return a log entry for JSON."""
    return entry._asdict()
