"""Bylines: the table of strings, how the bylines of one article are put together, and the stage."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.items import Article, Byline, Evidence, Extraction, Removed
from pipelines.authors import AuthorsStage, key, merge, parse_byline

CASES = json.loads((Path(__file__).parent / "data" / "bylines.json").read_text(encoding="utf-8"))


def case_param(case: dict[str, Any]) -> Any:
    marks = [pytest.mark.xfail(reason=case["xfail"], strict=True)] if "xfail" in case else []
    return pytest.param(case, id=case["text"] or "empty", marks=marks)


@pytest.mark.parametrize("case", [case_param(case) for case in CASES])
def test_byline(case: dict[str, Any]) -> None:
    names = parse_byline(case["text"], case.get("role"))
    assert ([*names.authors], [*names.editors]) == (case["authors"], case.get("editors", []))


def test_the_table_is_large_enough() -> None:
    assert len({(case["text"], case.get("role")) for case in CASES}) >= 80


WORDS = """
Penulis: Editor: Oleh LAPORAN: Kontributor dan & | / , ; ( ) [ - – SITI Maryam bin S.H. M. Redaksi detikNews 2
Juni <a &lt; @x Lhokseumawe, Jakarta Foto: abc/xyz ANTARA
"""
LINES = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(WORDS.split()), max_size=10).map(" ".join))
ROLES = st.sampled_from([None, "author", "editor"])


@given(LINES, ROLES)
def test_invents_no_letter_and_names_nobody_twice(text: str, role: Any) -> None:
    names = parse_byline(text, role)
    for people in (names.authors, names.editors):
        assert all(name.strip() == name != "" for name in people)
        assert len({key(name) for name in people}) == len(people)
    if "&" not in text and "<" not in text:
        letters = key(text)
        assert all(key(part) in letters for name in names.authors for part in name.split())


@pytest.mark.parametrize(
    ("lines", "authors", "editors"),
    [
        pytest.param([], [], [], id="nothing"),
        pytest.param(
            [Byline("Penulis: Siti Maryam"), Byline("Kabar Cyber Media", "author")],
            ["Siti Maryam"],
            [],
            id="printed words before the site's name in metadata",
        ),
        pytest.param(
            [
                Byline("Rahmat Hidayat", "author"),
                Byline("Penulis: Siti Maryam"),
                Byline("Editor: Rahmat Hidayat"),
            ],
            ["Siti Maryam"],
            ["Rahmat Hidayat"],
            id="metadata names the editor as author",
        ),
        pytest.param(
            [Byline("Rahmat Hidayat", "author"), Byline("Editor: RAHMAT HIDAYAT")],
            [],
            ["Rahmat Hidayat"],
            id="metadata names the editor, and no author is printed",
        ),
        pytest.param(
            [Byline("Oleh Siti Maryam"), Byline("Editor: Siti Maryam")],
            ["Siti Maryam"],
            ["Siti Maryam"],
            id="printed as both",
        ),
        pytest.param(
            [Byline("Siti Maryam"), Byline("SITI MARYAM", "author"), Byline("Siti Maryam | 2 Juni 2020")],
            ["Siti Maryam"],
            [],
            id="one person three times",
        ),
        pytest.param(
            [Byline("Siti Maryam", "author"), Byline("BUDI SANTOSO, AGUS SALIM", None, "text")],
            ["Siti Maryam", "Budi Santoso", "Agus Salim"],
            [],
            id="closing line of the text names more",
        ),
        pytest.param(
            [Byline("SITI MARYAM, BUDI SANTOSO"), Byline("Siti Maryam", "author")],
            ["Siti Maryam", "Budi Santoso"],
            [],
            id="a line that repeats the metadata and names more",
        ),
        pytest.param(
            [Byline("Bantuan Pelanggan"), Byline("Mode Malam"), Byline("Siti Maryam", "author")],
            ["Siti Maryam"],
            [],
            id="lines that only look like names",
        ),
        pytest.param(
            [Byline("Siti Maryam"), Byline("Mode Malam")], ["Siti Maryam"], [], id="the first such line"
        ),
        pytest.param(
            [
                Byline("Author"),
                Byline("Siti Maryam"),
                Byline("Editor"),
                Byline("Rahmat"),
                Byline("Salin Tautan"),
            ],
            ["Siti Maryam"],
            ["Rahmat"],
            id="roles on lines of their own",
        ),
        pytest.param([Byline("", "author"), Byline("Redaksi", "author")], [], [], id="empty metadata"),
        pytest.param([Byline("Oleh Kabar.com")], ["Kabar.com"], [], id="the outlet signs in print"),
        pytest.param([Byline("Kabar.com")], ["Kabar.com"], [], id="the outlet signs without a word"),
        pytest.param([Byline("Kabar.com", "author")], [], [], id="the outlet signs in metadata"),
        pytest.param([Byline("Kabar", "author")], [], [], id="the outlet's name in metadata"),
        pytest.param(
            [Byline("Kabar.com", "author", "printed")],
            ["Kabar.com"],
            [],
            id="the outlet signs in its byline box",
        ),
        pytest.param(
            [Byline("Oleh Kabar.com"), Byline("Reporter: Siti Maryam")],
            ["Siti Maryam"],
            [],
            id="a person before the outlet",
        ),
        pytest.param([Byline("Oleh ANTARA")], [], [], id="an agency is a source, not an author"),
    ],
)
def test_merge(lines: list[Byline], authors: list[str], editors: list[str]) -> None:
    assert merge(lines, host="www.kabar.com", outlet="kabar") == (authors, editors)


class Counts(dict[str, int]):
    def inc_value(self, key: str, count: int = 1) -> None:
        self[key] = self.get(key, 0) + count


def article(bylines: list[Byline], removed: tuple[Removed, ...] = ()) -> Article:
    return Article(
        id="rmol-1",
        outlet="rmol",
        url="https://rmol.id/politik/read/2020/06/02/1/judul",
        fetched="2020-06-02T04:00:00Z",
        extraction=Extraction("blocks"),
        evidence=Evidence(bylines=bylines),
        removed=list(removed),
    )


def test_stage_sets_authors_and_editors() -> None:
    counts = Counts()
    item = AuthorsStage(counts).process_item(
        article([Byline("LAPORAN: SITI MARYAM"), Byline("EDITOR : RAHMAT")])
    )
    assert (item.authors, item.editors, counts) == (["Siti Maryam"], ["Rahmat"], {})


def test_stage_reads_bylines_that_cleaning_took_out_and_nothing_else() -> None:
    removed = (
        Removed("Penulis: Siti Maryam", "byline.role"),
        Removed("Penulis: Budi Santoso", "promo.read-also"),
    )
    assert AuthorsStage().process_item(article([], removed)).authors == ["Siti Maryam"]


def test_stage_leaves_an_unsigned_article_without_authors_and_counts_it() -> None:
    counts = Counts()
    item = AuthorsStage(counts).process_item(article([Byline("rmolnetwork", "author")]))
    assert (item.authors, item.editors, counts) == ([], [], {"authors/missing": 1})
