"""`scrapy coverage OUTLET`: what the sources listed against what is there, day by day."""

from __future__ import annotations

import argparse
import json

from newscrawl.command import BadUsage, OutletCommand, day
from newscrawl.exits import Exit
from newscrawl.state import DayCoverage

HEAD = ("day", "listed", "archived", "extracted", "failed", "gone", "pending", "share", "why not")


class Command(OutletCommand):
    """Show coverage."""

    name = "coverage"
    codes = "1 less than --min, "

    def syntax(self) -> str:
        return "[options] <outlet>"

    def short_desc(self) -> str:
        return "Compare day by day the articles that sources listed with those that are there"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--since", type=day, metavar="DAY", help="first day of publication, as in 2020-06-01"
        )
        parser.add_argument("--until", type=day, metavar="DAY", help="last day of publication")
        parser.add_argument("--list", action="store_true", help="name the articles that are missing, and why")
        parser.add_argument("--json", action="store_true", help="for programs: one JSON object")
        parser.add_argument(
            "--min",
            type=float,
            default=0.0,
            metavar="SHARE",
            help="end with code 1 when a smaller share of the listed articles, without the gone, is there",
        )

    def main(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print the table; set the exit code."""
        if opts.since and opts.until and opts.since > opts.until:
            raise BadUsage(f"--since {opts.since} is after --until {opts.until}")
        outlet = self.find(self.one(args, "outlet"))
        with self.state(outlet) as state:
            days = state.coverage(opts.since, opts.until)
            missing = list(state.missing(opts.since, opts.until)) if opts.list else []
        share = share_of(days)
        if opts.json:
            rows = [
                {name: getattr(d, name) for name in HEAD[1:7]} | {"day": str(d.day), "reasons": d.reasons}
                for d in days
            ]
            named = [{"url": m.url, "day": str(m.day), "reason": m.reason} for m in missing]
            print(json.dumps({"outlet": outlet.name, "share": share, "days": rows, "missing": named}))
        else:
            print(table(days))
            for m in missing:
                print(f"{m.day}  {m.reason}  {m.url}")
        if share is None and opts.min > 0:
            self.fail(Exit.ERROR, "no source listed an article of these days")
        elif share is not None and share < opts.min:
            self.fail(Exit.ERROR, f"{share:.4f} of the listed articles are there, less than {opts.min}")


def share_of(days: list[DayCoverage]) -> float | None:
    """Return the share of the listed articles that are extracted, those that are gone left out."""
    listed = sum(d.listed - d.gone for d in days)
    return sum(d.extracted for d in days) / listed if listed else None


def table(days: list[DayCoverage]) -> str:
    """Return one row a day and a sum."""
    rows: list[tuple[str, ...]] = [HEAD]
    for d in days:
        numbers = (d.listed, d.archived, d.extracted, d.failed, d.gone, d.pending)
        why = ", ".join(f"{reason} {count}" for reason, count in d.reasons.most_common())
        rows.append((str(d.day), *map(str, numbers), percent([d]), why))
    totals = [str(sum(getattr(d, name) for d in days)) for name in HEAD[1:7]]
    rows.append(("all", *totals, percent(days), ""))
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEAD))]
    return "\n".join(
        "  ".join(
            cell.rjust(w) if 0 < i < 8 else cell.ljust(w)
            for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def percent(days: list[DayCoverage]) -> str:
    """Return the share as per cent, `-` where nothing is listed."""
    share = share_of(days)
    return "-" if share is None else f"{share:.1%}"
