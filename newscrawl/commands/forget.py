"""`scrapy forget URL… --reason TEXT`: take articles out of the archive and never fetch them again."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from newscrawl.command import BadUsage, OutletCommand, outlet_of
from newscrawl.exits import Exit
from newscrawl.forget.run import forget, lift
from newscrawl.forget.search import NotForgotten
from newscrawl.items import iso
from newscrawl.lock import RunLock
from newscrawl.outlet import Outlet
from newscrawl.urls import canonical
from newscrawl.warc.reading import WarcReadError

MAX_REASON = 300  # characters: it has to fit into a small record


class Command(OutletCommand):
    """Forget articles."""

    name = "forget"
    codes = "1 it is not in the archive or something is in the way, 5 a run of the outlet is going on, "

    def syntax(self) -> str:
        return "--reason TEXT <url> ..."

    def short_desc(self) -> str:
        return "Take articles out of archive, lines, index and state for good, and never fetch them again"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--reason", metavar="TEXT", help="why, for the log; required")
        parser.add_argument(
            "--lift", action="store_true", help="let them be fetched again; nothing comes back"
        )

    def main(self, args: list[str], opts: argparse.Namespace) -> None:
        """Forget, or lift, what is named, outlet by outlet; say what was done."""
        reason = " ".join((opts.reason or "").split())
        if not args:
            raise BadUsage("name the URLs, as in: scrapy forget URL --reason 'asked for by its author'")
        if not reason:
            raise BadUsage("say why: --reason TEXT; it stays in the log, so let it name nobody")
        if len(reason) > MAX_REASON:
            raise BadUsage(f"the reason has {len(reason)} characters; at most {MAX_REASON} fit")
        wanted: dict[str, tuple[Outlet, list[str]]] = {}
        for outlet, url in map(self.article, args):
            wanted.setdefault(outlet.name, (outlet, []))[1].append(url)
        try:
            for outlet, urls in wanted.values():
                with RunLock(self.data / "state" / f"{outlet.name}.lock") as lock:
                    self.work(outlet, urls, reason, lifted=opts.lift, rebooted=lock.rebooted)
        except (NotForgotten, WarcReadError) as error:
            self.fail(Exit.ERROR, str(error))
        except OSError as error:
            self.fail(Exit.STORAGE, f"{error}; the same command goes on when that is mended")

    def article(self, given: str) -> tuple[Outlet, str]:
        """Return the outlet and the canonical URL of an article; raise `BadUsage` for what is none."""
        assert self.settings is not None
        full = given if "://" in given else f"https://{given}"
        outlet = outlet_of(full, self.settings)
        url = canonical(full, outlet)
        if url is None:
            raise BadUsage(f"{given}: not an article URL of {outlet.name}")
        if not (self.data / "warc" / outlet.name).is_dir():
            raise BadUsage(f"no archive of {outlet.name} in {self.data}")
        return outlet, url

    def work(self, outlet: Outlet, urls: list[str], reason: str, *, lifted: bool, rebooted: bool) -> None:
        """Do the work for an outlet whose lock is held."""
        assert self.settings is not None
        at = iso(datetime.now(UTC))
        if lifted:
            lift(self.data, outlet, urls, reason, at)
            print("\n".join(f"{url}: may be fetched again" for url in urls))
            return
        done = forget(self.data, outlet, urls, reason, at, self.settings, rebooted=rebooted)
        for entry in done.entries:
            print(f"{entry.id}: {entry.records} exchanges and {entry.lines} lines taken out")
        for url, entry in done.before.items():
            print(f"{url}: forgotten at {entry.at}, nothing of it is left")
