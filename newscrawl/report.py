"""What a run came to: a table for the operator and a line in `runs.jsonl` for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from newscrawl.exits import CLOSE_REASONS, Exit
from newscrawl.progress import errors


@dataclass(frozen=True, slots=True)
class Run:
    """The outcome of one crawl.

    `pages` counts responses of the network, `stripped` lines taken out of the texts.
    """

    outlet: str
    started: str
    seconds: float
    pages: int
    found: int
    articles: int
    unchanged: int
    stripped: int
    errors: int
    warc: list[str]
    jsonl: str | None
    reason: str
    exit_code: int
    message: str | None = None


def run_of(outlet: str, stats: Mapping[str, Any], *, message: str | None) -> Run:
    """Make the outcome of a crawl from Scrapy's stats."""
    reason = str(stats.get("finish_reason", "error"))
    started, finished = stats["start_time"], stats["finish_time"]
    code = exit_code(reason, stats)
    return Run(
        outlet=outlet,
        started=started.isoformat(timespec="seconds"),
        seconds=round((finished - started).total_seconds(), 1),
        pages=stats.get("downloader/response_count", 0),
        found=stats.get("found", 0),
        articles=stats.get("articles/written", 0),
        unchanged=stats.get("articles/unchanged", 0) + stats.get("articles/not-modified", 0),
        stripped=stats.get("stripped", 0),
        errors=errors(dict(stats)),
        warc=list(stats.get("warc/files", [])),
        jsonl=stats.get("jsonl/file"),
        reason=reason,
        exit_code=code,
        message=message or stats.get("warc/error") or explain(code, stats),
    )


def exit_code(reason: str, stats: Mapping[str, Any]) -> Exit:
    """Return the exit code of a crawl that ended for `reason`."""
    code = CLOSE_REASONS.get(reason, Exit.ERROR)
    if code is Exit.FINE and nothing_found(stats):
        return Exit.NOTHING_FOUND
    return code


def nothing_found(stats: Mapping[str, Any]) -> bool:
    """Tell whether a crawl read pages in vain: listings without articles, or articles without text."""
    return nothing_listed(stats) or nothing_had(stats)


def nothing_listed(stats: Mapping[str, Any]) -> bool:
    """Tell whether no source had an article URL; one that is unchanged since the last run is fine."""
    asked = stats.get("listings/fetched", 0) + stats.get("listings/failed", 0)
    return bool(asked) and not stats.get("found", 0) and not stats.get("listings/unchanged", 0)


def nothing_had(stats: Mapping[str, Any]) -> bool:
    """Tell whether all articles failed; those that are gone or that robots.txt forbids do not count."""
    had = sum(stats.get(f"articles/{k}", 0) for k in ("written", "unchanged", "not-modified"))
    excused = sum(stats.get(f"articles/{k}", 0) for k in ("gone", "forbidden"))
    return not had and stats.get("articles/failed", 0) > excused


def explain(code: int, stats: Mapping[str, Any]) -> str | None:
    """Return a line that says why the code is not 0 and what to do, `None` when it is."""
    if code == Exit.NOTHING_FOUND:
        if nothing_listed(stats):
            return "no article URL in any source: check the outlet's sources"
        return "articles were fetched but none had a text: the layout may have changed, or we are blocked"
    if code == Exit.INTERRUPTED:
        return "interrupted; run the same command again to go on"
    return None


COLUMNS = ("outlet", "pages", "articles", "stripped", "errors", "seconds", "WARC", "JSONL")


def table(runs: Sequence[Run]) -> str:
    """Return the outcome of runs as a table.

    >>> run = Run("rmol", "2020-06-02T10:46:00", 61.2, 70, 64, 62, 0, 310, 1, ["data/warc/rmol/a.warc.gz"],
    ...     "data/jsonl/rmol/a.jsonl", "finished", 0)
    >>> print(table([run]))
    outlet  pages  articles  stripped  errors  seconds  WARC                      JSONL
    rmol       70        62       310       1     61.2  data/warc/rmol/a.warc.gz  data/jsonl/rmol/a.jsonl
    """
    rows: list[tuple[str, ...]] = [COLUMNS]
    for r in runs:
        files = ", ".join(r.warc) or "-"
        numbers = (r.pages, r.articles, r.stripped, r.errors, r.seconds)
        rows.append((r.outlet, *map(str, numbers), files, r.jsonl or "-"))
    widths = [max(len(row[i]) for row in rows) for i in range(len(COLUMNS))]
    lines = []
    for row in rows:
        cells = (
            c.rjust(w) if 0 < i < 6 else c.ljust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True))
        )
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def append(run: Run, data: Path) -> None:
    """Add the run to `runs.jsonl`."""
    with (data / "runs.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(run), ensure_ascii=False) + "\n")
