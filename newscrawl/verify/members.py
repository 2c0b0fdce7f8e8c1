"""Walk the gzip members of a file: exact about where each begins and ends, going on after damage."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import BinaryIO, Literal, NamedTuple, Protocol

_BLOCK = 1 << 18
_FIRST, _MOST = 1 << 12, 1 << 16  # compressed bytes given to zlib at a time: what it leaves is copied
MAGIC = b"\x1f\x8b\x08"


class Stretch(NamedTuple):
    """A part of the file. `torn`: it reaches the end of the file, where something is missing."""

    kind: Literal["member", "damaged", "torn", "trailing"]
    start: int
    end: int
    reason: str = ""


class Sink(Protocol):
    """What takes the plain bytes of the members."""

    def begin(self, offset: int) -> None:
        """Begin a member at a byte of the file."""

    def feed(self, plain: bytes) -> None:
        """Take the next bytes."""

    @property
    def left(self) -> int:
        """How many plain bytes are still to come, as far as is known."""


class Window:
    """A file read forwards; `seek` is for what follows damage."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self._block = b""
        self._start = 0  # of the block in the file
        self._at = 0  # in the block

    @property
    def position(self) -> int:
        """Where the next byte lies in the file."""
        return self._start + self._at

    def peek(self, size: int) -> memoryview:
        """Return up to `size` bytes that come next; empty at the end of the file only."""
        if self._at == len(self._block):
            self._start += len(self._block)
            self._at = 0
            self._block = self.file.read(_BLOCK)
        return memoryview(self._block)[self._at : self._at + size]

    def skip(self, size: int) -> None:
        """Go on by as many bytes as were used of what `peek` gave."""
        self._at += size

    def seek(self, position: int) -> None:
        """Go to a byte."""
        self.file.seek(position)
        self._block, self._start, self._at = b"", position, 0

    def find(self, wanted: bytes, position: int) -> int | None:
        """Return where some bytes come next, from a position on; leaves the window there."""
        self.seek(position)
        tail = b""
        while piece := bytes(self.peek(_BLOCK)):
            found = (tail + piece).find(wanted)
            if found >= 0:
                self.seek(self.position - len(tail) + found)
                return self.position
            self.skip(len(piece))
            tail = (tail + piece)[-len(wanted) + 1 :]
        return None


def members(window: Window, sink: Sink) -> Iterator[Stretch]:
    """Give each member's plain bytes to the sink, then yield where the member was.

    Bytes that are no member are yielded as well, so that the stretches cover the file. After a damaged one
    the walk goes on where the next record begins.
    """
    while window.peek(1):
        start = window.position
        sink.begin(start)
        problem = _inflate(window, sink)
        if problem is None:
            yield Stretch("member", start, window.position)
            continue
        reached_end = not window.peek(1)
        following = _next_record(window, start + 1)
        if following is not None:
            yield Stretch("damaged", start, following, problem)
            window.seek(following)
            continue
        end = window.file.seek(0, 2)
        yield _last(window, start, end, problem, reached_end=reached_end)
        window.seek(end)


def _last(window: Window, start: int, end: int, problem: str, *, reached_end: bool) -> Stretch:
    """Tell a tail that is torn off or was never written from one that was whole and is damaged."""
    window.seek(start)
    begins = bytes(window.peek(3))
    if not MAGIC.startswith(begins) and not begins.startswith(MAGIC):
        return Stretch("trailing", start, end, f"{end - start} bytes")
    if problem == _CUT and reached_end:
        return Stretch("torn", start, end, f"{end - start} bytes of it are there")
    window.seek(max(start, end - 8))
    # The last bytes of a member are its CRC and its size; zeros were never written before the power went.
    if not any(window.peek(8)):
        return Stretch("torn", start, end, "its end is zeros")
    return Stretch("damaged", start, end, problem)


_CUT = "it is cut short"


def _inflate(window: Window, sink: Sink) -> str | None:
    """Feed one member to the sink; return what is wrong with it."""
    inflate = zlib.decompressobj(16 + zlib.MAX_WBITS)
    size = _FIRST
    while not inflate.eof:
        piece = window.peek(size)
        if not piece:
            return _CUT
        try:
            plain = inflate.decompress(piece)
        except zlib.error as error:
            return str(error).partition(": ")[2] or str(error)
        window.skip(len(piece) - len(inflate.unused_data))
        sink.feed(plain)
        size = max(_FIRST, min(sink.left // 2, _MOST))
    return None


def _next_record(window: Window, position: int) -> int | None:
    """Return where the next member that begins with a WARC record begins."""
    while (found := window.find(MAGIC, position)) is not None:
        begins = b""
        inflate = zlib.decompressobj(16 + zlib.MAX_WBITS)
        try:
            while len(begins) < 5 and not inflate.eof and (piece := window.peek(_FIRST)):
                begins += inflate.decompress(piece, _FIRST)
                window.skip(len(piece))
        except zlib.error:
            begins = b""
        if begins.startswith(b"WARC/"):
            return found
        position = found + 1
    return None
