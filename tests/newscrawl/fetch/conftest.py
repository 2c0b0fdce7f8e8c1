from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import json
import os
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ROOT = Path(__file__).parents[3]
Answer = bytes | Sequence[bytes | float] | Callable[["Hit"], "bytes | Sequence[bytes | float]"]


@dataclass
class Hit:
    """A request as it reached the server: `at` is when its head was complete."""

    host: str
    path: str
    at: float
    headers: dict[str, str]
    count: int  # of this URL, from 1
    sni: str | None = None


def page(
    body: str | bytes = "<html><head><title>Berita</title></head><body><p>Isi berita.</p></body></html>",
    *,
    status: int = 200,
    **headers: str,
) -> bytes:
    """Write an HTTP response; header names are given with underscores."""
    data = body.encode() if isinstance(body, str) else body
    fields = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(data))}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} Status\r\n{head}\r\n".encode() + data


@dataclass
class Server:
    """A raw server on loopback. `answers` maps host + path to bytes, or to bytes and pauses in seconds.

    An empty answer closes the connection. What is not in `answers` is a page.
    """

    answers: dict[str, Answer] = field(default_factory=dict, repr=False)
    hits: list[Hit] = field(default_factory=list, repr=False)
    port: int = 0
    tls_port: int = 0
    context: ssl.SSLContext | None = None

    @classmethod
    def started(cls, context: ssl.SSLContext | None = None) -> Server:
        server = cls(context=context)
        ready = threading.Event()
        threading.Thread(target=lambda: asyncio.run(server._serve(ready)), daemon=True).start()
        assert ready.wait(10)
        return server

    async def _serve(self, ready: threading.Event) -> None:
        server = await asyncio.start_server(self._connection, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        if self.context is not None:
            tls = await asyncio.start_server(self._connection, "127.0.0.1", 0, ssl=self.context)
            self.tls_port = tls.sockets[0].getsockname()[1]
        ready.set()
        await asyncio.Event().wait()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._exchange(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass
        finally:
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        at = time.monotonic()
        first, *lines = head.rstrip("\r\n").split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        host, path = headers["host"], first.split(" ")[1]
        hit = Hit(host, path, at, headers, 1 + sum(h.host == host and h.path == path for h in self.hits))
        tls = writer.get_extra_info("ssl_object")
        hit.sni = getattr(tls, "seen_name", None)
        self.hits.append(hit)
        answer = self.answers.get(host + path, page())
        if callable(answer):
            answer = answer(hit)
        for part in [answer] if isinstance(answer, bytes) else answer:
            if isinstance(part, float):
                await asyncio.sleep(part)
            else:
                writer.write(part)
                await writer.drain()
        return bool(answer)

    def gaps(self, *hosts: str) -> list[float]:
        """Return the seconds between requests to any of some hosts, in order."""
        times = [hit.at for hit in self.hits if hit.host in hosts]
        return [later - earlier for earlier, later in itertools.pairwise(times)]

    def paths(self, host: str) -> list[str]:
        """Return what a host was asked for, in order."""
        return [hit.path for hit in self.hits if hit.host == host]


@dataclass
class Crawls:
    """Crawls that run at once against a server; run by the first look at a result."""

    server: Server
    folder: Path
    names: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    specs: dict[str, Any] = field(default_factory=dict)
    results: dict[str, Any] = field(default_factory=dict, repr=False)
    others: list[Server] = field(default_factory=list)
    page: ClassVar[Callable[..., bytes]] = staticmethod(page)

    def add(
        self, name: str, hosts: Sequence[str], requests: Sequence[str | dict[str, Any]], **settings: Any
    ) -> None:
        defaults = {
            "CONNECT_TO": f":80:127.0.0.1:{self.server.port},:443:127.0.0.1:{self.server.tls_port or 1}",
            "WARC_DIR": str(self.folder / name),
        }
        self.specs[name] = {
            "hosts": list(hosts),
            "requests": [{"url": r} if isinstance(r, str) else r for r in requests],
            "settings": defaults | settings,
        }

    def new_server(self, context: ssl.SSLContext) -> Server:
        self.others.append(Server.started(context))
        return self.others[-1]

    def __getitem__(self, name: str) -> Any:
        if not self.results:
            done = subprocess.run(
                [sys.executable, str(Path(__file__).with_name("run_crawls.py"))],
                input=json.dumps({"crawls": self.specs, "names": self.names}),
                capture_output=True,
                text=True,
                cwd=ROOT,
                env=os.environ | {"PYTHONPATH": str(ROOT)} | self.environment,
                timeout=100,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            self.results = json.loads(done.stdout)
        return self.results[name]


@pytest.fixture(scope="module")
def new_crawls(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Crawls]:
    """Return what starts a server and makes the crawls against it."""

    def new(context: ssl.SSLContext | None = None, **options: Any) -> Crawls:
        return Crawls(Server.started(context), tmp_path_factory.mktemp("warc"), **options)

    return new


def make_certificate(folder: Path, *names: str) -> tuple[Path, ssl.SSLContext]:
    """Make a certificate that signs itself; return its file and a server's TLS context that notes the SNI."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(n) for n in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    context.sni_callback = lambda sslobj, name, _: setattr(sslobj, "seen_name", name)
    return file, context


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., tuple[Path, ssl.SSLContext]]:
    """Return what makes a certificate for some host names."""
    return lambda *names: make_certificate(tmp_path_factory.mktemp("tls"), *names)
