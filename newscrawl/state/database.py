"""The SQLite file: how it is opened, its tables, its transactions, and its errors in words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from newscrawl.state.model import StateError, StateFull

APPLICATION_ID = 0x6E777363  # "nwsc": tells our files from other programs' SQLite files
BUSY_MS = 10_000  # a report may read while a crawl writes; longer than this is a stuck process
CACHE_KIB = 16_384  # all the memory SQLite may use for pages, however large the file
WAL_BYTES = 64 << 20  # a huge sitemap makes the write-ahead log grow; this is what stays of it

# Each entry takes the file one `user_version` further. Never change one that was released: add another.
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        # One row an article URL: newscrawl.state.schedule.Row says what the columns mean.
        """
        CREATE TABLE url (
            id INTEGER PRIMARY KEY,
            url TEXT NOT NULL UNIQUE,
            first_seen INTEGER NOT NULL,
            recency INTEGER NOT NULL,
            published TEXT,
            section TEXT,
            day TEXT,
            state TEXT NOT NULL CHECK (state IN ('found', 'fetched', 'failed', 'done', 'gone')),
            reason TEXT,
            attempts INTEGER NOT NULL,
            scheduled INTEGER,
            next_try INTEGER,
            first_fetch INTEGER,
            last_fetch INTEGER,
            captured INTEGER,
            done INTEGER,
            gone INTEGER,
            warc_file TEXT,
            warc_offset INTEGER,
            warc_length INTEGER,
            record_id TEXT,
            payload_digest TEXT,
            etag TEXT,
            last_modified TEXT
        ) STRICT
        """,
        # Partial: a URL leaves them when it is not due, so asking costs the same however many are known.
        "CREATE INDEX url_new ON url (recency DESC) WHERE next_try = 0",
        "CREATE INDEX url_new_section ON url (section, recency DESC) WHERE next_try = 0",
        "CREATE INDEX url_scheduled ON url (next_try) WHERE next_try > 0",
        "CREATE INDEX url_day ON url (day) WHERE day IS NOT NULL",
        # The failures since a URL was last done or gone: `attempts`, `reason`, `next_try` follow from them.
        """
        CREATE TABLE failure (
            url_id INTEGER NOT NULL REFERENCES url (id),
            at INTEGER NOT NULL,
            reason TEXT NOT NULL,
            for_good INTEGER NOT NULL,
            recorded INTEGER NOT NULL,
            PRIMARY KEY (url_id, at)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE TABLE alias (alias TEXT PRIMARY KEY, url TEXT NOT NULL) STRICT, WITHOUT ROWID",
        "CREATE INDEX alias_url ON alias (url)",
        """
        CREATE TABLE source (
            id INTEGER PRIMARY KEY,
            url TEXT NOT NULL UNIQUE,
            etag TEXT,
            last_modified TEXT
        ) STRICT
        """,
        """
        CREATE TABLE sighting (
            url_id INTEGER NOT NULL REFERENCES url (id),
            source_id INTEGER NOT NULL REFERENCES source (id),
            day TEXT NOT NULL,
            PRIMARY KEY (url_id, source_id, day)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE version (
            id TEXT NOT NULL,
            version INTEGER NOT NULL,
            url TEXT NOT NULL,
            text_digest TEXT NOT NULL,
            payload_digest TEXT,
            warc_file TEXT NOT NULL,
            warc_offset INTEGER NOT NULL,
            warc_length INTEGER NOT NULL,
            record_id TEXT NOT NULL,
            warc_payload_digest TEXT,
            fetched TEXT NOT NULL,
            jsonl TEXT NOT NULL,
            PRIMARY KEY (id, version)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX version_url ON version (url)",
        "CREATE INDEX version_record ON version (record_id)",
        # The last time `uri` had the payload `digest` (`date`, `status`) and the capture that holds it.
        """
        CREATE TABLE payload (
            uri TEXT NOT NULL,
            date TEXT NOT NULL,
            digest TEXT NOT NULL,
            status INTEGER NOT NULL,
            target_uri TEXT NOT NULL,
            target_date TEXT NOT NULL,
            target_id TEXT NOT NULL,
            PRIMARY KEY (uri, date, digest)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE UNIQUE INDEX payload_digest ON payload (digest, uri)",
        # Listings to be walked to their end, whatever is new on their first page. No record shows where the
        # walk for a period ends, so a rebuilt database may have more of them.
        "CREATE TABLE walk (listing TEXT PRIMARY KEY) STRICT, WITHOUT ROWID",
        "CREATE TABLE reconciled (file TEXT PRIMARY KEY) STRICT, WITHOUT ROWID",
    ),
)

_FULL = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}
_WORDS = {
    sqlite3.SQLITE_NOTADB: "is not a state file; move it away and rebuild the state",
    sqlite3.SQLITE_CORRUPT: "is damaged; move it away and rebuild the state",
    sqlite3.SQLITE_READONLY: "cannot be written; check its permissions and those of its folder",
    sqlite3.SQLITE_PERM: "cannot be written; check its permissions and those of its folder",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened; check its path and permissions",
    sqlite3.SQLITE_BUSY: "is in use by another process; wait for it to end",
    sqlite3.SQLITE_LOCKED: "is in use by another process; wait for it to end",
}


