"""Compare extractors over real or sample pages: quality and milliseconds a page, side by side in one run.

The competitors live in an environment of their own, so that the project's stays as it is pinned:

    python3 -m venv /tmp/bench
    /tmp/bench/bin/pip install --upgrade pip
    /tmp/bench/bin/pip install '.[bench]'
    /tmp/bench/bin/python -m benchmarks.extraction

Labelled pages are taken from `../shared` (`pages`, `gold`, and `eval/score.py`, which scores them) or, where
these are not there, from the sample newsroom, whose truth is known; those are scored by common words. A tool
that is not installed is left out. Milliseconds are of processor time; the tools take turns at each page.
"""

from __future__ import annotations

import argparse
import functools
import importlib.metadata
import importlib.util
import json
import logging
import pkgutil
import re
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lxml import etree

import newscrawl.spiders
from newscrawl.extract import Page, extract
from newscrawl.items import Article
from newscrawl.outlet import Outlet
from newscrawl.urls import own_host
from pipelines.authors import AuthorsStage
from pipelines.dates import DatesStage
from pipelines.promo import PromoStage
from pipelines.sources import SourcesStage

SHARED = Path(__file__).parents[2] / "shared"
STAGES = (PromoStage(), DatesStage(), AuthorsStage(), SourcesStage())
WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Labelled:
    """A page and what a reader finds on it: title, body, junk, optional, published, authors."""

    url: str
    body: bytes
    fetched: datetime
    gold: dict[str, Any]


@dataclass
class Found:
    """What a tool found; `published` is ISO 8601."""

    text: str = ""
    title: str | None = None
    published: str | None = None
    authors: list[str] = field(default_factory=list)


Tool = Callable[[Labelled], Found]


# Pages


