"""Copies of one story across outlets are found, and texts that only look alike are not taken for them."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from newscrawl.export.likeness import bands, likeness, same_story
from newscrawl.export.run import Order, export
from newscrawl.export.selection import Selection
from newscrawl.export.stories import Member, source_of
from newscrawl.items import Article, Syndication
from tests.newscrawl.export.labelled import Labelled, labelled
from tests.newscrawl.export.lines import article, write
from tests.newscrawl.export.test_export_run import FACTS

SET = labelled()
LEAST = 0.95  # precision and recall


def told_apart(pairs: Iterable[tuple[Labelled, Labelled, bool]]) -> tuple[float, float]:
    """Return precision and recall of what was taken for the same event."""
    found = Counter((a.event == b.event, same) for a, b, same in pairs)
    right = found[True, True]
    return right / (right + found[False, True]), right / (right + found[True, False])


def test_the_set_has_copies_of_every_kind_and_hard_negatives() -> None:
    assert len(SET) == 240
    assert min(Counter(entry.event for entry in SET).values()) == 8
    originals = [entry for entry in SET if entry.how == "original"]
    close = [
        (a.event, b.event)
        for a, b in combinations(originals, 2)
        if (x := likeness(a.text)) and (y := likeness(b.text)) and len(x.shingles & y.shingles) > 15
    ]
    assert len(close) >= 30, "templates must share much of their text"


def test_pairs_of_texts_are_told_apart() -> None:
    known = [(entry, bands(entry.text), likeness(entry.text)) for entry in SET]
    precision, recall = told_apart(
        (a, b, bool(p & q) and x is not None and y is not None and same_story(x, y))
        for (a, p, x), (b, q, y) in combinations(known, 2)
    )
    print(f"pairs: precision {precision:.3f}, recall {recall:.3f}")
    assert precision >= LEAST
    assert recall >= LEAST


def exported(tmp_path: Path, *articles: Article, **words: Any) -> list[dict[str, Any]]:
    out = tmp_path / "news.jsonl"
    order = Order(out, "jsonl", write(tmp_path, *articles), Selection(), stories=True, **words)
    export(order, FACTS)
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def test_groups_of_a_whole_export_are_told_apart(tmp_path: Path) -> None:
    outlets = ("rmol", "sosok", "detik", "kompas", "tempo", "viva", "tirto", "jpnn")
    order = [(n * 89) % len(SET) for n in range(len(SET))]
    rows = exported(
        tmp_path,
        *(article(n % 28, id=f"a-{n:03}", outlet=outlets[n % 8], text=SET[n].text) for n in order),
    )
    by_set = sorted(rows, key=lambda row: row["id"])
    pairs = combinations(zip(SET, by_set, strict=True), 2)
    precision, recall = told_apart((a, b, x["story"] == y["story"]) for (a, x), (b, y) in pairs)
    print(f"groups: precision {precision:.3f}, recall {recall:.3f}")
    assert precision >= LEAST
    assert recall >= LEAST
    stories = defaultdict(list)
    for row in rows:
        stories[row["story"]].append(row)
    for story, members in stories.items():
        first = min(members, key=lambda row: (row["published"], row["id"]))
        assert story == first["id"]
        assert [row["id"] for row in members if row["story_earliest"]] == [story]
        assert {row["story_source"] for row in members} <= {None, story}
        assert first["story_source"] is None


NEWS = SET[0].text
COPY = next(entry.text for entry in SET if entry.how == "edited lead" and entry.event == 0)
OTHER = next(entry.text for entry in SET if entry.event == 2)


def test_a_copy_points_at_its_source_even_when_that_is_dated_later(tmp_path: Path) -> None:
    source = article(
        5, id="antaranews-1", outlet="antaranews", url="https://www.antaranews.com/berita/1/x", text=NEWS
    )
    link = Syndication("ANTARA", None, "http://antaranews.com/berita/1/x?utm_source=rss")
    copy = article(3, text=COPY, syndicated_from=link)
    rows = {row["id"]: row for row in exported(tmp_path, source, copy, article(4, text=OTHER))}
    assert rows["rmol-0003"]["story_earliest"] is True
    assert rows["rmol-0003"]["story_source"] == "antaranews-1"
    assert rows["antaranews-1"]["story"] == "rmol-0003"
    alone = rows["rmol-0004"]
    assert (alone["story"], alone["story_earliest"], alone["story_source"]) == ("rmol-0004", True, None)


def member(name: str, at: int, **facts: Any) -> Member:
    given: dict[str, Any] = {
        "addresses": frozenset({f"{name}.id/1"}),
        "source_url": None,
        "source_outlet": None,
    }
    return Member(row=at, at=at, id=name, outlet=name, **{**given, **facts})


SOURCES: list[tuple[dict[str, Any], str | None]] = [
    ({}, "kompas"),
    ({"source_outlet": "Antara News"}, "antaranews"),
    ({"source_outlet": "detikcom"}, "kompas"),
    ({"source_url": "antaranews.id/1"}, "antaranews"),
    ({"source_url": "luar.id/9", "source_outlet": "ANTARANEWS.com"}, "antaranews"),
]


@pytest.mark.parametrize(("facts", "expected"), SOURCES)
def test_the_source_is_the_one_named_else_the_earliest(facts: dict[str, Any], expected: str) -> None:
    copy = member("rmol", 9, **facts)
    members = [member("kompas", 1), member("antaranews", 2), copy]
    assert source_of(copy, members, {"kompas": "Kompas.com", "antaranews": "ANTARA News"}) == expected
    assert source_of(members[0], members, {}) is None


def test_all_versions_of_an_article_are_of_one_story(tmp_path: Path) -> None:
    rows = exported(
        tmp_path,
        article(1, text=NEWS),
        article(1, version=2, text=COPY),
        article(2, text=COPY),
        versions=True,
    )
    assert [(r["id"], r["version"], r["story"], r["story_earliest"]) for r in rows] == [
        ("rmol-0001", 1, "rmol-0001", True),
        ("rmol-0001", 2, "rmol-0001", True),
        ("rmol-0002", 1, "rmol-0001", False),
    ]


def test_short_and_missing_texts_stay_alone(tmp_path: Path) -> None:
    rows = exported(
        tmp_path,
        article(1, text="Foto: warga."),
        article(2, text="Foto: warga."),
        article(3, text=None),
        article(4, text=None),
    )
    assert [row["story"] for row in rows] == [row["id"] for row in rows]


def test_hundreds_of_equal_texts_are_one_story(tmp_path: Path) -> None:
    rows = exported(
        tmp_path, *(article(n, published="2026-11-01T08:00:00+07:00", text=NEWS) for n in range(300))
    )
    assert {row["story"] for row in rows} == {"rmol-0000"}
