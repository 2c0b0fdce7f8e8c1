from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from newscrawl.items import Article, Evidence, Extraction, Link, Paragraph, Syndication
from pipelines.promo import PromoStage
from pipelines.sources import SourcesStage, syndication

TABLE = tomllib.loads((Path(__file__).parent / "data" / "syndication.toml").read_text(encoding="utf-8"))
CASES: list[dict[str, Any]] = TABLE["case"]
NONE: list[dict[str, str]] = TABLE["none"]


def article(*paragraphs: Paragraph) -> Article:
    return Article(
        id="kabar/1",
        outlet=None,
        url="https://kabar.example/read/1",
        extraction=Extraction(method="blocks"),
        fetched="2020-06-02T03:46:05Z",
        evidence=Evidence(paragraphs=list(paragraphs)),
    )


def processed(*paragraphs: Paragraph) -> Article:
    return SourcesStage().process_item(PromoStage().process_item(article(*paragraphs)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["line"])
def test_a_source_line_is_read(case: dict[str, Any]) -> None:
    links = [Link(*pair) for pair in case.get("links", [])]
    want = Syndication(case.get("outlet"), case.get("title"), case.get("url"))
    assert syndication(case["line"], links) == want


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["line"])
def test_a_source_line_is_not_left_in_the_text(case: dict[str, Any]) -> None:
    item = processed(Paragraph("Harga emas turun."), Paragraph(case["line"]))
    assert item.text == "Harga emas turun."
    assert item.removed[0].rule.startswith("syndication.")


@pytest.mark.parametrize("case", NONE, ids=lambda case: case["line"] or "nothing")
def test_attribution_is_not_syndication(case: dict[str, str]) -> None:
    assert syndication(case["line"]) is None
    assert processed(Paragraph(case["line"])).syndicated_from is None


def test_the_table_has_thirty_lines() -> None:
    assert len(CASES) >= 30


def test_the_stage_knows_the_link_of_a_removed_line() -> None:
    link = Link("Emas Turun", "https://kontan.example/news/emas-turun")
    line = Paragraph("Artikel ini pernah tayang di Kontan dengan judul “Emas Turun”", (link,))
    item = processed(Paragraph("Harga emas turun."), line)
    assert item.syndicated_from == Syndication("Kontan", "Emas Turun", link.url)
    assert item.related == []


def test_a_line_glued_to_the_last_sentence_counts_too() -> None:
    item = processed(
        Paragraph("Harga turun. (*) Artikel ini telah tayang di Kontan dengan judul “Emas Turun”")
    )
    assert item.text == "Harga turun."
    assert item.syndicated_from == Syndication("Kontan", "Emas Turun")


def test_the_line_that_says_most_wins() -> None:
    item = processed(
        Paragraph("Sumber: ANTARA"), Paragraph("Artikel ini telah tayang di Kontan dengan judul “Emas Turun”")
    )
    assert item.syndicated_from == Syndication("Kontan", "Emas Turun")


def test_no_line_no_source() -> None:
    assert processed(Paragraph("Harga emas turun.")).syndicated_from is None


class Stats(Counter[str]):
    def inc_value(self, key: str, count: int = 1) -> None:
        self[key] += count


def test_the_stage_counts_and_leaves_what_is_known() -> None:
    stats = Stats()
    stage = SourcesStage(stats)
    item = article()
    item.evidence.sources = [Paragraph("Sumber: ANTARA")]
    assert stage.process_item(item).syndicated_from == Syndication("ANTARA")
    item.evidence.sources = [Paragraph("Sumber: Reuters")]
    assert stage.process_item(item).syndicated_from == Syndication("ANTARA")
    assert stats == {"sources/syndicated": 1}
