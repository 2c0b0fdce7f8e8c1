"""The file formats: JSON Lines, plain and compressed, and CSV; Parquet is in `parquet`."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any, Protocol

from newscrawl.export.index import ExportError, Line

ENDINGS = ("jsonl", "jsonl.gz", "jsonl.zst", "parquet", "csv")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
ZSTD_LEVEL = 3
INSTALL = ".venv/bin/pip install -r requirements-export.txt"
Row = dict[str, Any]


class Sink(Protocol):
    """Takes the rows of an export in order."""

    by_month: bool  # whether rows must come month by month

    def write(self, line: Line, raw: bytes, row: Row | None) -> None:
        """Add a row: `raw` as it was read, `row` what shall be written where that differs."""

    def close(self) -> None:
        """Finish the file."""


def format_of(path: Path, given: str | None) -> str:
    """Return an export's format; raise `ExportError` when neither a word nor the ending says it.

    >>> format_of(Path("news.2020.jsonl.zst"), None)
    'jsonl.zst'
    """
    if given:
        return given
    for ending in ENDINGS:
        if path.name.endswith(f".{ending}"):
            return ending
    raise ExportError(f"{path.name}: what format? end it with .{', .'.join(ENDINGS)} or give --format")


def sink(kind: str, path: Path, fields: Sequence[str]) -> Sink:
    """Open a new file or folder of a format."""
    if kind == "parquet":
        try:
            from newscrawl.export.parquet import ParquetSink  # an extra
        except ImportError:
            raise ExportError(f"Parquet needs pyarrow: {INSTALL}") from None
        return ParquetSink(path, fields)
    if kind == "csv":
        return CsvSink(path, fields)
    return JsonlSink(path, _compressor(kind))


class JsonlSink:
    """JSON Lines; a line that is wanted as it is goes through untouched."""

    by_month = False

    def __init__(self, path: Path, wrap: Callable[[IO[bytes]], Any]) -> None:
        self._file = path.open("xb", buffering=1 << 20)
        self._out = wrap(self._file)

    def write(self, line: Line, raw: bytes, row: Row | None) -> None:
        """Add a line."""
        self._out.write(raw if row is None else dumps(row) + b"\n")

    def close(self) -> None:
        """Finish the stream and the file."""
        self._out.close()
        self._file.close()


def _compressor(kind: str) -> Callable[[IO[bytes]], Any]:
    if kind == "jsonl.gz":  # no name and no time: the same rows are the same bytes
        return lambda file: gzip.GzipFile("", "wb", compresslevel=6, fileobj=file, mtime=0)
    if kind == "jsonl.zst":
        from backports.zstd import ZstdFile  # comes with Scrapy

        return lambda file: ZstdFile(file, "wb", level=ZSTD_LEVEL)
    return lambda file: file


class CsvSink:
    """CSV in UTF-8: a cell that a spreadsheet would compute gets a quote, lists and objects are JSON."""

    by_month = False

    def __init__(self, path: Path, fields: Sequence[str]) -> None:
        self._fields = fields
        self._file = io.TextIOWrapper(path.open("xb", buffering=1 << 20), encoding="utf-8", newline="")
        self._out = csv.writer(self._file)  # RFC 4180: CR LF
        self._out.writerow(fields)

    def write(self, line: Line, raw: bytes, row: Row | None) -> None:
        """Add a record."""
        values = row if row is not None else json.loads(raw)
        self._out.writerow([cell(values[name]) for name in self._fields])

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


def cell(value: Any) -> str:
    r"""Return a value as the text of a cell.

    >>> cell("=1+1"), cell(["a"]), cell(None), cell(True), cell("x\0")
    ("'=1+1", '["a"]', '', 'true', 'x\ufffd')
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        value = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    value = value.replace("\0", "\ufffd")  # no CSV reader agrees with another about it
    return f"'{value}" if value.startswith(FORMULA) else value


def dumps(row: Row) -> bytes:
    """Serialise as the crawl does: compact, no character that some reader takes for a line's end."""
    text = json.dumps(row, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for char in "\u2028\u2029\x85":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text.encode()
