"""`scrapy rebuild-state OUTLET`: make the state again from WARC and JSONL."""

from __future__ import annotations

import argparse

from newscrawl import manifest
from newscrawl.command import BadUsage, OutletCommand
from newscrawl.lock import RunLock
from newscrawl.rebuild import rebuild_state


class Command(OutletCommand):
    """Rebuild a state."""

    name = "rebuild-state"
    codes = "5 a run of the outlet is going on, "

    def syntax(self) -> str:
        return "<outlet>"

    def short_desc(self) -> str:
        return "Make an outlet's state again from its WARC and JSONL files; the old one is replaced when done"

    def main(self, args: list[str], opts: argparse.Namespace) -> None:
        """Build beside the old state, then replace it: complete or not at all."""
        assert self.settings is not None
        outlet = self.find(self.one(args, "outlet"))
        if not (self.data / "warc" / outlet.name).is_dir():
            raise BadUsage(f"no archive of {outlet.name} in {self.data}")
        with RunLock(self.data / "state" / f"{outlet.name}.lock"):
            done, counts = rebuild_state(self.data, outlet, self.settings)
            manifest.complete(self.data, outlet.name)
        print(
            f"{outlet.name}: {counts['urls']:,} URLs, {counts['done']:,} articles done, "
            f"{counts['versions']:,} versions from {done.replayed:,} WARC files; "
            f"{done.lines_made:,} lines made"
        )
