"""A raw-socket server that knows each byte it got and sent, over HTTP and over TLS."""

from __future__ import annotations

import re
import socket
import ssl
import struct
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Then = Literal["keep", "close", "reset", "stall"]


@dataclass(frozen=True)
class Reply:
    """What the server does with a request: the bytes it sends, and what it does `then`.

    `stored` is the block that the archive must hold (default: all that was sent; empty: no record at all),
    `truncated` its WARC-Truncated field. `pieces` cuts the sending into writes of so many bytes. With
    `stored_up_to` the archive may hold any part of `stored` at least that long.
    """

    send: bytes
    stored: bytes | None = None
    truncated: str | None = None
    then: Then = "keep"
    pieces: int = 0
    stored_up_to: int | None = None

    @property
    def block(self) -> bytes:
        return self.send if self.stored is None else self.stored


@dataclass(frozen=True)
class Sent:
    """One request as the server read it, and its reply; `connection` counts the connections."""

    host: str
    path: str
    request: bytes
    reply: Reply
    connection: int


class WireServer:
    """Answer the nth request to a host from a table: its first label leads to a list of replies."""

    def __init__(self, replies: dict[str, list[Reply]], certificate: Path | None = None) -> None:
        self.replies = replies
        self.log: list[Sent] = []
        self._count: Counter[str] = Counter()
        self._connections = 0
        self._lock = threading.Lock()
        self._tls: ssl.SSLContext | None = None
        if certificate:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.load_cert_chain(certificate)
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._socket.getsockname()[1]
        self._stop = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._stop.set()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _accept(self) -> None:
        while not self._stop.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with suppress(OSError), self._secure(connection) as stream:  # the client may have had enough
            with self._lock:
                self._connections += 1
                number = self._connections
            while request := _read_request(stream):
                if not self._answer(stream, request, number):
                    return

    def _secure(self, connection: socket.socket) -> socket.socket:
        return self._tls.wrap_socket(connection, server_side=True) if self._tls else connection

    def _answer(self, stream: socket.socket, request: bytes, number: int) -> bool:
        host = re.search(rb"(?im)^Host: ([^:\r\n]+)", request)
        assert host
        name = host[1].decode()
        with self._lock:
            replies = self.replies[name.partition(".")[0]]
            reply = replies[min(self._count[name], len(replies) - 1)]
            self._count[name] += 1
            self.log.append(Sent(name, request.split(b" ")[1].decode(), request, reply, number))
        if reply.pieces:
            for at in range(0, len(reply.send), reply.pieces):
                stream.sendall(reply.send[at : at + reply.pieces])
                time.sleep(0.001)  # so that the writes arrive one by one
        else:
            stream.sendall(reply.send)
        if reply.then == "stall":
            self._stop.wait(20)
        if reply.then == "reset":
            time.sleep(0.2)  # let what was sent arrive before the reset overtakes it
            stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if reply.then == "close" and isinstance(stream, ssl.SSLSocket):
            stream.unwrap()
        return reply.then == "keep"


def _read_request(stream: socket.socket) -> bytes:
    request = b""
    while b"\r\n\r\n" not in request:
        data = stream.recv(65536)
        if not data:
            return b""
        request += data
    length = re.search(rb"(?im)^Content-Length: (\d+)", request)
    end = request.index(b"\r\n\r\n") + 4 + (int(length[1]) if length else 0)
    while len(request) < end:
        request += stream.recv(65536)
    return request
