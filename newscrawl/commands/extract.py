"""`scrapy extract PAGE`: its article as a JSON line, by the crawl's own code, without side effects."""

from __future__ import annotations

import argparse
import json
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from newscrawl.command import BadUsage, OutletCommand, find_outlet, outlet_of
from newscrawl.exits import Exit
from newscrawl.extract import Page, Unextractable, extract
from newscrawl.extraction.document import MAX_BYTES
from newscrawl.extraction.metadata import read_metadata
from newscrawl.fetch.identity import user_agent
from newscrawl.flow import TextFlow
from newscrawl.items import to_line
from newscrawl.outlet import Outlet

SECONDS = 30  # to wait for a page


class Command(OutletCommand):
    """Extract the article of pages."""

    name = "extract"

    def syntax(self) -> str:
        return "[options] <file, URL or ->"

    def short_desc(self) -> str:
        return "Print the article of a saved or fetched page as a JSON line; writes nothing"

    def long_desc(self) -> str:
        return (
            f"{self.short_desc()}. `-` reads standard input. A saved page has the address of --url "
            "or the one that it names; its time is now. An article that a crawl would refuse is printed too, "
            "with a warning `refused.REASON`."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--url", help="address of a saved page")
        parser.add_argument("--outlet", metavar="NAME", help="use the rules of this outlet")
        parser.add_argument("--generic", action="store_true", help="use no outlet's rules")
        parser.add_argument(
            "--batch", metavar="DIR", type=Path, help="every .html file below DIR, a line each with `file`"
        )

    def main(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print one line for each page."""
        assert self.settings is not None
        if opts.generic and opts.outlet:
            raise BadUsage("--generic and --outlet exclude each other")
        if opts.batch is None:
            what = self.one(args, "file, URL or -")
            self._print(self._page(what, opts.url), opts, where=what)
            return
        if args or opts.url:
            raise BadUsage("--batch takes neither a page nor --url")
        if not opts.batch.is_dir():
            raise BadUsage(f"{opts.batch}: no such folder")
        for path in _pages_below(opts.batch):
            file = path.relative_to(opts.batch).as_posix()
            self._print(self._page(str(path), None), opts, where=file, file=file)

    def _page(self, what: str, url: str | None) -> Page:
        now = datetime.now(UTC)
        if what == "-":
            body = sys.stdin.buffer.read()
            return Page(url or _own_url(body) or "http://localhost/-", body, now)
        if what.startswith(("http://", "https://")):
            return self._fetched(what, url)
        path = Path(what)
        try:
            body = path.read_bytes()
        except OSError as error:
            raise BadUsage(f"{what}: {error.strerror or error}") from None
        return Page(url or _own_url(body) or f"http://localhost/{path.name}", body, now)

    def _fetched(self, what: str, url: str | None) -> Page:
        assert self.settings is not None
        agent = user_agent(self.settings["NEWSCRAWL_CONTACT"])
        request = urllib.request.Request(what, headers={"User-Agent": agent})  # noqa: S310 - http(s) only, see caller
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as response:  # noqa: S310 - as above
                body = response.read(2 * MAX_BYTES)
                return Page(
                    url or response.url, body, datetime.now(UTC), response.headers.get("Content-Type")
                )
        except (OSError, ValueError) as error:
            reason = error.reason if isinstance(error, urllib.error.URLError) else error
            raise BadUsage(f"{what}: {reason}") from None

    def _print(self, page: Page, opts: argparse.Namespace, *, where: str, file: str | None = None) -> None:
        assert self.settings is not None
        flow = TextFlow(self.settings.getdict("ITEM_PIPELINES"))
        try:
            article = flow.lenient(extract(page, self._outlet(page.url, opts)))
        except Unextractable as error:
            self.fail(Exit.ERROR, f"{where}: not a page: {error.reason}")
            return
        line = to_line(article)
        if file is not None:
            line = json.dumps({"file": file})[:-1].encode() + b"," + line[1:]
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()

    def _outlet(self, url: str, opts: argparse.Namespace) -> Outlet | None:
        assert self.settings is not None
        if opts.generic:
            return None
        if opts.outlet:
            return find_outlet(opts.outlet, self.settings).outlet
        try:
            return outlet_of(url, self.settings)
        except BadUsage:  # nobody's page: by general rules
            return None


def _own_url(body: bytes) -> str | None:
    from newscrawl.extraction.document import (
        parse,  # here: only saved pages without an address need a second parse
    )

    try:
        data = read_metadata(parse(body).root)
    except Unextractable:
        return None
    named = data.canonical or data.first("og:url")
    return named if named and named.startswith(("http://", "https://")) else None


def _pages_below(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*.htm*")) if path.is_file())
