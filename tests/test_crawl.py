"""The main job, end to end: whole crawls of the sample newsroom against what it knows of itself."""

from __future__ import annotations

import csv
import dataclasses
import json
import subprocess
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from newscrawl.items import WarcPointer, json_schema
from newscrawl.sample.article import SampleArticle
from newscrawl.sample.client import Sample
from newscrawl.warc.reading import iter_exchanges, read_exchange
from tests.conftest import Desk

OUTLETS = ("rmol", "sosok")
CHECKS = (
    # warcio 1.8 fails on every br body where the brotli package is installed (it asks for `unused_data`)
    ["import sys; sys.modules['brotli'] = None; from warcio.cli import main; main(sys.argv[1:])", "check"],
    ["import sys; from fastwarc.cli import main; main(sys.argv[1:])", "check"],
)


def truth(desk: Desk, outlet: str) -> dict[str, SampleArticle]:
    assert desk.newsroom
    return {article.url: article for article in desk.newsroom.newsroom.articles(outlet)}


def pairs(desk: Desk, outlet: str) -> list[tuple[dict[str, Any], SampleArticle]]:
    known = truth(desk, outlet)
    return [(row, known[row["url"]]) for row in desk.lines(outlet)]


@pytest.mark.parametrize("outlet", OUTLETS)
class TestLines:
    def test_every_article_that_sources_list_has_one_line(self, crawled: Desk, outlet: str) -> None:
        """All recent ones; rmol's tag pages lead to older ones too."""
        known = truth(crawled, outlet)
        listed = [url for url, a in known.items() if a.era == "2026" or outlet == "rmol"]
        rows = Counter(row["url"] for row in crawled.lines(outlet))
        assert set(rows) - set(listed) == set()
        assert {url for url in listed if known[url].era == "2026"} <= set(rows)
        assert set(rows.values()) == {1}

    def test_each_line_is_valid(self, crawled: Desk, outlet: str) -> None:
        validator = jsonschema.Draft202012Validator(json_schema())
        for row in crawled.lines(outlet):
            validator.validate(row)

    def test_the_text_is_the_article_and_nothing_else(self, crawled: Desk, outlet: str) -> None:
        for row, article in pairs(crawled, outlet):
            assert (row["text"] or "").split("\n\n") == list(article.paragraphs or [""]), row["url"]

    def test_title_authors_and_editors(self, crawled: Desk, outlet: str) -> None:
        for row, article in pairs(crawled, outlet):
            assert row["title"] == article.title
            assert row["authors"] == list(article.authors), row["url"]

    def test_time_of_publication(self, crawled: Desk, outlet: str) -> None:
        for row, article in pairs(crawled, outlet):
            seconds = abs((datetime.fromisoformat(row["published"]) - article.published).total_seconds())
            assert seconds < 60, row["url"]
            assert row["published"].endswith("+07:00")

    def test_kind_and_pages(self, crawled: Desk, outlet: str) -> None:
        for row, article in pairs(crawled, outlet):
            assert row["type"] == article.kind, row["url"]
            if outlet == "rmol":  # follows its pager; sosok shows all pages on one
                assert row["pages"] == article.pages
                assert len(row["warc_pages"]) == article.pages - 1

    def test_syndication_names_the_source(self, crawled: Desk, outlet: str) -> None:
        for row, article in pairs(crawled, outlet):
            want = article.syndicated_from
            assert (row["syndicated_from"] or {}).get("title") == (want.title if want else None), row["url"]

    def test_what_was_taken_out_is_kept_with_its_rule(self, crawled: Desk, outlet: str) -> None:
        for row, _ in pairs(crawled, outlet):
            assert all(removed["text"] and removed["rule"] for removed in row["removed"])
        assert any(row["removed"] for row in crawled.lines(outlet))

    def test_each_line_leads_to_its_record(self, crawled: Desk, outlet: str) -> None:
        folder = crawled.data / "warc" / outlet
        for row in crawled.lines(outlet):
            exchange = read_exchange(folder, WarcPointer(**row["warc"]))
            assert exchange.status == 200
            assert exchange.uri.split("?")[0] == row["url"].split("?")[0]


@pytest.mark.parametrize("outlet", OUTLETS)
class TestArchive:
    def test_all_that_was_asked_is_there(self, crawled: Desk, outlet: str) -> None:
        """As many exchanges as the newsroom answered, each with its request."""
        assert crawled.newsroom
        hosts = {"rmol": ("rmol.id", "rmol.co"), "sosok": ("sosok.grid.id", "sosok.id")}[outlet]
        served = [r for r in crawled.newsroom.log() if r["host"].endswith(hosts)]
        stored = [e for path in crawled.warcs(outlet) for e in iter_exchanges(path)]
        assert len(stored) >= len({(r["host"], r["path"]) for r in served if r["status"] < 600}) > 70
        assert all(e.request for e in stored)

    @pytest.mark.parametrize("tool", CHECKS, ids=["warcio", "fastwarc"])
    def test_the_usual_tools_accept_it(self, crawled: Desk, outlet: str, tool: list[str]) -> None:
        for path in crawled.warcs(outlet):
            run = subprocess.run([sys.executable, "-c", *tool, path], capture_output=True, check=False)
            assert run.returncode == 0, run.stdout

    def test_no_file_is_left_open(self, crawled: Desk, outlet: str) -> None:
        assert not list(crawled.data.rglob("*.open"))


