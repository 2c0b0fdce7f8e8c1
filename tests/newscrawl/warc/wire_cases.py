"""The wire table: what servers send and what the archive must hold of it, by the first label of the host."""

from __future__ import annotations

import gzip
import random
import zlib
from dataclasses import dataclass, field
from typing import Any

import brotli

from tests.newscrawl.warc.wire import Reply

PAGE = (
    "<!doctype html><html lang=id><title>Harga beras di Pasar Legi turun</title>"
    "<p>SOLO - Harga beras di Pasar Legi turun tipis pada awal pekan, kata para pedagang.</p>" * 20
).encode()
GZIP = gzip.compress(PAGE, mtime=0)
BR = brotli.compress(PAGE)
NOISE = random.Random(7).randbytes(5_000_000)


@dataclass(frozen=True)
class Case:
    """Replies of one host; `paths` are requested one after the other, `meta` goes to the Scrapy request.

    `method`, `body` and `headers` too. `end` is what the spider sees last: a status or an exception's name.
    """

    replies: list[Reply]
    end: int | str = 200
    paths: tuple[str, ...] = ("/",)
    method: str = "GET"
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    meta: dict[str, Any] = field(default_factory=dict)


def ok(body: bytes, *fields: bytes, start: bytes = b"HTTP/1.1 200 OK") -> bytes:
    return b"\r\n".join([start, *fields, b"Content-Length: %d" % len(body), b"", body])


def chunk(body: bytes, size: int = 400) -> bytes:
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n"


def chunked(body: bytes, *fields: bytes, trailers: bytes = b"", rest: bytes = b"") -> Reply:
    head = b"\r\n".join([b"HTTP/1.1 200 OK", *fields, b""])
    stored = [head, b"X-Crawler-Transfer-Encoding: chunked\r\n", b"Content-Length: %d\r\n" % len(body)]
    stored += [b"X-Crawler-Trailer: " + line + b"\r\n" for line in trailers.splitlines()]
    return Reply(
        head + b"Transfer-Encoding: chunked\r\n\r\n" + chunk(body) + trailers + b"\r\n" + rest,
        stored=b"".join([*stored, b"\r\n", body]),
    )


_HTML = b"Content-Type: text/html"
_RETRY = {"dont_retry": False}
_UNCHUNKED_HEAD = b"HTTP/1.1 200 OK\r\nX-Crawler-Transfer-Encoding: chunked\r\n"
_CHUNKED_HEAD = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

