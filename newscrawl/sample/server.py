"""The sample newsroom on sockets: HTTP/1.1 with keep-alive over plain TCP and TLS, on one event loop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import count
from typing import Final

from newscrawl.sample.service import Reply, Request
from newscrawl.sample.wire import head

MAX_HEAD: Final = 65_536

Handler = Callable[[Request, float], Reply]


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
        stop = end + 4 + max(0, int(headers.get("content-length", "0")))
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
        elif self._transport is not None:
            self._transport.write(_whole_head(reply))
            for at in range(len(reply.body)):
                await asyncio.sleep(reply.drip)
                if self._transport.is_closing():
                    break
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
