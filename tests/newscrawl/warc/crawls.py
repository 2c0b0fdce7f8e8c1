"""Run a real crawl in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newscrawl.warc.reading import Exchange, iter_exchanges


@dataclass
class Fetched:
    """What the spider told, request by request, and what the crawl said of itself."""

    results: list[dict[str, Any]]
    stats: dict[str, str]
    log: str


def command(job: dict[str, Any]) -> list[str]:
    return [sys.executable, "-m", "tests.newscrawl.warc.sequence", json.dumps(job)]


def fetch(**job: Any) -> Fetched:
    """Fetch `requests` one after the other; see sequence.py."""
    done = subprocess.run(command(job), capture_output=True, text=True, timeout=120, check=False)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines, done.stderr[-3000:]
    return Fetched(lines[:-1], lines[-1]["stats"], done.stderr)


def archived(folder: Path) -> Iterator[Exchange]:
    """Read all exchanges of a folder."""
    for path in sorted(folder.glob("*.warc.gz")):
        yield from iter_exchanges(path)
