"""An answer before it is encoded, and the small answers: redirect, not found, author, challenge."""

from __future__ import annotations

import hashlib
import struct
import zlib
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Final

from newscrawl.sample.outlets import SampleOutlet

HTML: Final = "text/html; charset=UTF-8"
XML: Final = "application/xml; charset=utf-8"
RSS: Final = "application/rss+xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Page:
    """An answer before it is encoded; `validators` says whether it carries ETag and Last-Modified."""

    status: int
    body: bytes = b""
    content_type: str = HTML
    headers: tuple[tuple[str, str], ...] = ()
    modified: datetime | None = None
    validators: bool = False

    @property
    def etag(self) -> str:
        """The body's digest, without quotes."""
        return hashlib.sha1(self.body, usedforsecurity=False).hexdigest()[:20]


def redirect(url: str) -> Page:
    """Return a permanent redirect."""
    html = f'<html><body><a href="{escape(url)}">Pindah</a></body></html>\n'
    return Page(301, html.encode(), headers=(("Location", url),))


def missing(outlet: SampleOutlet, status: int = 404) -> Page:
    """Return the page for what is not there."""
    html = (
        f'<!DOCTYPE html>\n<html lang="id"><head><title>Tidak ditemukan - {outlet.title}</title></head>'
        "<body><h1>Halaman tidak ditemukan</h1><p>Halaman yang Anda cari sudah dipindahkan atau dihapus.</p>"
        "</body></html>\n"
    )
    return Page(status, html.encode())


def picture(path: str) -> Page:
    """Return a small picture of its own, 64 by 16 in shades of grey; a PNG whatever it is called."""
    rows = b"".join(b"\0" + hashlib.sha512(f"{path} {row}".encode()).digest() for row in range(16))
    parts = {
        b"IHDR": struct.pack(">LLBBBBB", 64, 16, 8, 0, 0, 0, 0),
        b"IDAT": zlib.compress(rows),
        b"IEND": b"",
    }
    chunks = (
        struct.pack(">L", len(data)) + name + data + struct.pack(">L", zlib.crc32(name + data))
        for name, data in parts.items()
    )
    return Page(200, b"\x89PNG\r\n\x1a\n" + b"".join(chunks), "image/png")


def author(outlet: SampleOutlet, slug: str) -> Page:
    """Return the page of an author."""
    name = slug.replace("-", " ").title()
    html = (
        f"<!DOCTYPE html>\n<html><head><title>{name} - {outlet.title}</title></head>"
        f"<body><h1>{name}</h1></body></html>\n"
    )
    return Page(200, html.encode())


def challenge(kind: str) -> Page:
    """Return a page that stands in for another with status 200: `browser`, `captcha` or `empty`."""
    if kind == "empty":
        html = '<!DOCTYPE html><html><head><title></title></head><body><div id="app"></div></body></html>\n'
        return Page(200, html.encode())
    if kind == "captcha":
        html = (
            "<!DOCTYPE html><html><head><title>Verifikasi</title></head><body><h1>Apakah Anda manusia?</h1>"
            '<form id="captcha-form" action="/verify"><div class="g-recaptcha" data-sitekey="contoh">'
            "</div></form></body></html>\n"
        )
        return Page(200, html.encode())
    html = (
        '<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title>'
        '<meta name="robots" content="noindex,nofollow"></head><body><div id="challenge-error-text">'
        "Enable JavaScript and cookies to continue</div>"
        '<script src="/cdn-cgi/challenge-platform/h/g/orchestrate/chl_page/v1"></script>'
        "</body></html>\n"
    )
    return Page(200, html.encode(), headers=(("Server", "cloudflare"), ("CF-RAY", "8c0ffee0contoh-CGK")))
