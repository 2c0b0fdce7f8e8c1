"""`scrapy extract PAGE`: its article as a JSON line, by the crawl's own code, without side effects."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from newscrawl.command import BadUsage, OutletCommand, find_outlet, outlets, owner_of
from newscrawl.exits import Exit
from newscrawl.extract import MAX_PAGES, Page, Unextractable, extract, join_pages
from newscrawl.extraction.document import Document, parse
from newscrawl.extraction.metadata import read_metadata
from newscrawl.extraction.paging import page_number
from newscrawl.flow import TextFlow
from newscrawl.following import following
from newscrawl.items import to_line
from newscrawl.outlet import Outlet
from newscrawl.spider import NewsSpider
from newscrawl.urls import canonical
from newscrawl.visit import Answer, Visit, VisitCommand

_SUFFIXES = frozenset((".html", ".htm", ".xhtml"))


class Command(VisitCommand):
    """Extract the article of pages."""

    name = "extract"

    def syntax(self) -> str:
        return "[options] <file, URL or ->"

    def short_desc(self) -> str:
        return "Print the article of a saved or fetched page as a JSON line; writes nothing"

    def long_desc(self) -> str:
        return (
            f"{self.short_desc()}. `-` reads standard input. A saved page has the address of --url "
            "or the one that it names, else one on localhost; its time is now. The later pages of an "
            "article are fetched with its first; where they are not there, `pages.missing` is among the "
            "warnings. An article that a crawl would refuse is printed too, with a warning `refused.REASON`. "
            "Exit codes: 0 fine, 1 a page could not be had or is none, 2 a wrong word, 3 the site refuses."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--url", help="address of a saved page")
        parser.add_argument("--outlet", metavar="NAME", help="use the rules of this outlet")
        parser.add_argument("--generic", action="store_true", help="use no outlet's rules")
        parser.add_argument(
            "--batch", metavar="DIR", type=Path, help="every .html file below DIR, a line each with `file`"
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Only a page that has to be fetched needs a contact and a crawler."""
        self.requires_crawler_process = bool(args) and _is_url(args[0])
        if self.requires_crawler_process:
            super().process_options(args, opts)
        else:
            OutletCommand.process_options(self, args, opts)

    def main(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print one line for each page."""
        assert self.settings is not None
        if opts.generic and opts.outlet:
            raise BadUsage("--generic and --outlet exclude each other")
        if opts.batch is None:
            what = self.one(args, "file, URL or -")
            for url in (opts.url, what if "://" in what else None):
                if url is not None and _bad(url):
                    raise BadUsage(f"{url!r} is no web address; write it as https://rmol.id/…")
            pages = self._fetched(what, opts) if _is_url(what) else [_saved(what, opts.url)]
            if pages:
                self._print(pages, opts, where=what)
            return
        if args or opts.url:
            raise BadUsage("--batch takes neither a page nor --url")
        if not opts.batch.is_dir():
            raise BadUsage(f"{opts.batch}: no such folder")
        paths = _pages_below(opts.batch)
        if not paths:
            raise BadUsage(f"{opts.batch}: no .html file in it")
        for path in paths:
            file = path.relative_to(opts.batch).as_posix()
            self._print([_saved(str(path), None)], opts, where=file, file=file)

    def _fetched(self, what: str, opts: argparse.Namespace) -> list[Page]:
        """Ask for an article's pages as a crawl does; none, with a line and a code, when it cannot be had."""
        outlet = self._outlet(what, opts)

        # Who names a later page means the article, as a crawl does.
        first = (canonical(what, outlet) if outlet else None) or what

        async def script(visit: Visit) -> tuple[list[Page], Answer]:
            answer = await visit.fetch(first)
            pages: list[Page] = []
            while answer.problem is None:
                url = answer.url if pages else opts.url or answer.url
                pages.append(Page(url, answer.body, answer.at, answer.content_type))
                try:
                    named = extract(pages[-1], outlet).evidence.next_page
                except Unextractable:  # a later page that is none is missing; the first is told of below
                    pages = pages[:-1] or pages
                    break
                more = _following(named, pages, outlet)
                if more is None:
                    break
                answer = await visit.fetch(more)
            return pages, answer

        came: tuple[list[Page], Answer] | None = self.visit(outlet or _stranger(what), script)
        pages, last = came or ([], None)
        if last is not None and not pages:
            self.fail(Exit.BLOCKED if last.blocked else Exit.ERROR, f"{what}: {last.why}")
        return pages

    def _print(
        self, pages: list[Page], opts: argparse.Namespace, *, where: str, file: str | None = None
    ) -> None:
        outlet = self._outlet(pages[0].url, opts)
        try:
            articles = [extract(page, outlet) for page in pages]
        except Unextractable as error:
            self.fail(Exit.ERROR, f"{where}: not a page: {error.reason}")
            return
        more = _following(articles[-1].evidence.next_page, pages, outlet)
        if more or (page_number(pages[0].url, articles[0].url) or 1) > 1:
            articles[0].extraction.warnings.append("pages.missing")
        line = to_line(self._flow.lenient(join_pages(articles)))
        if file is not None:
            line = json.dumps({"file": file})[:-1].encode() + b"," + line[1:]
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()

    @cached_property
    def _flow(self) -> TextFlow:
        assert self.settings is not None
        return TextFlow(self.settings.getdict("ITEM_PIPELINES"))

    @cached_property
    def _outlets(self) -> dict[str, type[NewsSpider]]:
        assert self.settings is not None
        return outlets(self.settings)

    def _outlet(self, url: str, opts: argparse.Namespace) -> Outlet | None:
        if opts.generic:
            return None
        if opts.outlet:
            return find_outlet(opts.outlet, self._outlets).outlet
        return owner_of(url, self._outlets.values())


def _following(named: str | None, pages: list[Page], outlet: Outlet | None) -> str | None:
    """Return the URL of the page that the last of an article's pages names, `None` when they are all."""
    if outlet is not None:
        return following(named, len(pages), canonical(pages[0].url, outlet), outlet)
    return named if len(pages) < MAX_PAGES and named not in {page.url for page in pages} else None


def _is_url(what: str) -> bool:
    return what.lower().startswith(("http://", "https://"))


def _bad(url: str) -> bool:
    try:
        return not _is_url(url) or not urlsplit(url).hostname or urlsplit(url).port == 0
    except ValueError:  # brackets that hold no address, a port that is no number
        return True


def _stranger(url: str) -> Outlet:
    """Return an outlet for a page that is nobody's: only its own host may be asked."""
    host = urlsplit(url).hostname or ""
    return Outlet(name="visit", title=host, hosts=(host,), sources=(), articles=())


def _saved(what: str, url: str | None) -> Page:
    path = Path(what)
    if path.is_dir():
        raise BadUsage(f"{what} is a folder; write: scrapy extract --batch {what}")
    try:
        body = sys.stdin.buffer.read() if what == "-" else path.read_bytes()
    except OSError as error:
        raise BadUsage(f"{what}: {error.strerror or error}") from None
    try:
        document = parse(body)
    except Unextractable:  # told when its article is asked for
        document = None
    url = url or (_own_url(document) if document else None) or f"http://localhost/{path.name}"
    return Page(url, body, datetime.now(UTC), document=document)


def _own_url(document: Document) -> str | None:
    data = read_metadata(document.root)
    named = data.canonical or data.first("og:url")
    return named if named and named.startswith(("http://", "https://")) else None


def _pages_below(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in _SUFFIXES and path.is_file()]
