"""Join the pages of an article from their captures, as a crawl joined them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.extract import join_pages
from newscrawl.following import following
from newscrawl.items import Article
from newscrawl.reextract.pages import is_later
from newscrawl.reextract.parts import Row, thaw
from newscrawl.urls import canonical

if TYPE_CHECKING:
    from newscrawl.reextract.merge import Merge


@dataclass(slots=True)
class Capture:
    """A row, where its payload is, and what the row came to once it was looked at again (a revisit)."""

    row: Row
    file: str
    part: int
    body: int
    length: int
    article: Article | None = None


class Chain:
    """The captures of one article's URL, told of in order: the same rules by which a crawl joins pages."""

    def __init__(self, merge: Merge, outlet: str, key: str) -> None:
        self.merge = merge
        self.outlet_name = outlet
        self.outlet = merge.outlets.get(outlet)
        self.key = key
        self.pending: list[Capture] = []  # the pages so far of an article whose next one is to come
        self.before: list[Capture] = []  # the pages of the last article that was complete
        self.attempts = 0

    def add(self, capture: Capture) -> None:
        """Take the next capture."""
        row = capture.row
        if row.kind == "missing":
            self._missing(row)
        elif self._continues(row):
            self._continue(capture)
        elif row.outlet and is_later(row.uri, row.key):
            self.merge.summary.counts["skipped later-page"] += 1
        else:
            self._drop()
            self._begin(capture)

    def end(self) -> None:
        """Finish what has no more pages in the archive."""
        if self.pending:
            self._join(missing=True)

    def _continues(self, row: Row) -> bool:
        if not self.pending or row.kind == "line":
            return False
        awaited = self._next(self.pending[-1])
        return awaited in (row.uri, self.merge.asked(row))

    def _next(self, capture: Capture) -> str | None:
        """Return the URL of the following page, `None` when this is the last one."""
        if not capture.row.next_page or not self.outlet:
            return None
        first = self.pending[0] if self.pending else capture
        article = canonical(self.merge.asked(first.row), self.outlet)
        return following(capture.row.next_page, len(self.pending), article, self.outlet)

    def _begin(self, capture: Capture) -> None:
        if capture.row.kind == "revisit" and not self._same(capture, 0) and not self._resolved(capture):
            return
        self._take(capture)

    def _continue(self, capture: Capture) -> None:
        position = len(self.pending)
        if (
            capture.row.kind == "revisit"
            and not self._same(capture, position)
            and not self._resolved(capture)
        ):
            return
        if capture.row.kind == "nothing":  # the crawl gives the article up
            self._drop()
            return
        self._take(capture)

    def _take(self, capture: Capture) -> None:
        """Add a page; the article may be complete now."""
        if capture.row.kind == "nothing":
            self.before = []
            return
        self.pending.append(capture)
        self.attempts = 0
        if self._next(capture) is None:
            self._join()

    def _same(self, capture: Capture, position: int) -> bool:
        """Take a revisit for the page that stood at its place the last time, if it is that."""
        if position >= len(self.before):
            return False
        known = self.before[position].row
        if capture.row.digest is None or (known.uri, known.digest) != (capture.row.uri, capture.row.digest):
            return False
        capture.row.next_page = known.next_page
        return True

    def _resolved(self, capture: Capture) -> bool:
        """Extract a revisit; tell whether it is an article's page."""
        target = self.merge.target(capture.row)
        found = self.merge.resolve(capture, target) if target else None
        if found is None:
            self.merge.summary.counts["skipped revisit-without-page"] += 1
            return False
        capture.row, capture.article = found
        return True

    def _missing(self, row: Row) -> None:
        if self.pending and self._next(self.pending[-1]) in (row.uri, self.merge.asked(row)):
            self.attempts += 1
            if self.attempts >= self.merge.tries.get(row.status or 0, 1):
                self._join(missing=True)

    def _drop(self) -> None:
        if self.pending:
            self.merge.summary.counts["skipped incomplete"] += 1
        self.pending = []

    def _join(self, *, missing: bool = False) -> None:
        pages, self.pending = self.pending, []
        if all(page.row.kind == "revisit" for page in pages):  # each the same as before, or it were resolved
            self.merge.summary.counts["unchanged"] += 1
            return
        self.before = [] if missing else pages
        if len(pages) == 1 and pages[0].row.kind == "line":
            self.merge.emit_line(pages[0])
            return
        articles = []
        for page in pages:
            if page.row.kind == "revisit" and not self._resolved(page):
                return
            articles.append(page.article or self._thawed(page))
            page.article = None
        if missing:
            articles[0].extraction.warnings.append("pages.missing")
        self.merge.emit(pages[0], join_pages(articles))

    def _thawed(self, page: Capture) -> Article:
        return thaw(self.merge.opened(page.part).at(page.body, page.length))
