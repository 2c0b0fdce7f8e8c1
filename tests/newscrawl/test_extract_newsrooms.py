"""Whole pages of newsrooms without an outlet file, read and cleaned as a crawl does it."""

import html
import json
import re
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from newscrawl.extract import Page, extract
from newscrawl.items import Article
from pipelines.authors import AuthorsStage
from pipelines.dates import DatesStage
from pipelines.promo import PromoStage
from pipelines.sources import SourcesStage

TABLE = tomllib.loads(Path(__file__).with_name("newsroom_cases.toml").read_text(encoding="utf-8"))
SENTENCES: dict[str, str] = TABLE["sentences"]
STAGES = (PromoStage(), DatesStage(), AuthorsStage(), SourcesStage())
FETCHED = datetime(2020, 6, 9, 12, tzinfo=UTC)
SCRIPT = re.compile(r"<script.*?</script>", re.DOTALL)


def fill(text: str, write: Callable[[str], str] = str) -> str:
    return re.sub(r"@([1-9a-d])\b", lambda match: write(SENTENCES[match[1]]), text)


def document(page: str) -> str:
    """Fill in the sentences: as JSON strings inside scripts, as markup elsewhere."""
    scripted = SCRIPT.sub(lambda match: fill(match[0], lambda text: json.dumps(text)[1:-1]), page)
    return fill(scripted, lambda text: html.escape(text, quote=False))


def read(case: dict[str, Any]) -> Article:
    url = case.get("url", "https://warta.example/kota/12/pasar-ikan-lama")
    article = extract(Page(url, document(case["page"]).encode(), FETCHED), None)
    for stage in STAGES:
        article = stage.process_item(article)
    return article


SEEN: dict[str, Callable[[Article], object]] = {
    "title": lambda a: a.title,
    "type": lambda a: a.type,
    "language": lambda a: a.language,
    "published": lambda a: (a.published or "")[: 10 if a.published_precision == "day" else None],
    "authors": lambda a: a.authors,
    "editors": lambda a: a.editors,
    "text": lambda a: (a.text or "").split("\n\n"),
}


@pytest.mark.parametrize("case", TABLE["case"], ids=lambda case: case["name"].replace(" ", "-"))
def test_newsroom(case: dict[str, Any]) -> None:
    found = read(case)
    for key in SEEN.keys() & case.keys():
        want = [fill(text) for text in case[key]] if key == "text" else case[key]
        assert SEEN[key](found) == want, key
    for line in case.get("has", ()):
        assert fill(line) in (found.text or "")
    for line in case.get("lacks", ()):
        assert line not in (found.text or "")


def test_names_of_what_is_expected_are_known() -> None:
    known = {"name", "page", "url", "has", "lacks", *SEEN}
    assert all(set(case) <= known for case in TABLE["case"])
