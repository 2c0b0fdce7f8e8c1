"""Archives in the shapes of other tools, written byte by byte."""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Sequence

WORDS = (
    *("petani", "cabai", "pasar", "desa", "jalan", "sungai", "panen", "hujan"),
    *("warga", "kepala", "sekolah", "guru", "murid", "perahu", "kopi"),
)


def story(number: int) -> str:
    """Return three paragraphs that no other number has."""
    picked = [WORDS[(number * 7 + i * (number % 5 + 1)) % len(WORDS)] for i in range(60)]
    parts = [" ".join(picked[i : i + 20]) for i in range(0, 60, 20)]
    return "".join(
        f"<p>Bogor bagian {number} memberitakan bahwa {part} sejak pagi hari ini.</p>" for part in parts
    )


def page(number: int, more: str = "") -> bytes:
    """Return an article's page."""
    return (
        f"<!DOCTYPE html><html lang='id'><head><title>Kabar Nomor {number}</title>"
        f"<meta property='og:title' content='Kabar Nomor {number}'><meta charset='utf-8'></head>"
        f"<body><article><h1>Kabar Nomor {number}</h1><div>{story(number)}</div>{more}"
        "</article></body></html>"
    ).encode()


def url(number: int) -> str:
    """Return an article's URL at an outlet that is known."""
    return f"https://rmol.id/politik/read/2020/06/02/{number}/kabar-nomor-{number}"


def digest(data: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(data).digest()).decode()


def http(body: bytes, *fields: str, status: str = "200 OK", kind: str = "text/html; charset=utf-8") -> bytes:
    """Return a response as it goes into a record."""
    head = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", *fields]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def record(
    kind: str,
    uri: str,
    block: bytes,
    *fields: str,
    date: str = "2020-06-02T04:00:00Z",
    version: str = "1.0",
    identity: str | None = None,
    content_type: str | None = None,
) -> bytes:
    """Return a record, uncompressed."""
    types = {"request": "application/http; msgtype=request", "response": "application/http; msgtype=response"}
    head = [
        f"WARC/{version}",
        f"WARC-Type: {kind}",
        f"WARC-Record-ID: {identity or identity_of(kind, uri, date)}",
        f"WARC-Date: {date}",
        *([f"WARC-Target-URI: {uri}"] if uri else []),
        f"Content-Type: {content_type or types.get(kind, types['response'])}",
        f"Content-Length: {len(block)}",
        *fields,
    ]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def identity_of(kind: str, uri: str, date: str) -> str:
    text = hashlib.md5(f"{kind} {uri} {date}".encode()).hexdigest()
    return f"<urn:uuid:{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}>"


def compressed(records: Sequence[bytes]) -> bytes:
    """Return an archive with a gzip member a record."""
    return b"".join(gzip.compress(part, mtime=0) for part in records)


def request(uri: str, *fields: str, date: str = "2020-06-02T04:00:00Z", version: str = "1.0") -> bytes:
    path = "/" + uri.split("/", 3)[3]
    block = f"GET {path} HTTP/1.1\r\nHost: rmol.id\r\n\r\n".encode()
    return record("request", uri, block, *fields, date=date, version=version)


def chunked(body: bytes) -> bytes:
    half = len(body) // 2
    parts = (body[:half], body[half:], b"")
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts)


def cc_news() -> bytes:
    """StormCrawler before 2019-05-16: decoded bodies under the heads of the encoded ones."""
    records = [
        record("warcinfo", "", b"software: StormCrawler 1.14\r\n", content_type="application/warc-fields")
    ]
    for number, fields in (
        (101, ["Content-Encoding: gzip", "Content-Length: 999"]),
        (102, ["Transfer-Encoding: chunked", "Content-Encoding: br"]),
        (103, ["Content-Encoding: deflate"]),
    ):
        uri = url(number)
        records += [
            request(uri, f"WARC-Concurrent-To: {identity_of('response', uri, '2020-06-02T04:00:00Z')}")
        ]
        records += [record("response", uri, http(page(number), *fields), "WARC-IP-Address: 127.0.0.1")]
    records.append(record("response", "https://kabar.example/satu", http(page(104))))
    return compressed(records)


