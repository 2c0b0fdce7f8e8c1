"""`scrapy verify` as a user runs it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from newscrawl.exits import Exit
from newscrawl.lock import RunLock
from tests.conftest import Desk

# warcio 1.8 fails on every br body where the brotli package is installed
WARCIO = "import sys; sys.modules['brotli'] = None; from warcio.cli import main; main(sys.argv[1:])"


@pytest.fixture
def own(crawled: Desk, tmp_path: Path) -> Desk:
    """Return a copy of a crawled data folder."""
    shutil.copytree(crawled.data, tmp_path / "data")
    return Desk(tmp_path / "data", None)


def tear(desk: Desk) -> Path:
    """Append half a record to a WARC file and return it."""
    path = desk.warcs("sosok")[0]
    content = path.read_bytes()
    path.write_bytes(content + content[:200])
    return path


def told(desk: Desk, *words: str, code: int) -> dict[str, Any]:
    outcome = desk.scrapy("verify", *words, "--json")
    assert outcome.code == code, outcome.err
    report: dict[str, Any] = json.loads(outcome.out)
    return report


def state_of(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {
        str(path): (path.stat().st_mtime_ns, path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_crawl_verifies_and_is_not_touched(own: Desk) -> None:
    before = state_of(own.data)
    outcome = own.scrapy("verify", "--workers=2")
    assert outcome.code == 0, outcome.out
    assert "all fine" in outcome.out
    assert f"{len(own.lines('rmol') + own.lines('sosok'))} lines" in outcome.out
    assert len(outcome.out.splitlines()) == 1
    assert state_of(own.data) == before


def test_a_torn_record_that_the_usual_tools_miss(own: Desk) -> None:
    path = tear(own)
    usual = subprocess.run([sys.executable, "-c", WARCIO, "check", path], check=False, capture_output=True)
    assert usual.returncode == 0
    outcome = own.scrapy("verify", "--quick")
    assert outcome.code == 1
    place = (
        f"damage  warc/sosok/{path.name}:{path.stat().st_size - 200}: the file ends in the middle of a record"
    )
    assert place in outcome.out
    assert "mend warc.torn: run scrapy verify with --repair" in outcome.out

    mended = own.scrapy("verify", "sosok", "--quick", "--repair")
    assert mended.code == 0, mended.out + mended.err
    assert f"mended  warc/sosok/{path.name}: 200 bytes cut off" in mended.out
    assert len(path.with_name(f"{path.name}.torn").read_bytes()) == 200
    assert own.scrapy("verify", "--quick").code == 0


def test_more_workers_find_the_same(own: Desk) -> None:
    tear(own)
    own.warcs("rmol")[0].rename(own.warcs("rmol")[0].with_name("rmol-lain.warc.gz"))
    one, two = (told(own, f"--workers={n}", "--quick", code=1) for n in (1, 2))
    assert one["damage"] > 70
    for report in (one, two):
        report["findings"].sort(key=str)
        report.pop("seconds")
    assert one == two


def test_one_outlet_alone(own: Desk) -> None:
    tear(own)
    assert told(own, "rmol", "--quick", code=0)["outlets"] == ["rmol"]
    assert told(own, "sosok", "--quick", code=1)["findings"][0]["kind"] in ("warc.torn", "manifest.size")


def test_a_run_that_is_going_on_is_left_alone(own: Desk) -> None:
    warc = own.warcs("rmol")[0]
    warc.with_name("rmol-baru.warc.gz.open").write_bytes(warc.read_bytes()[:5000])
    with RunLock(own.data / "state" / "rmol.lock"):
        report = told(own, "rmol", "--quick", code=0)
        assert [found["kind"] for found in report["findings"]] == ["run.going"]
        refused = own.scrapy("verify", "rmol", "--quick", "--repair")
        assert refused.code == Exit.LOCKED
        assert "a run with process id" in refused.err
    assert {found["kind"] for found in told(own, "rmol", "--quick", code=1)["findings"]} == {"warc.open"}


def test_data_of_an_outlet_without_spider(own: Desk) -> None:
    for kind in ("warc", "jsonl"):
        (own.data / kind / "rmol").rename(own.data / kind / "lama")
    (own.data / "state" / "rmol.sqlite").rename(own.data / "state" / "lama.sqlite")
    (own.data / "manifest" / "rmol.jsonl").unlink()
    kinds = {found["kind"] for found in told(own, "lama", code=1)["findings"]}
    assert kinds == {"outlet.unknown", "line.outlet", "manifest.no-entry"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_cannot_be_read(own: Desk) -> None:
    own.warcs("rmol")[0].chmod(0)
    assert "file.unreadable" in {found["kind"] for found in told(own, "--quick", code=1)["findings"]}


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["tidakada"], "nothing of tidakada in"),
        (["--workers=0"], "is not a number from 1"),
    ],
)
def test_a_wrong_word_is_one_line_and_code_2(own: Desk, words: list[str], problem: str) -> None:
    outcome = own.scrapy("verify", *words)
    assert outcome.code == Exit.USAGE
    assert problem in outcome.err
    assert "Traceback" not in outcome.err
