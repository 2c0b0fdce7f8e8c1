"""`scrapy history URL`: the versions of an article and what changed between them."""

from __future__ import annotations

import argparse
import sys

from newscrawl.command import BadUsage, OutletCommand, outlet_of
from newscrawl.exits import Exit
from newscrawl.history import COLOUR, PLAIN, lines_of, word_diff
from newscrawl.urls import canonical


class Command(OutletCommand):
    """Show an article's versions."""

    name = "history"
    codes = "1 no line of this article was written, "

    def syntax(self) -> str:
        return "<url>"

    def short_desc(self) -> str:
        return "Show the versions of an article with a word diff between them"

    def main(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print each version and its difference from the one before."""
        assert self.settings is not None
        given = self.one(args, "URL")
        outlet = outlet_of(given, self.settings)
        url = canonical(given, outlet)
        if url is None:
            raise BadUsage(f"{given}: not an article URL of {outlet.name}")
        with self.state(outlet) as state:
            article = state.article_id_of(url)
            versions = state.versions(article) if article else []
        if not versions:
            self.fail(Exit.ERROR, f"{url}: no version of this article was written")
            return
        marks = COLOUR if sys.stdout.isatty() else PLAIN
        before = None
        for version, row in lines_of(versions, self.data / "jsonl" / outlet.name):
            where = f"{version.warc.file}:{version.warc.offset}"
            print(f"version {version.version}  fetched {version.fetched}  {where}")
            if row is None:
                print(f"  its line is no longer in {version.jsonl}")
                continue
            text = f"{row['title']}\n\n{row['text'] or ''}"
            if before is None:
                print(f"  {row['title']}  ({len(text.split())} words)")
            else:
                print(word_diff(before, text, marks))
            before = text