class Database:
    """An open state file; one thread, one process that writes. `StateError` where it cannot be used."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._depth = 0
        self._broken = False
        self._grouped = False
        self._lost: StateError | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StateError(f"state {path}: cannot make its folder: {error.strerror}") from error
        with self._errors():
            self._db = sqlite3.connect(path, timeout=BUSY_MS / 1000, isolation_level=None)
        try:
            self._open()
        except BaseException:
            self._db.close()
            raise

    def _open(self) -> None:
        with self._errors():
            self._check(self._db.execute("PRAGMA user_version").fetchone()[0])  # before anything is written
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.execute("PRAGMA foreign_keys = ON")
            self._db.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
            self._db.execute(f"PRAGMA journal_size_limit = {WAL_BYTES}")
        with self.transaction():  # writes nothing to a current file, yet fails on one that cannot be written
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            self._check(version)
            for statement in [s for migration in MIGRATIONS[version:] for s in migration]:
                self._db.execute(statement)
            if version < len(MIGRATIONS):
                self._db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                self._db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")

    def _check(self, version: int) -> None:
        """Refuse another program's file and one of a later release."""
        application = self._db.execute("PRAGMA application_id").fetchone()[0]
        empty = self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
        if application != APPLICATION_ID and not (empty and application == version == 0):
            raise StateError(f"state {self.path}: is a database of another program; choose another path")
        if version > len(MIGRATIONS):
            raise StateError(
                f"state {self.path}: has schema {version}, this newscrawl knows {len(MIGRATIONS)}; "
                "upgrade newscrawl, or move the file away and rebuild the state"
            )

    def close(self) -> None:
        """Commit and close the file."""
        try:
            grouped, self._grouped = self._grouped, False
            if grouped and self._lost is None:
                self.commit()
        finally:
            with self._errors():
                self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def group(self) -> None:
        """Make the calls that follow one transaction until `commit`, `close` or a kill; each is still whole.

        Once a group could not be written, no call writes any more: what it held is missing.
        """
        self._grouped = True

    def commit(self) -> None:
        """Commit the group, if there is one; the next call begins another."""
        self._check_lost()
        try:
            with self._errors():
                if self._db.in_transaction:
                    self._db.execute("COMMIT")
        except StateError as error:
            self._lost = error
            raise

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make the calls inside one transaction: all happen, or none. Nested, the outermost counts."""
        self._check_lost()
        if self._broken:
            raise StateError(f"state {self.path}: this transaction has failed; start it again")
        with self._errors():
            if self._depth == 0:
                self._begin()
            self._depth += 1
            try:
                yield
                if self._broken:  # a call inside failed and the caller went on: half of it must not stay
                    raise StateError(
                        f"state {self.path}: a call in this transaction failed; all of it is undone"
                    )
                if self._depth == 1:
                    self._db.execute("RELEASE call" if self._grouped else "COMMIT")
            except BaseException as error:
                self._broken = True
                if self._depth == 1:
                    self._undo(error)
                raise
            finally:
                self._depth -= 1
                if self._depth == 0:
                    self._broken = False

    def _begin(self) -> None:
        if not self._db.in_transaction:
            self._db.execute("BEGIN IMMEDIATE")
        if self._grouped:
            self._db.execute("SAVEPOINT call")

    def _undo(self, error: BaseException) -> None:
        if not self._grouped:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
        elif self._db.in_transaction:
            self._db.execute("ROLLBACK TO call")
            self._db.execute("RELEASE call")
        else:  # SQLite has rolled back the group, not only this call: it does so when a disk is full
            self._lost = self._in_words(error) if isinstance(error, sqlite3.Error) else StateError(str(error))

    def _check_lost(self) -> None:
        if self._lost is not None:
            raise type(self._lost)(*self._lost.args) from self._lost

    def _rows(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> list[Any]:
        with self._errors():
            return self._db.execute(sql, parameters).fetchall()

    def _row(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> Any:
        try:
            return self._db.execute(sql, parameters).fetchone()
        except sqlite3.Error as error:  # without a context manager: the hottest path there is
            raise self._in_words(error) from error

    def _each(self, sql: str, parameters: Iterable[Any] = ()) -> Iterator[Any]:
        with self._errors():
            yield from self._db.execute(sql, tuple(parameters))

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise self._in_words(error) from error

    def _in_words(self, error: sqlite3.Error) -> StateError:
        code = getattr(error, "sqlite_errorcode", None)  # absent where Python's module raised by itself
        code = code & 0xFF if code is not None else None  # without the extended part
        if code in _FULL:
            return StateFull(
                f"state {self.path}: cannot be written ({error}); "
                "free disk space and run again, nothing is lost"
            )
        return StateError(f"state {self.path}: {_WORDS.get(code or 0, f'cannot be used ({error})')}")
