"""When an article is fetched again: a table of what happened and what follows."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from newscrawl.items import WarcPointer
from newscrawl.state import Sighting, State

URL = "https://rmol.id/politik/read/2020/06/02/437642/judul"
LISTED = datetime(2020, 6, 2, 3, 46, 5, tzinfo=UTC)
REVISITS = (timedelta(days=1), timedelta(days=7))
CASES = json.loads(Path(__file__).with_suffix(".json").read_text())["cases"]


def tell(state: State, call: str, hours: float, *details: Any) -> None:
    at = LISTED + timedelta(hours=hours)
    if call == "fetched":
        pointer = WarcPointer("a.warc.gz", int(hours * 1000), 900, f"<urn:uuid:{hours}>", "sha1:X")
        state.fetched(URL, at=at, status=details[0], pointer=pointer, etag='"a"')
    elif call == "done":
        state.done(URL, at=at, revisit_after=REVISITS)
    elif call == "failed":
        state.failed(URL, at=at, reason=details[0], for_good=details[1:] == (True,))
    else:
        state.gone(URL, at=at, reason=details[0])


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_schedule(case: dict[str, Any], tmp_path: Path) -> None:
    with State(tmp_path / "rmol.sqlite") as state:
        state.found([Sighting(URL, "https://rmol.id/rss")], now=LISTED)
        for event in case["events"]:
            tell(state, *event)
            once = list(state.dump())
            tell(state, *event)
            assert list(state.dump()) == once, f"{event} changes something when told again"

        known = state.url_state(URL)
        assert known is not None
        due = None if case["next"] is None else LISTED + timedelta(hours=case["next"])
        assert (known.state, known.reason, known.attempts, known.next_try) == (
            case["state"],
            case.get("reason"),
            case.get("attempts", 0),
            due,
        )
        assert known.extracted == case.get("extracted", case["state"] == "done")
        if due is None:
            assert state.due(LISTED + timedelta(days=10_000), 1) == []
        else:
            assert [d.why for d in state.due(due, 1)] == [case["why"]]
            if case["why"] != "new":
                assert state.due(due - timedelta(seconds=1), 1) == []


def test_without_a_schedule_there_is_no_revisit(tmp_path: Path) -> None:
    with State(tmp_path / "rmol.sqlite") as state:
        state.done(URL, at=LISTED, revisit_after=())
        known = state.url_state(URL)
        assert known is not None
        assert known.next_try is None


@pytest.mark.parametrize("call", ["fetched", "done", "failed", "gone"])
def test_a_time_without_a_zone_is_refused(call: str, tmp_path: Path) -> None:
    with State(tmp_path / "rmol.sqlite") as state:
        details: dict[str, dict[str, Any]] = {
            "fetched": {"status": 200, "pointer": None},
            "done": {"revisit_after": REVISITS},
            "failed": {"reason": "x"},
            "gone": {"reason": "x"},
        }
        with pytest.raises(ValueError, match="time without a zone"):
            getattr(state, call)(URL, at=LISTED.replace(tzinfo=None), **details[call])
        assert state.url_state(URL) is None
