"""The long form of the crash tests: `make torture`."""

from __future__ import annotations

import os
import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from newscrawl.sample.client import Sample
from tests.torture.lives import Life, Tally, remaining, schedules, seconds_of_a_run
from tests.torture.points import POINTS

KILLS = int(os.environ.get("TORTURE_KILLS", "200"))
SEED = int(os.environ.get("TORTURE_SEED", "2020"))


def lives(tally: Tally) -> Iterator[list[tuple[str, float]]]:
    """Yield schedules until there were enough kills, and then until each point was met."""
    for schedule in schedules(SEED):
        if tally.kills.total() >= KILLS:
            break
        yield schedule
    yield from remaining(tally)


@pytest.mark.long
def test_killed_and_started_again_until_done(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tally = Tally()
    began = time.monotonic()
    with Sample(crawl_delay=0, articles=28, seed="torture") as newsroom:
        span = seconds_of_a_run(newsroom, tmp_path / "measure", "rmol")
        for number, schedule in enumerate(lives(tally)):
            data = tmp_path / f"life-{number}"
            workers = random.Random(SEED + number).choice([0, 0, 1])
            try:
                Life(newsroom, data, ("rmol", "sosok")[number % 2], tally, span).live(schedule, workers)
            except AssertionError as error:
                error.add_note(f"seed {SEED}, life {number}; so far {tally}")
                raise
            shutil.rmtree(data)
            with capsys.disabled():
                seconds = time.monotonic() - began
                print(f"\rlife {number}: {tally.kills.total()} kills, {seconds:.0f} s", end="")
    with capsys.disabled():
        print(f"\nseed {SEED}, {time.monotonic() - began:.0f} s: {tally}")
    assert set(POINTS) <= set(tally.kills)
