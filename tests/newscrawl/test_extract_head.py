"""Printed dates and names, wherever a template puts them; see head_cases.toml."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from newscrawl.items import Article
from tests.newscrawl.test_extract_newsrooms import fill, read

TABLE = tomllib.loads(Path(__file__).with_name("head_cases.toml").read_text(encoding="utf-8"))
TEXT = [fill(f"@{n}") for n in range(1, 5)]


def page(line: str, place: str, name: str) -> Article:
    places = dict.fromkeys(("above", "below", "opening", "closing"), "")
    places[place] = f'<div class="{name}">{line}</div>'
    return read(
        {
            "page": "<html><head><title>Pasar Ikan Lama Ditutup Enam Bulan</title></head><body>"
            f"<nav><a href=/>Home</a></nav><div>{places['above']}<h1>Pasar Ikan Lama Ditutup Enam Bulan</h1>"
            f"{places['below']}<div>{places['opening']}<p>@1</p><p>@2</p><p>@3</p><p>@4</p>{places['closing']}"
            "</div></div></body></html>"
        }
    )


@pytest.mark.parametrize(("line", "want"), TABLE["dates"].items())
def test_a_date_line_is_read_around_the_headline(line: str, want: str) -> None:
    for place in ("above", "below", "opening"):
        for name in ("q2", "tanggal"):
            found = page(line, place, name)
            assert not want or (found.published or "").startswith(want), (place, name)
            assert (found.text or "").split("\n\n") == TEXT, (place, name)


@pytest.mark.parametrize("case", TABLE["byline"], ids=lambda case: case["line"])
def test_a_byline_is_read_above_and_below_the_text(case: dict[str, Any]) -> None:
    for place in ("below", "opening", "closing"):
        for name in ("q2", "author"):
            found = page(case["line"], place, name)
            if place != "closing" or case.get("ends", True):
                people = found.authors, found.editors
                assert people == (case["authors"], case.get("editors", [])), (place, name)
            assert (found.text or "").split("\n\n") == TEXT, (place, name)
