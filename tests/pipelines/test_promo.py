from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.items import Article, Evidence, Extraction, Link, Paragraph, Removed
from pipelines.lexicon import table
from pipelines.promo import PromoStage, strip_promo

DATA = Path(__file__).parent / "data"
BODY = "Para nelayan di pesisir utara kembali melaut setelah gelombang tinggi mereda pada akhir pekan lalu."
ABOVE, BELOW = [Paragraph(BODY)], [Paragraph(BODY.replace("nelayan", "petani"))]
PLACES: dict[str, tuple[list[Paragraph], list[Paragraph]]] = {"top": ([], BELOW), "edge": (ABOVE, [])}


def load(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


LINES: dict[str, list[str]] = load("promo_lines.toml")
KEEP: list[str] = load("promo_keep.toml")["keep"]
CASES: list[dict[str, Any]] = load("promo_glued.toml")["case"]


def paragraph(row: str | dict[str, Any]) -> Paragraph:
    if isinstance(row, str):
        return Paragraph(row)
    return Paragraph(row["text"], tuple(Link(*pair) for pair in row["links"]))


def article(*paragraphs: Paragraph, **fields: Any) -> Article:
    return Article(
        id="kabar/1",
        outlet=None,
        url="https://kabar.example/read/1",
        extraction=Extraction(method="blocks"),
        fetched="2020-06-02T03:46:05Z",
        evidence=Evidence(paragraphs=list(paragraphs)),
        **fields,
    )


@pytest.mark.parametrize(("rule", "line"), [(rule, line) for rule, lines in LINES.items() for line in lines])
def test_a_promo_line_goes_by_its_rule_and_leaves_its_neighbours(rule: str, line: str) -> None:
    where = next(r.where for r in table() if r.id == rule)
    above, below = PLACES.get(where, (ABOVE, BELOW))
    cleaned = strip_promo([*above, Paragraph(line), *below])
    assert [r.rule for r in cleaned.removed] == [rule]
    assert cleaned.kept == [*above, *below]


@pytest.mark.parametrize("sentence", KEEP)
def test_a_sentence_that_looks_like_promo_stays_wherever_it_stands(sentence: str) -> None:
    for above, below in ((ABOVE, BELOW), ([], BELOW), (ABOVE, []), ([], [])):
        paragraphs = [*above, Paragraph(sentence), *below]
        cleaned = strip_promo(paragraphs)
        assert cleaned.removed == []
        assert cleaned.kept == paragraphs


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.get("why", case["paragraphs"][0]))
def test_what_is_glued_or_goes_together(case: dict[str, Any]) -> None:
    cleaned = strip_promo(
        [paragraph(row) for row in case["paragraphs"]], title=case.get("title"), outlet=case.get("outlet")
    )
    assert [p.text for p in cleaned.kept] == case["kept"]
    assert [[r.text, r.rule] for r in cleaned.removed] == case["removed"]
    assert [[link.title, link.url] for link in cleaned.related] == case.get("related", [])


def test_the_tables_are_as_large_as_the_language_needs() -> None:
    assert sum(map(len, LINES.values())) >= 200
    assert len(KEEP) >= 100
    assert len(set(KEEP)) == len(KEEP)


def test_a_kept_paragraph_keeps_the_links_of_its_own_words() -> None:
    water, flood = (
        Link("air surut", "https://kabar.example/tag/air"),
        Link("Tanggul Jebol", "https://kabar.example/1"),
    )
    (kept,) = strip_promo(
        [Paragraph("Sejak air surut warga pulang. Baca juga: Tanggul Jebol", (water, flood))]
    ).kept
    assert kept == Paragraph("Sejak air surut warga pulang.", (water,))


def test_a_source_line_is_put_aside_with_its_links() -> None:
    line = Paragraph(
        "Artikel ini telah tayang di Kontan dengan judul “Emas”", (Link("Emas", "https://kontan.example/1"),)
    )
    assert strip_promo([line]).sources == [line]


def test_the_same_target_is_related_once_under_its_first_title() -> None:
    first = Paragraph("Baca Juga: Tanggul Jebol", (Link("Tanggul Jebol", "https://kabar.example/1"),))
    again = Paragraph("Simak juga: Tanggul itu", (Link("Tanggul itu", "https://kabar.example/1"),))
    assert strip_promo([first, again]).related == [Link("Tanggul Jebol", "https://kabar.example/1")]


