"""Compare a crawl's JSONL with what the sample newsroom really published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from newscrawl.sample.article import SampleArticle

END_MARK = "(*)"


def differences(article: SampleArticle, row: Mapping[str, Any]) -> dict[str, tuple[object, object]]:
    """Return what a JSONL line says otherwise than the truth: field → (truth, line).

    Publication times are compared to the minute, as printed. The end mark `(*)` may stay or go. A gallery has
    no text; whatever a line gives for it that is not a caption counts. `pages` of sosok is 1: all its pages
    come as one.
    """
    text = [p for p in (row["text"] or "").split("\n\n") if p]
    if text:
        text[-1] = text[-1].removesuffix(END_MARK).rstrip()
    source = row["syndicated_from"]
    pairs: dict[str, tuple[object, object]] = {
        "url": (article.url, row["url"]),
        "type": (article.kind, row["type"]),
        "title": (article.title, row["title"]),
        "text": (list(article.paragraphs), _less_captions(article, text)),
        "published": (_minute(article.published), _minute(row["published"])),
        "authors": (list(article.authors), row["authors"]),
        "editors": (list(article.editors), row["editors"]),
        "section": (article.section.casefold(), (row["section"] or [""])[-1].casefold()),
        "dateline": (article.dateline, row["dateline"]),
        "images": ([i.url for i in article.images], [i["url"] for i in row["images"]]),
        "captions": ([i.caption for i in article.images], [i["caption"] for i in row["images"]]),
        "credits": ([i.credit for i in article.images], [i["credit"] for i in row["images"]]),
        "related": ({link.url for link in article.related}, {link["url"] for link in row["related"]}),
        "pages": (article.pages if article.outlet == "rmol" else 1, row["pages"]),
        "syndicated_from": (
            article.syndicated_from and (article.syndicated_from.outlet, article.syndicated_from.title),
            source and (source["outlet"], source["title"]),
        ),
    }
    if article.era == "2026" or article.outlet == "sosok":  # the old template of rmol names no tags
        pairs["tags"] = (_folded(article.tags), _folded(row["tags"]))
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _less_captions(article: SampleArticle, text: list[str]) -> list[str]:
    captions = {i.caption for i in article.images} | {f"{i.caption}/{i.credit}" for i in article.images}
    return [p for p in text if p not in captions] if article.kind == "gallery" else text


def _minute(moment: datetime | str | None) -> float | None:
    if moment is None:
        return None
    time = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return time.timestamp() // 60


def _folded(words: Iterable[str]) -> set[str]:
    return {word.casefold() for word in words}
