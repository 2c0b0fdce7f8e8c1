"""CDXJ: for each WARC file a sorted index of its captures, as pywb and other replay tools read it."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from newscrawl.index.fresh import drop_half_made, fresh_file
from newscrawl.index.surt import surt
from newscrawl.warc.reading import Exchange, WarcReadError, iter_exchanges
from newscrawl.warc.records import sha1

logger = logging.getLogger(__name__)

REVISIT = "warc/revisit"


@dataclass(frozen=True, slots=True, order=True)
class Capture:
    """One line of an index.

    `key` is the URL's SURT, `timestamp` has 14 digits (UTC), `status` is `None` for a revisit, `digest` is
    base32 without `sha1:`, `length` and `offset` are bytes of the compressed record in `filename`.
    """

    key: str
    timestamp: str
    url: str
    mime: str
    status: int | None
    digest: str | None
    length: int
    offset: int
    filename: str

    @property
    def is_revisit(self) -> bool:
        """Say whether the payload is in another record."""
        return self.mime == REVISIT

    def line(self) -> bytes:
        """Return the capture as a line of CDXJ, newline included."""
        fields = {
            "url": self.url,
            "mime": self.mime,
            "status": self.status,
            "digest": self.digest,
            "length": self.length,
            "offset": self.offset,
            "filename": self.filename,
        }
        told = {name: str(value) for name, value in fields.items() if value is not None}
        return f"{self.key} {self.timestamp} {json.dumps(told)}\n".encode()

    @classmethod
    def parse(cls, line: bytes) -> Self:
        """Read a line of CDXJ; raises `ValueError` or `KeyError` when it is none."""
        key, timestamp, fields = line.decode().split(" ", 2)
        told = json.loads(fields)
        status = told.get("status")
        return cls(
            key=key,
            timestamp=timestamp,
            url=told["url"],
            mime=told["mime"],
            status=int(status) if status else None,
            digest=told.get("digest"),
            length=int(told["length"]),
            offset=int(told["offset"]),
            filename=told["filename"],
        )


def timestamp_of(date: str) -> str:
    """Return a WARC-Date as the 14 digits that indexes tell captures apart by.

    >>> timestamp_of("2020-06-02T03:46:05.000120Z")
    '20200602034605'
    """
    return re.sub(r"\D", "", date)[:14]


def capture_of(exchange: Exchange) -> Capture:
    """Return the index line of an exchange."""
    digest = exchange.payload_digest
    if digest is None and not exchange.is_revisit:
        digest = sha1(exchange.payload)
    kind = re.split("[; ]", exchange.content_type or "", maxsplit=1)[0]
    return Capture(
        key=surt(exchange.uri),
        timestamp=timestamp_of(exchange.date),
        url=exchange.uri,
        mime=REVISIT if exchange.is_revisit else kind or "unk",
        status=None if exchange.is_revisit or exchange.resource is not None else exchange.status,
        digest=digest.removeprefix("sha1:") if digest else None,
        length=exchange.pointer.length,
        offset=exchange.pointer.offset,
        filename=exchange.pointer.file,
    )


def index_warc(path: Path) -> list[bytes]:
    """Return the sorted index lines of a WARC file; raises `WarcReadError`.

    What came and was no HTTP is left out, as pywb does.
    """
    return sorted(
        capture_of(exchange).line() for exchange in iter_exchanges(path) if exchange.status is not None
    )


def index_file(warc: Path, data: Path, outlet: str) -> Path:
    """Return where the index of a WARC file lies."""
    return data / "cdxj" / outlet / f"{warc.name.removesuffix('.warc.gz')}.cdxj"


def write_index(warc: Path, target: Path) -> None:
    """Write the index of a WARC file: complete or not at all. Raises `WarcReadError`, `OSError`."""
    lines = index_warc(warc)
    target.parent.mkdir(parents=True, exist_ok=True)
    with fresh_file(target) as file:
        file.writelines(lines)


def complete(data: Path, outlet: str) -> list[Path]:
    """Index the finished WARC files of an outlet that have no index, or an older one; return the new ones.

    An index is a view: one that cannot be made now is a warning, and is made the next time.
    """
    made = []
    drop_half_made(data / "cdxj" / outlet)
    for warc in unindexed(data, outlet):
        target = index_file(warc, data, outlet)
        try:
            write_index(warc, target)
        except (OSError, WarcReadError) as error:
            logger.warning("%s gets no index now: %s", warc, error)
        else:
            made.append(target)
    return made


def unindexed(data: Path, outlet: str) -> Iterator[Path]:
    """Yield the finished WARC files of an outlet that have no index, or an older one."""
    for warc in sorted((data / "warc" / outlet).glob("*.warc.gz")):
        target = index_file(warc, data, outlet)
        if not target.exists() or target.stat().st_mtime_ns < warc.stat().st_mtime_ns:
            yield warc
