"""Examine an article's page: what the outlet's rules find, and what would be found without them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from newscrawl.doctor.findings import ArticleRow
from newscrawl.extract import Page, extract
from newscrawl.extraction.document import Unextractable, parse
from newscrawl.extraction.fields import Selected, nothing
from newscrawl.extraction.templates import choose_template
from newscrawl.flow import TextFlow
from newscrawl.items import Article, Byline
from newscrawl.outlet import Outlet, Selectors
from newscrawl.urls import url_day

FIELDS = ("title", "text", "published", "authors", "editors", "section", "tags", "summary", "images")
_FACTS = frozenset(("name", "valid_until", "known"))
_WORD = re.compile(r"\w+")


def examine(page: Page, outlet: Outlet, flow: TextFlow) -> ArticleRow:
    """Return what is on a page that was fetched; a page that is none has a `problem`."""
    try:
        document = parse(page.body, page.content_type)
        page = replace(page, document=document)
        article = flow.lenient(extract(page, outlet))
        generic = flow.lenient(extract(page, None))
    except Unextractable as error:
        return ArticleRow(page.url, 200, f"not a page: {error.reason}")
    template = choose_template(document.root, outlet.selectors, url_day(page.url, outlet))
    declared = declared_in(template.selectors) if template else []
    dead = [name for name in declared if template and not template.select(name)]
    if "published" in declared and article.published_source not in {None, "printed"}:
        dead.append("published")  # what it matches is no date of the article
    return ArticleRow(
        url=article.url,
        status=200,
        type=article.type,
        title=article.title,
        published=article.published,
        words=len(_WORD.findall(article.text or "")),
        template=template.selectors.name if template else None,
        fields=rules_of(article, template.texts if template else nothing),
        declared=declared,
        dead=list(dict.fromkeys(dead)),
        differs=[name for name, read in _COMPARED.items() if differ(read(article), read(generic))],
        generic=agreement(article.text, generic.text),
        second=agreement(article.text, second_opinion(page)),
        warnings=[word for word in article.extraction.warnings if not word.startswith("selector.")],
    )


_COMPARED: dict[str, Callable[[Article], str | None]] = {
    "title": lambda article: article.title,
    "published": lambda article: (article.published or "")[:10],
}


def differ(one: str | None, other: str | None) -> bool:
    """Tell whether two texts differ in more than marks and case; not where one of them is missing.

    >>> differ("Banjir di Demak", "BANJIR DI DEMAK!"), differ("Banjir di Demak", None), differ("A", "B")
    (False, False, True)
    """
    words = [_WORD.findall((text or "").casefold()) for text in (one, other)]
    return all(words) and words[0] != words[1]


def declared_in(selectors: Selectors) -> list[str]:
    """Return the fields that a template has a selector for."""
    return [name for name in Selectors.__slots__ if name not in _FACTS and getattr(selectors, name)]


def rules_of(article: Article, selected: Selected) -> dict[str, str | None]:
    """Return for each field what filled it, `None` where it is missing.

    `selector` is one of the outlet's, whose texts `selected` gives; `headline`, `page` and `printed` are
    general rules for what a reader sees, `text` for what stood in the text, `json-ld`, `meta:NAME` and
    `metadata` what the page tells machines, `url` its address. For the text it is the method.
    """
    evidence = article.evidence
    shown = article.published_text
    dated = shown is not None and any(shown in text for text in selected("published"))
    rules = {
        **evidence.rules,
        "text": article.extraction.method.replace("selectors", "selector"),
        "published": "selector" if dated else article.published_source,
        "authors": _named_by(article.authors, selected("author"), evidence.bylines),
        "editors": _named_by(article.editors, selected("editor"), evidence.bylines),
    }
    return {name: rules.get(name) if getattr(article, name) else None for name in FIELDS}


def _named_by(names: list[str], selected: list[str], lines: list[Byline]) -> str | None:
    name = names[0].casefold() if names else ""
    if any(name in text.casefold() for text in selected):
        return "selector"
    return next((line.source or "printed" for line in lines if name in line.text.casefold()), "text")


def second_opinion(page: Page) -> str | None:
    """Return the text that trafilatura finds."""
    import trafilatura  # here: it costs start-up time

    text: str | None = trafilatura.extract(page.body, url=page.url, include_comments=False)
    return text


def agreement(one: str | None, other: str | None) -> float | None:
    """Return how many of their words two texts share, 0 to 1; `None` when one of them is empty.

    >>> agreement("Banjir di Demak surut", "Banjir di Demak surut."), agreement("Banjir surut", "Pilkada")
    (1.0, 0.0)
    """
    words = [Counter(_WORD.findall((text or "").casefold())) for text in (one, other)]
    sizes = [sum(bag.values()) for bag in words]
    if not all(sizes):
        return None
    return 2 * sum((words[0] & words[1]).values()) / sum(sizes)
