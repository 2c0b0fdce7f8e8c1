"""Check that what was forgotten stayed so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from newscrawl.forget.log import LogError, forgotten, log_file
from newscrawl.forget.plan import plan_file
from newscrawl.verify.findings import Finding
from newscrawl.verify.index import Index


def check_forgotten(data: Path, outlet: str, index: Index) -> Iterator[Finding]:
    """Yield a forgetting that was killed, and lines that came back."""
    if plan_file(data, outlet).exists():
        yield Finding("forget.unfinished", plan_file(data, outlet).relative_to(data).as_posix())
    try:
        known = forgotten(data, outlet)
    except LogError as error:
        yield Finding(
            "file.unreadable", log_file(data, outlet).relative_to(data).as_posix(), None, str(error)
        )
        return
    for key, entry in known.items():
        for file, offset in index.ask("SELECT file, offset FROM line WHERE id = ? AND page = 1", key):
            yield Finding("line.forgotten", file, offset, f"{key} since {entry.at}")
