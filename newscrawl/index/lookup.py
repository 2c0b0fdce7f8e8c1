"""Find the captures of a URL in the indexes of an outlet, by binary search, and read what they show."""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from newscrawl.index.cdxj import Capture, complete, timestamp_of
from newscrawl.index.surt import surt
from newscrawl.items import WarcPointer
from newscrawl.warc.reading import Exchange, WarcReadError, read_exchange
from newscrawl.warc.writer import OPEN


class Archive:
    """The captures of one outlet. Indexes that are missing are made first."""

    def __init__(self, data: Path, outlet: str) -> None:
        complete(data, outlet)
        self.folder = data / "warc" / outlet
        self.indexes = sorted((data / "cdxj" / outlet).glob("*.cdxj"))

    def captures(self, *urls: str) -> list[Capture]:
        """Return the captures of URLs in any of their forms, newest first."""
        keys = {f"{surt(url)} ".encode() for url in urls}
        found = (
            Capture.parse(line) for index in self.indexes for key in keys for line in lines_with(index, key)
        )
        return sorted(found, key=lambda c: (c.timestamp, c.filename, c.offset), reverse=True)

    def all(self, urls: Iterable[str] | None = None) -> Iterator[Capture]:
        """Yield every capture, or those of many URLs, in one walk through the indexes."""
        keys = None if urls is None else {surt(url).encode() for url in urls}
        for index in self.indexes:
            with index.open("rb") as lines:
                for line in lines:
                    if keys is None or line.partition(b" ")[0] in keys:
                        yield Capture.parse(line)

    def read(self, pointer: WarcPointer) -> Exchange:
        """Read the record of a pointer, also from a file that a run is still writing; `WarcReadError`."""
        path = self.path(pointer.file)
        exchange = read_exchange(self.folder, replace(pointer, file=path.name))
        return replace(exchange, pointer=replace(exchange.pointer, file=pointer.file))

    def path(self, name: str) -> Path:
        """Return where a file lies; a run that is going on has not named it yet."""
        being_written = self.folder / (name + OPEN)
        return being_written if being_written.exists() else self.folder / name

    def read_capture(self, capture: Capture) -> Exchange:
        """Read the record of an index line; raises `WarcReadError`."""
        place = WarcPointer(capture.filename, capture.offset, capture.length, "")
        return read_exchange(self.folder, place)

    def full(self, exchange: Exchange) -> Exchange:
        """Return the exchange that holds the payload: the one that a revisit refers to, any other itself.

        Raises `WarcReadError` when it is not in this archive.
        """
        if not exchange.is_revisit:
            return exchange
        place = self.referred(exchange)
        if place is None:
            raise WarcReadError(f"{exchange.pointer.file}: what {exchange.record_id} refers to is not here")
        return self.read(place)

    def referred(self, exchange: Exchange) -> WarcPointer | None:
        """Return where the record is that a revisit refers to, `None` when it is not in this archive."""
        refers_to = exchange.refers_to
        if refers_to is None:
            return None
        for capture in self.captures(refers_to.uri):
            if capture.is_revisit or capture.timestamp != timestamp_of(refers_to.date):
                continue
            found = self.read_capture(capture)
            if refers_to.record_id in ("", found.record_id):
                return found.pointer
        return None


def lines_with(path: Path, prefix: bytes) -> Iterator[bytes]:
    """Yield the lines of a sorted file that begin with `prefix`."""
    size = path.stat().st_size
    if not size:
        return
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as lines:
        low, high = 0, size  # both at the beginning of a line
        while low < high:
            middle = (low + high) // 2
            start = max(low, lines.rfind(b"\n", low, middle) + 1)
            if lines[start : start + len(prefix)] < prefix:
                low = lines.find(b"\n", middle) + 1 or size
            else:
                high = start
        while lines[low : low + len(prefix)] == prefix:
            end = lines.find(b"\n", low) + 1 or size
            yield lines[low:end]
            low = end
