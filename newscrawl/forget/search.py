"""Find all that belongs to an article: the forms of its URL, its exchanges, its lines, its pictures."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from newscrawl.forget.log import Entry, key_of
from newscrawl.forget.plan import Place, Plan
from newscrawl.index.lookup import Archive
from newscrawl.index.members import exchange_bytes
from newscrawl.index.proof import pointers_of
from newscrawl.outlet import Outlet
from newscrawl.state import State
from newscrawl.urls import all_in_one, article_id, canonical
from newscrawl.warc.reading import Exchange, iter_exchanges


class NotForgotten(Exception):
    """Something stands in the way; nothing was changed. The message is one line."""


@dataclass
class Article:
    """What belongs to one article. `url` is canonical, `forms` are all canonical URLs that lead to it."""

    url: str
    forms: set[str]
    exchanges: list[Exchange] = field(default_factory=list)
    pictures: set[str] = field(default_factory=set)
    lines: int = 0


class Search:
    """A look through the files of an outlet; call it with the outlet's lock held, after recovery."""

    def __init__(self, data: Path, outlet: Outlet, state: State) -> None:
        self.data = data
        self.outlet = outlet
        self.state = state
        self.archive = Archive(data, outlet.name)
        self.redirects = self._redirects()

    def plan(self, urls: Iterable[str], reason: str, at: str) -> Plan:
        """Return what has to be done to forget the articles at canonical URLs; raise `NotForgotten`."""
        articles: list[Article] = []
        for url in urls:
            if not any(url in article.forms for article in articles):
                article = self.article(url)
                articles = [other for other in articles if other.forms.isdisjoint(article.forms)]
                articles.append(article)
        self._exchanges(articles)
        plan = Plan()
        self._lines(articles, plan)
        for article in articles:
            self._add(article, plan, reason, at)
        plan.warc = {name: sorted(places) for name, places in sorted(plan.warc.items())}
        return plan

    # URLs

    def _redirects(self) -> dict[str, list[str]]:
        """Return where redirects lead between article URLs, canonical, in order of capture."""
        found: dict[str, list[str]] = defaultdict(list)
        for capture in sorted(self.archive.all(), key=lambda c: c.timestamp):
            if capture.status is not None and 300 <= capture.status < 400:
                exchange = self.archive.read_capture(capture)
                here, there = self.form(capture.url), self.target(exchange)
                if here and there and here != there:
                    found[here].append(there)
        return dict(found)

    def target(self, exchange: Exchange) -> str | None:
        """Return the article that a redirect leads to."""
        status = exchange.status or 0
        leads = 300 <= status < 400 and exchange.location
        return self.form(exchange.location or "") if leads else None

    def form(self, url: str) -> str | None:
        """Return the canonical URL of an article's URL."""
        return canonical(url, self.outlet)

    def article(self, url: str) -> Article:
        """Return the article at a canonical URL, with the forms of it that state and redirects know."""
        forms = {url, self.state.canonical(url)}
        url = self.state.canonical(url)
        while not self.has_line(url) and (onward := self.redirects.get(url)) and onward[-1] not in forms:
            url = onward[-1]  # it has no page of its own: what it led to is meant
            forms.add(url)
        article = Article(url, forms)
        self.grow(article)
        return article

    def is_here(self, url: str) -> bool:
        """Tell whether state, lines or archive know an article."""
        known = self.state.url_state(url) or self.state.article_id_of(url)
        return known is not None or bool(self.archive.captures(url, all_in_one(url, self.outlet)))

    def has_line(self, url: str) -> bool:
        """Tell whether a canonical URL is an article of its own."""
        return bool(self.state.versions(self.key(url)))

    def key(self, url: str) -> str:
        """Return the id of the article at a canonical URL."""
        return article_id(self.outlet.name, url)

    def grow(self, article: Article) -> None:
        """Add the forms that lead to those that are known, until there is nothing to add."""
        size = 0
        while size != len(article.forms):
            size = len(article.forms)
            for form in list(article.forms):
                aliases = map(self.form, self.state.aliases(form))
                article.forms.update(alias for alias in aliases if alias)
                for version in self.state.versions(self.key(form)):
                    article.forms.add(self.form(self.archive.read(version.warc).uri) or form)
            for here, there in self.redirects.items():
                if article.forms.issuperset(there) and not self.has_line(here):
                    article.forms.add(here)

    # Records

    def _exchanges(self, articles: list[Article]) -> None:
        """Give the articles their exchanges; what a line was made from may lead to more forms."""
        while True:
            others = self._walk(articles)
            grown = False
            for article in articles:
                urls = self.state.urls_of(exchange.record_id for exchange in article.exchanges)
                if not urls <= article.forms:
                    article.forms |= urls
                    self.grow(article)
                    grown = True
            if not grown:
                break
        if others:
            raise NotForgotten(
                f"the same page, byte for byte, is that of {', '.join(sorted(others))}: name that as well"
            )

    def _walk(self, articles: list[Article]) -> set[str]:
        """Read the archive; return the URLs of others whose records refer to what is to be removed."""
        whose = {form: article for article in articles for form in article.forms}
        removed: set[str] = set()
        others: set[str] = set()
        for article in articles:
            article.exchanges.clear()
        for path in sorted((self.data / "warc" / self.outlet.name).glob("*.warc.gz")):
            for exchange in iter_exchanges(path):
                form = self.form(exchange.uri) or self.target(exchange)
                if owner := whose.get(form or ""):
                    owner.exchanges.append(bare(exchange))
                    removed.add(exchange.record_id)
                elif exchange.refers_to and exchange.refers_to.record_id in removed:
                    others.add(exchange.uri)
        return others

    # Lines and pictures

    def _lines(self, articles: list[Article], plan: Plan) -> None:
        """Find the lines of articles, and the pictures that are in no other line."""
        whose = {e.record_id: article for article in articles for e in article.exchanges}
        whose |= {self.key(form): article for article in articles for form in article.forms}
        pictures: dict[str, Article] = {}
        for name, row in self._rows(list(whose)):
            names = (row["id"], *(pointer.record_id for pointer in pointers_of(row)))
            if owner := next((whose[one] for one in names if one in whose), None):
                plan.jsonl.setdefault(name, set()).add(row["id"])
                owner.lines += 1
                pictures.update((image["url"], owner) for image in row["images"])
        removed = set().union(*plan.jsonl.values())
        for _, row in self._rows(list(pictures)):
            if row["id"] not in removed:
                for image in row["images"]:
                    pictures.pop(image["url"], None)
        for url, owner in pictures.items():
            owner.pictures.add(url)
            for capture in self.archive.captures(url):
                if capture.url.partition("#")[0] == url.partition("#")[0]:
                    owner.exchanges.append(bare(self.archive.read_capture(capture)))

    def _rows(self, words: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the lines that hold one of some words, each with the name of its file."""
        wanted = [json.dumps(word, ensure_ascii=False)[1:-1].encode() for word in words]
        for path in sorted((self.data / "jsonl" / self.outlet.name).glob("*.jsonl")):
            with path.open("rb") as lines:
                for line in lines:
                    if any(word in line for word in wanted):
                        yield path.name, json.loads(line)

    # The plan

    def _add(self, article: Article, plan: Plan, reason: str, at: str) -> None:
        key = self.key(article.url)
        for exchange in article.exchanges:
            pointer = exchange.pointer
            with (self.archive.folder / pointer.file).open("rb") as file:
                length = len(exchange_bytes(file, pointer.offset, pointer.length))
            place = Place(pointer.offset, length, pointer.record_id, key)
            plan.warc.setdefault(pointer.file, []).append(place)
        keys = {key, *(key_of(url, self.outlet) for url in (*article.forms, *article.pictures))}
        plan.entries.append(
            Entry(key, tuple(sorted(keys)), at, reason, len(article.exchanges), article.lines)
        )
        own = {exchange.uri for exchange in article.exchanges if self.form(exchange.uri) in article.forms}
        plan.urls += sorted(article.forms | own | article.pictures)


def bare(exchange: Exchange) -> Exchange:
    """Return an exchange without what it says: many may have to be kept."""
    return replace(exchange, head=b"", payload=b"", request=b"")
