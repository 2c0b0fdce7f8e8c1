"""Runs after the first: what is asked again, what becomes of it, and what archive, lines and state keep.

The runs of the story happen days apart: `tests/later` sets their clocks ahead.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
import shutil
import subprocess
import sys
import urllib.request
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import brotli
import pytest

from newscrawl.items import WarcPointer
from newscrawl.sample.article import SampleArticle
from newscrawl.sample.client import Sample
from newscrawl.spiders.rmol import RmolSpider
from newscrawl.state import State, UrlState, state_file
from newscrawl.warc.payloads import RefersTo
from newscrawl.warc.reading import Exchange, iter_exchanges, read_exchange
from newscrawl.warc.records import IDENTICAL, NOT_MODIFIED
from tests.conftest import Desk, Outcome

HERE = Path(__file__).parent
PYWB = Path(sys.prefix) / "pywb" / "bin" / "python"
PYWB_SCRIPT = HERE / "newscrawl" / "warc" / "pywb_replay.py"
SOURCES = [source.url.format(page=1) for source in RmolSpider.outlet.sources]
CAST = ("same", "touched", "changed", "removed", "failing", "late", "stuck", "never")


@dataclass
class Run:
    """One run: how it ended, what the newsroom was asked, what is new, and the state after it."""

    outcome: Outcome
    asked: list[dict[str, Any]]
    lines: list[dict[str, Any]]
    exchanges: list[Exchange]
    urls: dict[str, UrlState]
    summary: dict[str, Any]

    def answers(self, url: str) -> list[int]:
        return [hit["status"] for hit in self.asked if f"https://{hit['host']}{hit['path']}" == url]

    def asked_articles(self) -> set[str]:
        return {f"https://{hit['host']}{hit['path']}" for hit in self.asked if "/read/" in hit["path"]}

    def record(self, url: str) -> Exchange:
        return [exchange for exchange in self.exchanges if exchange.uri == url][-1]

    def versions(self, url: str) -> list[int]:
        return [row["version"] for row in self.lines if row["url"] == url]


def heal(sample: Sample) -> None:
    """Take all faults back, but for the end of lists: one page is enough for the recent articles."""
    sample.control("heal")
    sample.control("fail", path=r"[?&]page=([2-9]|\d\d)$", status=404)


@dataclass
class Story(Desk):
    """A desk that takes down what each run did, and what pages looked like at the time."""

    data: Path
    newsroom: Sample
    outlet: str = "rmol"
    runs: dict[str, Run] = field(default_factory=dict)
    pages: dict[tuple[str, str], bytes] = field(default_factory=dict)

    def run(self, name: str, days: float, *words: str, env: dict[str, str] | None = None) -> Run:
        asked, lines, warcs = len(self.newsroom.log()), len(self.lines(self.outlet)), self.warcs(self.outlet)
        clock = {"LATER": str(days * 86400), "PYTHONPATH": str(HERE / "later"), **(env or {})}
        outcome = self.scrapy("crawl", self.outlet, *words, env=clock)
        assert outcome.out, outcome.err  # the table
        with self.state() as state:
            urls = [row[1] for row in state.dump() if row[0] == "url"]
            known = {url: found for url in urls if (found := state.url_state(url))}
        new = [path for path in self.warcs(self.outlet) if path not in warcs]
        self.runs[name] = Run(
            outcome,
            self.newsroom.log(asked),
            self.lines(self.outlet)[lines:],
            [exchange for path in new for exchange in iter_exchanges(path)],
            known,
            json.loads((self.data / "runs.jsonl").read_text().splitlines()[-1]),
        )
        return self.runs[name]

    def state(self) -> State:
        return State(state_file(self.data, self.outlet))

    def dump(self) -> list[tuple[Any, ...]]:
        with self.state() as state:
            return list(state.dump())

    def rebuilt(self) -> list[tuple[Any, ...]]:
        outcome = self.scrapy("rebuild-state", self.outlet)
        assert outcome.code == 0, outcome.err
        return self.dump()

    def keep_page(self, name: str, url: str) -> None:
        """Keep a page as it is served now."""
        parts = urlsplit(url)
        where = f"http://127.0.0.1:{self.newsroom.http_port}{parts.path}"
        request = urllib.request.Request(where, headers={"Host": parts.netloc})
        with urllib.request.urlopen(request, timeout=10) as answer:
            self.pages[name, url] = plain(answer.read())


def plain(body: bytes) -> bytes:
    """Undo a content coding that was told only in a header."""
    if body.startswith(b"\x1f\x8b"):
        return gzip.decompress(body)
    if body.startswith(b"x"):
        return zlib.decompress(body)
    return body if body.lstrip().startswith(b"<") else bytes(brotli.decompress(body))


def unconditional(folder: Path) -> dict[str, str]:
    """Return the environment of a project that never asks conditionally."""
    (folder / "without_conditions.py").write_text(
        "from newscrawl.settings import *\n"
        "CONDITIONAL = 'newscrawl.fetch.conditional.Conditional'\n"
        "DOWNLOADER_MIDDLEWARES = {**DOWNLOADER_MIDDLEWARES, CONDITIONAL: None}\n"
    )
    return {"SCRAPY_SETTINGS_MODULE": "without_conditions", "PYTHONPATH": f"{HERE / 'later'}:{folder}"}


@pytest.fixture(scope="module")
def sample() -> Iterator[Sample]:
    with Sample(crawl_delay=0, articles=20) as running:
        heal(running)
        yield running


@pytest.fixture(scope="module")
def cast(sample: Sample) -> dict[str, SampleArticle]:
    """Give ordinary articles a part in the story, by the names in `CAST`."""
    ordinary = [a for a in sample.newsroom.recent("rmol") if a.special is None and a.kind == "article"]
    return dict(zip(CAST, ordinary, strict=False))


@pytest.fixture(scope="module")
def story(sample: Sample, cast: dict[str, SampleArticle], tmp_path_factory: pytest.TempPathFactory) -> Story:
    folder = tmp_path_factory.mktemp("story")
    story = Story(folder / "data", sample)

    def fail(name: str, status: int) -> None:
        sample.control("fail", path=f"/{cast[name].id}/", status=status)

    def keep_pages(run: str) -> None:
        for name in ("same", "touched", "changed"):
            story.keep_page(run, cast[name].url)

    fail("never", 410)
    fail("stuck", 500)
    fail("late", 500)
    keep_pages("first")
    story.run("first", 0)
    story.run("quiet", 0.01)

    heal(sample)
    sample.control("touch", outlet="rmol", index=cast["touched"].index)
    sample.control("change", outlet="rmol", index=cast["changed"].index)
    fail("removed", 404)
    fail("failing", 500)
    fail("stuck", 500)
    keep_pages("next day")
    story.run("next day", 1.01)

    heal(sample)
    fail("never", 410)
    sample.control("publish", outlet="rmol", count=1)
    story.run("news", 1.02)
    story.run("hours later", 1.1)

    fail("stuck", 500)
    keep_pages("next week")
    story.run("next week", 7.01, env=unconditional(folder))

    heal(sample)
    fail("never", 410)
    story.run("next month", 40)
    return story


@pytest.fixture(scope="module")
def urls(cast: dict[str, SampleArticle]) -> dict[str, str]:
    return {name: article.url for name, article in cast.items()}


DAY = timedelta(days=1)


def first_fetch(story: Story, url: str) -> datetime:
    fetched = story.runs["first"].urls[url].first_fetch
    assert fetched
    return fetched


class TestUnchangedNewsroom:
    """The second run, minutes after the first."""

    def test_it_asks_for_robots_txt_and_the_sources_only(self, story: Story) -> None:
        asked = [f"https://{hit['host']}{hit['path']}" for hit in story.runs["quiet"].asked]
        assert sorted(asked) == sorted(["https://rmol.id/robots.txt", *SOURCES])

    def test_it_asks_conditionally_and_records_that_nothing_changed(self, story: Story) -> None:
        run = story.runs["quiet"]
        for source in SOURCES:
            (hit,) = [hit for hit in run.asked if f"https://rmol.id{hit['path']}" == source]
            assert (hit["status"], bool(hit["if_none_match"])) == (304, True), source
            record = run.record(source)
            assert (record.profile, record.head, record.payload) == (NOT_MODIFIED, b"", b""), source
            assert record.refers_to == refers_to(story.runs["first"].record(source))

    def test_it_writes_no_line_and_ends_well(self, story: Story) -> None:
        run = story.runs["quiet"]
        assert run.lines == []
        assert run.outcome.code == 0, run.outcome.err
        assert (run.summary["articles"], run.summary["errors"], run.summary["jsonl"]) == (0, 0, None)

    def test_it_changes_nothing_of_what_is_known_of_articles(self, story: Story) -> None:
        assert story.runs["quiet"].urls == story.runs["first"].urls


class TestSchedule:
    def test_an_article_is_due_a_day_and_a_week_after_its_first_fetch(
        self, story: Story, urls: dict[str, str]
    ) -> None:
        since = first_fetch(story, urls["same"])
        due = [story.runs[run].urls[urls["same"]].next_try for run in ("first", "next day", "next week")]
        assert due == [since + DAY, since + 7 * DAY, None]

    def test_all_that_was_had_is_asked_for_once_a_day_later(self, story: Story) -> None:
        run = story.runs["next day"]
        done = {url for url, known in story.runs["first"].urls.items() if known.state == "done"}
        assert len(done) > 15
        assert run.asked_articles() >= done
        two_ways = story.newsroom.newsroom.special("rmol", "redirect").url  # and by its old URL
        for url in done - {two_ways}:
            assert run.answers(url) in ([200], [304], [301], [404], [500] * 3), url

    def test_after_that_only_what_is_new(self, story: Story) -> None:
        run = story.runs["news"]
        (row,) = run.lines
        assert run.asked_articles() == {row["url"]}

    def test_after_the_last_revisit_an_article_is_left_alone(
        self, story: Story, urls: dict[str, str]
    ) -> None:
        asked = story.runs["next month"].asked_articles()
        assert not asked & {urls[name] for name in ("same", "touched", "changed", "failing")}
        assert story.runs["next month"].outcome.code == 0


class TestRevisits:
    def test_not_modified(self, story: Story, urls: dict[str, str]) -> None:
        run = story.runs["next day"]
        assert run.answers(urls["same"]) == [304]
        record = run.record(urls["same"])
        assert (record.profile, record.head) == (NOT_MODIFIED, b"")
        assert record.refers_to == refers_to(story.runs["first"].record(urls["same"]))
        assert run.versions(urls["same"]) == []
        assert run.urls[urls["same"]].pointer == story.runs["first"].urls[urls["same"]].pointer

    @pytest.mark.parametrize(
        ("name", "first"), [("same", "first"), ("touched", "next day"), ("changed", "next day")]
    )
    def test_the_same_bytes_again(self, story: Story, urls: dict[str, str], name: str, first: str) -> None:
        """A server without validators sends everything again; it is stored once."""
        run = story.runs["next week"]
        assert run.answers(urls[name]) == [200]
        record = run.record(urls[name])
        assert record.profile == IDENTICAL
        assert record.payload == b""
        assert record.refers_to == refers_to(story.runs[first].record(urls[name]))
        assert run.versions(urls[name]) == []

    def test_other_bytes_but_the_same_text(self, story: Story, urls: dict[str, str]) -> None:
        run = story.runs["next day"]
        assert run.answers(urls["touched"]) == [200]
        assert run.record(urls["touched"]).profile is None
        assert run.versions(urls["touched"]) == []
        assert run.urls[urls["touched"]].state == "done"

    def test_another_text_is_the_next_version_of_the_same_article(
        self, story: Story, urls: dict[str, str]
    ) -> None:
        old, new = [row for row in story.lines("rmol") if row["url"] == urls["changed"]]
        assert (old["id"], old["version"], new["version"]) == (new["id"], 1, 2)
        assert old["text"] != new["text"]
        assert story.runs["next day"].versions(urls["changed"]) == [2]
        folder = story.data / "warc" / "rmol"
        bodies = [read_exchange(folder, WarcPointer(**row["warc"])).body for row in (old, new)]
        assert bodies == [story.pages["first", urls["changed"]], story.pages["next day", urls["changed"]]]

    def test_history_prints_what_changed(self, story: Story, urls: dict[str, str]) -> None:
        outcome = story.scrapy("history", urls["changed"])
        assert outcome.code == 0, outcome.err
        heads = re.findall(r"^version (\d)  fetched (\S+)  (\S+):(\d+)$", outcome.out, re.MULTILINE)
        lines = [row for row in story.lines("rmol") if row["url"] == urls["changed"]]
        want = [(str(r["version"]), r["fetched"], r["warc"]["file"], str(r["warc"]["offset"])) for r in lines]
        assert heads == want
        old, new = ((f"{row['title']}\n\n{row['text']}").split() for row in lines)
        for mark, words, others in ((r"\[-(.+?)-\]", old, new), (r"\{\+(.+?)\+\}", new, old)):
            told = [word for part in re.findall(mark, outcome.out, re.DOTALL) for word in part.split()]
            assert set(words) - set(others) <= set(told) <= set(words)


class TestFailures:
    def test_what_is_gone_keeps_its_page_and_its_line(self, story: Story, urls: dict[str, str]) -> None:
        url = urls["removed"]
        before, after = (story.runs[run].urls[url] for run in ("first", "next day"))
        assert (after.state, after.reason, after.extracted) == ("gone", "http-404", True)
        assert after.pointer == before.pointer
        assert after.pointer
        assert read_exchange(story.data / "warc" / "rmol", after.pointer).status == 200
        assert [row["version"] for row in story.lines("rmol") if row["url"] == url] == [1]
        assert story.runs["next day"].record(url).status == 404

    def test_what_is_gone_is_looked_at_once_more_after_a_month(
        self, story: Story, urls: dict[str, str]
    ) -> None:
        at = {run: story.runs[run].urls[urls["never"]] for run in ("first", "next week", "next month")}
        assert [known.state for known in at.values()] == ["gone"] * 3
        assert at["first"].next_try
        assert at["first"].last_fetch
        assert at["first"].next_try - at["first"].last_fetch == 30 * DAY
        assert at["next week"] == at["first"]
        assert story.runs["next month"].answers(urls["never"]) == [410]
        assert at["next month"].next_try is None

    def test_what_comes_back_is_had_again(self, story: Story, urls: dict[str, str]) -> None:
        known = story.runs["next month"].urls[urls["removed"]]
        assert story.runs["next month"].answers(urls["removed"])
        assert (known.state, known.reason) == ("done", None)

    def test_a_failure_that_stays_is_remembered_and_tried_less_and_less_often(
        self, story: Story, urls: dict[str, str]
    ) -> None:
        found = [story.runs[run].urls[urls["stuck"]] for run in ("first", "next day", "next week")]
        assert [(known.state, known.reason, known.attempts) for known in found] == [
            ("failed", "http-500", attempts) for attempts in (1, 2, 3)
        ]
        waits = [known.next_try - known.last_fetch for known in found if known.next_try and known.last_fetch]
        assert waits == [timedelta(hours=1), timedelta(hours=6), DAY]
        assert "http-500" in story.runs["first"].outcome.err
        assert urls["stuck"] not in story.runs["quiet"].asked_articles()

    @pytest.mark.parametrize(("name", "run"), [("late", "next day"), ("stuck", "next month")])
    def test_a_later_success_forgets_the_failures(
        self, story: Story, urls: dict[str, str], name: str, run: str
    ) -> None:
        known = story.runs[run].urls[urls[name]]
        assert (known.state, known.reason, known.attempts) == ("done", None, 0)
        assert story.runs[run].versions(urls[name]) == [1]

    def test_a_revisit_that_fails_leaves_the_article_done(self, story: Story, urls: dict[str, str]) -> None:
        failed, mended = (story.runs[run].urls[urls["failing"]] for run in ("next day", "hours later"))
        assert (failed.state, failed.reason, failed.attempts) == ("done", "http-500", 1)
        assert failed.pointer == mended.pointer
        assert story.runs["hours later"].answers(urls["failing"]) == [304]
        assert (mended.state, mended.reason, mended.attempts) == ("done", None, 0)
        assert mended.next_try == first_fetch(story, urls["failing"]) + 7 * DAY

    def test_after_seven_failures_a_url_is_left_alone(
        self, story: Story, sample: Sample, tmp_path: Path
    ) -> None:
        """The first six are told to a copy of the state; the seventh is a run's."""
        own = Story(shutil.copytree(story.data, tmp_path / "data"), sample)
        url = sample.newsroom.archive("rmol")[4].url  # no source lists it
        sample.control("fail", path=urlsplit(url).path, status=500)
        begun = datetime.now(UTC)
        with own.state() as state:
            for hours in range(6):
                state.failed(url, at=begun + timedelta(hours=hours), reason="http-500")
        known = own.run("seventh", 90).urls[url]
        assert own.runs["seventh"].answers(url) == [500] * 3
        assert (known.state, known.reason, known.attempts, known.next_try) == ("failed", "http-500", 7, None)
        assert own.run("eighth", 900).answers(url) == []
        heal(sample)


