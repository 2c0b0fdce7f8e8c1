"""The doctor says plainly what is wrong with an outlet, from what it sees of the sample newsroom."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from newscrawl.doctor.findings import ArticleRow, Round, SourceRow, diagnose, verdict_of
from newscrawl.sample.client import Sample
from newscrawl.spiders.rmol import RmolSpider
from tests.conftest import Desk

QUICK = {"BACKOFF_SECONDS": "0.01"}


@pytest.fixture(scope="module")
def sick_newsroom() -> Iterator[Sample]:
    """Run a newsroom of our own: these tests make it ill."""
    with Sample(crawl_delay=0) as sample:
        yield sample


@pytest.fixture
def clinic(tmp_path: Path, sick_newsroom: Sample) -> Iterator[Desk]:
    yield Desk(tmp_path / "data", sick_newsroom)
    sick_newsroom.control("heal")
    for outlet in ("rmol", "sosok"):
        sick_newsroom.control("redesign", outlet=outlet, undo=True)


def examined(desk: Desk, outlet: str, *, code: int) -> dict[str, Any]:
    outcome = desk.scrapy("doctor", outlet, "--json", settings=QUICK)
    assert outcome.code == code, outcome.err
    report: dict[str, Any] = json.loads(outcome.out)
    return report


class TestFine:
    def test_one_screen_and_code_0(self, clinic: Desk) -> None:
        outcome = clinic.scrapy("doctor", "rmol")
        assert outcome.code == 0, outcome.err
        assert outcome.err == ""
        lines = outcome.out.splitlines()
        assert lines[0] == "rmol: fine"
        assert len(lines) <= 40
        assert "  text        selector    selector    selector    selector    selector" in lines
        assert any(line.startswith("robots      https://rmol.id/robots.txt 200, obeyed") for line in lines)

    def test_what_programs_get(self, clinic: Desk) -> None:
        report = examined(clinic, "sosok", code=0)
        assert (report["outlet"], report["verdict"], report["findings"]) == ("sosok", "fine", [])
        assert [(row["kind"], row["problem"]) for row in report["sources"]] == [
            ("sitemap", None),
            ("feed", None),
            ("index", None),
        ]
        assert all(row["found"] and row["newest"] for row in report["sources"])
        read = [row for row in report["articles"] if row["problem"] is None]
        assert len(read) == 5
        for row in read:
            assert row["fields"]["text"] == "selector"
            assert row["fields"]["published"] == "printed"
            assert row["generic"] > 0.9
            assert row["second"] > 0.6
        assert read == sorted(read, key=lambda row: row["published"], reverse=True)

    def test_nothing_is_written(self, clinic: Desk) -> None:
        examined(clinic, "rmol", code=0)
        assert not clinic.data.exists()

    def test_it_asks_as_a_crawl_does(self, clinic: Desk) -> None:
        assert clinic.newsroom
        before = len(clinic.newsroom.log())
        report = examined(clinic, "rmol", code=0)
        asked = clinic.newsroom.log(since=before)
        assert asked[0]["path"] == "/robots.txt"
        assert len(asked) <= 15
        assert not [row for row in asked if "halaman-terlarang" in row["path"]]
        assert "robots" in [row["problem"] for row in report["articles"]]


class TestIll:
    @pytest.mark.parametrize("bare", [False, True])
    def test_a_redesign_is_a_changed_layout_though_articles_are_still_read(
        self, clinic: Desk, bare: bool
    ) -> None:
        assert clinic.newsroom
        clinic.newsroom.control("redesign", outlet="rmol", bare=bare)
        report = examined(clinic, "rmol", code=1)
        assert report["verdict"] == "layout changed"
        first = report["findings"][0]
        assert first["reason"].endswith("of 5 articles: title, body, published, author")
        assert first["advice"]
        read = [row for row in report["articles"] if row["problem"] is None]
        assert all(row["dead"] and row["fields"]["text"] == "blocks" for row in read)
        assert all(row["words"] > 50 for row in read)

    @pytest.mark.parametrize("path", ["/", "/read/"])
    def test_block_pages(self, clinic: Desk, path: str) -> None:
        assert clinic.newsroom
        clinic.newsroom.control("challenge", host="rmol.id", path=path)
        before = len(clinic.newsroom.log())
        report = examined(clinic, "rmol", code=1)
        assert report["verdict"] == "blocked"
        assert "pages refused: 3" in report["findings"][0]["reason"]
        blocked = [row for row in clinic.newsroom.log(since=before) if path in row["path"]]
        assert len(blocked) <= 6, "a site that does not want us is left alone"

    def test_a_site_that_asks_for_a_long_pause(self, clinic: Desk) -> None:
        assert clinic.newsroom
        clinic.newsroom.control("fail", host="rmol.id", status=429, retry_after=900)
        assert examined(clinic, "rmol", code=1)["verdict"] == "blocked"

    def test_one_source_out_of_reach(self, clinic: Desk) -> None:
        assert clinic.newsroom
        clinic.newsroom.control("fail", path="/rss/kategori/politik", status=404)
        outcome = clinic.scrapy("doctor", "rmol", settings=QUICK)
        assert outcome.code == 1
        verdict, reason, advice = outcome.out.splitlines()[:3]
        assert verdict == "rmol: unreachable"
        assert "1 of 5 sources are gone: https://rmol.id/rss/kategori/politik (http-404)" in reason
        assert advice.startswith("    → ")

    def test_no_robots_txt_is_no_permission(self, clinic: Desk) -> None:
        assert clinic.newsroom
        clinic.newsroom.control("fail", host="rmol.id", path="robots", status=500)
        report = examined(clinic, "rmol", code=1)
        assert report["verdict"] == "unreachable"
        assert "robots.txt cannot be had" in report["findings"][0]["reason"]
        assert report["articles"] == []


def test_bad_words(desk: Desk) -> None:
    outcome = desk.scrapy("doctor", "rmo")
    assert outcome.code == 2
    assert outcome.err == "scrapy doctor: unknown outlet 'rmo': did you mean rmol?\n"
    outcome = desk.scrapy("doctor", "rmol", env={"NEWSCRAWL_CONTACT": ""})
    assert outcome.code == 2
    assert "NEWSCRAWL_CONTACT is not set" in outcome.err


def test_the_outlets_are_listed(desk: Desk) -> None:
    outcome = desk.scrapy("list-outlets")
    assert outcome.code == 0, outcome.err
    head, *rows = outcome.out.splitlines()
    assert head.split() == ["outlet", "platform", "sources", "eras", "checked", "obstacles"]
    assert [row.split()[0] for row in rows] == sorted(row.split()[0] for row in rows)
    listed = json.loads(desk.scrapy("list-outlets", "--json").out)
    (rmol,) = [row for row in listed if row["outlet"] == "rmol"]
    outlet = RmolSpider.outlet
    assert set(rmol["sources"]) == {"feed", "list"}
    assert sum(rmol["sources"].values()) == len(outlet.sources)
    assert [era["name"] for era in rmol["eras"]] == [era.name for era in outlet.selectors]


# The diagnosis alone: rows in, findings out

FILLED: dict[str, str | None] = {"title": "general", "text": "blocks", "published": "printed"}
SOURCE = SourceRow("feed", "https://contoh.id/rss", found=3, newest="2026-11-22")
ARTICLE = ArticleRow(
    "https://contoh.id/1", fields=FILLED, declared=["body"], words=200, generic=1.0, second=0.9
)
OTHER_TEXT = ArticleRow("https://contoh.id/2", fields=FILLED, generic=0.1, second=0.2)
UNDATED = ArticleRow("https://contoh.id/3", fields={**FILLED, "published": None})
DEAD_TITLE = ArticleRow("https://contoh.id/4", fields=FILLED, declared=["title", "image"], dead=["title"])
DEAD_IMAGE = ArticleRow("https://contoh.id/5", fields=FILLED, declared=["title", "image"], dead=["image"])
OTHER_TITLE = ArticleRow(
    "https://contoh.id/9", fields=FILLED, declared=["title"], differs=["title"], generic=1.0, second=0.9
)
REFUSED = ArticleRow("https://contoh.id/10", 403, "blocked-cloudflare-challenge", blocked=True)
GALLERY = ArticleRow("https://contoh.id/6", type="gallery", fields={**FILLED, "text": None})
GONE = ArticleRow("https://contoh.id/7", 404, "http-404")
FORBIDDEN = ArticleRow("https://contoh.id/8", problem="robots")


@pytest.mark.parametrize(
    ("sources", "articles", "verdict"),
    [
        ([SOURCE], [ARTICLE], "fine"),
        ([SOURCE], [ARTICLE, GONE, GALLERY], "fine"),
        ([SOURCE], [OTHER_TEXT, OTHER_TEXT, ARTICLE], "layout changed"),
        ([SOURCE], [OTHER_TEXT, ARTICLE, ARTICLE], "fine"),
        ([SOURCE], [UNDATED, UNDATED, ARTICLE], "layout changed"),
        ([SOURCE], [DEAD_TITLE], "layout changed"),
        ([SOURCE], [OTHER_TITLE, OTHER_TITLE, ARTICLE], "layout changed"),
        ([SOURCE], [OTHER_TITLE, ARTICLE, ARTICLE], "fine"),
        ([SOURCE], [REFUSED, ARTICLE, ARTICLE], "blocked"),
        (
            [SOURCE, SourceRow("list", "https://contoh.id/", problem="blocked-x", blocked=True)],
            [ARTICLE],
            "blocked",
        ),
        ([SOURCE], [DEAD_TITLE, DEAD_IMAGE], "fine"),
        ([SOURCE], [GONE], "unreachable"),
        ([SOURCE], [FORBIDDEN], "blocked"),
        ([SourceRow("feed", "https://contoh.id/rss")], [], "nothing found"),
        ([SOURCE, SourceRow("list", "https://contoh.id/")], [ARTICLE], "nothing found"),
        (
            [SourceRow("feed", "https://contoh.id/rss", found=1, newest="2026-02-01")],
            [ARTICLE],
            "nothing found",
        ),
        ([SourceRow("feed", "https://contoh.id/rss", problem="robots")], [], "blocked"),
        ([SourceRow("feed", "https://contoh.id/rss", problem="http-500")], [], "unreachable"),
        ([SourceRow("feed", "https://contoh.id/rss", problem="blocked-akamai", blocked=True)], [], "blocked"),
    ],
)
def test_the_verdict_follows_from_the_rows(
    sources: list[SourceRow], articles: list[ArticleRow], verdict: str
) -> None:
    round_ = Round("contoh", "2026-11-22T10:00:00Z", date(2026, 11, 22), sources=sources, articles=articles)
    findings = diagnose(round_)
    assert verdict_of(findings) == verdict, findings
    assert all(finding.reason and finding.advice for finding in findings)
