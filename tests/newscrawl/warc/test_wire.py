"""The archive holds what was on the wire: every case of the table, over HTTP and over TLS."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastwarc.warc import ArchiveIterator, WarcRecord

from newscrawl.items import WarcPointer
from newscrawl.warc.reading import Exchange, iter_exchanges, read_exchange
from tests.newscrawl.warc.wire import Sent, WireServer
from tests.newscrawl.warc.wire_cases import CASES, PAGE, Case
from tests.tls import create_ca, issue


def site(scheme: str, name: str) -> str:
    return f"{scheme}://{name}.{scheme}.test"


@dataclass
class Crawl:
    """What the servers saw, what the spider saw, what the archive holds."""

    folder: Path
    sent: dict[str, list[Sent]]
    results: list[dict[str, Any]]
    stats: dict[str, str]
    exchanges: dict[str, list[Exchange]]

    @property
    def files(self) -> list[Path]:
        return sorted((self.folder / "wire").iterdir())


def crawl(folder: Path, *settings: str) -> Crawl:
    replies = {name: case.replies for name, case in CASES.items()}
    certificate = issue(create_ca(folder), folder, *(f"{name}.https.test" for name in CASES))
    servers = {"http": WireServer(replies), "https": WireServer(replies, certificate)}
    ports = [str(server.port) for server in servers.values()]
    command = [sys.executable, "-m", "tests.newscrawl.warc.wire_crawl", *ports, str(folder), *settings]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    for server in servers.values():
        server.close()
    found = json.loads((folder / "results.json").read_text())
    exchanges: dict[str, list[Exchange]] = defaultdict(list)
    for path in sorted((folder / "wire").iterdir()):
        for exchange in iter_exchanges(path):
            exchanges["/".join(exchange.uri.split("/")[:3])].append(exchange)
    sent: dict[str, list[Sent]] = defaultdict(list)
    for scheme, server in servers.items():
        for item in server.log:
            sent[f"{scheme}://{item.host}"].append(item)
    return Crawl(folder, sent, found["results"], found["stats"], exchanges)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    return crawl(tmp_path_factory.mktemp("wire"), "WARC_MAX_SIZE=100000")


SITES = [(site(scheme, name), case) for scheme in ("http", "https") for name, case in CASES.items()]


@pytest.mark.parametrize(("url", "case"), SITES, ids=[url for url, _ in SITES])
def test_records_are_the_bytes_on_the_wire(crawled: Crawl, url: str, case: Case) -> None:
    sent = [item for item in crawled.sent[url] if item.reply.block]
    stored = sorted(crawled.exchanges[url], key=lambda exchange: exchange.date)
    assert len(sent) >= sum(bool(reply.block) for reply in case.replies)
    assert len(stored) == len(sent)
    for item, exchange in zip(sent, stored, strict=True):
        block = exchange.head + exchange.payload
        if item.reply.stored_up_to is None:
            assert block == item.reply.block
        else:
            assert item.reply.block.startswith(block)
            assert item.reply.stored_up_to <= len(block) < len(item.reply.block)
        assert exchange.truncated == item.reply.truncated
        assert exchange.request == item.request
        assert exchange.uri == url + item.path


@pytest.mark.parametrize(("url", "case"), SITES, ids=[url for url, _ in SITES])
def test_the_spider_sees_what_scrapy_makes_of_it(crawled: Crawl, url: str, case: Case) -> None:
    name, scheme = url.partition("://")[2].split(".")[:2]
    ends = [result for result in crawled.results if result["case"] == [name, scheme, len(case.paths) - 1]]
    assert [result["end"] for result in ends] == [case.end]


def test_each_response_has_its_record(crawled: Crawl) -> None:
    for result in crawled.results:
        nothing_came = result["case"][0] in ("empty-reply", "robots-forbidden")
        if result["cached"] or nothing_came:
            assert result["warc"] is None
            assert result["date"] is None
            continue
        exchange = read_exchange(crawled.folder / "wire", WarcPointer(**result["warc"]))
        assert exchange.pointer == WarcPointer(**result["warc"])
        assert exchange.uri == result["url"]
        assert exchange.date == result["date"]
        if isinstance(result["end"], int):
            assert exchange.status == result["end"]


def test_cached_pages_are_not_stored_again(crawled: Crawl) -> None:
    cached = [result["case"][:2] for result in crawled.results if result["cached"]]
    assert sorted(cached) == [
        [name, scheme] for name in ("cached", "cached-redirect") for scheme in ("http", "https")
    ]
    assert len(crawled.exchanges[site("http", "cached")]) == 1


def test_connections_are_reused(crawled: Crawl) -> None:
    assert len({item.connection for item in crawled.sent[site("https", "keep-alive")]}) == 1
    dead = [item.connection for item in crawled.sent[site("http", "dead-connection")]]
    assert dead[0] == dead[1] != dead[2]


def test_zstd_is_never_asked_for(crawled: Crawl) -> None:
    asked = {result["accept_encoding"] for result in crawled.results if result["warc"]}
    assert asked == {"gzip, deflate, br"}
    requests = [item.request for items in crawled.sent.values() for item in items]
    assert all(b"\r\nAccept-Encoding: gzip, deflate, br\r\n" in request for request in requests)


@pytest.mark.parametrize(
    "name", ["gzip", "br", "deflate", "raw-deflate", "chunked", "chunked-gzip", "lf-only"]
)
def test_bodies_decode(crawled: Crawl, name: str) -> None:
    assert crawled.exchanges[site("https", name)][0].body == PAGE


def test_reading_tells_what_the_head_says(crawled: Crawl) -> None:
    exchange = crawled.exchanges[site("http", "duplicate-cookies")][0]
    assert [value for name, value in exchange.headers if name.lower() == "set-cookie"] == [
        "a=1",
        "b=2",
        "a=1",
    ]
    assert exchange.content_type == "text/html"
    assert crawled.exchanges[site("http", "redirects")][0].location == "http://redirects.http.test/b?x=1"
    assert crawled.exchanges[site("http", "post")][0].method == "POST"
    assert crawled.exchanges[site("http", "post")][0].request_head.endswith(b"\r\n\r\n")
    assert crawled.exchanges[site("http", "no-http")][0].status is None


# warcio 1.8 stops at a br body where the brotli package is installed; without it, it checks it as it stands.
CHECKS = {
    "warcio": "import sys; sys.modules['brotli'] = None; from warcio.cli import main; main(sys.argv[1:])",
    "fastwarc": "import sys; from fastwarc.cli import main; main(sys.argv[1:])",
}


@pytest.mark.parametrize("check", [["warcio", "check", "-v"], ["fastwarc", "check", "-p"]])
def test_other_tools_accept_every_file(crawled: Crawl, check: list[str]) -> None:
    for path in crawled.files:
        command = [sys.executable, "-c", CHECKS[check[0]], *check[1:], str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        assert "fail" not in done.stdout.lower()


def records(crawl: Crawl) -> Iterator[tuple[Path, WarcRecord]]:
    for path in crawl.files:
        with path.open("rb") as file:
            for record in ArchiveIterator(file, parse_http=False):
                yield path, record


def test_files_begin_with_warcinfo_and_rotate_by_size(crawled: Crawl) -> None:
    kinds: dict[Path, list[str]] = defaultdict(list)
    for path, record in records(crawled):
        kinds[path].append(record.headers["WARC-Type"])
        assert record.headers.status_line == "WARC/1.1"
        if record.headers["WARC-Type"] == "warcinfo":
            assert record.headers["WARC-Filename"] == path.name
            info = record.reader.read().decode()
            assert "operator: Redaksi Uji <uji@example.org>\r\n" in info
            assert "robots: obey\r\n" in info
            assert "format: WARC File Format 1.1\r\n" in info
    assert len(kinds) > 3
    for path, names in kinds.items():
        assert path.name.endswith(".warc.gz")
        assert names == ["warcinfo"] + ["response", "request"] * (len(names) // 2)


def test_connections_are_described(crawled: Crawl) -> None:
    for _, record in records(crawled):
        fields = record.headers
        if fields["WARC-Type"] == "warcinfo":
            continue
        assert fields["WARC-IP-Address"] == "127.0.0.1"
        uri, protocols = fields["WARC-Target-URI"], fields.get_multiple("WARC-Protocol")
        if uri.startswith("https:"):
            assert protocols[-1] == "tls/1.3"
            assert fields["WARC-Cipher-Suite"].startswith("TLS_")
        else:
            assert "tls/1.3" not in protocols
            assert "WARC-Cipher-Suite" not in fields
        if "no-http" not in uri:
            assert protocols[0] == ("http/1.0" if "http10" in uri else "http/1.1")


def test_the_wire_framing_is_kept_on_demand(tmp_path: Path) -> None:
    kept = crawl(tmp_path, "WARC_KEEP_CHUNKED=1")
    for name in ("chunked", "chunked-gzip", "trailers", "chunk-extension", "cut-chunked"):
        for scheme in ("http", "https"):
            exchange = kept.exchanges[site(scheme, name)][0]
            assert exchange.head + exchange.payload == CASES[name].replies[0].send
    assert kept.exchanges[site("http", "chunked-gzip")][0].body == PAGE
