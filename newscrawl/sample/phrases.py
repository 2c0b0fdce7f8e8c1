"""The words of the sample newsroom: see the head of `phrases.toml`."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any, Final

_TABLE: Final[dict[str, Any]] = tomllib.loads((files(__package__) / "phrases.toml").read_text("utf-8"))

FIRST_NAMES: Final[list[str]] = _TABLE["first_names"]
LAST_NAMES: Final[list[str]] = _TABLE["last_names"]
TOWNS: Final[list[str]] = _TABLE["towns"]
TOPICS: Final[dict[str, dict[str, list[str]]]] = _TABLE["topics"]
COMMON: Final[dict[str, list[str]]] = _TABLE["common"]
