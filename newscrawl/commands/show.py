"""`scrapy show URL-or-ID`: an article, and where in the archive each part of it comes from."""

from __future__ import annotations

import argparse
import json
import re
import sys
from dataclasses import asdict
from typing import Any

from newscrawl.command import BadUsage, OutletCommand, outlet_of
from newscrawl.exits import Exit
from newscrawl.forget.log import forgotten, key_of
from newscrawl.history import lines_of
from newscrawl.index.lookup import Archive
from newscrawl.index.proof import Record, heads, listing, pointers_of, read_all, story
from newscrawl.outlet import Outlet
from newscrawl.state import Version
from newscrawl.urls import all_in_one, canonical

ID = re.compile(r"(?P<outlet>.+)-[0-9a-f]{16}")


class Command(OutletCommand):
    """Show an article with its proof."""

    name = "show"
    codes = "1 it is not in the archive, "

    def syntax(self) -> str:
        return "[options] <url or id>"

    def short_desc(self) -> str:
        return "Show an article and where each part of it came from, its headers, or its page as captured"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--version", type=int, metavar="N", help="this version, not the newest")
        parser.add_argument("--page", type=int, default=1, metavar="N", help="this page, for --html")
        shown = parser.add_mutually_exclusive_group()
        shown.add_argument("--html", action="store_true", help="the page as it was captured, decoded")
        shown.add_argument("--headers", action="store_true", help="the heads of requests and responses")
        shown.add_argument("--json", action="store_true", help="for programs: one JSON object")

    def main(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print what is asked for."""
        given = self.one(args, "URL or article id")
        outlet, url, versions = self.look_up(given)
        row, of = self.line(outlet, versions, opts.version), len(versions)
        archive = Archive(self.data, outlet.name)
        urls = [row["url"], *row["urls"]] if row else [url]
        captures = archive.captures(*urls, *(all_in_one(url, outlet) for url in urls))
        if row is None and not captures:
            known = forgotten(self.data, outlet.name)
            if entry := known.get(given) or known.get(key_of(url, outlet)):
                self.fail(Exit.ERROR, f"{given}: forgotten at {entry.at}: {entry.reason}")
            else:
                self.fail(Exit.ERROR, f"{given}: not in the archive of {outlet.name}")
            return
        pointers = pointers_of(row) if row else [archive.read_capture(captures[0]).pointer]
        records = read_all(archive, pointers)
        if opts.html:
            self.print_page(records, opts.page)
        elif opts.headers:
            print("\n\n".join(record if isinstance(record, str) else heads(record) for record in records))
        elif opts.json:
            shown = {
                "line": row,
                "records": [r.plain() if isinstance(r, Record) else {"error": r} for r in records],
                "captures": [asdict(capture) for capture in captures],
            }
            print(json.dumps(shown, ensure_ascii=False))
        else:
            print(story(row, of, records, captures) if row else listing(url, captures))

    def look_up(self, given: str) -> tuple[Outlet, str, list[Version]]:
        """Return the outlet, the URL to look for and the versions of its article."""
        assert self.settings is not None
        identity = ID.fullmatch(given)
        if identity:
            outlet, url, article = self.find(identity["outlet"]), given, given
        else:
            full = given if "://" in given else f"https://{given}"
            outlet = outlet_of(full, self.settings)
            url, article = canonical(full, outlet) or full, ""
        with self.state(outlet) as state:
            article = article or state.article_id_of(url) or ""
            return outlet, url, state.versions(article)

    def line(self, outlet: Outlet, versions: list[Version], number: int | None) -> dict[str, Any] | None:
        """Return the line of the version asked for, by default the newest; `None` without any."""
        if not versions and number is None:
            return None
        chosen = [v for v in versions if number in (None, v.version)][-1:]
        if not chosen:
            raise BadUsage(f"no version {number}; there are {len(versions)}")
        ((version, row),) = lines_of(chosen, self.data / "jsonl" / outlet.name)
        if row is None:
            raise BadUsage(f"the line of version {version.version} is no longer in {version.jsonl}")
        return row

    def print_page(self, records: list[Record | str], number: int) -> None:
        """Write the decoded body of a page."""
        if not 1 <= number <= len(records):
            raise BadUsage(f"no page {number}; there are {len(records)}")
        record = records[number - 1]
        if isinstance(record, str):
            self.fail(Exit.ERROR, record)
            return
        sys.stdout.flush()
        sys.stdout.buffer.write(record.full.body)
