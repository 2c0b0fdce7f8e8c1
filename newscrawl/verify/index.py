"""What the files of a folder say of each other, in a temporary SQLite file: memory does not grow."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from newscrawl.verify.archive import RecordRow
from newscrawl.verify.lines import LineRow

_BUSY = 120.0  # seconds: several processes write
_TABLES = (
    f"CREATE TABLE record ({', '.join(RecordRow._fields)})",
    f"CREATE TABLE line ({', '.join(LineRow._fields)})",
    "CREATE TABLE url (outlet, url)",
)
_INDEXES = {
    "record": ("CREATE INDEX record_id ON record (id)",),
    "line": (
        "CREATE INDEX line_version ON line (id, version)",
        "CREATE INDEX line_record ON line (record_id)",
        "CREATE INDEX url_url ON url (url, outlet)",
    ),
}


class Index:
    """The records and lines of a data folder. Several processes may add to one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        # A crash loses it, which costs nothing.
        self.db = sqlite3.connect(path, timeout=_BUSY, isolation_level=None, uri=True)
        self.db.execute("PRAGMA synchronous = OFF")
        self.db.execute("PRAGMA journal_mode = MEMORY")
        self.db.execute("PRAGMA cache_size = -16384")

    @classmethod
    def new(cls, folder: Path) -> Self:
        """Make an empty one."""
        index = cls(folder / "index.sqlite")
        for statement in _TABLES:
            index.db.execute(statement)
        return index

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.db.close()

    def add_records(self, rows: Iterable[RecordRow]) -> None:
        """Add records."""
        self._add(("record", len(RecordRow._fields), rows))

    def drop_records(self, file: str) -> None:
        """Forget the records of a file; not fast, and hardly ever needed."""
        self.db.execute("DELETE FROM record WHERE file = ?", (file,))

    def add_lines(self, rows: Iterable[LineRow], urls: Iterable[tuple[str, str]]) -> None:
        """Add lines, and the URLs that they are known under by outlet."""
        self._add(("line", len(LineRow._fields), rows), ("url", 2, urls))

    def complete(self, table: str) -> None:
        """Make a table fast to ask, now that all of it is there."""
        for statement in _INDEXES[table]:
            self.db.execute(statement)

    def ask(self, sql: str, *values: Any) -> Iterator[Any]:
        """Yield the rows of a query."""
        return self.db.execute(sql, values)

    def place_of(self, record_id: str) -> tuple[str, int, int, int] | None:
        """Return file, offset, length and whether it is damaged, of a record; `None`: it is not there."""
        sql = "SELECT file, offset, length, damaged FROM record WHERE id = ? ORDER BY damaged LIMIT 1"
        found: tuple[str, int, int, int] | None = self.db.execute(sql, (record_id,)).fetchone()
        return found

    def _add(self, *tables: tuple[str, int, Iterable[Any]]) -> None:
        self.db.execute("BEGIN IMMEDIATE")
        for table, width, rows in tables:
            plain = map(tuple, rows)  # sqlite3 takes a fifth less time over these than over named ones
            self.db.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * width)})", plain)  # noqa: S608
        self.db.execute("COMMIT")
