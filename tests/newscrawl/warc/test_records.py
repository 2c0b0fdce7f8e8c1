"""Records and their gzip members."""

from __future__ import annotations

import gzip
from io import BytesIO

import pytest
from fastwarc.warc import ArchiveIterator
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.warc.records import Capture, exchange, gzip_member, record_id, sha1

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n%s\r\n"


@given(st.binary(max_size=3000), st.binary(min_size=1, max_size=3000), st.sampled_from((1, 21, 22, 100)))
def test_a_member_gives_back_what_went_in(headers: bytes, stored: bytes, times: int) -> None:
    stored *= times  # over and under the 65,535 bytes of a block
    member = gzip_member(memoryview(headers), memoryview(stored))
    assert gzip.decompress(member) == headers + stored


@pytest.mark.parametrize("coding", [b"", b"Content-Encoding: gzip\r\n"])
@pytest.mark.parametrize("size", [0, 1, 4000, 65_535, 65_536, 3_000_000])
def test_records_of_every_size_are_read_by_others(coding: bytes, size: int) -> None:
    payload = (b"Harga beras turun di Cianjur. " * (size // 30 + 1))[:size]
    capture = Capture(
        uri="https://beras.test/harga",
        date="2020-06-02T03:46:05.000120Z",
        request=b"GET /harga HTTP/1.1\r\nHost: beras.test\r\n\r\n",
        head=HEAD % coding,
        payload=payload,
        digest=sha1(payload),
    )
    records = exchange(capture, record_id())
    members = b"".join(record.member() for record in records)
    assert gzip.decompress(members) == b"".join(record.data for record in records)
    kept = []
    for record in ArchiveIterator(BytesIO(members), parse_http=False):
        assert record.verify_block_digest()
        kept.append(record.reader.read())
    assert kept == [capture.head + payload, capture.request]
