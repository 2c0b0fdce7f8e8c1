"""What the project's commands share: finding an outlet, bad words, one line and a code at the end."""

from __future__ import annotations

import argparse
import difflib
import errno
import os
import sys
import traceback
from collections.abc import Iterable, Mapping
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


_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


def _close_output() -> None:
    """Leave the interpreter nothing to flush at its end."""
    sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115  # why: it is to stay open


def outlets(settings: BaseSettings) -> dict[str, type[NewsSpider]]:
    """Return the spider class of each outlet, by name; raise `BadUsage` for a file that is no Python."""
    try:
        loader = get_spider_loader(settings)
    except (SyntaxError, ImportError, NameError, AttributeError, TypeError, ValueError) as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        file, line, why = last.filename, last.lineno, str(error)
        if isinstance(error, SyntaxError):
            file, line, why = error.filename or file, error.lineno, error.msg
        raise BadUsage(f"{file}, line {line}: {why}") from error
    loaded = {name: loader.load(name) for name in sorted(loader.list())}
    return {name: spider for name, spider in loaded.items() if issubclass(spider, NewsSpider)}


def find_outlet(name: str, known: Mapping[str, type[NewsSpider]]) -> type[NewsSpider]:
    """Return an outlet's spider class; raise `BadUsage` with the nearest names for an unknown one."""
    if name not in known:
        near = difflib.get_close_matches(name, known, 3)
        hint = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(known)}"
        raise BadUsage(f"unknown outlet {name!r}: {hint}")
    return known[name]


def owner_of(url: str, known: Iterable[type[NewsSpider]]) -> Outlet | None:
    """Return the outlet that a URL belongs to, `None` when it is nobody's."""
    return next((spider.outlet for spider in known if own_host(url, spider.outlet)), None)


def outlet_of(url: str, settings: BaseSettings) -> Outlet:
    """Return the outlet that a URL belongs to; raise `BadUsage` when it is nobody's."""
    outlet = owner_of(url, outlets(settings).values())
    if outlet is None:
        raise BadUsage(f"{url}: belongs to no known outlet; see scrapy list")
    return outlet


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
            unknown = next((word for word in args if len(word) > 1 and word.startswith("-")), None)
            if unknown:
                raise BadUsage(f"unknown option {unknown}; see: scrapy {self.name} --help")
            self.main(args, opts)
            sys.stdout.flush()  # now: at the interpreter's end a full disk would be a traceback
        except BrokenPipeError:  # the reader, such as `head`, has seen enough
            _close_output()
        except BadUsage as error:
            self.fail(Exit.USAGE, str(error))
        except Locked as error:
            self.fail(Exit.LOCKED, str(error))
        except (StateError, ManifestError, LogError) as error:
            self.fail(Exit.STORAGE, str(error))
        except OSError as error:
            if error.errno not in _FULL:
                raise
            _close_output()
            self.fail(Exit.STORAGE, f"the output cannot be written: {error.strerror}")

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
        return find_outlet(name, outlets(self.settings)).outlet

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
