"""Whatever a server sends, extraction answers or says `Unextractable`; nothing else, and soon."""

import json
import pickle
import random
from datetime import UTC, datetime

import pytest

from newscrawl.extract import Page, Unextractable, extract
from newscrawl.extraction.document import MAX_BYTES
from newscrawl.items import Article, to_line

SENTENCE = (
    "Warga desa itu mengatakan bahwa jalan rusak sejak lama, dan belum diperbaiki sampai sekarang oleh dinas."
)
P = f"<p>{SENTENCE}</p>".encode()
FOUR = P * 4
SCRIPT = b'<script type="application/ld+json">%s</script>'


def article(body: bytes, content_type: str | None = None) -> Article:
    return extract(
        Page("https://warta.example/1", body, datetime(2020, 6, 3, tzinfo=UTC), content_type), None
    )


REFUSED = {
    "nothing": (b"", "empty"),
    "blanks": (b" \r\n\t\0", "empty"),
    "a comment": (b"<!-- halaman kosong -->", "no-markup"),
    "a doctype": (b"<!DOCTYPE html>", "no-markup"),
    "PDF": (b"%PDF-1.7\n" + FOUR, "binary"),
    "PNG": (b"\x89PNG\r\n\x1a\n" + FOUR, "binary"),
    "ZIP": (b"PK\x03\x04" + FOUR, "binary"),
    "gzip that nobody undid": (b"\x1f\x8b\x08" + FOUR, "binary"),
    "control characters": (bytes(range(1, 9)) * 50, "binary"),
    "zeros": (bytes(500) + b"x" * 100, "binary"),
}


@pytest.mark.parametrize(("body", "reason"), REFUSED.values(), ids=REFUSED)
def test_refused(body: bytes, reason: str) -> None:
    with pytest.raises(Unextractable) as caught:
        article(body)
    assert caught.value.reason == reason


def test_the_reason_survives_the_way_back_from_a_worker() -> None:
    assert pickle.loads(pickle.dumps(Unextractable("empty"))).reason == "empty"


READ = {
    "NUL bytes": (b"<h1>Ju\0dul</h1>" + FOUR, "html.nul"),
    "unknown charset": (b"<meta charset=ngawur-99>" + FOUR, "charset.unknown"),
    "charset that is no text": (b"<meta charset=hex>" + FOUR, "charset.unknown"),
    "lone surrogates": (
        b"<meta charset=utf-8><h1>&#xD800;\xed\xa0\x80 %s</h1>" % ("é" * 9).encode() + FOUR,
        "charset.invalid-bytes",
    ),
    "UTF-16 with a BOM": (("\ufeff" + FOUR.decode()).encode("utf-16-le"), None),
    "UTF-8 with a BOM": (b"\xef\xbb\xbf" + FOUR, None),
    "XML declaration": (b'<?xml version="1.0" encoding="utf-16"?><html>' + FOUR, None),
    "addresses that are none": (
        b'<base href="http://[::b"><link rel=canonical href="http://[b"><a href="http://[x">x</a>' + FOUR,
        None,
    ),
    "100,000 elements side by side": (b"<div class=a></div>" * 100_000 + FOUR, None),
    "3,000 boxes in each other": (b"<blockquote>" * 1500 + FOUR, None),
    "20 MB": (FOUR * (20_000_000 // len(FOUR)), "html.cut"),
    "JSON-LD as deep as it goes": (SCRIPT % (b"[" * 100_000) + FOUR, "json-ld.broken"),
    "JSON-LD of wrong types": (
        SCRIPT
        % json.dumps(
            {
                "@type": ["NewsArticle", 7],
                "headline": 1,
                "author": [1, {"name": {"x": 1}}, None],
                "image": {"url": [{}, 3]},
                "datePublished": ["x", 2],
                "keywords": {"a": 1},
                "articleBody": 5,
                "isAccessibleForFree": [],
            }
        ).encode()
        + FOUR,
        None,
    ),
    "1,000 lists of other articles": (
        b"<div><p>Baca Juga</p><a href=x>Judul berita lain yang cukup panjang</a></div>" * 1000 + FOUR,
        None,
    ),
}


@pytest.mark.parametrize(("body", "warning"), READ.values(), ids=READ)
def test_read_all_the_same(body: bytes, warning: str | None) -> None:
    found = article(body)
    assert SENTENCE in [p.text for p in found.evidence.paragraphs]
    if warning:
        assert warning in found.extraction.warnings
    assert to_line(found)


def test_text_100_000_divs_deep_is_lost_with_a_warning() -> None:
    found = article(b"<div>" * 100_000 + FOUR + b"</div>" * 100_000)
    assert found.evidence.paragraphs == []
    assert found.extraction.warnings == ["html.too-deep"]


def test_no_more_than_the_limit_is_read() -> None:
    found = article(FOUR * (2 * MAX_BYTES // len(FOUR)))
    assert sum(len(p.text) for p in found.evidence.paragraphs) < MAX_BYTES


PAGE = (
    b'<html lang=id><head><title>Jalan Rusak - Warta</title><meta property="og:title" content="Jalan Rusak">'
    + SCRIPT % b'{"@type": "NewsArticle", "headline": "Jalan Rusak", "author": {"name": "Sari"}}'
    + b'<link rel=canonical href="/1"></head><body><nav><a href="/">Depan</a></nav><h1>Jalan Rusak</h1>'
    b'<div class="date">Selasa, 2 Juni 2020 10:46 WIB</div><span class="author">Oleh Sari</span><article>'
    + FOUR
    + b'<table><tr><td>a<td>b</table><figure><img src="/a.jpg"><figcaption>Foto: Rina</figcaption></figure>'
    b'<ul class="baca-juga"><li><a href="/2">Berita lain yang panjang</a></ul>Kata <b>tebal<br>lagi</b><br>'
    b'</article><div class="tags"><a href="/t">jalan</a></div><a href="/1?page=2">2</a></body></html>'
)


@pytest.mark.parametrize("seed", range(250))
def test_mutated_pages(seed: int) -> None:
    """Bytes dropped, doubled, changed and moved: an answer that can be written, or `Unextractable`."""
    chance = random.Random(seed)
    body = bytearray(PAGE)
    for _ in range(chance.randint(1, 40)):
        at = chance.randrange(len(body))
        size = chance.choice((1, 1, 2, 8, 60))
        match chance.randrange(5):
            case 0:
                del body[at : at + size]
            case 1:
                body[at:at] = body[at : at + size] * chance.randint(1, 20)
            case 2:
                body[at : at + 1] = bytes([chance.randrange(256)])
            case 3:
                body[at:at] = chance.choice(
                    (b"<", b">", b'"', b"</div>", b"<p>", b"&#0;", b"<br>", b"\xff", b"<table>")
                )
            case _:
                part = bytes(body[at : at + size])
                del body[at : at + size]
                to = chance.randrange(len(body))
                body[to:to] = part
    try:
        found = article(
            bytes(body), chance.choice((None, "text/html; charset=utf-8", "text/html; charset=gbk"))
        )
    except Unextractable:
        return
    assert to_line(found)
