"""`scrapy forget` as a user runs it, and what all other commands then say of the article."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from newscrawl.exits import Exit
from newscrawl.index.cdxj import Capture, index_warc
from newscrawl.lock import RunLock
from newscrawl.sample.client import Sample
from tests.conftest import Desk

INDEXER = Path(sys.prefix) / "pywb" / "bin" / "cdx-indexer"
SMALL = {"EXTRACT_WORKERS": "0"}


@pytest.fixture(scope="module")
def newsroom_of_our_own() -> Iterator[Sample]:
    with Sample(crawl_delay=0, articles=6, seed="lupa") as newsroom:
        yield newsroom


@pytest.fixture(scope="module")
def before(newsroom_of_our_own: Sample, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Return a crawled outlet."""
    desk = Desk(tmp_path_factory.mktemp("before"), newsroom_of_our_own)
    outcome = desk.scrapy("crawl", "rmol", settings=SMALL)
    assert outcome.code == 0, outcome.err
    return desk


@pytest.fixture(scope="module")
def url(before: Desk) -> str:
    assert before.newsroom
    return before.newsroom.newsroom.special("rmol", "variants").url


@pytest.fixture(scope="module")
def after(before: Desk, url: str, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Return a copy of it in which an article was forgotten."""
    desk = Desk(tmp_path_factory.mktemp("after") / "data", before.newsroom)
    shutil.copytree(before.data, desk.data)
    outcome = desk.scrapy("forget", f"{url}?utm_source=x", "--reason", "diminta   penulisnya")
    assert outcome.code == 0, outcome.err
    (entry,) = map(json.loads, (desk.data / "forgotten" / "rmol.jsonl").read_bytes().splitlines())
    assert entry["reason"] == "diminta penulisnya"
    assert outcome.out == f"{entry['id']}: {entry['records']} exchanges and 1 lines taken out\n"
    return desk


def test_verify_finds_nothing_wrong(after: Desk) -> None:
    outcome = after.scrapy("verify", "rmol")
    assert outcome.code == 0, outcome.out
    assert "all fine" in outcome.out


def test_show_tells_why_it_is_not_there(after: Desk, url: str) -> None:
    for given in (url, f"{url}?page=2"):
        outcome = after.scrapy("show", given)
        assert outcome.code == 1
        assert outcome.err.endswith(": diminta penulisnya\n")
        assert "forgotten at 20" in outcome.err


@pytest.mark.skipif(not INDEXER.exists(), reason="`make test` installs pywb beside our environment")
def test_pywb_does_not_find_it(after: Desk, url: str) -> None:
    for warc in after.warcs("rmol"):
        command = [str(INDEXER), "--sort", "--cdxj", str(warc)]
        done = subprocess.run(command, capture_output=True, check=True)
        theirs = [json.loads(line.split(b" ", 2)[2])["url"] for line in done.stdout.splitlines()]
        assert theirs == [Capture.parse(line).url for line in index_warc(warc)]
        assert url not in theirs


def test_an_export_leaves_it_out_and_counts_it(before: Desk, after: Desk, url: str, tmp_path: Path) -> None:
    """Also when older lines are named."""
    for name, files in (("own", []), ("older", [str(before.data / "jsonl")])):
        out = tmp_path / f"{name}.jsonl"
        outcome = after.scrapy("export", "-o", str(out), *files)
        assert outcome.code == 0, outcome.err
        rows = [json.loads(line) for line in out.read_bytes().splitlines()]
        assert {row["url"] for row in rows} == {row["url"] for row in before.lines("rmol")} - {url}
        card = out.with_name(f"{out.name}.card.md").read_text(encoding="utf-8")
        assert "- Forgotten: 1 articles of these outlets, taken out of the archive\n" in card


def test_reextract_does_not_bring_it_back(before: Desk, after: Desk, tmp_path: Path) -> None:
    """Neither from the archive nor from an older copy of it."""
    for desk in (before, after):
        out = tmp_path / str(desk is before)
        outcome = after.scrapy("reextract", str(desk.data / "warc" / "rmol"), "-o", str(out), "--workers=1")
        assert outcome.code == 0, outcome.err
        rows = [json.loads(line) for line in (out / "rmol.jsonl").read_bytes().splitlines()]
        assert sorted(rows, key=lambda row: row["id"]) == sorted(
            after.lines("rmol"), key=lambda row: row["id"]
        )


def test_a_later_crawl_does_not_ask_for_it_until_it_is_lifted(
    before: Desk, url: str, tmp_path: Path, newsroom_of_our_own: Sample
) -> None:
    desk = Desk(tmp_path / "data", newsroom_of_our_own)
    shutil.copytree(before.data, desk.data)
    assert desk.scrapy("forget", url, "--reason", "keliru").code == 0
    newsroom_of_our_own.control("publish", outlet="rmol", count=1)  # the lists have changed
    seen = len(newsroom_of_our_own.log())
    assert desk.scrapy("crawl", "rmol", settings=SMALL).code == 0
    asked = [entry["path"] for entry in newsroom_of_our_own.log()[seen:]]
    slug = url.rpartition("/")[2]
    assert not [path for path in asked if slug in path]
    assert len(desk.lines("rmol")) == len(before.lines("rmol")) - 1 + 1

    refused = desk.scrapy("crawl", "rmol", "-a", f"url={url}", settings=SMALL)
    assert refused.code == Exit.USAGE
    assert refused.err.count("\n") == 1
    assert "(keliru); to fetch it again: scrapy forget --lift" in refused.err

    lifted = desk.scrapy("forget", url, "--lift", "--reason", "bukan dia")
    assert (lifted.code, lifted.out) == (0, f"{url}: may be fetched again\n")
    assert desk.scrapy("crawl", "rmol", "-a", f"url={url}", settings=SMALL).code == 0
    assert [row["version"] for row in desk.lines("rmol") if row["url"] == url] == [1]
    assert desk.scrapy("verify", "rmol").code == 0


@pytest.mark.parametrize(
    ("words", "code", "line"),
    [
        (["URL"], 2, "say why: --reason TEXT; it stays in the log, so let it name nobody"),
        (["URL", "--reason", "  "], 2, "say why: --reason TEXT"),
        (["URL", "--reason", "x" * 301], 2, "the reason has 301 characters; at most 300 fit"),
        (["--reason", "x"], 2, "name the URLs, as in: scrapy forget URL --reason"),
        (
            ["https://contoh.example/a", "--reason", "x"],
            2,
            "https://contoh.example/a: belongs to",
        ),
        (["rmol.id/robots.txt", "--reason", "x"], 2, "rmol.id/robots.txt: not an article URL of rmol"),
        (["https://sosok.grid.id/read/41234/a-b-c", "--reason", "x"], 2, "no archive of sosok in "),
        (
            ["https://rmol.id/politik/read/2020/06/02/1/tidak-ada", "--reason", "x"],
            1,
            "https://rmol.id/politik/read/2020/06/02/1/tidak-ada: nothing of it is in the archive",
        ),
        (["URL", "--lift", "--reason", "x"], 1, "URL: was not forgotten; nothing was changed"),
    ],
)
def test_a_bad_word_is_one_line(before: Desk, url: str, words: list[str], code: int, line: str) -> None:
    outcome = before.scrapy("forget", *(url if word == "URL" else word for word in words))
    assert outcome.code == code
    assert outcome.err.startswith(f"scrapy forget: {line.replace('URL:', f'{url}:', 1)}")
    assert outcome.err.count("\n") == 1


def test_a_run_that_is_going_on_is_left_alone(before: Desk, url: str) -> None:
    with RunLock(before.data / "state" / "rmol.lock"):
        outcome = before.scrapy("forget", url, "--reason", "x")
    assert outcome.code == Exit.LOCKED
    assert "a run with process id" in outcome.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(before: Desk, url: str, tmp_path: Path) -> None:
    desk = Desk(tmp_path / "data", None)
    shutil.copytree(before.data, desk.data)
    (desk.data / "jsonl" / "rmol").chmod(0o500)
    outcome = desk.scrapy("forget", url, "--reason", "x")
    (desk.data / "jsonl" / "rmol").chmod(0o700)
    assert outcome.code == Exit.STORAGE
    assert outcome.err.count("\n") == 1
    assert desk.scrapy("forget", url, "--reason", "x").code == 0
