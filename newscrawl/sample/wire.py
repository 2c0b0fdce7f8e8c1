"""From a page to the bytes of an HTTP/1.1 response: content codings, chunks, validators, 304."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from typing import Final

import brotli

from newscrawl.sample.page import Page

FORMS: Final = (
    ("gzip", False),
    ("br", False),
    ("gzip", True),
    ("identity", True),
    ("br", True),
    ("deflate", False),
    ("identity", False),
)
"""Content coding and whether the body is chunked: which form a page has follows from its path."""
CHUNK: Final = 6000


@dataclass(frozen=True, slots=True)
class Response:
    """A response ready for the wire; `start` lacks only the Date header and the empty line."""

    status: int
    start: bytes
    body: bytes
    not_modified: bytes | None
    etag: str | None
    modified: datetime | None

    def __len__(self) -> int:
        return len(self.start) + len(self.body)

    def matches(self, headers: Mapping[str, str]) -> bool:
        """Whether the request's conditions say that the client already has this."""
        if self.not_modified is None:
            return False
        tags = headers.get("if-none-match")
        if tags is not None:
            known = {_bare(tag) for tag in tags.split(",")}
            return "*" in known or self.etag in known
        since = headers.get("if-modified-since")
        if since is None or self.modified is None:
            return False
        try:
            return self.modified <= parsedate_to_datetime(since).astimezone(UTC)
        except ValueError:
            return False


def _bare(tag: str) -> str:
    """Return an entity tag without `W/`, quotes and the mark of its coding."""
    return tag.strip().removeprefix("W/").strip('"').partition("-")[0]


def accepted(header: str | None) -> frozenset[str]:
    """Return the codings that an Accept-Encoding header allows.

    >>> sorted(accepted("gzip;q=1.0, br, deflate;q=0"))
    ['br', 'gzip']
    """
    codings = set()
    for entry in (header or "").lower().split(","):
        coding, _, quality = entry.partition(";")
        if coding.strip() and quality.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}:
            codings.add(coding.strip())
    return frozenset(codings)


def choose(path: str, allowed: frozenset[str]) -> tuple[str, bool]:
    """Return the coding and chunking of a page; what the client does not accept becomes gzip or identity."""
    coding, chunked = FORMS[zlib.crc32(path.encode()) % len(FORMS)]
    if coding != "identity" and coding not in allowed:
        coding = "gzip" if "gzip" in allowed else "identity"
    return coding, chunked


def encode(page: Page, path: str, accept_encoding: str | None, *, http10: bool = False) -> Response:
    """Return the response for a page."""
    coding, chunked = choose(path, accepted(accept_encoding))
    body = _compress(page.body, coding)
    headers = [("Server", "nginx"), ("Content-Type", page.content_type)]
    if coding != "identity":
        headers.append(("Content-Encoding", coding))
    if chunked and not http10:
        headers.append(("Transfer-Encoding", "chunked"))
        body = _chunked(body)
    else:
        headers.append(("Content-Length", str(len(body))))
    etag = page.etag if page.validators else None
    modified = page.modified.astimezone(UTC).replace(microsecond=0) if page.modified else None
    validators = [("Vary", "Accept-Encoding"), ("Cache-Control", "max-age=0, must-revalidate")]
    if etag:
        mark = "" if coding == "identity" else f"-{coding}"
        validators.append(("ETag", f'"{etag}{mark}"'))
        if modified:
            validators.append(("Last-Modified", format_datetime(modified, usegmt=True)))
    own = {name.lower() for name, _ in page.headers}
    headers = [h for h in headers if h[0].lower() not in own] + list(page.headers) + validators
    return Response(
        status=page.status,
        start=head(page.status, headers),
        body=body,
        not_modified=head(304, [("Server", "nginx"), *validators])
        if etag and page.status == HTTPStatus.OK
        else None,
        etag=etag,
        modified=modified,
    )


def head(status: int, headers: list[tuple[str, str]]) -> bytes:
    """Return status line and headers, each with its line end, without the empty line."""
    lines = [
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        *(f"{name}: {value}" for name, value in headers),
    ]
    return "".join(f"{line}\r\n" for line in lines).encode("latin-1")


def _compress(body: bytes, coding: str) -> bytes:
    if coding == "gzip":
        return gzip.compress(body, 5, mtime=0)
    if coding == "br":
        return bytes(brotli.compress(body, quality=4))
    return zlib.compress(body, 5) if coding == "deflate" else body


def _chunked(body: bytes) -> bytes:
    pieces = (body[at : at + CHUNK] for at in range(0, len(body), CHUNK))
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
