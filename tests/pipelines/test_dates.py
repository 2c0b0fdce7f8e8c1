"""Dates: the table of strings, the choice between the dates of a page, and the stage."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.items import Article, DateText, Evidence, Extraction, Removed
from pipelines.dates import CLOCK_SKEW, DatesStage, Order, choose, parse_date

DATA = Path(__file__).parent / "data"
TABLE = json.loads((DATA / "dates.json").read_text(encoding="utf-8"))
CHOICES = json.loads((DATA / "dates_choice.json").read_text(encoding="utf-8"))


def name(case: dict[str, Any]) -> str:
    return str(case.get("name") or case["text"] or "empty")


@pytest.mark.parametrize("case", TABLE["cases"], ids=name)
def test_string(case: dict[str, Any]) -> None:
    given = TABLE["defaults"] | case
    fetched = datetime.fromisoformat(given["fetched"])
    parsed = parse_date(case["text"], fetched=fetched, zone=given["zone"], order=given["order"])
    assert (parsed.moment and parsed.moment.isoformat(), parsed.precision, parsed.warning) == (
        case["moment"],
        case["precision"],
        case.get("warning"),
    )
    assert parsed.updated is case.get("updated", False)
    if "printed" in case:
        assert parsed.text == case["printed"]


@pytest.mark.parametrize("case", CHOICES["cases"], ids=name)
def test_choice(case: dict[str, Any]) -> None:
    given = CHOICES["defaults"] | case
    dates = [DateText(source, text) for source, text in case["dates"]]
    fetched = datetime.fromisoformat(given["fetched"])
    chosen = choose(dates, fetched=fetched, zone=given["zone"])
    assert {
        "moment": chosen.moment and chosen.moment.isoformat(),
        "precision": chosen.precision,
        "source": chosen.source,
        "warnings": sorted(chosen.warnings),
    } == {
        "moment": case["moment"],
        "precision": case["precision"],
        "source": case["source"],
        "warnings": sorted(case.get("warnings", [])),
    }


def test_the_tables_are_large_enough() -> None:
    assert len({(c["text"], c.get("fetched"), c.get("zone"), c.get("order")) for c in TABLE["cases"]}) >= 150
    assert len(CHOICES["cases"]) >= 30


PIECES = """
Senin Jum'at Sabtu, Mei Agst Oktober Nop July th 31 02 1 2 20 2020 1999 29/02/2019 31/12/2021 12/31/1969 10:46
25:61 07.05 WIB WITA Z +0700 -12:00 T - | , ( ) / kemarin lalu jam menit yang hari ini pukul pm 9999-12-31
Diperbarui 1591069565 99999999999999 &#39; <b> 0001-01-01T00:00
"""
PARTS = st.sampled_from(PIECES.split())
MOMENTS = st.datetimes(datetime(1996, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
ZONES = st.sampled_from(["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura", "America/New_York"])
ORDERS: st.SearchStrategy[Order] = st.sampled_from(["DMY", "MDY", "YMD"])


@given(st.one_of(st.text(max_size=60), st.lists(PARTS, max_size=8).map(" ".join)), MOMENTS, ZONES, ORDERS)
def test_never_raises_and_never_returns_a_date_after_the_fetch(
    text: str, fetched: datetime, zone: str, order: Order
) -> None:
    parsed = parse_date(text, fetched=fetched, zone=zone, order=order)
    assert (parsed.moment is None) == (parsed.precision is None)
    if parsed.moment is None:
        assert parsed.warning
    else:
        assert parsed.moment.tzinfo is not None
        assert parsed.moment <= fetched + CLOCK_SKEW
    if parsed.precision == "day":
        assert parsed.moment
        assert parsed.moment.time() == datetime.min.time()


SOURCES = st.sampled_from(["printed", "json-ld", "meta:date", "time", "feed", "sitemap", "url", "new"])
DATES = st.builds(DateText, SOURCES, st.lists(PARTS, max_size=5).map(" ".join))


@given(st.lists(DATES, max_size=5), MOMENTS, ZONES)
def test_never_chooses_a_date_after_the_fetch(dates: list[DateText], fetched: datetime, zone: str) -> None:
    chosen = choose(dates, fetched=fetched, zone=zone)
    assert chosen.moment is None or chosen.moment <= fetched + CLOCK_SKEW


class Counts(dict[str, int]):
    def inc_value(self, key: str, count: int = 1) -> None:
        self[key] = self.get(key, 0) + count


def article(evidence: Evidence, removed: tuple[str, ...] = ()) -> Article:
    return Article(
        id="rmol-1",
        outlet="rmol",
        url="https://rmol.id/politik/read/2020/06/02/1/judul",
        fetched="2020-06-02T04:00:00Z",
        extraction=Extraction("blocks"),
        evidence=evidence,
        removed=[Removed(text, "date-line.printed") for text in removed],
    )


def test_stage_writes_what_it_chose_and_counts_it() -> None:
    counts = Counts()
    dates = [
        DateText("json-ld", "2020-06-02T10:46:05Z"),
        DateText("printed", "Selasa, 2 Juni 2020 10:46 WIB"),
    ]
    item = DatesStage(counts).process_item(article(Evidence(published=dates)))
    assert item.published == "2020-06-02T10:46:05+07:00"
    assert (item.published_precision, item.published_source) == ("second", "printed")
    assert item.published_text == "Selasa, 2 Juni 2020 10:46 WIB"
    assert item.extraction.warnings == ["date.meta-offset"]
    assert counts == {"dates/source/printed": 1, "dates/warning/date.meta-offset": 1}


def test_stage_leaves_a_page_without_dates_undated() -> None:
    counts = Counts()
    item = DatesStage(counts).process_item(article(Evidence(published=[DateText("printed", "Redaksi")])))
    assert (item.published, item.published_precision, item.published_text, item.modified) == (None,) * 4
    assert counts == {"dates/missing": 1, "dates/warning/date.unreadable": 1}


def test_stage_works_without_stats() -> None:
    evidence = Evidence(published=[DateText("url", "2020/06/02")])
    assert DatesStage().process_item(article(evidence)).published == "2020-06-02T00:00:00+07:00"


def test_stage_reads_the_date_line_that_cleaning_took_out() -> None:
    evidence = Evidence(published=[DateText("url", "2020/06/02")])
    item = DatesStage().process_item(article(evidence, ("• Selasa, 02 Juni 2020, 10:46 WIB",)))
    assert (item.published, item.published_source) == ("2020-06-02T10:46:00+07:00", "printed")


def test_stage_prefers_the_date_that_extraction_found_to_one_out_of_the_text() -> None:
    evidence = Evidence(published=[DateText("printed", "2 Juni 2020 10:46")])
    item = DatesStage().process_item(article(evidence, ("2 Juni 2020 09:00",)))
    assert item.published == "2020-06-02T10:46:00+07:00"


@pytest.mark.parametrize(
    ("published", "modified", "expected"),
    [
        ("2 Juni 2020 10:00", ["2020-06-02T10:30:00+07:00"], "2020-06-02T10:30:00+07:00"),
        ("2 Juni 2020 10:00", ["2020-06-02T03:30:00Z"], "2020-06-02T10:30:00+07:00"),
        ("2 Juni 2020 10:00", ["2020-06-02T09:30:00+07:00"], None),
        (
            "2 Juni 2020 10:00",
            ["2020-06-02T09:30:00+07:00", "2020-06-02T10:01:00+07:00"],
            "2020-06-02T10:01:00+07:00",
        ),
        ("2 Juni 2020 10:00", ["2020-06-03T10:00:00+07:00"], None),
        ("2 Juni 2020 10:00", ["2020-06-02"], None),
        ("2 Juni 2020 10:00", ["31 Februari 2020 10:00"], None),
        ("2 Juni 2020", ["2020-06-02T08:00:00+07:00"], "2020-06-02T08:00:00+07:00"),
    ],
)
def test_modified_is_a_time_not_before_the_publication(
    published: str, modified: list[str], expected: str | None
) -> None:
    evidence = Evidence(
        published=[DateText("printed", published)], modified=[DateText("meta:modified", m) for m in modified]
    )
    assert DatesStage().process_item(article(evidence)).modified == expected


def test_modified_is_not_believed_in_a_zone_that_was_wrong_for_the_publication() -> None:
    evidence = Evidence(
        published=[
            DateText("printed", "1 Juni 2020 09:54"),
            DateText("meta:article:published_time", "2020-06-01T09:54:49-07:00"),
        ],
        modified=[DateText("meta:article:modified_time", "2020-06-01T09:56:04-07:00")],
    )
    item = DatesStage().process_item(article(evidence))
    assert (item.published, item.modified) == ("2020-06-01T09:54:49+07:00", "2020-06-01T09:56:04+07:00")


def test_a_line_that_says_diperbarui_is_the_change_and_not_the_publication() -> None:
    evidence = Evidence(
        published=[
            DateText("printed", "Diperbarui 2 Juni 2020, 10:46 WIB"),
            DateText("json-ld", "2020-06-01T08:00:05+07:00"),
        ]
    )
    item = DatesStage().process_item(article(evidence))
    assert (item.published, item.modified) == ("2020-06-01T08:00:05+07:00", "2020-06-02T10:46:00+07:00")


def test_importing_the_stages_loads_neither_scrapy_nor_dateparser() -> None:
    code = (
        "import sys, pipelines.dates, pipelines.authors; print({'scrapy', 'dateparser'} & set(sys.modules))"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "set()"
