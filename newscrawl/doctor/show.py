"""Show a round: one screen for people, one JSON object for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from newscrawl.doctor.examine import FIELDS
from newscrawl.doctor.findings import ArticleRow, Finding, RobotsRow, Round, SourceRow, verdict_of

WIDTH = 100  # of a line; URLs at its end may be cut
NAME, COLUMN = 12, 11
UNUSED = 3  # sitemaps of a host that are named: some have dozens
OUT_OF_REACH = frozenset((429, *range(500, 600)))


def screen(round_: Round, findings: list[Finding]) -> str:
    """Return the round as text: verdict and findings first, then what they rest on."""
    lines = [f"{round_.outlet}: {verdict_of(findings)}"]
    for finding in findings:
        lines += [f"  {finding.verdict}: {finding.reason}", f"    → {finding.advice}"]
    if round_.obstacles:
        lines.append(f"  its file says: {round_.obstacles}")
    lines += ["", *(_cut(line) for row in round_.robots for line in _robots(row))]
    lines += [_cut(line) for row in round_.sources for line in _source(row)]
    if round_.read:
        lines += ["", *_table(round_.read)]
    lines += [_cut(f"{'':<{NAME}}{row.problem}: {row.url}") for row in round_.articles if row.problem]
    lines += ["", f"{round_.asked} pages asked for at {round_.at}; nothing was written"]
    return "\n".join(lines)


def plain(round_: Round, findings: list[Finding]) -> dict[str, Any]:
    """Return the round as what JSON can hold."""
    return {
        "outlet": round_.outlet,
        "verdict": verdict_of(findings),
        "findings": [asdict(finding) for finding in findings],
        "at": round_.at,
        "obstacles": round_.obstacles,
        "asked": round_.asked,
        "stopped": round_.stopped,
        "robots": [asdict(row) for row in round_.robots],
        "sources": [asdict(row) for row in round_.sources],
        "articles": [asdict(row) for row in round_.articles],
    }


def _robots(row: RobotsRow) -> list[str]:
    rules = "obeyed" if row.status < 400 else "out of reach" if row.status in OUT_OF_REACH else "no rules"
    delay = f", {row.delay:g} s between requests" if row.delay else ""
    lines = [f"{'robots':<{NAME}}{row.url} {row.status}, {rules}{delay}"]
    lines += [f"{'':<{NAME}}names a sitemap that is no source: {url}" for url in row.unused[:UNUSED]]
    more = len(row.unused) - UNUSED
    return lines + ([f"{'':<{NAME}}and {more} more; --json names all"] if more > 0 else [])


def _source(row: SourceRow) -> list[str]:
    newest = (row.newest or "-")[:16].replace("T", " ")
    what = f"{row.found:>7,}  {newest:<16}" if row.problem is None else f"{row.problem:<25}"
    lines = [f"{row.kind:<{NAME}}{what}  {row.url}"]
    return lines + [f"{'':<{NAME}}{doubt}" for doubt in row.doubts]


def _table(rows: list[ArticleRow]) -> list[str]:
    lines = [_row("article", [str(number) for number in range(1, len(rows) + 1)])]
    lines += [_row(f"  {name}", [row.fields.get(name) for row in rows]) for name in FIELDS]
    lines.append(_row("  words", [str(row.words) for row in rows]))
    lines.append(_row("  generic", [_percent(row.generic) for row in rows]))
    lines.append(_row("  trafilatura", [_percent(row.second) for row in rows]))
    dead = {name: sum(name in row.dead for row in rows) for row in rows for name in row.dead}
    if dead:
        found = ", ".join(f"{name} ({count} of {len(rows)})" for name, count in dead.items())
        lines.append(f"  selectors that find nothing: {found}")
    for number, row in enumerate(rows, 1):
        when = (row.published or "-")[:16].replace("T", " ")
        kind = "" if row.type == "article" else f" [{row.type}]"
        notes = f" ({', '.join(row.warnings)})" if row.warnings else ""
        lines.append(_cut(f"  {number}  {when:<16}{kind}{notes}  {row.title or row.url}"))
    return lines


def _row(name: str, cells: list[str | None]) -> str:
    return f"{name:<{NAME + 2}}" + " ".join(f"{(cell or '-')[:COLUMN]:<{COLUMN}}" for cell in cells).rstrip()


def _percent(share: float | None) -> str | None:
    return None if share is None else f"{share:.0%}"


def _cut(line: str) -> str:
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…"
