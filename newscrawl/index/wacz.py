"""Pack records, their index and a list of pages into one WACZ 1.1.1 file that replay tools open."""

from __future__ import annotations

import gzip
import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from newscrawl import __version__
from newscrawl.index.cdxj import Capture
from newscrawl.index.fresh import drop_half_made, fresh_file
from newscrawl.index.members import exchange_bytes, first_member
from newscrawl.items import iso

VERSION = "1.1.1"
BLOCK_LINES = 1024  # of the index in one gzip member: what a reader fetches to find one capture
MAX_WARC = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An entry of the page list: `ts` is when it was captured (ISO 8601, UTC)."""

    id: str
    url: str
    ts: str
    title: str | None
    text: str | None


@dataclass(slots=True)
class _Sum:
    """A file of the package while it is written."""

    name: str
    out: IO[bytes]
    size: int = 0
    sha256: Any = field(default_factory=hashlib.sha256)

    def write(self, data: bytes) -> None:
        self.out.write(data)
        self.sha256.update(data)
        self.size += len(data)

    def resource(self) -> dict[str, Any]:
        return {
            "name": self.name.rpartition("/")[2],
            "path": self.name,
            "hash": f"sha256:{self.sha256.hexdigest()}",
            "bytes": self.size,
        }


class Package:
    """A WACZ file while it is written: it gets its name when it is whole, or leaves nothing.

    Use it as `with package(target) as p`, then call `records`, `pages` and `describe`, in this order.
    """

    def __init__(self, file: zipfile.ZipFile, created: datetime) -> None:
        self._zip = file
        self._created = created
        self._resources: list[dict[str, Any]] = []
        self._index: list[bytes] = []

    def records(
        self, name: str, captures: Iterable[Capture], path: Callable[[str], Path], *, max_size: int = MAX_WARC
    ) -> None:
        """Copy records byte for byte, each with its request, behind the warcinfo of the file it is from.

        `path` finds a capture's file. A file of the package is ended once it has `max_size` bytes.
        """
        left = sorted(captures, key=lambda c: (c.filename, c.offset))
        number = 0
        while left:
            number += 1
            left = self._warc(f"{name}-{number}.warc.gz", left, path, max_size)
        self._write_index()

    def pages(self, pages: Iterable[Page]) -> None:
        """Write the list of pages, in the order in which a reader is to see them."""
        head = {"format": "json-pages-1.0", "id": "pages", "title": "Articles", "hasText": True}
        with self._file("pages/pages.jsonl", zipfile.ZIP_DEFLATED) as out:
            for row in (head, *map(_told, pages)):
                out.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")

    def describe(self, title: str, description: str) -> None:
        """Write what the package holds, and the sums that prove it."""
        described = {
            "profile": "data-package",
            "wacz_version": VERSION,
            "title": title,
            "description": description,
            "created": iso(self._created),
            "software": f"newscrawl/{__version__}",
            "resources": self._resources,
        }
        whole = json.dumps(described, ensure_ascii=False, indent=1).encode()
        digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(whole).hexdigest()}"}
        self._zip.writestr(self._info("datapackage.json", zipfile.ZIP_DEFLATED), whole)
        proof = json.dumps(digest, indent=1)
        self._zip.writestr(self._info("datapackage-digest.json", zipfile.ZIP_DEFLATED), proof)

    def _warc(
        self, name: str, captures: Sequence[Capture], path: Callable[[str], Path], max_size: int
    ) -> list[Capture]:
        source = None
        with self._file(f"archive/{name}", zipfile.ZIP_STORED) as out:
            for number, capture in enumerate(captures):
                if number and out.size >= max_size:
                    return list(captures[number:])
                with path(capture.filename).open("rb") as file:
                    if capture.filename != source:
                        source = capture.filename
                        out.write(first_member(file))
                    copy = replace(capture, filename=name, offset=out.size)
                    self._index.append(copy.line())
                    out.write(exchange_bytes(file, capture.offset, capture.length))
        return []

    def _write_index(self) -> None:
        """Write the index in gzip members, and where each of them begins."""
        self._index.sort()
        places = [b'!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}\n']
        with self._file("indexes/index.cdx.gz", zipfile.ZIP_STORED) as out:
            for first in range(0, len(self._index), BLOCK_LINES):
                block = self._index[first : first + BLOCK_LINES]
                data = gzip.compress(b"".join(block), mtime=0)
                sha256 = hashlib.sha256(data).hexdigest()
                place = {"offset": out.size, "length": len(data), "digest": f"sha256:{sha256}"}
                begins = b" ".join(block[0].split(b" ", 2)[:2])
                places.append(begins + b" " + json.dumps(place).encode() + b"\n")
                out.write(data)
        with self._file("indexes/index.idx", zipfile.ZIP_DEFLATED) as out:
            out.write(b"".join(places))

    @contextmanager
    def _file(self, name: str, compression: int) -> Iterator[_Sum]:
        with self._zip.open(self._info(name, compression), "w", force_zip64=True) as out:
            writing = _Sum(name, out)
            yield writing
        self._resources.append(writing.resource())

    def _info(self, name: str, compression: int) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(name, self._created.timetuple()[:6])
        info.compress_type = compression
        info.external_attr = 0o644 << 16
        return info


@contextmanager
def package(target: Path, created: datetime | None = None) -> Iterator[Package]:
    """Write a WACZ file: complete, in place of what had its name, or not at all. Raises `OSError`."""
    drop_half_made(target.parent, target.name)
    with fresh_file(target) as file, zipfile.ZipFile(file, "w") as packed:
        yield Package(packed, created or datetime.now(UTC))


def _told(page: Page) -> dict[str, Any]:
    told = {"id": page.id, "url": page.url, "ts": page.ts, "title": page.title, "text": page.text}
    return {name: value for name, value in told.items() if value is not None}
