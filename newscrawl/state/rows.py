"""The table `url`: how its rows become objects and back."""

from __future__ import annotations

from dataclasses import fields
from operator import attrgetter

from newscrawl.state.schedule import Row

NAMES = [field.name for field in fields(Row)]
COLUMNS = ", ".join(NAMES)
values = attrgetter(*NAMES)
FIND = f"SELECT id, {COLUMNS} FROM url WHERE url = ?"  # noqa: S608  (our own column names)
UPDATE = f"UPDATE url SET ({COLUMNS}) = ({', '.join('?' * len(NAMES))}) WHERE id = ?"  # noqa: S608
INSERT = f"INSERT INTO url ({COLUMNS}) VALUES ({', '.join('?' * len(NAMES))})"  # noqa: S608
