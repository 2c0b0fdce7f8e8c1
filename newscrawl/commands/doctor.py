"""`scrapy doctor OUTLET`: tell whether the outlet's file still fits the live site."""

from __future__ import annotations

import argparse
import json

from newscrawl.doctor.findings import diagnose
from newscrawl.doctor.rounds import make_round
from newscrawl.doctor.show import plain, screen
from newscrawl.exits import Exit
from newscrawl.flow import TextFlow
from newscrawl.visit import VisitCommand


class Command(VisitCommand):
    """Examine an outlet."""

    name = "doctor"

    def syntax(self) -> str:
        return "[options] <outlet>"

    def short_desc(self) -> str:
        return (
            "Check an outlet's file against the live site: fine, layout changed, blocked, …; writes nothing"
        )

    def long_desc(self) -> str:
        return (
            f"{self.short_desc()}. Asks robots.txt, each source once and the five newest articles, as "
            "politely as a crawl. Exit codes: 0 fine, 1 the outlet needs attention, 2 a wrong word."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="for programs: one JSON object")

    def main(self, args: list[str], opts: argparse.Namespace) -> None:
        """Make the round, print it; set the exit code."""
        assert self.settings is not None
        outlet = self.find(self.one(args, "outlet"))
        flow = TextFlow(self.settings.getdict("ITEM_PIPELINES"))
        round_ = self.visit(outlet, lambda visit: make_round(visit, outlet, flow))
        if round_ is None:
            return
        findings = diagnose(round_)
        if opts.json:
            print(json.dumps(plain(round_, findings), ensure_ascii=False))
        else:
            print(screen(round_, findings))
        if findings:
            self.exitcode = Exit.ERROR
