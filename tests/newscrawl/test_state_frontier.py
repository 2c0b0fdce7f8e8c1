"""Which articles are known and which come next."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from newscrawl.items import WarcPointer
from newscrawl.state import Sighting, State
from newscrawl.state.frontier import DUE_NEW, DUE_NEW_SECTION, DUE_SCHEDULED

NOON = datetime(2020, 6, 2, 12, tzinfo=UTC)
FEED = "https://rmol.id/rss"
DAY = timedelta(days=1)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with State(tmp_path / "rmol.sqlite") as state:
        yield state


def seen(url: str, published: str | None = None, **more: str) -> Sighting:
    return Sighting(url, FEED, published, **more)


def urls(state: State, now: datetime = NOON, limit: int = 100, **filters: Any) -> list[str]:
    return [due.url for due in state.due(now, limit, **filters)]


def test_found_counts_new_urls(state: State) -> None:
    assert state.found([seen("a"), seen("b"), seen("a")], now=NOON) == 2
    assert state.found([seen("b"), seen("c")], now=NOON) == 1
    assert not state.is_new("a")
    assert state.is_new("d")


def test_found_is_all_or_nothing(state: State) -> None:
    def broken_page() -> Iterator[Sighting]:
        yield seen("a")
        raise KeyError("a page that fails in the middle")

    with pytest.raises(KeyError):
        state.found(broken_page(), now=NOON)
    assert state.is_new("a")


def test_an_alias_is_known_and_leads_to_the_article(state: State) -> None:
    state.found([seen("a", alias="a?utm_source=x"), seen("a", alias="amp/a"), seen("a", alias="a")], now=NOON)
    assert not state.is_new("amp/a")
    assert state.canonical("amp/a") == "a"
    assert state.canonical("unknown") == "unknown"
    assert state.aliases("a") == ["a?utm_source=x", "amp/a"]
    assert state.found([seen("amp/a")], now=NOON) == 0
    state.done("amp/a", at=NOON, revisit_after=())
    assert urls(state) == []
    known = state.url_state("a?utm_source=x")
    assert known is not None
    assert (known.url, known.state) == ("a", "done")


def test_the_first_word_on_an_alias_stands(state: State) -> None:
    state.add_alias("short/1", "a")
    state.add_alias("short/1", "b")
    assert state.canonical("short/1") == "a"
    state.add_alias("shorter/1", "short/1")
    assert state.canonical("shorter/1") == "a"


def test_a_url_of_its_own_is_not_lost_to_an_alias(state: State) -> None:
    state.found([seen("a")], now=NOON)
    state.found([seen("b", alias="a")], now=NOON)
    assert state.canonical("a") == "a"
    assert urls(state) == ["a", "b"]


def test_new_ones_come_newest_first(state: State) -> None:
    state.found(
        [
            seen("no hint"),  # counts as published when first seen
            seen("yesterday", "2020-06-01T10:00:00+07:00"),
            seen("day only", "2020-06-02"),  # its first moment in Jakarta
            seen("local", "2020-06-02T20:00:00"),  # Jakarta: 13:00 UTC
            seen("utc", "2020-06-02T12:30:00Z"),
        ],
        now=NOON,
    )
    assert urls(state) == ["local", "utc", "no hint", "day only", "yesterday"]
    assert urls(state, limit=2) == ["local", "utc"]
    assert urls(state, limit=2, exclude={"local", "no hint"}) == ["utc", "day only"]
    assert urls(state, limit=0) == []


def test_hints_are_kept_as_first_given(state: State) -> None:
    state.found([seen("a")], now=NOON)
    state.found([seen("a", "besok pagi", section="politik")], now=NOON)
    state.found([seen("a", "0001-01-01T00:00:00")], now=NOON)
    state.found([seen("a", "2020-05-31", section="hukum")], now=NOON)
    state.found([seen("a", "2020-06-01")], now=NOON)
    (due,) = state.due(NOON, 1)
    assert (due.published, due.section) == ("2020-05-31", "politik")


def test_filters_go_by_what_the_sources_said(state: State) -> None:
    state.found(
        [
            seen("1", "2020-06-01T00:30:00+07:00", section="politik"),  # 31 May in UTC
            seen("2", "2020-06-01T23:30:00+07:00", section="hukum"),
            seen("3", "2020-06-02T00:00:00+07:00", section="politik"),
            seen("4"),
        ],
        now=NOON,
    )
    assert urls(state, section="politik") == ["3", "1"]
    assert urls(state, since=date(2020, 6, 1), until=date(2020, 6, 1)) == ["2", "1"]
    assert urls(state, since=date(2020, 6, 2)) == ["4", "3"]
    assert urls(state, until=date(2020, 6, 1), section="politik") == ["1"]
    assert len(urls(state, since=date.min, until=date.max)) == 4
    for url in "1234":
        state.failed(url, at=NOON, reason="timeout")
    later = NOON + DAY
    assert urls(state, later, section="politik") == ["1", "3"]
    assert urls(state, later, until=date(2020, 6, 1)) == ["1", "2"]


def test_days_begin_in_the_outlets_zone(tmp_path: Path) -> None:
    for zone, day in (("Asia/Jakarta", 2), ("Asia/Jayapura", 3)):
        with State(tmp_path / zone.replace("/", "-"), zone=zone) as state:
            state.found([seen("a", "2020-06-02T15:30:00Z")], now=NOON)
            known = state.url_state("a")
            assert known is not None
            assert known.day == date(2020, 6, day)


def test_neither_kind_starves_the_other(state: State) -> None:
    state.found([seen(f"old{i}") for i in range(10)], now=NOON)
    for i in range(10):
        state.done(f"old{i}", at=NOON, revisit_after=[DAY])
    later = NOON + DAY
    state.found([seen(f"new{i}") for i in range(10)], now=later)
    assert urls(state, later, 4) == ["old0", "old1", "new0", "new1"]
    in_flight: set[str] = set()
    for _ in range(8):  # one at a time, as a crawl with full hands asks
        in_flight.update(urls(state, later, 1, exclude=in_flight))
    assert sorted(in_flight) == ["new0", "new1", "new2", "new3", "old0", "old1", "old2", "old3"]
    assert len(urls(state, later, 100, exclude=in_flight)) == 12


def test_all_of_the_limit_is_used_by_the_kind_there_is(state: State) -> None:
    state.found([seen(f"new{i}") for i in range(9)], now=NOON)
    assert len(urls(state, limit=8)) == 8
    for i in range(9):
        state.failed(f"new{i}", at=NOON, reason="timeout")
    assert len(urls(state, NOON + DAY, limit=8)) == 8


def test_validators_come_only_with_articles_that_have_a_line(state: State) -> None:
    state.found([seen("a")], now=NOON)
    pointer = WarcPointer("a.warc.gz", 7, 9, "<urn:uuid:1>", "sha1:X")
    state.fetched("a", at=NOON, status=200, pointer=pointer, etag='"1"', last_modified="Tue")
    (due,) = state.due(NOON, 1)
    assert (due.why, due.etag, due.last_modified) == ("new", None, None)
    state.done("a", at=NOON, revisit_after=[DAY])
    (due,) = state.due(NOON + DAY, 1)
    assert (due.why, due.etag, due.last_modified) == ("revisit", '"1"', "Tue")


def test_a_good_answer_replaces_pointer_and_validators_others_do_not(state: State) -> None:
    first = WarcPointer("a.warc.gz", 7, 9, "<urn:uuid:1>", "sha1:X")
    second = WarcPointer("b.warc.gz", 7, 9, "<urn:uuid:2>", None)
    state.fetched("a", at=NOON, status=200, pointer=first, etag='"1"', last_modified="Tue")
    state.fetched("a", at=NOON + DAY, status=503, pointer=second, etag='"error"')
    state.fetched("a", at=NOON + 2 * DAY, status=304, pointer=second, etag='"2"')
    known = state.url_state("a")
    assert known is not None
    assert (known.pointer, known.etag, known.last_modified) == (first, '"2"', "Tue")
    assert (known.first_fetch, known.last_fetch) == (NOON, NOON + 2 * DAY)
    state.fetched("a", at=NOON + 3 * DAY, status=200, pointer=second)
    known = state.url_state("a")
    assert known is not None
    assert (known.pointer, known.etag, known.last_modified) == (second, None, None)
    state.fetched("a", at=NOON, status=200, pointer=first)  # an older record, read again
    assert state.url_state("a") == known


def test_reopen_forgets_what_happened_not_that_it_was_listed(state: State) -> None:
    state.found([seen("a", "2020-06-01", section="politik")], now=NOON)
    before = list(state.dump())
    state.failed("a", at=NOON, reason="timeout")
    state.done("a", at=NOON + DAY, revisit_after=())
    state.failed("a", at=NOON + 2 * DAY, reason="timeout")
    state.reopen("a")
    assert list(state.dump()) == before
    state.reopen("unknown")


def test_a_network_failure_of_an_unknown_url_leaves_no_trace(state: State) -> None:
    state.failed("a", at=NOON, reason="dns", recorded=False)
    assert state.is_new("a")
    state.failed("b", at=NOON, reason="http-500")
    assert not state.is_new("b")


@pytest.mark.parametrize(
    "text", ["judul\ud800", "nul\x00nul", "baris\nbaris", "'; DROP TABLE url; --", "\u2028", "é" * 5000]
)
def test_hostile_text_is_kept_or_replaced_never_an_error(text: str, state: State) -> None:
    state.found([Sighting("a", FEED + text, text, text, alias=text)], now=NOON)
    state.failed("a", at=NOON, reason=text)
    known = state.url_state("a")
    assert known is not None
    assert known.section == text.replace("\ud800", "?")


@pytest.mark.parametrize(
    ("sql", "index"),
    [(DUE_NEW, "url_new"), (DUE_NEW_SECTION, "url_new_section"), (DUE_SCHEDULED, "url_scheduled")],
)
def test_asking_what_is_due_walks_an_index(sql: str, index: str, state: State) -> None:
    names = {"now": 1, "low": 0, "high": 1, "section": "politik"}
    with closing(sqlite3.connect(state.path)) as reader:
        plan = reader.execute("EXPLAIN QUERY PLAN " + sql, names).fetchall()
    (step,) = [row[3] for row in plan]  # one step: nothing is sorted
    assert f"SEARCH url USING INDEX {index} (" in step
