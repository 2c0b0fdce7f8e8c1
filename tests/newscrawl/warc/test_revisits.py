"""A payload is stored once; what comes again refers to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from newscrawl.warc.payloads import MemoryPayloads, RefersTo
from newscrawl.warc.reading import Exchange
from newscrawl.warc.records import IDENTICAL, NOT_MODIFIED
from tests.newscrawl.warc.crawls import Fetched, archived, fetch
from tests.newscrawl.warc.wire import Reply, WireServer
from tests.newscrawl.warc.wire_cases import PAGE, ok

LATER = PAGE.replace(b"turun tipis", b"naik tajam")
UNCHANGED = Reply(b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n')
SITE = "http://beras.test"

# What is asked for, what the server says, and what becomes of it: a kind, and the exchange it refers to.
STEPS: list[tuple[str, str, Reply, str, int | None]] = [
    ("GET", "/a", Reply(ok(PAGE, b"X-Visit: 1")), "response", None),
    ("GET", "/a", Reply(ok(PAGE, b"X-Visit: 2")), IDENTICAL, 0),
    ("GET", "/b", Reply(ok(PAGE)), IDENTICAL, 0),
    ("GET", "/a", UNCHANGED, NOT_MODIFIED, 0),
    ("GET", "/a", Reply(ok(LATER)), "response", None),
    ("GET", "/a", UNCHANGED, NOT_MODIFIED, 4),
    ("GET", "/a", Reply(ok(PAGE)), IDENTICAL, 0),
    ("GET", "/a", UNCHANGED, NOT_MODIFIED, 0),
    ("GET", "/never-seen", UNCHANGED, "response", None),
    ("GET", "/small-1", Reply(ok(b"{}")), "response", None),
    ("GET", "/small-2", Reply(ok(b"{}")), "response", None),
    ("POST", "/a", Reply(ok(PAGE)), "response", None),
    ("GET", "/gone", Reply(ok(PAGE, start=b"HTTP/1.1 404 Not Found")), "response", None),
    ("GET", "/a", Reply(ok(PAGE)[:-9], then="close"), "response", None),
    ("GET", "/a", Reply(ok(PAGE)), IDENTICAL, 0),
]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Exchange], Fetched]:
    folder = tmp_path_factory.mktemp("revisits")
    server = WireServer({"beras": [step[2] for step in STEPS]})
    requests = [{"url": SITE + path, "method": method} for method, path, *_ in STEPS]
    fetched = fetch(port=server.port, requests=requests, settings={"WARC_DIR": str(folder)})
    server.close()
    return list(archived(folder)), fetched


@pytest.mark.parametrize("number", range(len(STEPS)))
def test_what_comes_again_refers_to_the_full_record(
    crawled: tuple[list[Exchange], Fetched], number: int
) -> None:
    exchanges, _ = crawled
    _, _, reply, kind, target = STEPS[number]
    exchange = exchanges[number]
    if target is None:
        assert exchange.profile is None
        assert exchange.refers_to is None
        assert exchange.head + exchange.payload == reply.send
        return
    full = exchanges[target]
    assert exchange.profile == kind
    assert exchange.refers_to == RefersTo(full.uri, full.date, full.record_id)
    assert exchange.payload == b""
    if kind == IDENTICAL:
        assert exchange.head == reply.send[: -len(PAGE)]
        assert exchange.payload_digest == full.payload_digest
        assert exchange.status == 200
    else:
        assert exchange.head == b""
        assert exchange.payload_digest is None
        assert exchange.status == 304


def test_pointers_lead_to_the_revisit_itself(crawled: tuple[list[Exchange], Fetched]) -> None:
    exchanges, fetched = crawled
    assert [result["warc"]["record_id"] for result in fetched.results] == [e.record_id for e in exchanges]


def test_revisits_are_counted(crawled: tuple[list[Exchange], Fetched]) -> None:
    _, fetched = crawled
    kinds = [kind.rpartition("/")[2] for *_, kind, target in STEPS if target is not None]
    for kind in set(kinds):
        assert fetched.stats[f"warc/revisits/{kind}"] == str(kinds.count(kind))
    assert fetched.stats["warc/exchanges"] == str(len(STEPS))
    assert fetched.stats["warc/truncated/disconnect"] == "1"


def test_memory_is_bounded() -> None:
    seen = MemoryPayloads(limit=2)
    for name in "abc":
        seen.add_payload(f"{SITE}/{name}", f"sha1:{name}", "2020-06-02T03:46:05Z", f"<urn:uuid:{name}>", 200)
    assert seen.payload(f"{SITE}/x", "sha1:a") is None
    assert seen.last_capture(f"{SITE}/a") is None
    assert seen.payload(f"{SITE}/x", "sha1:c") == seen.last_capture(f"{SITE}/c")


def test_payloads_may_be_elsewhere(tmp_path: Path) -> None:
    server = WireServer({"beras": [Reply(ok(PAGE)), UNCHANGED]})
    settings = {
        "WARC_DIR": str(tmp_path),
        "WARC_PAYLOADS": "tests.newscrawl.warc.wire_crawl.NoPayloads",
    }
    fetch(port=server.port, requests=[{"url": f"{SITE}/a"}] * 3, settings=settings)
    server.close()
    assert [exchange.is_revisit for exchange in archived(tmp_path)] == [False, False, False]