class TestSpecialPages:
    def outcome(self, crawled: Desk, outlet: str, special: str) -> dict[str, Any]:
        assert crawled.newsroom
        article = crawled.newsroom.newsroom.special(outlet, special)
        return next(row for row in crawled.lines(outlet) if row["url"] == article.url)

    @pytest.mark.parametrize("outlet", OUTLETS)
    def test_many_forms_of_a_url_are_one_article(self, crawled: Desk, outlet: str) -> None:
        assert crawled.newsroom
        article = crawled.newsroom.newsroom.special(outlet, "variants")
        number = article.id
        assert sum(number in row["url"] for row in crawled.lines(outlet)) == 1

    @pytest.mark.parametrize("outlet", OUTLETS)
    def test_a_wrong_charset_is_noticed(self, crawled: Desk, outlet: str) -> None:
        row = self.outcome(crawled, outlet, "charset")
        assert "charset.declared-latin1" in row["extraction"]["warnings"]

    @pytest.mark.parametrize("outlet", OUTLETS)
    def test_a_page_that_recovers_is_had_and_both_answers_are_kept(self, crawled: Desk, outlet: str) -> None:
        assert crawled.newsroom
        url = crawled.newsroom.newsroom.special(outlet, "flaky").url
        stored = [
            e.status for p in crawled.warcs(outlet) for e in iter_exchanges(p) if e.uri.split("?")[0] == url
        ]
        served = [r["status"] for r in crawled.newsroom.log() if r["path"].split("?")[0] in url]
        assert stored == [500, 200], served

    def test_a_trap_that_robots_txt_forbids_is_never_asked_for(self, crawled: Desk) -> None:
        assert crawled.newsroom
        assert not [r for r in crawled.newsroom.log() if "halaman-terlarang" in r["path"]]

    def test_missing_pages_are_counted_and_kept(self, crawled: Desk) -> None:
        stored = [e for p in crawled.warcs("rmol") for e in iter_exchanges(p) if "/read/" in e.uri]
        statuses = Counter(e.status for e in stored)
        assert statuses[404] == 1
        assert statuses[410] == 1


class TestArguments:
    def test_a_period_of_2020_is_walked_through_the_dated_index(self, desk: Desk) -> None:
        outcome = desk.scrapy("crawl", "sosok", "-a", "since=2020-06-01", "-a", "until=2020-06-10")
        assert outcome.code == 0, outcome.err
        want = {
            url: article
            for url, article in truth(desk, "sosok").items()
            if "2020-06-01" <= article.published.date().isoformat() <= "2020-06-10"
        }
        assert {row["url"] for row in desk.lines("sosok")} == set(want)
        for row in desk.lines("sosok"):
            article = want[row["url"]]
            assert (row["text"] or "").split("\n\n") == list(article.paragraphs or [""]), row["url"]
            assert row["authors"] == list(article.authors)

    def test_one_article_by_url_with_its_old_template(self, desk: Desk) -> None:
        old = [a for a in truth(desk, "rmol").values() if a.era == "2020" and a.kind == "article"]
        plain = next(a for a in old if a.special is None and len(a.paragraphs) > 4)
        outcome = desk.scrapy("crawl", "rmol", "-a", f"url={plain.url}")
        assert outcome.code == 0, outcome.err
        (row,) = desk.lines("rmol")
        assert row["text"].split("\n\n") == list(plain.paragraphs)
        assert row["authors"] == list(plain.authors)
        assert row["title"] == plain.title

    def test_a_limit_bounds_the_articles(self, desk: Desk) -> None:
        outcome = desk.scrapy("crawl", "rmol", "-a", "limit=3")
        assert outcome.code == 0, outcome.err
        assert len(desk.lines("rmol")) == 3

    def test_a_section_is_all_that_is_asked_for(self, desk: Desk) -> None:
        assert desk.scrapy("crawl", "rmol", "-a", "section=nusantara", "-a", "limit=4").code == 0
        assert {row["url"].split("/")[3] for row in desk.lines("rmol")} == {"nusantara"}

    @pytest.mark.parametrize(
        ("words", "line"),
        [
            (["rmo"], "unknown outlet 'rmo': did you mean rmol?"),
            ([], "name one outlet, as in: scrapy crawl rmol"),
            (["rmol", "-a", "since=juni"], "-a since=juni: not a date; write it as 2020-06-01"),
            (["rmol", "-a", "since=2020-06-02", "-a", "until=2020-06-01"], "-a since=2020-06-02 is after"),
            (["rmol", "-a", "limit=0"], "-a limit=0: not a number of articles; write -a limit=20"),
            (["rmol", "-a", "limt=3"], "unknown argument -a limt=…: did you mean limit?"),
            (["rmol", "-a", "section=gosip"], "-a section=gosip: rmol declares no such section"),
            (["rmol", "-a", "url=https://example.org/"], "-a url=https://example.org/: not an article URL"),
            (["rmol", "-s", "CONNECT_TO=x"], "CONNECT_TO"),
        ],
    )
    def test_a_bad_word_is_one_line_and_code_2_before_any_request(
        self, desk: Desk, words: list[str], line: str
    ) -> None:
        assert desk.newsroom
        before = len(desk.newsroom.log())
        outcome = desk.scrapy("crawl", *words)
        assert outcome.code == 2
        assert line in outcome.err
        assert outcome.err.count("\n") == 1
        assert len(desk.newsroom.log()) == before

    def test_without_a_contact_nothing_is_asked(self, desk: Desk) -> None:
        outcome = desk.scrapy("crawl", "rmol", env={"NEWSCRAWL_CONTACT": ""})
        assert outcome.code == 2
        assert "NEWSCRAWL_CONTACT is not set" in outcome.err

    def test_a_data_folder_that_cannot_be_written(self, desk: Desk) -> None:
        desk.data.write_text("a file in the way")
        outcome = desk.scrapy("crawl", "rmol")
        assert outcome.code == 2
        assert outcome.err.startswith(f"scrapy crawl: cannot write to the data folder {desk.data}: ")
        assert outcome.err.count("\n") == 1