CASES: dict[str, Case] = {
    "plain": Case([Reply(ok(PAGE, _HTML))]),
    "gzip": Case([Reply(ok(GZIP, _HTML, b"Content-Encoding: gzip"))]),
    "br": Case([Reply(ok(BR, _HTML, b"Content-Encoding: br"))]),
    "deflate": Case([Reply(ok(zlib.compress(PAGE), _HTML, b"Content-Encoding: deflate"))]),
    "raw-deflate": Case([Reply(ok(zlib.compress(PAGE, wbits=-15), _HTML, b"Content-Encoding: deflate"))]),
    "chunked": Case([chunked(PAGE, _HTML)]),
    "chunked-gzip": Case([chunked(GZIP, _HTML, b"Content-Encoding: gzip")]),
    "trailers": Case([chunked(PAGE, _HTML, b"Trailer: X-Sum", trailers=b"X-Sum: 1\r\nX-Other: dua\r\n")]),
    "chunk-extension": Case(
        [
            Reply(
                _CHUNKED_HEAD + b"4;a=b\r\nhalo\r\n0;c\r\n\r\n",
                _UNCHUNKED_HEAD + b"Content-Length: 4\r\n\r\nhalo",
            )
        ]
    ),
    "chunked-and-length": Case(
        [
            Reply(
                b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\nTransfer-Encoding: chunked\r\n\r\n"
                + chunk(b"x")
                + b"\r\n",
                b"HTTP/1.1 200 OK\r\nX-Crawler-Content-Length: 99\r\nX-Crawler-Transfer-Encoding: chunked\r\n"
                b"Content-Length: 1\r\n\r\nx",
            )
        ]
    ),
    "piecemeal": Case([Reply(ok(b"sepatah demi sepatah", b"Server: pelan"), pieces=1)]),
    "piecemeal-chunked": Case(
        [
            Reply(
                _CHUNKED_HEAD + chunk(b"sepatah", 3) + b"\r\n",
                _UNCHUNKED_HEAD + b"Content-Length: 7\r\n\r\nsepatah",
                pieces=1,
            )
        ]
    ),
    "odd-case": Case([Reply(ok(PAGE, b"cOnTeNt-TyPe:text/html", b"x-UPPER:   spaced  "))]),
    "duplicate-cookies": Case(
        [Reply(ok(PAGE, b"Set-Cookie: a=1", _HTML, b"Set-Cookie: b=2", b"set-cookie: a=1"))]
    ),
    "latin1-reason": Case(
        [Reply(ok(PAGE, _HTML, start="HTTP/1.1 200 D'accord, tr\xe8s bien".encode("latin-1")))]
    ),
    "latin1-header": Case([Reply(ok(PAGE, _HTML, "X-Penulis: Ren\xe9".encode("latin-1")))]),
    "utf8-header": Case([Reply(ok(PAGE, _HTML, "X-Judul: Jum\u2019at".encode()))]),
    "folded-header": Case([Reply(ok(PAGE, _HTML, b"X-Long: satu", b"  dua", b"\ttiga"))]),
    "lf-only": Case(
        [Reply(b"HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: %d\n\n" % len(PAGE) + PAGE)]
    ),
    "long-head": Case([Reply(ok(PAGE, *(b"Set-Cookie: isi=%d" % n for n in range(2500))))]),
    "no-colon": Case([Reply(ok(PAGE, _HTML, b"a line without its colon", b"X: 1"))]),
    "no-reason": Case([Reply(ok(PAGE, _HTML, start=b"HTTP/1.1 200"))]),
    "http10": Case([Reply(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE, then="close")]),
    "close-delimited": Case([Reply(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + PAGE, then="close")]),
    "close-reset": Case(
        [Reply(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + PAGE, truncated="disconnect", then="reset")]
    ),
    "empty-body": Case([Reply(ok(b"", _HTML))]),
    "head": Case([Reply(b"HTTP/1.1 200 OK\r\nContent-Length: 4711\r\n\r\n")], method="HEAD"),
    "204": Case([Reply(b"HTTP/1.1 204 No Content\r\nX-A: b\r\n\r\n")], end=204),
    "redirects": Case(
        [
            Reply(ok(b"ke sana", b"Location: /b?x=1", start=b"HTTP/1.1 301 Moved Permanently")),
            Reply(ok(b"", b"Location: c", start=b"HTTP/1.1 302 Found")),
            Reply(ok(PAGE, _HTML)),
        ]
    ),
    "304": Case(
        [Reply(b'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\n')], end=304, headers={"If-None-Match": '"x"'}
    ),
    "404-gzip": Case(
        [Reply(ok(GZIP, _HTML, b"Content-Encoding: gzip", start=b"HTTP/1.1 404 Not Found"))],
        end=404,
    ),
    "500": Case(
        [Reply(ok(b"aduh %d" % n, start=b"HTTP/1.1 500 Oops")) for n in range(3)], end=500, meta=_RETRY
    ),
    "503-recovers": Case(
        [Reply(ok(b"nanti", start=b"HTTP/1.1 503 Service Unavailable")), Reply(ok(PAGE, _HTML))], meta=_RETRY
    ),
    "cut-length": Case(
        [Reply(ok(PAGE, _HTML)[:-700], truncated="disconnect", then="close")], end="ResponseDataLossError"
    ),
    "cut-length-allowed": Case(
        [Reply(ok(PAGE, _HTML)[:-700], truncated="disconnect", then="close")],
        meta={"download_fail_on_dataloss": False},
    ),
    "cut-head": Case(
        [Reply(b"HTTP/1.1 200 OK\r\nContent-Ty", truncated="disconnect", then="close")],
        end="DownloadFailedError",
    ),
    "cut-chunked": Case(
        [
            Reply(
                _CHUNKED_HEAD + b"5\r\nempat\r\n5\r\nli",
                _UNCHUNKED_HEAD + b"Content-Length: 7\r\n\r\nempatli",
                "disconnect",
                "close",
            )
        ],
        end="ResponseDataLossError",
    ),
    "broken-chunked": Case(
        [Reply(_CHUNKED_HEAD + b"5\r\nempat\r\nzz\r\nlima", truncated="disconnect", then="close")],
        end="ResponseDataLossError",
    ),
    "stalled": Case(
        [Reply(ok(PAGE, _HTML)[:-700], truncated="time", then="stall")],
        end="DownloadTimeoutError",
        meta={"download_timeout": 1},
    ),
    "stalled-head": Case(
        [Reply(b"HTTP/1.1 200 OK\r\nServer: pel", truncated="time", then="stall")],
        end="DownloadTimeoutError",
        meta={"download_timeout": 1},
    ),
    "oversize-announced": Case(
        [Reply(ok(NOISE), truncated="length", then="close", stored_up_to=60)],
        end="DownloadCancelledError",
        meta={"download_maxsize": 100_000},
    ),
    "oversize-unannounced": Case(
        [Reply(b"HTTP/1.1 200 OK\r\n\r\n" + NOISE, truncated="length", then="close", stored_up_to=90_000)],
        end="DownloadCancelledError",
        meta={"download_maxsize": 100_000},
    ),
    "long-line": Case(
        [
            Reply(
                b"HTTP/1.1 200 OK\r\nX-Filler: " + b"isi " * 5_000,
                truncated="disconnect",
                then="close",
            )
        ],
        end="DownloadFailedError",  # Twisted stops earlier, at lines over 16 kB
    ),
    "many-headers": Case(
        [
            Reply(
                b"HTTP/1.1 200 OK\r\n" + b"X-F: isi\r\n" * 120_000,
                truncated="length",
                then="close",
                stored_up_to=1_000_000,
            )
        ],
        end="DownloadCancelledError",
    ),
    "empty-reply": Case([Reply(b"", then="close")], end="DownloadFailedError"),
    "early-hints": Case(
        [
            Reply(
                b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n" + ok(PAGE, _HTML),
                ok(PAGE, _HTML),
            )
        ]
    ),
    "interims": Case(
        [
            Reply(
                b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n"
                + ok(b"tiga kali", _HTML),
                ok(b"tiga kali", _HTML),
                pieces=7,
            )
        ]
    ),
    "post": Case([Reply(ok(b"diterima"))], method="POST", body=b"nama=Reni+Erina&kota=Solo"),
    "post-empty": Case([Reply(ok(b"diterima"))], method="POST"),
    "garbage-after": Case([Reply(ok(PAGE, _HTML) + b"HTTP/1.1 200 OK\r\nsampah", ok(PAGE, _HTML))]),
    "garbage-after-chunked": Case([chunked(PAGE, rest=b"sampah")]),
    "garbage-after-304": Case(
        [Reply(b"HTTP/1.1 304 Not Modified\r\n\r\nsampah", b"HTTP/1.1 304 Not Modified\r\n\r\n")], end=304
    ),
    "binary-5mb": Case([Reply(ok(NOISE, b"Content-Type: application/octet-stream"))]),
    "keep-alive": Case([Reply(ok(b"halaman %d" % n, _HTML)) for n in range(3)], paths=("/1", "/2", "/3")),
    "dead-connection": Case(
        [Reply(ok(b"satu")), Reply(b"", then="close"), Reply(ok(b"dua"))], paths=("/1", "/2")
    ),
    "robots": Case(
        [
            Reply(ok(b"User-agent: *\nDisallow: /rahasia\n", b"Content-Type: text/plain")),
            Reply(ok(PAGE, _HTML)),
        ],
        meta={"dont_obey_robotstxt": False},
    ),
    "robots-forbidden": Case(
        [Reply(ok(b"User-agent: *\nDisallow: /\n", b"Content-Type: text/plain"))],
        end="IgnoreRequest",
        meta={"dont_obey_robotstxt": False},
    ),
    "stop-at-headers": Case(
        [Reply(ok(NOISE), truncated="unspecified", then="close", stored_up_to=40)], meta={"stop": "headers"}
    ),
    "stop-at-bytes": Case(
        [Reply(ok(NOISE), truncated="unspecified", then="close", stored_up_to=40)], meta={"stop": "bytes"}
    ),
    "stop-and-fail": Case(
        [Reply(ok(NOISE), truncated="unspecified", then="close", stored_up_to=40)],
        end="StopDownload",
        meta={"stop": "fail"},
    ),
    "cached": Case([Reply(ok(PAGE, _HTML))], paths=("/", "/"), meta={"cache": True}),
    "cached-redirect": Case(
        [Reply(ok(PAGE, _HTML)), Reply(ok(b"", b"Location: /", start=b"HTTP/1.1 302 Found"))],
        paths=("/", "/again"),
        meta={"cache": True},
    ),
    "no-http": Case([Reply(b"SSH-2.0-OpenSSH_9.9\r\n", truncated="disconnect")], end="DownloadFailedError"),
    "no-http-head": Case(
        [Reply(b"Ini bukan HTTP\r\n\r\nsama sekali", truncated="disconnect")], end="DownloadFailedError"
    ),
    "unknown-transfer-encoding": Case(
        [
            Reply(
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n" + GZIP,
                truncated="disconnect",
                then="close",
            )
        ],
        end="DownloadFailedError",
    ),
    "two-lengths": Case(
        [
            Reply(
                b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
                truncated="disconnect",
            )
        ],
        end="DownloadFailedError",
    ),
    "same-length-twice": Case(
        [Reply(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 4\r\n\r\nabcd")]
    ),
}
