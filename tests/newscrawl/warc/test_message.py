"""Framing alone says where a message ends, however it is cut."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.warc.ciphers import iana_name
from newscrawl.warc.message import dechunk, split_response, without_chunks
from newscrawl.warc.tap import MAX_HEAD, Tap

HEAD = b"HTTP/1.1 200 OK\r\nServer: x\r\n"
WHOLE = [
    HEAD + b"Content-Length: 5\r\n\r\nlima!",
    HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n3;x=y\r\ncde\r\n0\r\nSum: 1\r\n\r\n",
    b"HTTP/1.1 103 Hints\r\nA: b\r\n\r\n" + HEAD + b"Content-Length: 2\r\n\r\nab",
    b"HTTP/1.1 304 Not Modified\r\nA: b\r\n\r\n",
]


@pytest.mark.parametrize("wire", WHOLE)
def test_a_message_is_complete_at_its_last_byte_only(wire: bytes) -> None:
    for size in range(1, len(wire)):
        assert not split_response(wire[:size], "GET", closed=True).complete
    message = split_response(wire, "GET", closed=False)
    assert message.complete
    assert split_response(wire + b"HTTP/1.1 200 OK\r\n\r\n", "GET", closed=False) == message
    assert wire.endswith(message.head + message.body)


@given(st.binary(max_size=300))
def test_anything_at_all_can_be_split(wire: bytes) -> None:
    for start in (b"", HEAD + b"\r\n", HEAD + b"Transfer-Encoding: chunked\r\n\r\n"):
        message = split_response(start + wire, "GET", closed=False)
        if not message.complete and message.framing != "chunked":
            assert (start + wire).endswith(message.head + message.body)


@given(st.lists(st.binary(min_size=1, max_size=50)), st.integers(0, 2000))
def test_chunks_are_undone_as_far_as_they_came(chunks: list[bytes], size: int) -> None:
    body = b"".join(b"%X\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"
    assert dechunk(body + b"lagi") == (b"".join(chunks), b"", len(body))
    cut = dechunk(body[:size])
    assert cut is not None
    assert b"".join(chunks).startswith(cut[0])


@pytest.mark.parametrize("body", [b"x\r\n", b"-1\r\nab", b"2\r\nabc\r\n0\r\n\r\n", b"\r\n", b"0x2\r\nab\r\n"])
def test_broken_chunks_are_left_as_they_are(body: bytes) -> None:
    assert dechunk(body) is None


def test_only_the_header_is_renamed() -> None:
    sent = b"HTTP/1.1 200 OK\r\nX-Transfer-Encoding: a\r\nTRANSFER-ENCODING:chunked\r\n"
    message = split_response(sent + b"\r\n0\r\n\r\n", "GET", closed=False)
    stored = sent.replace(b"TRANSFER-ENCODING", b"X-Crawler-Transfer-Encoding")
    assert without_chunks(message) == (stored + b"Content-Length: 0\r\n\r\n", b"")


def test_a_bare_line_feed_head_stays_so() -> None:
    message = split_response(b"HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n0\r\n\r\n", "GET", closed=False)
    head, _ = without_chunks(message)
    assert head == b"HTTP/1.1 200 OK\nX-Crawler-Transfer-Encoding: chunked\nContent-Length: 0\n\n"


@pytest.mark.skipif(not shutil.which("openssl"), reason="no openssl to compare with")
def test_cipher_names_are_those_that_openssl_knows() -> None:
    listed = subprocess.run(
        ["openssl", "ciphers", "-stdname", "DEFAULT"], capture_output=True, text=True, check=True
    )
    pairs = [line.split()[:3:2] for line in listed.stdout.splitlines()]
    known = {openssl: iana for iana, openssl in pairs if "PSK" not in iana and "SRP" not in iana}
    assert len(known) > 20
    assert {openssl: iana_name(openssl) for openssl in known} == known
    assert iana_name("ADH-SEED-SHA") is None


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_what_a_tap_keeps_is_bounded(size: int) -> None:
    tap = Tap(limit=10_000)
    assert tap.received(b"HTTP/1.1 103 Hints\r\n\r\n" + HEAD + b"\r\n")
    while tap.received(b"x" * size):
        assert len(tap.wire) < 12_000
    assert tap.overflow
    assert "body" in tap.overflow


def test_heads_are_bounded_interim_ones_too() -> None:
    tap = Tap()
    hint = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
    while tap.received(hint * 100):
        assert len(tap.wire) < MAX_HEAD + 100 * len(hint)
    assert tap.overflow
    assert "head" in tap.overflow