def wget() -> bytes:
    """wget: URIs in angle brackets, requests first, folded fields, its log and HTML as resource records."""
    records = [
        record(
            "warcinfo",
            "",
            b"software: Wget/1.21\r\nformat: WARC File Format 1.0\r\nrobots: off\r\n",
            "WARC-Filename: wget.warc.gz",
            content_type="application/warc-fields",
        )
    ]
    for number in (201, 202):
        uri = url(number)
        asked = f"<urn:uuid:00000000-0000-0000-0000-000000000{number}>"
        head = http(chunked(page(number)), "Transfer-Encoding: chunked", "X-Note: satu\r\n dua")
        block = b"GET / HTTP/1.1\r\nHost: rmol.id\r\nAccept: */*,\r\n text/html\r\n\r\n"
        records.append(record("request", f"<{uri}>", block, identity=asked))
        records.append(record("response", f"<{uri}>", head, f"WARC-Concurrent-To: {asked}"))
    first = identity_of("response", f"<{url(201)}>", "2020-06-02T04:00:00Z")
    revisit = http(b"", "Transfer-Encoding: chunked")
    profile = "WARC-Profile: http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"
    late = "2020-06-03T04:00:00Z"
    records.append(
        record("revisit", f"<{url(201)}>", revisit, profile, f"WARC-Refers-To: {first}", date=late)
    )
    records.append(record("resource", url(203), page(203), content_type="text/html"))
    records.append(
        record("resource", "metadata://gnu.org/wget/log.txt", b"catatan\n", content_type="text/plain")
    )
    return compressed(records)


def browsertrix() -> bytes:
    """browsertrix: WARC/1.1, HTTP/2 named in the status line or not, URNs, codings renamed."""
    records = []
    for number, line in ((301, "HTTP/1.1 200 OK"), (302, "HTTP/2 200")):
        block = http(page(number), "x-orig-content-encoding: br").replace(
            b"HTTP/1.1 200 OK", line.encode(), 1
        )
        records.append(
            record(
                "response",
                url(number),
                block,
                "WARC-Resource-Type: document",
                date=f"2023-01-0{number - 300}T04:00:00.123Z",
                version="1.1",
            )
        )
        records.append(request(url(number), version="1.1"))
    post = url(303) + "?__wb_method=POST&a=b"
    ask = record(
        "request",
        post,
        b"POST /x HTTP/1.1\r\nHost: rmol.id\r\n\r\n",
        f"WARC-Concurrent-To: {identity_of('response', post, '2020-06-02T04:00:00Z')}",
    )
    records += [record("response", post, http(page(303)), version="1.1"), ask]
    records.append(
        record("resource", f"urn:text:{url(301)}", b"teks", content_type="text/plain", version="1.1")
    )
    return compressed(records)


def heritrix() -> bytes:
    """Heritrix: chunks kept, long records cut and marked, DNS and metadata records between."""
    body = gzip.compress(page(401), mtime=0)
    return compressed(
        [
            record(
                "response", "dns:rmol.id", b"20200602\nrmol.id. 300 IN A 127.0.0.1\n", content_type="text/dns"
            ),
            record(
                "response",
                url(401),
                http(chunked(body), "Transfer-Encoding: chunked", "Content-Encoding: gzip"),
            ),
            record(
                "metadata", url(401), b"via: https://rmol.id/\r\n", content_type="application/warc-fields"
            ),
            record("response", url(402), http(page(402)[:900]), "WARC-Truncated: length"),
            record("response", url(403), http(page(403), status="404 Not Found")),
            record("response", url(404), http(b"%PDF-1.4", kind="application/pdf")),
            record("response", url(405), http(b"<html><title>Access Denied</title><body>Reference #18.2")),
            record("response", url(406), http(b"")),
            record("response", "https://rmol.id/tentang", http(page(407))),
        ]
    )


def plain() -> bytes:
    """An archive without compression."""
    return record("response", url(501), http(page(501))) + record("response", url(502), http(page(502)))


SHAPES = {
    "cc-news.warc.gz": cc_news,
    "wget.warc.gz": wget,
    "browsertrix.warc.gz": browsertrix,
    "heritrix.warc.gz": heritrix,
    "plain.warc": plain,
}
