"""The tee: Twisted's HTTP/1.1 client connection, with what passes above TLS kept aside.

Built on private parts of Scrapy 2.19 and Twisted 26.10; the wire tests say if newer versions fit.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from scrapy.core.downloader.handlers.http11 import _LenientHTTP11ClientFactory, _LenientHTTP11ClientProtocol
from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import ISSLTransport
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure

from newscrawl.warc.ciphers import iana_name
from newscrawl.warc.message import HEAD_END, is_interim, status_of

MAX_HEAD = 1_000_000


class Tap:
    """What one request and its response looked like on the wire.

    `limit` bounds the bytes of a body as framed; 0 is no bound. Interim heads count as head. Beyond a bound
    `overflow` says why, and no more is kept.
    """

    def __init__(self, limit: int = 0) -> None:
        self.limit = limit
        self.open = True
        self.begin()

    def begin(self) -> None:
        """Forget what was kept: Twisted sends again when a pooled connection turns out to be dead."""
        self.started = datetime.now(UTC)
        self.request = bytearray()
        self.wire = bytearray()
        self.overflow: str | None = None
        self.closed_in_order = False
        self.peer: str | None = None
        self.tls: str | None = None
        self.cipher: str | None = None
        self._head_from = self._searched = 0
        self._body_from: int | None = None

    def received(self, data: bytes) -> bool:
        """Keep received bytes; `False` once they are too many."""
        self.wire += data
        if self._body_from is None:
            self._find_body()
        head = len(self.wire) if self._body_from is None else self._body_from
        if head > MAX_HEAD:
            self.overflow = f"a response head of more than {MAX_HEAD} bytes"
        elif self.limit and len(self.wire) - head > self.limit:
            self.overflow = f"a response body of more than {self.limit} bytes as framed"
        return self.overflow is None

    def _find_body(self) -> None:
        while found := HEAD_END.search(self.wire, max(self._head_from, self._searched - 2)):
            if not is_interim(status_of(bytes(self.wire[self._head_from : self._head_from + 64]))):
                self._body_from = found.end()
                return
            self._head_from = self._searched = found.end()
        self._searched = len(self.wire)


class TappedPool:
    """A connection pool for one request: each connection it gives out knows the request's tap."""

    def __init__(self, pool: Any, tap: Tap) -> None:
        self._pool = pool
        self._tap = tap
        self.persistent = pool.persistent

    def getConnection(self, key: Any, endpoint: Any) -> Any:  # noqa: N802  Twisted's name
        """Return a deferred connection."""
        return self._pool.getConnection(key, endpoint).addCallback(_TappedConnection, self._tap)


class _TappedConnection:
    def __init__(self, connection: Any, tap: Tap) -> None:
        self._connection = connection
        self._tap = tap

    def request(self, request: Any) -> Any:
        request.tap = self._tap
        return self._connection.request(request)


class TappedProtocol(_LenientHTTP11ClientProtocol):
    """A client connection that copies each exchange to the tap of its request."""

    _tap: Tap | None = None
    _secured: tuple[str | None, str | None] | None = None

    def request(self, request: Any) -> Any:
        """Send a request; its bytes go to the tap as they go to the transport."""
        tap: Tap = request.tap
        tap.begin()
        self._tap = tap
        write_to = type(request).writeTo
        request.writeTo = lambda transport: write_to(request, _Tee(transport, tap.request))
        try:
            return super().request(request)
        finally:
            del request.writeTo  # it refers to the request: a circle that would keep the page in memory

    def dataReceived(self, data: bytes) -> None:  # noqa: N802  Twisted's name
        """Keep what belongs to an exchange, then let Twisted parse it."""
        tap = self._tap
        if tap is not None and tap.open and self.state != "QUIESCENT":
            if not tap.wire:
                self._describe(tap)
            if not tap.received(data):
                self.transport.abortConnection()  # type: ignore[union-attr]
                return
        super().dataReceived(data)  # type: ignore[no-untyped-call]

    def connectionLost(self, reason: Failure = connectionDone) -> None:  # noqa: N802  Twisted's name
        """Note how the connection ended, then let Twisted end the exchange."""
        if self._tap is not None and self._tap.open:
            self._tap.closed_in_order = isinstance(reason.value, ConnectionDone)
        super().connectionLost(reason)  # type: ignore[no-untyped-call]

    def _describe(self, tap: Tap) -> None:
        # Only now: the request is written before the handshake is over.
        transport: Any = self.transport
        tap.peer = transport.getPeer().host
        if self._secured is None:
            self._secured = None, None
            if ISSLTransport.providedBy(transport) and hasattr(
                handle := transport.getHandle(), "get_cipher_name"
            ):
                self._secured = handle.get_protocol_version_name(), iana_name(handle.get_cipher_name())
        tap.tls, tap.cipher = self._secured


class TappedFactory(_LenientHTTP11ClientFactory):
    """Build tapped connections."""

    def buildProtocol(self, addr: Any) -> TappedProtocol:  # noqa: N802  Twisted's signature
        """Return a connection that reports to the pool when it is free."""
        return TappedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class _Tee:
    """A transport that also keeps what is written to it."""

    def __init__(self, transport: Any, kept: bytearray) -> None:
        self._transport = transport
        self._kept = kept

    def write(self, data: bytes) -> None:
        self._kept += data
        self._transport.write(data)

    def writeSequence(self, data: Iterable[bytes]) -> None:  # noqa: N802  Twisted's name
        self.write(b"".join(data))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
