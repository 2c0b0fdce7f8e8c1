"""Behind a proxy: what was said to the proxy is kept, but its address is not taken for the site's."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator

from tests.newscrawl.warc.crawls import archived, fetch
from tests.newscrawl.warc.wire import Reply, WireServer
from tests.newscrawl.warc.wire_cases import PAGE, ok
from tests.tls import create_ca, issue


@pytest.fixture
def server() -> Iterator[WireServer]:
    server = WireServer({"beras": [Reply(ok(PAGE))]})
    yield server
    server.close()


def fields(folder: Path) -> list[dict[str, str]]:
    (path,) = folder.glob("*.warc.gz")
    with path.open("rb") as file:
        return [record.headers.to_dict() for record in ArchiveIterator(file, parse_http=False)][1:]


def test_plain_http_is_asked_for_in_absolute_form(server: WireServer, tmp_path: Path) -> None:
    proxy = f"http://pengguna:rahasia@127.0.0.1:{server.port}"
    request = {"url": "http://beras.test/harga", "meta": {"proxy": proxy}}
    fetched = fetch(requests=[request], settings={"WARC_DIR": str(tmp_path)})
    assert fetched.results[0]["end"] == 200
    (exchange,) = archived(tmp_path)
    assert exchange.request.startswith(b"GET http://beras.test/harga HTTP/1.1\r\n")
    assert b"Proxy-Authorization" in server.log[0].request
    assert b"Proxy-Authorization" not in exchange.request
    for record in fields(tmp_path):
        assert "WARC-IP-Address" not in record
        assert record["X-Crawler-Proxy"] == f"http://127.0.0.1:{server.port}"


def test_https_goes_through_a_tunnel(tmp_path: Path) -> None:
    certificate = issue(create_ca(tmp_path), tmp_path, "beras.test")
    site = WireServer({"beras": [Reply(ok(PAGE))]}, certificate)
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=tunnel, args=(listener, site.port), daemon=True).start()
    request = {
        "url": "https://beras.test/harga",
        "meta": {"proxy": f"http://127.0.0.1:{listener.getsockname()[1]}"},
    }
    fetched = fetch(requests=[request] * 2, settings={"WARC_DIR": str(tmp_path / "warc")})
    listener.close()
    site.close()
    assert [result["end"] for result in fetched.results] == [200, 200]
    first, _ = archived(tmp_path / "warc")
    assert first.request == site.log[0].request
    assert first.request.startswith(b"GET /harga HTTP/1.1\r\n")
    assert first.payload == PAGE
    for record in fields(tmp_path / "warc"):
        assert "WARC-IP-Address" not in record
        assert "tls/1.3" in record["WARC-Protocol"]
        assert record["WARC-Cipher-Suite"].startswith("TLS_")


def tunnel(listener: socket.socket, port: int) -> None:
    with suppress(OSError):
        client, _ = listener.accept()
        with client, socket.create_connection(("127.0.0.1", port)) as site:
            while not client.recv(65536).endswith(b"\r\n\r\n"):
                pass
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=copy, args=(site, client), daemon=True)
            back.start()
            copy(client, site)
            back.join()


def copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
