"""`scrapy new-outlet NAME URL`: draft an outlet's file from what its site shows."""

from __future__ import annotations

import argparse
import keyword
import re
import sys
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import newscrawl
from newscrawl.command import BadUsage, outlets
from newscrawl.flow import TextFlow
from newscrawl.new_outlet.draft import draft
from newscrawl.new_outlet.skeleton import skeleton
from newscrawl.new_outlet.survey import Survey, provisional, survey
from newscrawl.urls import own_host
from newscrawl.visit import VisitCommand

ROOT = Path(newscrawl.__file__).parent
TESTS = ROOT.parent / "tests" / "outlets"


class Command(VisitCommand):
    """Draft an outlet."""

    name = "new-outlet"

    def syntax(self) -> str:
        return "[options] <name> <url>"

    def short_desc(self) -> str:
        return "Propose an outlet's file from its home page, feeds, sitemaps and three articles"

    def long_desc(self) -> str:
        return (
            f"{self.short_desc()}. Prints the file; with --write it is written beside the others, and a "
            "skeleton of its test page too. Nothing is ever overwritten. Exit codes: 0 fine, 1 the home page "
            "cannot be read, 2 a wrong word, 3 the site refuses, 4 no link looks like an article."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--write", action="store_true", help="write the file and a test page to be filled"
        )

    def main(self, args: list[str], opts: argparse.Namespace) -> None:
        """Survey the site; print or write the draft."""
        assert self.settings is not None
        if len(args) != 2:
            raise BadUsage(f"name an outlet and its home page, as in: scrapy new-outlet {self.syntax()}")
        name, url = args
        file = ROOT / "spiders" / f"{name}.py"
        self._check(name, url, file)
        today = datetime.now(ZoneInfo("Asia/Jakarta")).date()
        flow = TextFlow(self.settings.getdict("ITEM_PIPELINES"))
        outlet = provisional(name, url)
        found: Survey | None = self.visit(outlet, lambda visit: survey(visit, outlet, url, flow, today))
        if found is None:
            return
        if found.problem:
            self.fail(found.code, found.problem)
            return
        for note in found.notes:
            print(f"note: {note}", file=sys.stderr)
        self.exitcode = found.code
        code = draft(found.outlet)
        if not opts.write:
            print(code, end="")
            return
        steps = [f"scrapy crawl {name} -a limit=5", f"scrapy doctor {name}"]
        if found.readings and TESTS.is_dir():
            day = today.isoformat()
            _write(TESTS / name / day / "page.html", skeleton(found.readings[0], found.outlet, day))
            steps.append("then the test page")
        _write(file, code)
        print(f"next: {', '.join(steps)}")

    def _check(self, name: str, url: str, file: Path) -> None:
        assert self.settings is not None
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or keyword.iskeyword(name):
            raise BadUsage(
                f"{name!r} is no name for an outlet: small letters, digits, _; no word of Python's"
            )
        try:
            parts = urlsplit(url)
            host = parts.hostname or ""
        except ValueError:
            raise BadUsage(f"{url!r} is no URL") from None
        if parts.scheme not in {"http", "https"} or "." not in host:
            raise BadUsage(f"{url!r} is no home page; write it as https://rmol.id/")
        if file.exists():
            raise BadUsage(f"{file} exists and is not overwritten")
        for known, spider in outlets(self.settings).items():
            if known == name or own_host(url, spider.outlet):
                raise BadUsage(f"{host} is an outlet already: {known}; see scrapy doctor {known}")


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        print(f"kept {path}: it exists", file=sys.stderr)
    except OSError as error:
        raise BadUsage(f"{path} cannot be written: {error.strerror}") from None
    else:
        print(f"wrote {path}")
