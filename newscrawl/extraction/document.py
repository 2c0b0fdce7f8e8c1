"""Bytes to a parsed tree: charset detection as a reader's eye would do it, and limits for hostile input."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field

from lxml import etree

__all__ = ["MAX_BYTES", "Document", "Unextractable", "decode", "parse"]

MAX_BYTES = 4_000_000
"""What is read of a page: real article pages stay under a tenth of it."""

_PIECE = 16_384  # bytes decoded at a time: as a whole, one emoji makes a page four times as large in memory
_MAGIC = (
    b"%PDF",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"RIFF",
    b"\x7fELF",
    b"Rar!",
)
_META_CHARSET = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_CONTENT = re.compile(rb"[^\0 \t\r\n\f]")
_XML_DECLARATION = re.compile(rb"^\s*<\?xml[^>]{0,200}\?>")
_CONTROLS = bytes(set(range(32)) - {7, 8, 9, 10, 11, 12, 13, 27})
_WEB_CHARSET = re.compile(
    r"utf-8|ascii|cp\d+|iso8859-\d+|koi8-.|mac-?roman|gb\w+|big5\w*|euc_\w+|shift_jis\w*|tis-620"
)
_PARSER = etree.HTMLParser(
    encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, collect_ids=False
)
_LATIN = {"iso8859-1", "ascii", "cp1252"}
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


class Unextractable(Exception):
    """The page cannot be an article: `reason` is `empty`, `binary` or `no-markup`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class Document:
    """A parsed page: the root of its tree, the charset it was read in, and what looked wrong."""

    root: etree._Element
    charset: str
    warnings: list[str] = field(default_factory=list)


def parse(body: bytes, content_type: str | None = None) -> Document:
    """Parse a page whose content coding is undone.

    Raise `Unextractable` for an empty page, a binary one and one without any element.
    """
    warnings = []
    if len(body) > MAX_BYTES:
        body = body[:MAX_BYTES]
        warnings.append("html.cut")
    if _CONTENT.search(body) is None:
        raise Unextractable("empty")
    if is_binary(body):
        raise Unextractable("binary")
    text, charset, notes = decode(body, content_type)
    warnings += notes
    if b"\0" in text:
        text = text.replace(b"\0", b"")
        warnings.append("html.nul")
    try:
        root = etree.fromstring(_XML_DECLARATION.sub(b"", text), _PARSER)
    except (etree.ParserError, etree.XMLSyntaxError):
        root = None
    if root is None:
        raise Unextractable("no-markup")
    last = _PARSER.error_log.last_error
    if last is not None and last.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
        warnings.append("html.too-deep")  # the rest of the page was not read
    return Document(root, charset, warnings)


def is_binary(body: bytes) -> bool:
    """Tell whether bytes that came as a page are a file of another kind.

    >>> is_binary(b"%PDF-1.7 ..."), is_binary(b"<html>")
    (True, False)
    """
    start = body[:4096]
    if start.startswith(_MAGIC):
        return True
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return False
    controls = len(start) - len(start.translate(None, _CONTROLS)) - start.count(0)
    nuls = start.count(0)
    return controls > len(start) * 0.1 or nuls > len(start) * 0.3


def decode(body: bytes, content_type: str | None = None) -> tuple[bytes, str, list[str]]:
    r"""Return a page as UTF-8 bytes, the charset it was in, and warnings.

    A BOM wins over the HTTP header, the header over `<meta>`; bytes that are valid UTF-8 are UTF-8 whatever
    the page declares, since other charsets hardly ever look like it.

    >>> decode("kafé <meta charset=iso-8859-1>".encode())[1:]
    ('utf-8', ['charset.declared-latin1'])
    >>> decode(b"kaf\xe9", "text/html; charset=ngawur")[0].decode()
    'kafé'
    """
    for bom, marked in _BOMS:
        if body.startswith(bom):
            rest = body[len(bom) :]
            return ((marked == "utf-8" and _utf8(rest)) or _recode(rest, marked)), marked, []
    declared = _declared(body, content_type)
    warnings: list[str] = []
    name = _lookup(declared) if declared else None
    if declared and name is None:
        warnings.append("charset.unknown")
    valid = _utf8(body)
    if valid is not None:
        if name not in {None, "utf-8"} and not body.isascii():
            warnings.append("charset.declared-latin1" if name in _LATIN else "charset.declared-wrong")
        return valid, "utf-8", warnings
    if name == "utf-8":
        good = body.decode("utf-8", "replace")
        stray = good.count("\ufffd")
        if sum(not char.isascii() for char in good) > 2 * stray:  # few beside the characters that are whole
            return good.encode(), "utf-8", [*warnings, "charset.invalid-bytes"]
        warnings.append("charset.declared-wrong")
    if name is None or name == "utf-8" or name in _LATIN:
        name = "cp1252"
    return _recode(body, name), name, warnings


def _declared(body: bytes, content_type: str | None) -> str | None:
    header = _HEADER_CHARSET.search(content_type or "")
    if header:
        return header[1]
    meta = _META_CHARSET.search(body, 0, 8192)
    return meta[1].decode("ascii", "replace") if meta else None


def _lookup(name: str) -> str | None:
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    # UTF-16 and UTF-32 are left out: a page whose <meta> can be read as ASCII is neither.
    return info.name if _WEB_CHARSET.fullmatch(info.name) else None


def _utf8(body: bytes) -> bytes | None:
    """Return what of a page is UTF-8: all, or all but a character cut at its end; else `None`."""
    try:
        decoder = codecs.getincrementaldecoder("utf-8")()
        for start in range(0, len(body), _PIECE):
            decoder.decode(body[start : start + _PIECE])
    except UnicodeDecodeError:
        return None
    cut = len(decoder.getstate()[0])
    if cut == 0:
        return body
    # A page that was cut may end inside a character; that it holds others shows that it is UTF-8.
    whole = body[:-cut]
    return None if whole.isascii() else whole


def _recode(body: bytes, charset: str) -> bytes:
    return body.decode(charset, "replace").encode("utf-8", "replace")
