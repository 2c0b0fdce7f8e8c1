"""What the project's commands share: finding an outlet, bad words, one line and a code at the end."""

from __future__ import annotations

import argparse
import difflib
import os
import sys
from datetime import date
from pathlib import Path

from scrapy.commands import ScrapyCommand
from scrapy.settings import BaseSettings
from scrapy.spiderloader import get_spider_loader

from newscrawl.exits import Exit
from newscrawl.forget.log import LogError
from newscrawl.lock import Locked
from newscrawl.manifest import ManifestError
from newscrawl.outlet import Outlet
from newscrawl.spider import NewsSpider
from newscrawl.state import State, StateError, state_file
from newscrawl.urls import own_host


class BadUsage(Exception):
    """A word on the command line that cannot be used; the text is one line for the user."""


def outlets(settings: BaseSettings) -> dict[str, type[NewsSpider]]:
    """Return the spider class of each outlet, by name."""
    loader = get_spider_loader(settings)
    loaded = {name: loader.load(name) for name in sorted(loader.list())}
    return {name: spider for name, spider in loaded.items() if issubclass(spider, NewsSpider)}


def find_outlet(name: str, settings: BaseSettings) -> type[NewsSpider]:
    """Return an outlet's spider class; raise `BadUsage` with the nearest names for an unknown one."""
    known = outlets(settings)
    if name not in known:
        near = difflib.get_close_matches(name, known, 3)
        hint = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(known)}"
        raise BadUsage(f"unknown outlet {name!r}: {hint}")
    return known[name]


def outlet_of(url: str, settings: BaseSettings) -> Outlet:
    """Return the outlet that a URL belongs to; raise `BadUsage` when it is nobody's."""
    for spider in outlets(settings).values():
        if own_host(url, spider.outlet):
            return spider.outlet
    raise BadUsage(f"{url}: belongs to no known outlet; see scrapy list")


def day(value: str) -> date:
    """Parse a day given on the command line; argparse shows the text of the error."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{value!r} is not a date; write it as 2020-06-01") from None


class OutletCommand(ScrapyCommand):
    """A command that works on the data of outlets, without crawling. `main` does the work."""

    requires_project = True
    requires_crawler_process = False
    name = ""
    codes = ""  # exit codes of its own, as in "1 when …, "

    def long_desc(self) -> str:
        """Return what `--help` says."""
        return (
            f"{self.short_desc()}. Exit codes: 0 fine, {self.codes}"
            "2 a wrong word or an outlet never crawled, 7 a state that cannot be read or written."
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do the work; an error of the user or of the machine is one line and a code."""
        try:
            self.main(args, opts)
        except BrokenPipeError:  # the reader, such as `head`, has seen enough
            sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115  # why: the interpreter flushes it at its end
        except BadUsage as error:
            self.fail(Exit.USAGE, str(error))
        except Locked as error:
            self.fail(Exit.LOCKED, str(error))
        except (StateError, ManifestError, LogError) as error:
            self.fail(Exit.STORAGE, str(error))

    def main(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do the work of the command."""
        raise NotImplementedError  # each command does

    @property
    def data(self) -> Path:
        """The folder of the data."""
        assert self.settings is not None
        return Path(self.settings["DATA_DIR"])

    def one(self, args: list[str], what: str) -> str:
        """Return the only argument."""
        if len(args) != 1:
            raise BadUsage(f"name one {what}, as in: scrapy {self.name} {self.syntax()}")
        return args[0]

    def find(self, name: str) -> Outlet:
        """Return the outlet of a name."""
        assert self.settings is not None
        return find_outlet(name, self.settings).outlet

    def state(self, outlet: Outlet) -> State:
        """Open the state of an outlet that was crawled."""
        path = state_file(self.data, outlet.name)
        if not path.exists():
            raise BadUsage(f"no state of {outlet.name} in {self.data}; crawl it, or rebuild its state")
        return State(path, zone=outlet.zone)

    def fail(self, code: Exit, message: str) -> None:
        """End with a code of its own and one line."""
        sys.stderr.write(f"scrapy {self.name}: {message}\n")
        self.exitcode = code