class TestStateFromTheArchive:
    def test_a_rebuilt_state_equals_the_lost_one(self, story: Story) -> None:
        before = story.dump()
        after = story.rebuilt()
        assert set(after) ^ set(before) == set()
        assert after == before

    def test_a_run_without_the_state_makes_it_again_and_fetches_nothing_twice(
        self, story: Story, tmp_path: Path
    ) -> None:
        own = Story(shutil.copytree(story.data, tmp_path / "data"), story.newsroom)
        before = story.runs["next month"].urls
        shutil.rmtree(own.data / "state")
        run = own.run("after", 40.01)
        assert run.outcome.code == 0, run.outcome.err
        assert "recovered from the archive" in run.outcome.err
        assert run.asked_articles() == set()
        # A list is walked once more: it shows an article that robots.txt forbids, which no record tells.
        anew = {hit["path"] for hit in run.asked if hit["status"] != 304}
        assert anew == {"/robots.txt", "/tag/politik?page=1", "/tag/politik?page=2"}
        assert run.lines == []
        settled = {url: known for url, known in before.items() if known.state in ("done", "gone")}
        assert len(settled) > 20
        assert {url: run.urls[url] for url in settled} == settled
        after = own.dump()
        assert own.rebuilt() == after


@pytest.fixture(scope="module")
def periods(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with Sample(crawl_delay=0, articles=20) as sample:
        heal(sample)
        ordinary = [a for a in sample.newsroom.recent("rmol") if a.special is None]
        faults: list[dict[str, Any]] = [
            {"verb": "cut"},
            {"verb": "challenge"},
            {"verb": "fail", "status": 403},
            {"verb": "fail", "status": 301},
            {"verb": "fail", "status": 503, "times": 1},
            {"verb": "fail", "status": 429, "times": 1, "retry_after": 1},
        ]
        story = Story(tmp_path_factory.mktemp("periods") / "data", sample)
        for name in ("plain", "period"):
            for article, fault in zip(ordinary, faults, strict=False):
                sample.control(path=f"/{article.id}/", **fault)
            if name == "plain":
                story.run("plain", 0)
                sample.control("heal")  # the period is walked through all pages of the lists
        story.run("period", 0, "-a", "since=2020-06-10", "-a", "until=2020-06-30")
        story.run("rest", 0)
        yield story


class TestPeriods:
    """A plain run of a site in trouble, one for a period, a plain one again."""

    def test_what_cannot_be_had_says_why(self, periods: Story) -> None:
        run = periods.runs["plain"]
        reasons = {url: known.reason for url, known in run.urls.items() if known.state == "failed"}
        assert sorted(map(str, reasons.values())) == [
            "blocked-access-denied",
            "blocked-cloudflare-challenge",
            "cut-off",
            "http-301",
            "robots",
        ]
        recent = {a.url for a in periods.newsroom.newsroom.recent("rmol")}
        assert {row["url"] for row in run.lines} == recent - set(reasons)

    def test_a_period_is_had_though_the_lists_have_not_changed(self, periods: Story) -> None:
        archive = periods.newsroom.newsroom.archive("rmol")
        want = {a.url for a in archive if "2020-06-10" <= a.published.date().isoformat() <= "2020-06-30"}
        assert len(want) > 5
        assert {row["url"] for row in periods.runs["period"].lines} == want

    def test_what_lists_named_outside_the_period_is_left_to_the_next_run(self, periods: Story) -> None:
        run = periods.runs["rest"]
        statuses = {hit["status"] for hit in run.asked if f"https://rmol.id{hit['path']}" in SOURCES}
        assert statuses == {304}
        had = {row["url"] for row in run.lines}
        archive = periods.newsroom.newsroom.archive("rmol")
        assert had >= {
            a.url for a in archive if "2020-06-01" <= a.published.date().isoformat() < "2020-06-10"
        }
        assert not had & {row["url"] for name in ("plain", "period") for row in periods.runs[name].lines}

    def test_the_rebuilt_state_equals_the_lost_one(self, periods: Story) -> None:
        before = periods.dump()
        assert set(periods.rebuilt()) ^ set(before) == set()


@pytest.mark.skipif(not PYWB.exists(), reason="`make test` installs pywb beside our environment")
def test_pywb_replays_each_visit(story: Story, urls: dict[str, str], tmp_path: Path) -> None:
    """The page as it was, at each time: full records, other bytes, not modified, the same bytes."""
    visits = [
        (name, run, story.pages["first" if name == "same" or run == "first" else "next day", urls[name]])
        for name in ("same", "touched", "changed")
        for run in ("first", "next day", "next week")
    ]
    captures = [
        (re.sub(r"\D", "", story.runs[run].record(urls[name]).date)[:14], urls[name])
        for name, run, _ in visits
    ]
    files = map(str, story.warcs("rmol"))
    done = subprocess.run(
        [str(PYWB), str(PYWB_SCRIPT), str(tmp_path), json.dumps(captures), *files],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    for (name, run, page), (status, _, body) in zip(visits, json.loads(done.stdout), strict=True):
        assert status == "200 OK"
        assert plain(base64.b64decode(body)) == page, (name, run)


def refers_to(exchange: Exchange) -> RefersTo:
    return RefersTo(exchange.uri, exchange.date, exchange.record_id)
