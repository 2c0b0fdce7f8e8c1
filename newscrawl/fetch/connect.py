"""Choose where a connection goes: elsewhere when the operator says so, never into a private network."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from twisted.internet.endpoints import HostnameEndpoint, TCP4ClientEndpoint, TCP6ClientEndpoint, wrapClientTLS
from twisted.internet.interfaces import IReactorPluggableNameResolver, IReactorTCP, IReactorTime
from twisted.web.error import SchemeNotSupported
from twisted.web.iweb import IAgentEndpointFactory
from zope.interface import implementer

from newscrawl.fetch.errors import Refused

_ENTRY = re.compile(
    r"(?P<host>\[[^\[\]]*\]|[^\[\]:]*):(?P<port>\d*):(?P<to_host>\[[^\[\]]*\]|[^\[\]:]*):(?P<to_port>\d*)"
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_MAX_PORT = 65535


class ConnectToError(ValueError):
    """An entry of CONNECT_TO that cannot be understood; its message is one line for the operator."""


@dataclass(frozen=True, slots=True)
class ConnectTo:
    """Send connections for `host`:`port` to `to_host`:`to_port`; `None` stands for any, and for unchanged."""

    host: str | None
    port: int | None
    to_host: str | None
    to_port: int | None


def parse_connect_to(value: str | Iterable[str] | None) -> tuple[ConnectTo, ...]:
    """Read the setting CONNECT_TO: entries `HOST:PORT:CONNECT-HOST:CONNECT-PORT` as curl takes them.

    `value` is a list or a string with commas. IPv6 addresses stand in brackets. Raises `ConnectToError`.

    >>> for entry in parse_connect_to("rmol.id:443:127.0.0.1:8443, ::[::1]:"):
    ...     print(entry)
    ConnectTo(host='rmol.id', port=443, to_host='127.0.0.1', to_port=8443)
    ConnectTo(host=None, port=None, to_host='::1', to_port=None)
    """
    entries = value.split(",") if isinstance(value, str) else value or ()
    return tuple(_parse_entry(entry.strip()) for entry in entries if entry.strip())


def _parse_entry(entry: str) -> ConnectTo:
    match = _ENTRY.fullmatch(entry)
    if match is None:
        msg = f"CONNECT_TO: {entry!r} is not HOST:PORT:CONNECT-HOST:CONNECT-PORT"
        raise ConnectToError(msg)
    ports = [int(match[name]) if match[name] else None for name in ("port", "to_port")]
    if any(port is not None and not 0 < port <= _MAX_PORT for port in ports):
        msg = f"CONNECT_TO: {entry!r} has a port outside 1 to {_MAX_PORT}"
        raise ConnectToError(msg)
    hosts = [match[name].strip("[]").lower() or None for name in ("host", "to_host")]
    return ConnectTo(hosts[0], ports[0], hosts[1], ports[1])


@dataclass(frozen=True, slots=True)
class Destination:
    """Where to connect. `chosen`: the operator named the host, so it may be a private one."""

    host: str
    port: int
    chosen: bool = False


def destination(table: Iterable[ConnectTo], host: str, port: int) -> Destination:
    """Return where a connection for `host`:`port` goes; the first entry that fits decides.

    >>> table = parse_connect_to("rmol.id::127.0.0.1:8443")
    >>> destination(table, "rmol.id", 443)
    Destination(host='127.0.0.1', port=8443, chosen=True)
    >>> destination(table, "www.rmol.id", 443)
    Destination(host='www.rmol.id', port=443, chosen=False)
    """
    for entry in table:
        if entry.host in {None, host.lower()} and entry.port in {None, port}:
            return Destination(entry.to_host or host, entry.to_port or port, entry.to_host is not None)
    return Destination(host, port)


def is_public(address: str) -> bool:
    """Tell whether an IP address belongs to the public internet; what is no address does not.

    IPv4 addresses inside IPv6 ones (mapped, 6to4, NAT64) are judged by themselves.

    >>> [is_public(a) for a in ("103.10.66.1", "10.0.0.1", "100.64.0.1", "::ffff:127.0.0.1")]
    [True, False, False, False]
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        embedded = ip.ipv4_mapped or ip.sixtofour
        if embedded is None and ip in _NAT64:
            embedded = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if embedded is not None:
            return is_public(str(embedded))
        if ip.is_site_local:
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved)


@implementer(IReactorPluggableNameResolver, IReactorTCP, IReactorTime)
class PublicOnly:
    """The reactor, but TCP connections to addresses that are not public fail.

    Endpoints call `connectTCP` with the very address they resolved: nothing can change in between, and
    nothing was sent yet.
    """

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reactor, name)

    def connectTCP(self, host: str, port: int, *args: Any, **kwargs: Any) -> Any:  # noqa: N802  # Twisted's name
        """Connect to a public address; raise `Refused` for any other."""
        if not is_public(host):
            raise Refused("private-address", host)
        return self._reactor.connectTCP(host, port, *args, **kwargs)


@implementer(IAgentEndpointFactory)
class EndpointFactory:
    """Make endpoints that follow CONNECT_TO and reach public addresses only.

    TLS, the Host header and the record go by the URL, wherever the connection goes. `default` is the
    factory of Twisted's agent, whose reactor, TLS policy and timeout are used. `connecting` is called with
    the host of a URL when a new connection is opened for it.
    """

    def __init__(
        self, default: Any, table: Iterable[ConnectTo], connecting: Callable[[str], None] | None = None
    ) -> None:
        self._default = default
        self._table = tuple(table)
        self._connecting = connecting

    def endpointForURI(self, uri: Any) -> Any:  # noqa: N802  # Twisted's name
        """Return the endpoint for a `twisted.web.client.URI`: a connection is about to be opened."""
        if uri.scheme not in (b"http", b"https"):
            raise SchemeNotSupported(f"Unsupported scheme: {uri.scheme!r}")
        host = uri.host.decode("ascii")
        if self._connecting is not None:
            self._connecting(host)
        endpoint = self._tcp(destination(self._table, host, uri.port))
        if uri.scheme == b"http":
            return endpoint
        return wrapClientTLS(self._default._policyForHTTPS.creatorForNetloc(uri.host, uri.port), endpoint)

    def _tcp(self, to: Destination) -> Any:
        reactor = self._default._reactor if to.chosen else PublicOnly(self._default._reactor)
        timeout, bind = self._default._connectTimeout or 30, self._default._bindAddress
        try:
            version = ipaddress.ip_address(to.host).version
        except ValueError:
            return HostnameEndpoint(reactor, to.host, to.port, timeout, bind)
        # No resolver for addresses: Scrapy's knows IPv4 only.
        endpoint = TCP4ClientEndpoint if version == 4 else TCP6ClientEndpoint
        return endpoint(reactor, to.host, to.port, timeout, bind)
