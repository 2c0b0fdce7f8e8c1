"""A tombstone has the length that it is given, and every tool reads it as a record of no URL."""

from __future__ import annotations

import gzip
import io
import random
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator

from newscrawl.warc.records import Capture, exchange, record_id, sha1, warcinfo
from newscrawl.warc.tombstone import NoRoom, padded_member, tombstone

GONE = "<urn:uuid:60d4f1e4-80a0-472d-b1ba-3d6701a0e11e>"
DATE = "2026-11-28T08:36:36Z"
TOLD = {"article": "rmol-3068bfe889497a72", "reason": "diminta penulisnya"}
CHECK = """
import sys
from fastwarc.cli import main as fastwarc
bad = fastwarc(["check", "-p", "-q", sys.argv[1]], standalone_mode=False)
sys.modules["brotli"] = None  # warcio 1.8 fails on every br body where the brotli package is installed
from warcio.cli import main as warcio
sys.exit(bad or warcio(["check", sys.argv[1]]))
"""


def block(member: bytes) -> str:
    return zlib.decompress(member, 31).decode().split("\r\n\r\n", 1)[1].removesuffix("\r\n\r\n")


@pytest.mark.parametrize("size", [*range(500, 520), 65_535, 65_536, 70_001, 3_000_000])
def test_it_has_exactly_the_size_that_is_asked_for(size: int) -> None:
    member = tombstone(GONE, DATE, TOLD, size)
    assert len(member) == size
    assert block(member) == f"removed: {GONE}\r\n" + "".join(f"{k}: {v}\r\n" for k, v in TOLD.items())
    assert member == tombstone(GONE, DATE, TOLD, size)


@pytest.mark.parametrize(("size", "fields"), [(480, ["removed", "article"]), (230, [])])
def test_what_does_not_fit_is_left_out_the_last_first(size: int, fields: list[str]) -> None:
    reason = "".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz 0123456789", k=300))
    told = block(tombstone(GONE, DATE, {**TOLD, "reason": reason}, size))
    assert [line.partition(":")[0] for line in told.splitlines()] == fields


def test_too_small_a_place() -> None:
    with pytest.raises(NoRoom, match="too few"):
        tombstone(GONE, DATE, TOLD, 150)


def test_the_smallest_exchange_has_room_for_a_tombstone_and_its_reason() -> None:
    """A 304 whose target is unknown to the reader, asked for with two header fields."""
    asked, head = b"GET /a HTTP/1.1\r\nHost: rmol.id\r\n\r\n", b"HTTP/1.1 304\r\n\r\n"
    capture = Capture(uri="https://rmol.id/a", date=DATE, request=asked, head=head, payload=b"", digest=None)
    size = sum(len(record.member()) for record in exchange(capture, record_id()))
    assert "reason: " in block(tombstone(GONE, DATE, {**TOLD, "reason": "permintaan pengadilan " * 13}, size))


@pytest.mark.parametrize("size", [700, 70_000, 5_000_000])
def test_the_usual_tools_read_it(tmp_path: Path, size: int) -> None:
    path = tmp_path / "uji.warc.gz"
    head, page = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", b"Kabar"
    asked = b"GET /b HTTP/1.1\r\n\r\n"
    capture = Capture(
        uri="https://rmol.id/b", date=DATE, request=asked, head=head, payload=page, digest=sha1(page)
    )
    after = [record.member() for record in exchange(capture, record_id())]
    members = [warcinfo(path.name, DATE, {}).member(), tombstone(GONE, DATE, TOLD, size), *after]
    path.write_bytes(b"".join(members))
    kinds = [record.headers["WARC-Type"] for record in ArchiveIterator(io.BytesIO(path.read_bytes()))]
    assert kinds == ["warcinfo", "metadata", "response", "request"]
    assert gzip.decompress(path.read_bytes()).count(b"WARC/1.1\r\n") == 4
    done = subprocess.run([sys.executable, "-c", CHECK, path], check=False, capture_output=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("plain", [b"", b"a", b"Kabar " * 1000])
def test_any_bytes_can_be_padded(plain: bytes) -> None:
    for size in range(200, 210):
        assert zlib.decompress(padded_member(plain, size), 31) == plain
