"""An index of lines on disk: memory stays flat however many there are."""

from __future__ import annotations

import json
import os
import sqlite3
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newscrawl.export.selection import Selection, moment_of
from newscrawl.items import FIELDS, SCHEMA

OPEN_FILES = 64  # kept open for reading
_BIT = {name: 1 << n for n, name in enumerate(FIELDS)}
_EMPTY: tuple[Any, ...] = (None, [], {}, "")
_SETUP = """
    PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -32000; PRAGMA temp_store = FILE;
    CREATE TABLE line (row INTEGER PRIMARY KEY, outlet TEXT, month TEXT, at INTEGER, id TEXT, version INTEGER,
        file INTEGER, offset INTEGER, length INTEGER, filled INTEGER, fits INTEGER);
    CREATE TABLE story (id TEXT PRIMARY KEY, story TEXT, earliest INTEGER, source TEXT) WITHOUT ROWID;
    """
_LATER = "DELETE FROM line WHERE EXISTS (SELECT 1 FROM line AS n WHERE n.id = line.id AND {})"
_CHOSEN = """SELECT row, outlet, month, id, version, file, offset, length, filled, story, earliest, source
    FROM line LEFT JOIN story USING (id) ORDER BY outlet, {} at, id, version"""


class ExportError(Exception):
    """A line that cannot be used, or nothing to use; the text is one line."""


@dataclass(frozen=True, slots=True)
class Line:
    """Where a chosen line lies and what the index knows of it; `month` is None without a publication date.

    `story`, `earliest` and `source` are set when stories were looked for and the article's has several.
    """

    row: int
    outlet: str | None
    month: str | None
    id: str
    version: int
    file: int
    offset: int
    length: int
    filled: int
    story: str | None
    earliest: int | None
    source: str | None


def fields_of(filled: int) -> list[str]:
    """Return the names of the fields that hold something."""
    return [name for name, bit in _BIT.items() if filled & bit]


class LineIndex:
    """The lines of JSONL files, by article. `add` all, `choose` once, then walk `chosen`."""

    def __init__(self, path: Path) -> None:
        self.files: list[Path] = []
        self.read = 0
        self.database = sqlite3.connect(path, isolation_level=None)
        self.database.executescript(_SETUP)
        self._open: OrderedDict[int, int] = OrderedDict()

    def close(self) -> None:
        """Give everything back."""
        self.database.close()
        for fd in self._open.values():
            os.close(fd)

    def add(self, path: Path, selection: Selection, tick: Callable[[int], None] = lambda _: None) -> None:
        """Note the lines of a file; raise `ExportError` for one that is no line of this schema."""
        self.files.append(path)
        insert = f"INSERT INTO line VALUES (NULL{', ?' * 10})"  # noqa: S608  (our own text)
        self.database.execute("BEGIN")
        self.database.executemany(insert, self._entries(path, selection, tick))
        self.database.execute("COMMIT")

    def _entries(
        self, path: Path, selection: Selection, tick: Callable[[int], None]
    ) -> Iterator[tuple[Any, ...]]:
        offset = 0
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                try:
                    entry = _entry(line, selection)
                except (ValueError, KeyError, TypeError, AttributeError) as error:
                    why = (
                        f"{type(error).__name__}: {error}"
                        if not isinstance(error, ValueError)
                        else str(error)
                    )
                    raise ExportError(
                        f"{path}: line {number} cannot be used ({why}); see scrapy verify"
                    ) from error
                yield (*entry[:5], len(self.files) - 1, offset, len(line), *entry[5:])
                offset += len(line)
                self.read += 1
                tick(self.read)

    def choose(self, *, versions: bool) -> int:
        """Keep the newest version of each article, or all `versions`, of what fits; return how many lines.

        The newest version decides whether an article fits. Of a line that is there twice the last one stays.
        """
        run = self.database.execute
        run("CREATE INDEX by_id ON line (id, version)")
        run(_LATER.format("n.version = line.version AND n.row > line.row"))
        if not versions:
            run(_LATER.format("n.version > line.version"))
        run("DELETE FROM line WHERE NOT fits")
        return int(run("SELECT count(*) FROM line").fetchone()[0])

    def chosen(self, *, by_month: bool = False) -> Iterator[Line]:
        """Yield the chosen lines by outlet, (month of publication,) time, id and version."""
        for columns in self.database.execute(_CHOSEN.format("month," if by_month else "")):
            yield Line(*columns)

    def articles(self) -> int:
        """Return how many articles are chosen."""
        return int(self.database.execute("SELECT count(DISTINCT id) FROM line").fetchone()[0])

    def ask(self, sql: str, words: Iterable[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query."""
        yield from self.database.execute(sql, tuple(words))

    def raw(self, file: int, offset: int, length: int) -> bytes:
        """Return the bytes of a line."""
        fd = self._open.get(file)
        if fd is None:
            if len(self._open) >= OPEN_FILES:
                os.close(self._open.popitem(last=False)[1])
            fd = self._open[file] = os.open(self.files[file], os.O_RDONLY | os.O_CLOEXEC)
        else:
            self._open.move_to_end(file)
        return os.pread(fd, length, offset)


def _entry(line: bytes, selection: Selection) -> tuple[Any, ...]:
    if not line.endswith(b"\n"):
        raise ValueError("it is torn")
    row = json.loads(line)
    if row["schema"] != SCHEMA:
        raise ValueError(f"schema {row['schema']}, this software knows {SCHEMA}")
    filled = sum(bit for name, bit in _BIT.items() if row[name] not in _EMPTY)
    month = row["published"][:7] if row["published"] else None
    return row["outlet"], month, moment_of(row), row["id"], row["version"], filled, selection.fits(row)
