"""Generic extraction over the shapes of pages in extract_cases.toml."""

import re
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from newscrawl.extract import Page, extract
from newscrawl.items import Article

TABLE = tomllib.loads(Path(__file__).with_name("extract_cases.toml").read_text(encoding="utf-8"))
SENTENCES = TABLE["sentences"]
FETCHED = datetime(2020, 6, 3, 12, tzinfo=UTC)


def fill(text: str) -> str:
    return re.sub(r"@(\d)", lambda match: str(SENTENCES[match[1]]), text)


def article(case: dict[str, Any]) -> Article:
    in_json = {name: text.replace('"', '\\\\"') for name, text in SENTENCES.items()}
    head = re.sub(r"@(\d)", lambda match: in_json[match[1]].replace("\\\\", "\\"), case.get("head", ""))
    html = f"<!DOCTYPE html><html lang=id><head>{head}</head><body>{fill(case['page'])}</body></html>"
    return extract(Page(case.get("url", "https://warta.example/1"), html.encode(), FETCHED), None)


SEEN: dict[str, Callable[[Article], object]] = {
    "title": lambda a: a.title,
    "type": lambda a: a.type,
    "language": lambda a: a.language,
    "dateline": lambda a: a.dateline,
    "tags": lambda a: a.tags,
    "section": lambda a: a.section,
    "method": lambda a: a.extraction.method,
    "warnings": lambda a: a.extraction.warnings,
    "text": lambda a: [p.text for p in a.evidence.paragraphs],
    "kinds": lambda a: {str(i): p.kind for i, p in enumerate(a.evidence.paragraphs) if p.kind != "p"},
    "published": lambda a: [d.text for d in a.evidence.published],
    "published_first": lambda a: a.evidence.published[0].text,
    "modified": lambda a: [d.text for d in a.evidence.modified],
    "bylines": lambda a: [b.text for b in a.evidence.bylines],
    "related": lambda a: [link.title for link in a.related],
    "images": lambda a: [[i.url, i.caption, i.credit] for i in a.images],
    "next_page": lambda a: a.evidence.next_page or "",
}


@pytest.mark.parametrize("case", TABLE["case"], ids=lambda case: case["name"].replace(" ", "-"))
def test_shape(case: dict[str, Any]) -> None:
    found = article(case)
    for key, want in case.items():
        if key in SEEN:
            want = [fill(text) for text in want] if key == "text" else want
            assert SEEN[key](found) == want, key
    for line in case.get("removed", ()):
        assert line in [removed.text for removed in found.removed]


def test_extraction_is_deterministic() -> None:
    for case in TABLE["case"]:
        assert article(case) == article(case)


def test_names_of_what_is_expected_are_known() -> None:
    known = {"name", "page", "head", "url", "removed", *SEEN}
    assert all(set(case) <= known for case in TABLE["case"])
