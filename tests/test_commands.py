"""The commands that look at what was crawled, as a user types them."""

from __future__ import annotations

import contextlib
import fcntl
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scrapy.cmdline import execute
from scrapy.settings import Settings

from newscrawl.sample.article import SampleArticle
from newscrawl.sample.client import Sample
from tests.conftest import Desk, Outcome

NAMES = ("changed", "removed", "failing")


def typed(data: Path, *words: str) -> Outcome:
    """Run a command that does not crawl, here: a process for each would take longer than all the rest."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        settings = Settings()
        settings.setmodule("newscrawl.settings", priority="project")
        with pytest.raises(SystemExit) as end:
            execute(["scrapy", *words, "-s", f"DATA_DIR={data}"], settings)
    return Outcome(int(end.value.code or 0), out.getvalue(), err.getvalue())


@pytest.fixture(autouse=True)
def project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRAPY_SETTINGS_MODULE", "newscrawl.settings")


@pytest.fixture(scope="module")
def sample() -> Iterator[Sample]:
    with Sample(crawl_delay=0, articles=20) as running:
        yield running


@pytest.fixture(scope="module")
def cast(sample: Sample) -> dict[str, SampleArticle]:
    ordinary = [a for a in sample.newsroom.recent("rmol") if a.special is None and a.kind == "article"]
    return dict(zip(NAMES, ordinary, strict=False))


@pytest.fixture(scope="module")
def had(sample: Sample, cast: dict[str, SampleArticle], tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Crawl rmol, one article gone and one failing; then one that has changed again."""
    desk = Desk(tmp_path_factory.mktemp("commands") / "data", sample)
    sample.control("fail", path=f"/{cast['removed'].id}/", status=410)
    sample.control("fail", path=f"/{cast['failing'].id}/", status=500)
    assert desk.scrapy("crawl", "rmol").code == 0
    sample.control("change", outlet="rmol", index=cast["changed"].index)
    assert desk.scrapy("crawl", "rmol", "-a", f"url={cast['changed'].url}").code == 0
    return desk


def report(had: Desk, *words: str) -> dict[str, Any]:
    outcome = typed(had.data, "coverage", "rmol", "--json", *words)
    assert outcome.code == 0, outcome.err
    found: dict[str, Any] = json.loads(outcome.out)
    return found


