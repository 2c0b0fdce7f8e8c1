"""A list of many pages whose walk was cut short is walked again, also when the state has to be made anew."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newscrawl.sample.client import Sample
from tests.conftest import Desk
from tests.torture.lives import Life, Tally

FAULTS: dict[str, dict[str, Any]] = {
    "fail": {"status": 500},
    "challenge": {},
    "cut": {},
    "slow": {"seconds": 600},  # no record tells of it
}
IMPATIENT = {"DOWNLOAD_TIMEOUT": "3"}
LISTINGS = 5  # that a crawl of rmol begins with


@pytest.fixture(scope="module")
def newsroom() -> Iterator[Sample]:
    """Run a newsroom whose feeds are short: most articles stand only in lists of many pages."""
    with Sample(crawl_delay=0, articles=60, feed_items=5) as sample:
        yield sample


@pytest.fixture
def desk(newsroom: Sample, tmp_path: Path) -> Iterator[Desk]:
    """Return an empty data folder; what a test does to the newsroom is undone."""
    yield Desk(tmp_path / "data", newsroom)
    newsroom.control("heal")


def recent(newsroom: Sample) -> set[str]:
    return {article.url for article in newsroom.newsroom.recent("rmol")}


def read_to_its_end(desk: Desk, newsroom: Sample) -> None:
    """Crawl: all that the lists show is there, and there is nothing left to ask for."""
    assert desk.scrapy("crawl", "rmol").code == 0
    assert {row["url"] for row in desk.lines("rmol")} >= recent(newsroom)
    asked = len(newsroom.log())
    assert desk.scrapy("crawl", "rmol").code == 0
    assert {r["status"] for r in newsroom.log()[asked:] if r["path"] != "/robots.txt"} == {304}


@pytest.mark.parametrize(
    ("verb", "page", "rebuild"),
    [
        pytest.param("fail", 2, False, marks=pytest.mark.long),
        ("fail", 2, True),
        ("challenge", 1, True),
        ("cut", 1, False),
        pytest.param("cut", 1, True, marks=pytest.mark.long),
        pytest.param("slow", 1, False, marks=pytest.mark.long),
        ("slow", 1, True),
    ],
)
def test_a_list_that_broke_off_is_read_to_its_end_by_the_next_run(
    verb: str, page: int, rebuild: bool, desk: Desk, newsroom: Sample
) -> None:
    newsroom.control(verb, path=rf"/tag/politik\?page={page}", **FAULTS[verb])
    assert desk.scrapy("crawl", "rmol", settings=IMPATIENT).code == 0
    assert {row["url"] for row in desk.lines("rmol")} < recent(newsroom)
    newsroom.control("heal")
    if rebuild:
        assert desk.scrapy("rebuild-state", "rmol").code == 0
    read_to_its_end(desk, newsroom)


@pytest.mark.long
def test_a_crawl_of_a_period_leaves_a_list_open(desk: Desk, newsroom: Sample) -> None:
    newsroom.control("fail", path=r"/tag/politik\?page=2", status=500)
    assert desk.scrapy("crawl", "rmol").code == 0
    newsroom.control("heal")
    newest = max(day.published.date() for day in newsroom.newsroom.recent("rmol"))
    assert desk.scrapy("crawl", "rmol", "-a", f"since={newest}").code == 0
    assert not {row["url"] for row in desk.lines("rmol")} >= recent(newsroom)
    read_to_its_end(desk, newsroom)


def test_a_list_that_was_read_to_its_end_is_not_walked_again(desk: Desk, newsroom: Sample) -> None:
    read_to_its_end(desk, newsroom)
    assert desk.scrapy("rebuild-state", "rmol").code == 0
    asked = len(newsroom.log())
    assert desk.scrapy("crawl", "rmol").code == 0
    assert {r["status"] for r in newsroom.log()[asked:] if r["path"] != "/robots.txt"} == {304}


@pytest.mark.long
@pytest.mark.parametrize("nth", range(1, LISTINGS + 1))
def test_a_kill_between_a_list_s_record_and_its_commit_leaves_it_open(
    nth: int, desk: Desk, newsroom: Sample
) -> None:
    life = Life(newsroom, desk.data, "rmol", Tally(), 0)
    command = desk.command("crawl", "rmol")
    at = command.index("scrapy")
    command[at : at + 1] = ["tests.torture.points", "before a listing is noted", str(nth)]
    assert life.run(command) == -signal.SIGKILL
    read_to_its_end(desk, newsroom)