def shared_pages() -> list[Labelled]:
    pages = []
    for path in sorted((SHARED / "gold").rglob("*.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        if gold.get("body") and not gold.get("skip"):
            body = (SHARED / "pages" / gold["file"]).read_bytes()
            pages.append(Labelled(gold["url"], body, datetime.now(UTC), gold))
    return pages


def sample_pages(count: int = 60) -> list[Labelled]:
    from urllib.parse import urlsplit

    from newscrawl.sample.content import Newsroom
    from newscrawl.sample.site import Site

    newsroom = Newsroom()
    site = Site(newsroom)
    pages = []
    for outlet in ("rmol", "sosok"):
        for article in newsroom.articles(outlet)[: count // 2]:
            url = article.url if outlet == "rmol" else f"{article.url}?page=all"
            parts = urlsplit(url)
            answer = site.answer(parts.hostname or "", f"{parts.path}?{parts.query}")
            if article.kind != "article" or (article.pages > 1 and outlet == "rmol"):
                continue
            gold = {
                "title": article.title,
                "body": list(article.paragraphs),
                "junk": [link.title for link in article.related],
                "published": article.published.isoformat(timespec="minutes"),
                "authors": list(article.authors),
            }
            pages.append(Labelled(url, answer.body, datetime.now(UTC), gold))
    return pages


# Tools


def finished(article: Article) -> Found:
    for stage in STAGES:
        article = stage.process_item(article)
    return Found(article.text or "", article.title, article.published, article.authors)


def generic(page: Labelled) -> Found:
    return finished(extract(Page(page.url, page.body, page.fetched), None))


def outlets() -> list[Outlet]:
    names = (m.name for m in pkgutil.iter_modules(newscrawl.spiders.__path__, "newscrawl.spiders."))
    modules = (importlib.import_module(name) for name in names)
    things = (getattr(thing, "outlet", None) for module in modules for thing in vars(module).values())
    found = {thing.name: thing for thing in things if isinstance(thing, Outlet)}
    return list(found.values())


def with_outlets() -> Tool:
    known = outlets()

    @functools.cache  # whose page it is, a crawl knows
    def outlet_of(url: str) -> Outlet | None:
        return next((o for o in known if own_host(url, o)), None)

    def run(page: Labelled) -> Found:
        return finished(extract(Page(page.url, page.body, page.fetched), outlet_of(page.url)))

    return run


def trafilatura(*, precision: bool) -> Tool:
    library = importlib.import_module("trafilatura")

    def run(page: Labelled) -> Found:
        html = page.body.decode("utf-8", "replace")
        document = library.bare_extraction(
            html, url=page.url, favor_precision=precision, include_comments=False, with_metadata=True
        )
        found = document.as_dict() if document else {}
        authors = [name for name in (found.get("author") or "").split("; ") if name]
        return Found(found.get("text") or "", found.get("title"), found.get("date"), authors)

    return run


def newspaper4k() -> Tool:
    newspaper = importlib.import_module("newspaper")

    def run(page: Labelled) -> Found:
        article = newspaper.Article(page.url, language="id", fetch_images=False)
        article.download(input_html=page.body.decode("utf-8", "replace"))
        article.parse()
        published = article.publish_date.isoformat() if article.publish_date else None
        return Found(article.text, article.title, published, list(article.authors))

    return run


def readability() -> Tool:
    library = importlib.import_module("readability")

    def run(page: Labelled) -> Found:
        document = library.Document(page.body.decode("utf-8", "replace"))
        text = "\n".join(etree.HTML(document.summary()).itertext())
        return Found(text, document.short_title())

    return run


def resiliparse() -> Tool:
    html2text = importlib.import_module("resiliparse.extract.html2text")
    parser = importlib.import_module("resiliparse.parse.html")

    def run(page: Labelled) -> Found:
        tree = parser.HTMLTree.parse(page.body.decode("utf-8", "replace"))
        return Found(html2text.extract_plain_text(tree, main_content=True, alt_texts=False), tree.title)

    return run


def justext() -> Tool:
    library = importlib.import_module("justext")

    stop_words = library.get_stoplist("Indonesian")

    def run(page: Labelled) -> Found:
        paragraphs = library.justext(page.body, stop_words, encoding="utf-8", enc_errors="replace")
        return Found("\n".join(p.text for p in paragraphs if not p.is_boilerplate))

    return run


# What is compared, with the package whose version is printed.
TOOLS: dict[str, tuple[Callable[[], Tool], str]] = {
    "newscrawl, generic": (lambda: generic, "newscrawl"),
    "newscrawl, outlet rules": (with_outlets, "newscrawl"),
    "trafilatura": (lambda: trafilatura(precision=False), "trafilatura"),
    "trafilatura, precision": (lambda: trafilatura(precision=True), "trafilatura"),
    "newspaper4k": (newspaper4k, "newspaper4k"),
    "readability-lxml": (readability, "readability-lxml"),
    "resiliparse": (resiliparse, "resiliparse"),
    "jusText": (justext, "jusText"),
}


# Scores


@dataclass
class Score:
    f1: list[float] = field(default_factory=list)
    leaks: int = 0
    lost: int = 0
    title: int = 0
    date: int = 0
    dated: int = 0
    authors: int = 0
    milliseconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def median_ms(self) -> float:
        """Return milliseconds a page: the mean over the pages of the median of their rounds."""
        return statistics.mean(map(statistics.median, self.milliseconds.values()))


def words(text: str | None) -> list[str]:
    return WORD.findall((text or "").casefold())


def common_words(gold: dict[str, Any], text: str) -> tuple[float, int, int]:
    """Return F1 of the words, paragraphs that are not there, junk lines that are."""
    want, got = Counter(words(" ".join(gold["body"]))), Counter(words(text))
    f1 = 2 * sum((want & got).values()) / max(1, sum(want.values()) + sum(got.values()))
    flat = " ".join(words(text))
    lost = sum(" ".join(words(line)) not in flat for line in gold["body"])
    return f1, lost, sum(" ".join(words(line)) in flat for line in gold["junk"])


def same_minute(gold: dict[str, Any], published: str | None) -> bool:
    try:
        found = datetime.fromisoformat(published or "")
    except ValueError:
        return False
    wanted = datetime.fromisoformat(gold["published"])
    return found.tzinfo is not None and abs((found - wanted).total_seconds()) < 60


def shared_scorer() -> Any:
    spec = importlib.util.spec_from_file_location("score", SHARED / "eval" / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def add(score: Score, page: Labelled, found: Found, scorer: Any) -> None:
    gold = page.gold
    if scorer is None:
        f1, lost, leaks = common_words(gold, found.text)
    else:
        _, _, f1, lost_lines, leaked = scorer.score_body(gold, found.text)
        lost, leaks = len(lost_lines), len(leaked)
    score.f1.append(f1)
    score.lost += lost
    score.leaks += leaks
    score.title += words(found.title) == words(gold["title"])
    if gold.get("published"):
        score.dated += 1
        score.date += (scorer.same_date if scorer else same_minute)(gold, found.published)
    wanted = {" ".join(words(name)) for name in gold.get("authors") or []}
    score.authors += wanted == {" ".join(words(name)) for name in found.authors}


def table(scores: dict[str, Score], pages: int) -> str:
    lines = [
        "| extractor | F1 | leaks | lost | title | date | authors | ms/page |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, s in scores.items():
        lines.append(
            f"| {name} | {statistics.mean(s.f1):.3f} | {s.leaks} | {s.lost} | {s.title / pages:.2f} "
            f"| {s.date}/{s.dated} | {s.authors / pages:.2f} | {s.median_ms():.1f} |"
        )
    return "\n".join(lines)


def version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return newscrawl.__version__


def ready(names: Iterable[str]) -> dict[str, Tool]:
    tools = {}
    for name in names:
        try:
            tools[name] = TOOLS[name][0]()
        except ImportError as error:
            print(f"{name}: left out, {error}", file=sys.stderr)
    return tools


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3, help="interleaved rounds for the timing")
    parser.add_argument("--sample", action="store_true", help="use the sample newsroom's pages")
    options = parser.parse_args()
    logging.disable(logging.WARNING)  # the tools warn of pages that they find empty
    real = not options.sample and (SHARED / "gold").is_dir()
    pages = shared_pages() if real else sample_pages()
    scorer = shared_scorer() if real else None
    tools = ready(TOOLS)
    scores = {name: Score() for name in tools}
    for page in pages:  # also warms up: expressions compiled, modules loaded
        for name, tool in tools.items():
            add(scores[name], page, tool(page), scorer)
    for _ in range(options.rounds):
        for page in pages:  # by turns: the machine changes its speed within seconds
            for name, tool in tools.items():
                start = time.process_time()
                tool(page)
                scores[name].milliseconds[page.url].append((time.process_time() - start) * 1000)
    print(f"{len(pages)} {'labelled' if real else 'sample'} pages, {datetime.now(UTC):%Y-%m-%d}\n")
    print(table(scores, len(pages)))
    print("\n" + ", ".join(sorted({f"{TOOLS[n][1]} {version(TOOLS[n][1])}" for n in tools})))
    return 0


if __name__ == "__main__":
    sys.exit(main())