class TestCoverage:
    def test_each_day_has_as_many_articles_as_the_newsroom_published(
        self, had: Desk, sample: Sample, cast: dict[str, SampleArticle]
    ) -> None:
        days: dict[str, int] = {}
        for article in sample.newsroom.articles("rmol"):  # the tag pages lead to old ones too
            days[str(article.published.date())] = days.get(str(article.published.date()), 0) + 1
        found = {row["day"]: row for row in report(had)["days"]}
        assert set(found) == set(days)
        for day, row in found.items():
            assert row["listed"] == row["extracted"] + row["failed"] + row["gone"] + row["pending"]
            others = sum(row["reasons"].values())
            assert row["extracted"] + others == row["listed"] >= days[day]

    def test_the_reasons(self, had: Desk) -> None:
        reasons: dict[str, int] = {}
        for row in report(had)["days"]:
            for reason, count in row["reasons"].items():
                reasons[reason] = reasons.get(reason, 0) + count
        assert reasons == {"http-404": 1, "http-410": 2, "http-500": 1, "robots": 1}

    def test_the_missing_by_name(self, had: Desk, cast: dict[str, SampleArticle]) -> None:
        missing = {m["url"]: (m["day"], m["reason"]) for m in report(had, "--list")["missing"]}
        assert len(missing) == 5
        for name, reason in (("removed", "http-410"), ("failing", "http-500")):
            assert missing[cast[name].url] == (str(cast[name].published.date()), reason)

    def test_the_table(self, had: Desk, cast: dict[str, SampleArticle]) -> None:
        outcome = typed(had.data, "coverage", "rmol", "--list")
        assert outcome.code == 0, outcome.err
        head, *rows = outcome.out.splitlines()
        assert " ".join(head.split()) == "day listed archived extracted failed gone pending share why not"
        total = next(row for row in rows if row.startswith("all"))
        listed, archived, extracted, failed, gone, pending = map(int, total.split()[1:7])
        assert (failed, gone, pending) == (2, 3, 0)
        assert (archived, listed) == (extracted, extracted + 5)
        assert total.split()[-1] == f"{extracted / (listed - 3):.1%}"
        assert f"{cast['failing'].published.date()}  http-500  {cast['failing'].url}" in rows

    def test_a_period(self, had: Desk, cast: dict[str, SampleArticle]) -> None:
        day = str(cast["failing"].published.date())
        found = report(had, "--since", day, "--until", day, "--list")
        assert [row["day"] for row in found["days"]] == [day]
        assert cast["failing"].url in {m["url"] for m in found["missing"]}
        assert {m["day"] for m in found["missing"]} == {day}

    @pytest.mark.parametrize(("least", "code"), [("0.5", 0), ("0.99", 1)])
    def test_a_share_below_the_least_is_code_1(self, had: Desk, least: str, code: int) -> None:
        outcome = typed(had.data, "coverage", "rmol", "--min", least)
        assert outcome.code == code
        line = rf"scrapy coverage: 0\.\d{{4}} of the listed articles are there, less than {least}\n"
        assert bool(re.fullmatch(line, outcome.err)) is (code == 1)
        assert outcome.out

    def test_days_without_any_article_are_not_enough_either(self, had: Desk) -> None:
        outcome = typed(had.data, "coverage", "rmol", "--until", "2001-01-01", "--min", "0.99")
        assert (outcome.code, outcome.err) == (
            1,
            "scrapy coverage: no source listed an article of these days\n",
        )


class TestHistory:
    @pytest.mark.parametrize("form", ["{url}", "{url}?utm_source=rss", "{url}#komentar"])
    def test_versions_and_what_changed(self, had: Desk, cast: dict[str, SampleArticle], form: str) -> None:
        outcome = typed(had.data, "history", form.format(url=cast["changed"].url))
        assert outcome.code == 0, outcome.err
        assert re.findall(r"^version (\d)", outcome.out, re.MULTILINE) == ["1", "2"]
        assert "{+" in outcome.out
        assert "\x1b" not in outcome.out

    def test_a_line_that_is_no_longer_there(self, had: Desk, cast: dict[str, SampleArticle]) -> None:
        first = min((had.data / "jsonl" / "rmol").iterdir())
        away = first.rename(first.with_suffix(".away"))
        try:
            outcome = typed(had.data, "history", cast["changed"].url)
        finally:
            away.rename(first)
        assert outcome.code == 0
        assert f"its line is no longer in {first.name}" in outcome.out

    def test_an_article_without_a_line(self, had: Desk, cast: dict[str, SampleArticle]) -> None:
        outcome = typed(had.data, "history", cast["failing"].url)
        assert outcome.code == 1
        assert (
            outcome.err == f"scrapy history: {cast['failing'].url}: no version of this article was written\n"
        )


