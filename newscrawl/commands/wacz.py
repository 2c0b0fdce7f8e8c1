"""`scrapy wacz OUTLET -o FILE.wacz`: the articles of a period with all that replay needs, in one file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from newscrawl.command import BadUsage, OutletCommand, day
from newscrawl.exits import Exit
from newscrawl.index.lookup import Archive
from newscrawl.index.members import MemberError
from newscrawl.index.selection import Selection, add_rest, articles, days, select
from newscrawl.index.wacz import package
from newscrawl.outlet import Outlet


class Command(OutletCommand):
    """Pack a period."""

    name = "wacz"
    codes = "1 no article of these days or not all of it is there, "

    def syntax(self) -> str:
        return "[options] <outlet> -o FILE.wacz"

    def short_desc(self) -> str:
        return "Pack the articles of a period into a WACZ file, for ReplayWeb.page and pywb"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="the file to write; replaced")
        parser.add_argument(
            "--since", type=day, metavar="DAY", help="first day of publication, as in 2020-06-01"
        )
        parser.add_argument("--until", type=day, metavar="DAY", help="last day of publication")
        parser.add_argument(
            "--everything",
            action="store_true",
            help="also robots.txt, feeds, lists and failures that were captured in these days",
        )

    def main(self, args: list[str], opts: argparse.Namespace) -> None:
        """Choose, pack, say what there is."""
        outlet = self.find(self.one(args, "outlet"))
        if opts.output is None:
            raise BadUsage("name the file to write, as in: -o juni.wacz")
        if opts.since and opts.until and opts.since > opts.until:
            raise BadUsage(f"--since {opts.since} is after --until {opts.until}")
        archive = Archive(self.data, outlet.name)
        chosen = select(archive, outlet, articles(self.data, outlet, opts.since, opts.until))
        if opts.everything:
            add_rest(archive, outlet, chosen, opts.since, opts.until)
        if not chosen.captures:
            self.fail(Exit.ERROR, f"no article of {outlet.name} of these days in {self.data}")
            return
        try:
            self.pack(opts, outlet, archive, chosen)
        except OSError as error:
            self.fail(Exit.STORAGE, f"cannot write {opts.output}: {error.strerror or error}")
        except MemberError as error:
            self.fail(Exit.STORAGE, f"{outlet.name}: {error}; see scrapy verify")

    def pack(self, opts: argparse.Namespace, outlet: Outlet, archive: Archive, chosen: Selection) -> None:
        """Write the file; a record that is missing is a line and code 1."""
        count = f"{len(chosen.pages):,} articles, {len(chosen.captures):,} captures"
        period = " ".join(days(opts.since, opts.until)) or "at any time"
        with package(opts.output) as packed:
            packed.records(outlet.name, chosen.captures, archive.path)
            packed.pages(chosen.pages)
            packed.describe(outlet.title, f"{', '.join(outlet.hosts)}: {count}; published {period}")
        for problem in chosen.problems:
            sys.stderr.write(f"scrapy wacz: {problem}\n")
        if chosen.problems:
            self.exitcode = Exit.ERROR
        print(f"{opts.output}: {count}, {opts.output.stat().st_size:,} bytes")
