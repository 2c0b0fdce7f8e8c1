"""Parquet: a folder, partitioned by outlet and month of publication. Needs the extra `export`."""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq

from newscrawl.export.index import Line
from newscrawl.items import Article

GROUP_ROWS = 4000
GROUP_BYTES = 16 << 20  # of JSON; a row group is made in memory
NOWHERE = "__HIVE_DEFAULT_PARTITION__"  # what readers take for null
STORY = {"story": pa.string(), "story_earliest": pa.bool_(), "story_source": pa.string()}


class ParquetSink:
    """One file a partition, `outlet=NAME/month=YYYY-MM/part-0.parquet`, one partition at a time."""

    by_month = True

    def __init__(self, path: Path, fields: Sequence[str]) -> None:
        path.mkdir()
        self._folder = path
        self._schema = arrow_schema(fields)
        self._fields = fields
        self._partition: str | None = None
        self._writer: Any = None
        self._rows: list[dict[str, Any]] = []
        self._bytes = 0

    def write(self, line: Line, raw: bytes, row: dict[str, Any] | None) -> None:
        """Add a row to the partition of its line."""
        partition = f"outlet={quote(line.outlet or NOWHERE)}/month={line.month or NOWHERE}"
        if partition != self._partition:
            self.close()
            self._partition = partition
            path = self._folder / partition / "part-0.parquet"
            path.parent.mkdir(parents=True)
            self._writer = pq.ParquetWriter(path, self._schema, compression="zstd")
        self._rows.append(_columns(row if row is not None else json.loads(raw), self._fields))
        self._bytes += len(raw)
        if len(self._rows) >= GROUP_ROWS or self._bytes >= GROUP_BYTES:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            self._writer.write_table(pa.Table.from_pylist(self._rows, schema=self._schema))
            self._rows.clear()
            self._bytes = 0

    def close(self) -> None:
        """Finish the partition."""
        if self._writer is not None:
            self._flush()
            self._writer.close()
            self._writer = None


def arrow_schema(fields: Sequence[str]) -> Any:
    """Return the columns: those of the lines, and `published_at`, the same instant as a timestamp.

    The outlet is a dictionary, as readers make it from the folder's name.
    """
    hints = typing.get_type_hints(Article)
    columns = []
    for name in fields:
        kind = STORY[name] if name in STORY else _arrow(hints[name])
        columns.append((name, pa.dictionary(pa.int32(), pa.string()) if name == "outlet" else kind))
        if name == "published":
            columns.append(("published_at", pa.timestamp("us", "UTC")))
    return pa.schema(columns)


def _columns(row: dict[str, Any], fields: Sequence[str]) -> dict[str, Any]:
    if row.get("extraction"):  # maps are lists of pairs: not every reader knows maps
        pairs = [{"name": k, "version": v} for k, v in row["extraction"]["versions"].items()]
        row = {**row, "extraction": {**row["extraction"], "versions": pairs}}
    if "published" in fields:
        row["published_at"] = datetime.fromisoformat(row["published"]) if row["published"] else None
    return row


_ARROW = {str: pa.string(), int: pa.int64(), bool: pa.bool_(), float: pa.float64()}


def _arrow(hint: Any) -> Any:
    """Return the Arrow type of a dataclass's field; a mapping becomes a list of pairs."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if hint in _ARROW:
        return _ARROW[hint]
    if origin is Literal:
        return pa.string()
    if origin is list:
        return pa.list_(_arrow(args[0]))
    if origin is dict:
        return pa.list_(pa.struct([("name", pa.string()), ("version", pa.string())]))
    if origin in (typing.Union, types.UnionType):
        return _arrow(next(a for a in args if a is not type(None)))
    inner = typing.get_type_hints(hint)
    return pa.struct([(f.name, _arrow(inner[f.name])) for f in dataclasses.fields(hint)])
