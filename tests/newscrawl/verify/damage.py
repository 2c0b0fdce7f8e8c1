"""A copy of a crawled data folder, and the means to damage it precisely."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sqlite3
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Line = dict[str, Any]


@dataclass(frozen=True)
class Rec:
    """A record as it lies in its file."""

    path: Path
    start: int
    end: int
    plain: bytes

    def field(self, name: str) -> str:
        found = re.search(rf"(?m)^{name}: ([^\r\n]*)", self.plain.partition(b"\r\n\r\n")[0].decode())
        return found[1] if found else ""

    @property
    def kind(self) -> str:
        return self.field("WARC-Type")


def member(plain: bytes, size: int) -> bytes:
    """Return a gzip member of exactly `size` bytes, padded with an extra field that no reader looks at."""
    heads = plain.find(b"\r\n\r\n", plain.find(b"\r\n\r\n") + 4) + 4  # of the record and of HTTP
    body = min((deflated(plain, at) for at in (0, heads)), key=len)
    body += struct.pack("<LL", zlib.crc32(plain), len(plain) & 0xFFFFFFFF)
    padding = size - 12 - len(body)
    if padding < 0:  # make room with a header that nothing depends on
        assert b"\r\nWARC-Cipher-Suite: " in plain
        return member(re.sub(rb"WARC-Cipher-Suite: \S+\r\n", b"", plain), size)
    return b"\x1f\x8b\x08\x04\0\0\0\0\0\xff" + struct.pack("<H", padding) + b"\0" * padding + body


def deflated(plain: bytes, stored_from: int) -> bytes:
    """Compress; `stored_from`: what comes after it is compressed already, 0: nothing is."""
    headers, rest = (plain[:stored_from], plain[stored_from:]) if stored_from else (plain, b"")
    done = b""
    for data, level in ((headers, 9), (rest, 0)):
        deflate = zlib.compressobj(level, zlib.DEFLATED, -15, 9)
        done += deflate.compress(data) + deflate.flush(zlib.Z_FULL_FLUSH)
    return done + b"\x03\0"


def records(path: Path) -> list[Rec]:
    """Split a whole file into its records."""
    data, found, at = path.read_bytes(), [], 0
    while at < len(data):
        inflate = zlib.decompressobj(31)
        plain = inflate.decompress(data[at:])
        end = len(data) - len(inflate.unused_data)
        found.append(Rec(path, at, end, plain))
        at = end
    return found


def sha1(data: bytes) -> bytes:
    return b"sha1:" + base64.b32encode(hashlib.sha1(data).digest())


class Folder:
    """The data of one outlet: `warcs` and `jsonls` in the order of their names."""

    def __init__(self, data: Path, outlet: str) -> None:
        self.data = data
        self.outlet = outlet
        self.warcs = sorted((data / "warc" / outlet).glob("*.warc.gz"))
        self.jsonls = sorted((data / "jsonl" / outlet).glob("*.jsonl"))
        self.state = data / "state" / f"{outlet}.sqlite"
        self.manifest = data / "manifest" / f"{outlet}.jsonl"

    # Archive

    def find(self, kind: str, which: Callable[[Rec], bool] = lambda rec: True) -> Rec:
        """Return the first record of a kind."""
        return next(r for path in self.warcs for r in records(path) if r.kind == kind and which(r))

    def request(self) -> Rec:
        """Return the request of the first exchange: no line points at it."""
        return self.find("request")

    @property
    def plain(self) -> int:
        """The place of the first line whose article has one page and one version."""
        later = {line["id"] for line in self.lines(1)}
        return next(n for n, row in enumerate(self.lines(0)) if row["id"] not in later and row["pages"] == 1)

    def page(self) -> Rec:
        """Return the record of the plain line."""
        first = self.lines(0)[self.plain]["warc"]
        return self.find("response", lambda rec: rec.field("WARC-Record-ID") == first["record_id"])

    def rewrite(self, rec: Rec, change: Callable[[bytes], bytes]) -> None:
        """Change a record's plain bytes where it lies: nothing after it moves."""
        plain = change(rec.plain)
        assert plain != rec.plain
        self.patch(rec.path, rec.start, member(plain, rec.end - rec.start))

    def patch(self, path: Path, at: int, new: bytes) -> None:
        """Write over some bytes."""
        data = bytearray(path.read_bytes())
        assert at >= 0
        data[at : at + len(new)] = new
        path.write_bytes(data)

    def flip(self, path: Path, at: int) -> None:
        """Flip one bit."""
        self.patch(path, at, bytes([path.read_bytes()[at] ^ 0x10]))

    def append(self, path: Path, data: bytes) -> None:
        path.write_bytes(path.read_bytes() + data)

    def truncate(self, path: Path, size: int) -> None:
        path.write_bytes(path.read_bytes()[:size])

    # Lines

    def lines(self, number: int) -> list[Line]:
        """Return the lines of a file."""
        return [json.loads(raw) for raw in self.jsonls[number].read_bytes().splitlines()]

    def edit(self, change: Callable[[list[Line]], object], number: int = 0) -> None:
        """Change the lines of a file, as lists and dicts."""
        lines = self.lines(number)
        change(lines)
        text = [json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines]
        self.jsonls[number].write_text("".join(text), encoding="utf-8")

    def edit_line(self, **fields: Any) -> None:
        """Set fields of the plain line."""
        self.edit(lambda lines: lines[self.plain].update(fields))

    def edit_pointer(self, **fields: Any) -> None:
        """Set fields of what the plain line points at."""
        self.edit(lambda lines: lines[self.plain]["warc"].update(fields))

    # State

    def sql(self, statement: str) -> None:
        with sqlite3.connect(self.state) as db:
            assert db.execute(statement).rowcount
        db.close()