class TestTelling:
    def test_the_table_at_the_end(self, desk: Desk) -> None:
        outcome = desk.scrapy("crawl", "rmol", "-a", "limit=2")
        head, row = outcome.out.splitlines()
        assert head.split() == [
            "outlet",
            "pages",
            "articles",
            "stripped",
            "errors",
            "seconds",
            "WARC",
            "JSONL",
        ]
        assert row.split()[:1] == ["rmol"]
        assert Path(row.split()[-1]).exists()
        assert Path(row.split()[-2]).exists()
        (run,) = [json.loads(line) for line in (desk.data / "runs.jsonl").read_text().splitlines()]
        assert (run["outlet"], run["articles"], run["exit_code"]) == ("rmol", 2, 0)

    def test_the_log_is_for_people(self, desk: Desk) -> None:
        outcome = desk.scrapy("crawl", "sosok", "-a", "limit=3")
        assert len(outcome.err.splitlines()) < 10, outcome.err
        assert "sosok: found" in outcome.err

    def test_scrapys_own_feeds_still_work(self, desk: Desk, tmp_path: Path) -> None:
        out = tmp_path / "out.csv"
        assert desk.scrapy("crawl", "rmol", "-a", "limit=2", "-O", str(out)).code == 0
        with out.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == 2
        assert {row["url"] for row in rows} == {row["url"] for row in desk.lines("rmol")}
        assert "evidence" not in rows[0]


class TestTrouble:
    """What goes wrong at a site, each with an exit code that cron can tell apart."""

    @pytest.fixture
    def own(self, tmp_path: Path) -> Any:
        with Sample(crawl_delay=0, articles=20) as sample:
            yield Desk(tmp_path / "data", sample)

    def test_a_site_that_blocks_us(self, own: Desk) -> None:
        own.newsroom.control("challenge", path="/read/")  # type: ignore[union-attr]
        outcome = own.scrapy("crawl", "rmol")
        assert outcome.code == 3, outcome.err
        assert "blocked" in outcome.err.splitlines()[-1]
        assert own.lines("rmol") == []

    def test_a_source_that_fails_is_reported_and_the_others_go_on(self, own: Desk) -> None:
        own.newsroom.control("fail", path="/rss", status=404)  # type: ignore[union-attr]
        outcome = own.scrapy("crawl", "sosok")
        assert outcome.code == 0
        assert "Source https://sosok.grid.id/rss could not be read: http-404" in outcome.err
        assert own.lines("sosok")

    def test_robots_txt_out_of_reach_is_not_permission(self, own: Desk) -> None:
        own.newsroom.control("fail", path="/robots.txt", status=500)  # type: ignore[union-attr]
        outcome = own.scrapy("crawl", "rmol")
        assert outcome.code == 6, outcome.err
        assert not [r for r in own.newsroom.log() if r["path"] != "/robots.txt"]  # type: ignore[union-attr]

    def test_nothing_found_although_pages_were_fetched(self, own: Desk) -> None:
        own.newsroom.control("fail", path="/(rss|tag|$)", status=404)  # type: ignore[union-attr]
        outcome = own.scrapy("crawl", "rmol")
        assert outcome.code == 4, outcome.err
        assert "no article URL in any source" in outcome.err


def test_the_truth_has_every_special_page(newsroom: Sample) -> None:
    """Guard: the tests above would pass without testing if the newsroom lost a case."""
    for outlet in OUTLETS:
        article = newsroom.newsroom.special(outlet, "pages")
        assert dataclasses.asdict(article)["pages"] == 3
