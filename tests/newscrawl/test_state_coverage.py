"""What the sources listed against what was had."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from newscrawl.items import WarcPointer
from newscrawl.state import DayCoverage, Sighting, State

MORNING = datetime(2020, 6, 2, 1, tzinfo=UTC)
EVENING = datetime(2020, 6, 2, 18, tzinfo=UTC)  # the 3rd in Jakarta
POINTER = WarcPointer("a.warc.gz", 7, 9, "<urn:uuid:1>", "sha1:X")
JUNE = (date(2020, 6, 1), date(2020, 6, 30))


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    """A state with an article in each condition, over three days."""
    with State(tmp_path / "rmol.sqlite") as state:
        names = [
            "waiting",
            "archived",
            "failed",
            "hopeless",
            "gone",
            "done",
            "done then gone",
            "done then failed",
        ]
        state.found([Sighting(name, "feed", "2020-06-01T09:00:00+07:00") for name in names], now=MORNING)
        state.found([Sighting("second day", "feed"), Sighting("waiting", "feed")], now=MORNING)
        state.found([Sighting("third day", "list"), Sighting("waiting", "list")], now=EVENING)
        for name in ("archived", "hopeless", "done", "done then gone", "done then failed", "not listed"):
            state.fetched(name, at=EVENING, status=200, pointer=POINTER)
        for name in ("done", "done then gone", "done then failed", "not listed"):
            state.done(name, at=EVENING, revisit_after=())
        later = EVENING.replace(hour=20)
        state.failed("failed", at=later, reason="timeout", recorded=False)
        state.failed("hopeless", at=later, reason="no text", for_good=True)
        state.failed("done then failed", at=later, reason="http-503")
        state.gone("gone", at=later, reason="http-404")
        state.gone("done then gone", at=later, reason="http-410")
        yield state


def test_coverage_by_the_day_an_article_is_listed_under(state: State) -> None:
    pending = Counter({"not fetched yet": 1})
    assert state.coverage(None, None) == [
        DayCoverage(
            day=date(2020, 6, 1),
            listed=8,
            archived=5,
            extracted=3,
            failed=2,
            gone=1,
            pending=2,
            reasons=Counter(
                {
                    "not fetched yet": 1,
                    "fetched, not extracted yet": 1,
                    "timeout": 1,
                    "no text": 1,
                    "http-404": 1,
                }
            ),
        ),
        DayCoverage(date(2020, 6, 2), 1, 0, 0, 0, 0, 1, pending),
        DayCoverage(date(2020, 6, 3), 1, 0, 0, 0, 0, 1, pending),
    ]


def test_every_listed_url_is_in_one_column(state: State) -> None:
    for day in state.coverage(*JUNE):
        assert day.listed == day.extracted + day.failed + day.gone + day.pending
        assert sum(day.reasons.values()) == day.listed - day.extracted


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [(None, None, [1, 2, 3]), (2, None, [2, 3]), (None, 2, [1, 2]), (2, 2, [2]), (4, None, [])],
)
def test_both_ends_are_included(since: int | None, until: int | None, days: list[int], state: State) -> None:
    ends = [None if day is None else date(2020, 6, day) for day in (since, until)]
    assert [day.day.day for day in state.coverage(*ends)] == days
    assert sorted({known.day.day for known in state.missing(*ends) if known.day}) == days


def test_missing_ones_by_name_with_reason(state: State) -> None:
    assert [(known.url, known.reason) for known in state.missing(*JUNE)] == [
        ("waiting", "not fetched yet"),
        ("archived", "fetched, not extracted yet"),
        ("failed", "timeout"),
        ("hopeless", "no text"),
        ("gone", "http-404"),
        ("second day", "not fetched yet"),
        ("third day", "not fetched yet"),
    ]


def test_missing_may_be_written_to_while_it_is_read(state: State) -> None:
    state.found((Sighting(f"x{i:05}", "feed", "2020-06-10") for i in range(2500)), now=EVENING)
    missing = state.missing(date(2020, 6, 10), None)
    for known in missing:
        state.done(known.url, at=EVENING, revisit_after=())
    assert state.coverage(date(2020, 6, 10), None)[0].extracted == 2500


def test_where_and_when_a_url_was_listed_is_kept_once(state: State) -> None:
    rows = [row[1:] for row in state.dump() if row[0] == "sighting" and row[1] == "waiting"]
    assert rows == [("waiting", "feed", "2020-06-02"), ("waiting", "list", "2020-06-03")]


def test_counts(state: State) -> None:
    assert state.counts() == {
        "found": 3,
        "fetched": 1,
        "failed": 2,
        "done": 3,
        "gone": 2,
        "urls": 11,
        "versions": 0,
    }


def test_an_empty_state_has_nothing_to_cover(tmp_path: Path) -> None:
    with State(tmp_path / "sosok.sqlite") as state:
        assert state.coverage(None, None) == []
        assert list(state.missing(None, None)) == []
        assert set(state.counts().values()) == {0}
        assert list(state.dump()) == []
