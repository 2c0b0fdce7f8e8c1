"""A running newsroom for the tests of this folder, and a plain client that knows nothing of Scrapy."""

from __future__ import annotations

import gzip
import http.client
import socket
import ssl
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import brotli
import pytest

from newscrawl.sample.client import Sample

TODAY = "2026-11-20"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Browser:
    """Fetches URLs from the sample newsroom over `http.client`, one connection a request unless kept."""

    def __init__(self, sample: Sample) -> None:
        self.sample = sample
        self.tls = ssl.create_default_context(cafile=sample.ca_file)

    def connect(self, scheme: str, host: str) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection(host, timeout=20)
        port = self.sample.https_port if scheme == "https" else self.sample.http_port
        connection.sock = socket.create_connection(("127.0.0.1", port), timeout=20)
        if scheme == "https":
            connection.sock = self.tls.wrap_socket(connection.sock, server_hostname=host)
        return connection

    def get(self, url: str, *, method: str = "GET", **headers: str) -> Answer:
        parts = urlsplit(url)
        connection = self.connect(parts.scheme, parts.netloc)
        try:
            return self.ask(connection, url, method=method, **headers)
        finally:
            connection.close()

    def ask(
        self, connection: http.client.HTTPConnection, url: str, *, method: str = "GET", **headers: str
    ) -> Answer:
        parts = urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, target, headers=names)
        response = connection.getresponse()
        body = response.read()
        seen = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, seen, decoded(body, seen.get("content-encoding")))


def decoded(body: bytes, coding: str | None) -> bytes:
    if not body or coding is None:
        return body
    undo: dict[str, Callable[[bytes], bytes]] = {
        "gzip": gzip.decompress,
        "br": brotli.decompress,
        "deflate": zlib.decompress,
    }
    return undo[coding](body)


@pytest.fixture(scope="session")
def sample() -> Iterator[Sample]:
    with Sample(today=TODAY) as sample:
        yield sample


@pytest.fixture
def fresh() -> Iterator[Sample]:
    """A small newsroom of its own, for tests that change it."""
    with Sample(today=TODAY, articles=40, crawl_delay=0) as sample:
        yield sample


@pytest.fixture
def browser(sample: Sample) -> Browser:
    return Browser(sample)
