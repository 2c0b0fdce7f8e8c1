"""The SQL that reads and writes a `Row`."""

from __future__ import annotations

from newscrawl.state.schedule import Row

NAMES = Row._fields
COLUMNS = ", ".join(NAMES)
FIND = f"SELECT id, {COLUMNS} FROM url WHERE url = ?"  # noqa: S608  (our own column names)
UPDATE = f"UPDATE url SET ({COLUMNS}) = ({', '.join('?' * len(NAMES))}) WHERE id = ?"  # noqa: S608
INSERT = f"INSERT INTO url ({COLUMNS}) VALUES ({', '.join('?' * len(NAMES))})"  # noqa: S608
