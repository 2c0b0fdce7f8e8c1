from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from newscrawl.fetch.blocks import classify, rules, visible_text

CASES = tomllib.loads(Path(__file__).with_name("block_cases.toml").read_text("utf-8"))


def name_of(case: dict[str, Any]) -> str:
    return str(case["name"])


@pytest.mark.parametrize("case", CASES["block"], ids=name_of)
def test_block_page_is_known(case: dict[str, Any]) -> None:
    assert classify(case["status"], case.get("headers", {}), case["body"].encode()) == case["kind"]


@pytest.mark.parametrize("case", CASES["page"], ids=name_of)
def test_page_is_no_block_page(case: dict[str, Any]) -> None:
    assert classify(case["status"], case.get("headers", {}), case["body"].encode()) is None


def test_long_article_about_blocks_is_no_block_page() -> None:
    phrases = " ".join(phrase for rule in rules() for phrase in rule.phrases)
    filler = "<p>Isi berita.</p>" * 300
    body = f"<html><title>Mengapa situs meminta verifikasi</title><body><p>{phrases}</p>{filler}"
    assert classify(200, {}, body.encode()) is None


def test_each_rule_has_a_case() -> None:
    assert {rule.kind for rule in rules()} == {case["kind"] for case in CASES["block"]} - {
        "http-403",
        "http-429",
        "empty-shell",
    }


@pytest.mark.parametrize(
    "body", ["<script" * 100_000, "<!--" * 100_000, "<" * 1_000_000, "<title>" * 100_000, "\0" * 9]
)
def test_hostile_markup_is_read_in_linear_time(body: str) -> None:
    assert classify(200, {}, body.encode()) in {None, "empty-shell"}
    assert visible_text(body) is not None