# What extraction may hand over: lines of the tables, alone, glued to text or to one another, linked or not.
SCRAPS = st.sampled_from(
    [line for lines in LINES.values() for line in lines]
    + KEEP
    + [BODY, "", " ", "Tanggul Jebol", "Warga Lereng Menunggu Hujan", "(", ")", "(*)", "Baca juga:", "“"]
    + [row if isinstance(row, str) else row["text"] for case in CASES for row in case["paragraphs"]]
)
TEXTS = st.builds(
    lambda parts, glue: glue.join(parts),
    st.lists(SCRAPS | st.text(max_size=12), min_size=1, max_size=4),
    st.sampled_from(["", " ", ". ", "\n", "  ", ": ", " İ "]),
)


@st.composite
def linked(draw: st.DrawFn) -> Paragraph:
    text = draw(TEXTS)
    links = []
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(text)))
        title = draw(st.sampled_from([text[start : start + 20], text[start:], text, "Tanggul Jebol", None]))
        links.append(
            Link(title, draw(st.sampled_from(["https://kabar.example/1", "https://kabar.example/2", "#"])))
        )
    return Paragraph(text, tuple(links))


PAGES = st.lists(linked(), max_size=7)
TITLES = st.none() | SCRAPS


def letters(texts: list[str]) -> Counter[str]:
    return Counter("".join("".join(text.split()) for text in texts))


@given(PAGES, TITLES)
def test_cleaning_again_changes_nothing(page: list[Paragraph], title: str | None) -> None:
    once = strip_promo(page, title=title)
    again = strip_promo(once.kept, title=title)
    assert again.kept == once.kept
    assert again.removed == []


@given(PAGES, TITLES)
def test_kept_and_removed_together_are_what_was_there(page: list[Paragraph], title: str | None) -> None:
    cleaned = strip_promo(page, title=title)
    after = [p.text for p in cleaned.kept] + [r.text for r in cleaned.removed]
    assert letters(after) == letters([p.text for p in page])


@given(PAGES, TITLES)
def test_nothing_is_invented(page: list[Paragraph], title: str | None) -> None:
    cleaned = strip_promo(page, title=title)
    source = iter("".join("".join(p.text.split()) for p in page))
    assert all(c in source for p in cleaned.kept for c in "".join(p.text.split()))  # a subsequence, in order
    links = {(link.title, link.url) for p in page for link in p.links}
    assert {(link.title, link.url) for p in cleaned.kept for link in p.links} <= links
    assert {link.url for link in cleaned.related} <= {url for _, url in links}


class Stats(Counter[str]):
    def inc_value(self, key: str, count: int = 1) -> None:
        self[key] += count


def test_the_stage_sets_the_text_and_says_what_it_took() -> None:
    stats = Stats()
    tide = Link("Tanggul Jebol", "https://kabar.example/1")
    item = PromoStage(stats).process_item(
        article(
            Paragraph(BODY), Paragraph("Baca Juga: Tanggul Jebol", (tide,)), Paragraph("Warga pulang. (*)")
        )
    )
    assert item.text == f"{BODY}\n\nWarga pulang."
    assert [p.text for p in item.evidence.paragraphs] == [BODY, "Warga pulang."]
    assert item.removed == [
        Removed("Baca Juga: Tanggul Jebol", "promo.baca-juga"),
        Removed("(*)", "end-mark.star-glued"),
    ]
    assert item.related == [tide]
    assert stats == {"promo/lines": 2, "promo/promo.baca-juga": 1, "promo/end-mark.star-glued": 1}


def test_the_stage_adds_to_what_extraction_found() -> None:
    tide = Link("Tanggul Jebol", "https://kabar.example/1")
    known = Link("Tanggul", "https://kabar.example/1")
    item = article(
        Paragraph("Baca Juga: Tanggul Jebol", (tide,)),
        related=[known],
        removed=[Removed("Iklan", "ad.label")],
    )
    PromoStage().process_item(item)
    assert item.related == [known]
    assert [r.rule for r in item.removed] == ["ad.label", "promo.baca-juga"]


def test_an_article_without_text_has_none() -> None:
    assert PromoStage().process_item(article()).text is None
    assert PromoStage().process_item(article(Paragraph("FOLLOW US"))).text is None


def test_the_outlet_of_the_article_chooses_its_rules() -> None:
    item = article(Paragraph("Adv"), Paragraph("Warga pulang."))
    item.outlet = "sosok"
    assert PromoStage().process_item(item).text == "Warga pulang."
