"""Let a process live later: with this folder on PYTHONPATH, its clock is ahead by LATER seconds."""

from __future__ import annotations

import datetime as dt
import os
import time
from typing import Any

AHEAD = float(os.environ["LATER"])
_time = time.time


class Later(dt.datetime):
    """`datetime` with another now."""

    @classmethod
    def now(cls, tz: Any = None) -> Any:
        return super().now(tz) + dt.timedelta(seconds=AHEAD)


Later.__name__ = Later.__qualname__ = "datetime"
Later.__module__ = "datetime"
dt.datetime = Later  # type: ignore[misc]  # why: before anything imports the name
time.time = lambda: _time() + AHEAD