class TestRebuildState:
    def test_it_says_what_it_found(self, had: Desk) -> None:
        before = typed(had.data, "coverage", "rmol", "--json").out
        outcome = typed(had.data, "rebuild-state", "rmol")
        assert outcome.code == 0
        lines = len(had.lines("rmol"))
        done = re.fullmatch(
            r"rmol: (\d+) URLs, (\d+) articles done, (\d+) versions from 2 WARC files; 0 lines made\n",
            outcome.out,
        )
        assert done
        assert int(done[3]) == lines
        after = typed(had.data, "coverage", "rmol", "--json").out
        assert after.replace('"robots"', "") != before  # no request shows what robots.txt forbade
        assert [row["extracted"] for row in json.loads(after)["days"]] == [
            row["extracted"] for row in json.loads(before)["days"]
        ]

    def test_not_while_a_run_is_going_on(self, had: Desk) -> None:
        state = had.data / "state" / "rmol.sqlite"
        before = state.stat()
        with (had.data / "state" / "rmol.lock").open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            outcome = typed(had.data, "rebuild-state", "rmol")
        assert outcome.code == 5
        assert outcome.err.count("\n") == 1
        assert state.stat().st_ino == before.st_ino


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["coverage"], "name one outlet, as in: scrapy coverage [options] <outlet>"),
        (["coverage", "rmo"], "unknown outlet 'rmo': did you mean rmol"),
        (["coverage", "sosok"], "no state of sosok in {data}; crawl it, or rebuild its state"),
        (
            ["coverage", "rmol", "--since", "2020-06-02", "--until", "2020-06-01"],
            "--since 2020-06-02 is after",
        ),
        (["coverage", "rmol", "--since", "juni"], "'juni' is not a date; write it as 2020-06-01"),
        (["coverage", "rmol", "--min", "semua"], "argument --min: invalid float value: 'semua'"),
        (["history"], "name one URL, as in: scrapy history <url>"),
        (["history", "https://example.org/a"], "https://example.org/a: belongs to no known outlet"),
        (["history", "https://rmol.id/tentang"], "https://rmol.id/tentang: not an article URL of rmol"),
        (["history", "bukan url"], "bukan url: belongs to no known outlet"),
        (["rebuild-state"], "name one outlet, as in: scrapy rebuild-state <outlet>"),
        (["rebuild-state", "tidak-ada"], "unknown outlet 'tidak-ada'"),
        (["rebuild-state", "nakita"], "no archive of nakita in {data}"),
    ],
    ids=" ".join,
)
def test_a_wrong_word_is_a_clear_line_and_code_2(had: Desk, words: list[str], line: str) -> None:
    outcome = typed(had.data, *words)
    assert outcome.code == 2
    assert line.format(data=had.data) in outcome.err
    assert "Traceback" not in outcome.err
    assert not outcome.out


def test_a_state_that_is_no_database_is_a_clear_line_and_code_7(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "rmol.sqlite").write_text("bukan basis data" * 100)
    outcome = typed(tmp_path, "coverage", "rmol")
    assert outcome.code == 7
    assert outcome.err.startswith("scrapy coverage: ")
    assert outcome.err.count("\n") == 1


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("crawl", ["<outlet>", "-a since=", "section=", "limit=", "url=", "3 blocked", "130 interrupted"]),
        ("coverage", ["<outlet>", "--since", "--until", "--list", "--json", "--min", "1 less than --min"]),
        ("history", ["<url>", "word diff", "1 no line"]),
        ("rebuild-state", ["<outlet>", "WARC", "5 a run of the outlet is going on"]),
    ],
)
def test_help_names_arguments_and_exit_codes(command: str, words: list[str], tmp_path: Path) -> None:
    outcome = typed(tmp_path, command, "--help")
    assert outcome.code == 0
    told = " ".join(outcome.out.split())
    assert [word for word in [*words, "Exit codes: 0 fine", "2 "] if word not in told] == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("def x(:", "line 1: invalid syntax"),
        ("from newscrawl.outlet import Outlet\nx = Outlet(nam='x')", "unexpected keyword argument 'nam'"),
    ],
)
def test_an_outlet_file_that_cannot_be_read_is_one_line(
    desk: Desk, tmp_path: Path, text: str, told: str
) -> None:
    (tmp_path / "ill").mkdir()
    (tmp_path / "ill" / "__init__.py").touch()
    (tmp_path / "ill" / "contoh.py").write_text(text)
    outcome = desk.scrapy(
        "list-outlets", settings={"SPIDER_MODULES": "ill"}, env={"PYTHONPATH": str(tmp_path)}
    )
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(f"scrapy list-outlets: {tmp_path}/ill/contoh.py, line ")
    assert told in outcome.err
    assert outcome.err.count("\n") == 1
