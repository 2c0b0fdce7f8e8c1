from datetime import UTC, datetime
from typing import Any

import pytest

from newscrawl.exits import Exit
from newscrawl.report import exit_code, run_of

TIMES = {
    "start_time": datetime(2020, 6, 2, tzinfo=UTC),
    "finish_time": datetime(2020, 6, 2, 0, 1, tzinfo=UTC),
}


@pytest.mark.parametrize(
    ("reason", "stats", "code"),
    [
        ("finished", {"listings/fetched": 1, "found": 3, "articles/written": 3}, Exit.FINE),
        ("finished", {"listings/fetched": 2, "listings/unchanged": 2}, Exit.FINE),
        ("finished", {"listings/fetched": 1, "found": 3, "articles/unchanged": 3}, Exit.FINE),
        (
            "finished",
            {"listings/fetched": 1, "found": 3, "articles/written": 2, "articles/failed": 1},
            Exit.FINE,
        ),
        ("finished", {"listings/fetched": 3}, Exit.NOTHING_FOUND),
        ("finished", {"listings/failed": 3}, Exit.NOTHING_FOUND),
        ("finished", {"listings/fetched": 1, "found": 3, "articles/failed": 3}, Exit.NOTHING_FOUND),
        (
            "finished",
            {"listings/unchanged": 1, "articles/failed": 3, "articles/gone": 2, "articles/forbidden": 1},
            Exit.FINE,
        ),
        ("blocked", {}, Exit.BLOCKED),
        ("robots_unreachable", {}, Exit.NO_ROBOTS),
        ("warc_write_failed", {}, Exit.STORAGE),
        ("storage_failed", {}, Exit.STORAGE),
        ("shutdown", {}, Exit.INTERRUPTED),
        ("something-else", {}, Exit.ERROR),
    ],
)
def test_cron_learns_from_the_exit_code_how_a_run_ended(
    reason: str, stats: dict[str, Any], code: Exit
) -> None:
    assert exit_code(reason, stats) is code


def test_a_run_that_found_nothing_says_what_to_look_at() -> None:
    run = run_of("rmol", {**TIMES, "finish_reason": "finished", "listings/fetched": 3}, message=None)
    assert run.exit_code == Exit.NOTHING_FOUND
    assert run.message == "no article URL in any source: check the outlet's sources"
    assert run.seconds == 60.0


def test_a_run_whose_articles_all_failed_does_not_blame_the_sources() -> None:
    stats = {"finish_reason": "finished", "listings/unchanged": 3, "articles/failed": 2}
    run = run_of("rmol", {**TIMES, **stats}, message=None)
    assert run.exit_code == Exit.NOTHING_FOUND
    assert run.message
    assert run.message.startswith("articles were fetched but none had a text")
