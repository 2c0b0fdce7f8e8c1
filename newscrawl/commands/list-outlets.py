"""`scrapy list-outlets`: what there is to crawl, and what an operator must know of it."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from typing import Any

from newscrawl.command import BadUsage, OutletCommand, outlets
from newscrawl.doctor.rounds import KINDS
from newscrawl.outlet import Outlet

HEAD = ("outlet", "platform", "sources", "eras", "checked", "obstacles")


class Command(OutletCommand):
    """List the outlets."""

    name = "list-outlets"

    def short_desc(self) -> str:
        return "List the outlets: platform, sources, eras, day of the last check, obstacles"

    def long_desc(self) -> str:
        return f"{self.short_desc()}. Exit codes: 0 fine, 2 a wrong word or outlet file."

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="for programs: one JSON array")

    def main(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print one row an outlet."""
        assert self.settings is not None
        if args:
            raise BadUsage(f"takes no argument, got {args[0]!r}")
        rows = [row_of(spider.outlet) for spider in outlets(self.settings).values()]
        print(json.dumps(rows, ensure_ascii=False) if opts.json else table(rows))


def row_of(outlet: Outlet) -> dict[str, Any]:
    """Return what the list says of an outlet, as JSON has it.

    `eras` are its templates, newest first, each with its last day; none are known of an outlet without.
    """
    return {
        "outlet": outlet.name,
        "title": outlet.title,
        "hosts": list(outlet.hosts),
        "assets": [asset.host for asset in outlet.assets],
        "platform": outlet.platform,
        "sources": dict(Counter(KINDS[type(source)] for source in outlet.sources)),
        "eras": [
            {"name": era.name, "until": era.valid_until and era.valid_until.isoformat()}
            for era in outlet.selectors
        ],
        "checked": outlet.checked and outlet.checked.isoformat(),
        "obstacles": outlet.obstacles,
    }


def table(rows: list[dict[str, Any]]) -> str:
    """Return the rows as a table with a heading."""
    cells = [HEAD, *(_cells(row) for row in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(HEAD))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    sources = ", ".join(f"{count} {kind}" for kind, count in row["sources"].items())
    eras = ", ".join(era["name"] for era in row["eras"])
    return (
        row["outlet"],
        row["platform"] or "-",
        sources or "-",
        eras or "-",
        row["checked"] or "never",
        row["obstacles"] or "-",
    )
