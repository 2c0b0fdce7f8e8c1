"""`scrapy rebuild-state OUTLET`: make the state again from WARC and JSONL."""

from __future__ import annotations

import argparse

from newscrawl.command import OutletCommand
from newscrawl.lock import RunLock
from newscrawl.recovery import recover
from newscrawl.spider import state_file
from newscrawl.state import State


class Command(OutletCommand):
    """Rebuild a state."""

    name = "rebuild-state"

    def syntax(self) -> str:
        return "<outlet>"

    def short_desc(self) -> str:
        return "Make an outlet's state again from its WARC and JSONL files; the old one is replaced when done"

    def main(self, args: list[str], opts: argparse.Namespace) -> None:
        """Build beside the old state, then replace it: complete or not at all."""
        assert self.settings is not None
        outlet = self.find(self.one(args, "outlet"))
        path = state_file(self.data, outlet.name)
        fresh = path.with_suffix(".rebuilding")
        with RunLock(path.with_suffix(".lock")):
            for leftover in path.parent.glob(f"{fresh.name}*"):
                leftover.unlink()
            done = recover(self.data, outlet, self.settings, state=fresh)
            with State(fresh) as state:
                counts = state.counts()
            for leftover in path.parent.glob(f"{path.name}-*"):  # the old state's write-ahead log
                leftover.unlink()
            fresh.rename(path)
        print(
            f"{outlet.name}: {counts['urls']:,} URLs, {counts['done']:,} articles done, "
            f"{counts['versions']:,} versions from {done.replayed:,} WARC files; {done.lines_made:,} lines made"
        )
