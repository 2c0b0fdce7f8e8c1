"""What a crash may cost: crawls that are killed, stopped, out of disk space or started twice."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newscrawl.exits import Exit
from newscrawl.items import Article, Extraction, WarcPointer, to_line
from newscrawl.recovery import Recovered, cut_lines
from newscrawl.sample.client import Sample
from newscrawl.warc.reading import iter_exchanges
from tests.conftest import ROOT, Desk
from tests.torture.lives import (
    MARK,
    SMALL,
    Life,
    Tally,
    check_folder,
    check_lines,
    check_rebuilt,
    holder,
    processes,
    schedules,
    seconds_of_a_run,
    wait_until,
)

SEED = int(os.environ.get("TORTURE_SEED", "1945"))
KILLS = 20
LONG = pytest.mark.long


@pytest.fixture(scope="module")
def small() -> Iterator[Sample]:
    """Run a newsroom that is small enough to be crawled in a second."""
    with Sample(crawl_delay=0, articles=28, seed="torture") as sample:
        yield sample


@pytest.fixture
def own(small: Sample, tmp_path: Path) -> Iterator[Desk]:
    """Return an empty data folder beside the small newsroom, which forgot its faults."""
    small.control("heal")
    small.control("reset")
    yield Desk(tmp_path / "data", small)
    while STARTED:  # of a test that failed
        process = STARTED.pop()
        process.kill()
        process.wait()


def go_on(desk: Desk, *, rebuild: bool = False) -> None:
    """Run the same command again: it ends well and everything is there."""
    outcome = desk.scrapy("crawl", "rmol")
    assert outcome.code == 0, outcome.err
    check_folder(desk, "rmol")
    check_lines(desk, "rmol")
    if rebuild:
        check_rebuilt(desk, "rmol")


def test_killed_and_started_again_until_done(small: Sample, tmp_path: Path) -> None:
    """The short form of `make torture`."""
    small.control("heal")
    tally = Tally()
    span = seconds_of_a_run(small, tmp_path / "measure", "rmol")
    for number, schedule in enumerate(schedules(SEED)):
        outlet = ("rmol", "sosok")[number % 2]
        try:
            Life(small, tmp_path / f"life-{number}", outlet, tally, span).live(schedule, workers=number % 2)
        except AssertionError as error:
            error.add_note(f"seed {SEED}, life {number}")
            raise
        if tally.kills.total() >= KILLS:
            break


STARTED: list[subprocess.Popen[bytes]] = []


class Started:
    """A crawl in a process of its own that a test talks to by signals."""

    def __init__(self, desk: Desk, *words: str, **settings: str) -> None:
        self.desk = desk
        self.mark = os.urandom(8).hex()
        desk.data.mkdir(parents=True, exist_ok=True)
        self.log = desk.data / "log.txt"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, *desk.command("crawl", "rmol", settings={**SMALL, **settings})[1:], *words],
                cwd=ROOT,
                env={**desk.environment(), MARK: self.mark},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        STARTED.append(self.process)

    def wait_for(self, asked: str) -> None:
        """Wait until the newsroom was asked for a path."""
        assert self.desk.newsroom
        newsroom = self.desk.newsroom
        wait_until(lambda: any(asked in row["path"] for row in newsroom.log()) or self.is_over, 60)
        assert not self.is_over, self.told

    @property
    def is_over(self) -> bool:
        return self.process.poll() is not None

    @property
    def told(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def end(self) -> int:
        """Return the exit code; none of the crawl's processes survives it."""
        code = self.process.wait(60)
        wait_until(lambda: not processes(self.mark))
        return code


class TestStopping:
    """SIGTERM and Ctrl-C. A crawl that waits for minutes ends long before: `end` waits for one."""

    @pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=LONG)])
    def test_in_the_middle(self, own: Desk, number: int) -> None:
        crawl = Started(own, POLITE_MIN_DELAY="0.3")
        crawl.wait_for("/read/")
        crawl.process.send_signal(number)
        assert crawl.end() == Exit.INTERRUPTED, crawl.told
        assert "interrupted; run the same command again to go on" in crawl.told
        check_folder(own, "rmol")
        go_on(own)

    @pytest.mark.parametrize(
        ("path", "settings"),
        [
            ("/read/", {"BACKOFF_SECONDS": "600", "BACKOFF_MAX": "600"}),
            ("/robots.txt", {"ROBOTS_RETRY_SECONDS": "600"}),
        ],
        ids=["back-off", "robots.txt"],
    )
    def test_while_it_waits_to_ask_again(self, own: Desk, path: str, settings: dict[str, str]) -> None:
        assert own.newsroom
        own.newsroom.control("fail", path=path, status=503)
        crawl = Started(own, **settings)
        crawl.wait_for(path)
        time.sleep(0.3)
        crawl.process.send_signal(signal.SIGTERM)
        assert crawl.end() == Exit.INTERRUPTED, crawl.told
        assert not list(own.data.rglob("*.open"))
        own.newsroom.control("heal")
        go_on(own)

    @LONG
    def test_while_a_server_is_slow(self, own: Desk) -> None:
        assert own.newsroom
        own.newsroom.control("slow", path="/read/", seconds=600)
        crawl = Started(own, DOWNLOAD_TIMEOUT="600")
        crawl.wait_for("/rss")
        time.sleep(1)
        crawl.process.send_signal(signal.SIGTERM)
        assert crawl.end() == Exit.INTERRUPTED, crawl.told
        own.newsroom.control("heal")
        go_on(own)

    def test_while_a_page_is_extracted(self, own: Desk) -> None:
        crawl = Started(own, EXTRACT_WORKERS="1")
        crawl.wait_for("/read/")  # the worker is still starting, or at work
        crawl.process.send_signal(signal.SIGTERM)
        assert crawl.end() == Exit.INTERRUPTED, crawl.told
        assert not list(own.data.rglob("*.open"))
        go_on(own)

    def test_twice_is_at_once(self, own: Desk) -> None:
        crawl = Started(own, POLITE_MIN_DELAY="0.3", EXTRACT_WORKERS="1")
        crawl.wait_for("/read/")
        crawl.process.send_signal(signal.SIGINT)
        wait_until(lambda: "Received SIGINT" in crawl.told or crawl.is_over)
        crawl.process.send_signal(signal.SIGINT)
        assert crawl.end() != 0
        go_on(own)


class TestTwoRuns:
    def test_the_second_says_who_and_since_when(self, own: Desk) -> None:
        first = Started(own, POLITE_MIN_DELAY="0.5")
        first.wait_for("/rss")
        second = own.scrapy("crawl", "rmol")
        assert second.code == Exit.LOCKED
        note = json.loads((own.data / "state" / "rmol.lock").read_bytes())
        assert note["pid"] == first.process.pid
        assert second.err.splitlines()[-1] == (
            f"scrapy crawl: rmol: a run with process id {note['pid']} has been going on "
            f"since {note['since']}; wait for it or stop it"
        )
        first.process.kill()
        first.end()
        assert holder(own.data / "state" / "rmol.lock") == first.process.pid  # stale, and no obstacle
        go_on(own)


def limit_file_size(size: int) -> Any:
    """Return what bounds all files of a process; Python ignores SIGXFSZ, so that a write fails instead."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


class TestFullDisk:
    """No room for the next byte: one line, a code of its own, nothing torn, and the next run goes on."""

    def fill(self, desk: Desk, limit: Any = None) -> None:
        run = subprocess.run(
            desk.command("crawl", "rmol"),
            cwd=ROOT,
            env=desk.environment(),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            preexec_fn=limit,
        )
        assert run.returncode == Exit.STORAGE, run.stderr
        assert "Traceback" not in run.stderr
        last = run.stderr.splitlines()[-1]
        assert str(desk.data) in last, run.stderr
        assert "space" in last, run.stderr
        for path in desk.warcs("rmol"):
            assert list(iter_exchanges(path))
        desk.lines("rmol")  # each can be parsed

    @pytest.mark.parametrize(
        "size",
        [140_000, *(pytest.param(n, marks=LONG) for n in (1_000, 30_000, 50_000, 90_000, 110_000, 250_000))],
    )
    def test_a_file_may_grow_no_more(self, own: Desk, size: int) -> None:
        self.fill(own, limit_file_size(size))
        go_on(own)

    @pytest.mark.parametrize(
        ("part", "size"),
        [
            ("warc", 80),
            ("jsonl", 40),
            ("state", 300),
            *(pytest.param(part, n, marks=LONG) for part, n in [("warc", 16), ("jsonl", 4), ("state", 60)]),
        ],
    )
    def test_the_disk_is_full(self, own: Desk, part: str, size: int) -> None:
        folder = own.data / part
        folder.mkdir(parents=True)
        mount(folder, f"size={size}k")
        try:
            self.fill(own)
            mount(folder, "remount,size=50m")
            go_on(own, rebuild=True)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)


def mount(folder: Path, options: str) -> None:
    run = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True, text=True, check=False
    )
    if run.returncode:
        pytest.skip(f"a small disk cannot be made here: {run.stderr.strip()}")


class TestPowerCut:
    """What was not synced may be gone although the state knows it; the machine has another boot id then."""

    @pytest.mark.parametrize(
        "lost", [*(pytest.param(kind, marks=LONG) for kind in ("warc", "jsonl")), "both"]
    )
    def test_the_state_is_made_anew(self, own: Desk, lost: str) -> None:
        crawl = Started(own, POLITE_MIN_DELAY="0.05", WARC_MAX_SIZE="1000000000")
        wait_until(lambda: sum(len(p.read_bytes().splitlines()) for p in own.data.rglob("*.jsonl.open")) > 5)
        crawl.process.kill()
        crawl.end()
        for kind in ("warc", "jsonl") if lost == "both" else (lost,):
            (path,) = own.data.rglob(f"*{kind}*.open")
            os.truncate(path, path.stat().st_size * 2 // 3)
        lock = own.data / "state" / "rmol.lock"
        lock.write_text(json.dumps({**json.loads(lock.read_bytes()), "boot": "another"}))
        if lost == "both":  # and the next run is killed before it has made the state anew
            assert own.newsroom
            life = Life(own.newsroom, own.data, "rmol", Tally(), 1)
            assert life.run_until("recovery: not begun", 0, {}) == -signal.SIGKILL
        go_on(own, rebuild=True)


class TestSync:
    """When records and lines are forced to the disk, as strace sees it."""

    def calls(self, desk: Desk, **settings: str) -> list[tuple[str, str]]:
        """Crawl; return what was done to WARC and JSONL files: `write`, `sync`, and which kind of file."""
        if not shutil.which("strace"):
            pytest.skip("strace is not installed")
        trace = desk.data / "trace.txt"
        desk.data.mkdir(parents=True)
        run = subprocess.run(
            [
                *("strace", "-f", "-y", "-qq", "-e", "trace=write,fsync,fdatasync", "-o", str(trace)),
                *desk.command("crawl", "rmol", settings=settings),
            ],
            cwd=ROOT,
            env=desk.environment(),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        if "ptrace" in run.stderr:
            pytest.skip("strace may not trace here")
        assert run.returncode == 0, run.stderr
        found = re.findall(r"(write|fsync|fdatasync)\(\d+<[^>]*\.(warc\.gz|jsonl)\.open>", trace.read_text())
        return [("write" if call == "write" else "sync", kind.partition(".")[0]) for call, kind in found]

    def test_each_exchange_if_wanted(self, own: Desk) -> None:
        calls = self.calls(own, WARC_SYNC_COUNT="1", CONCURRENT_REQUESTS="1")
        warc = [call for call, kind in calls if kind == "warc"]
        assert warc.count("write") > 30
        assert warc[1:-1] == ["write", "sync"] * (len(warc) // 2 - 1), warc

    def test_in_groups_by_default(self, own: Desk) -> None:
        calls = self.calls(own, WARC_SYNC_COUNT="10", WARC_SYNC_SECONDS="60", SYNC_SECONDS="60")
        warc = [call for call, kind in calls if kind == "warc"]
        unsynced = [len(group) for group in "".join(call[0] for call in warc).split("s")]
        assert max(unsynced) <= 10 + 8, unsynced  # and those that are under way
        assert warc.count("sync") < warc.count("write") / 5
        assert calls.count(("sync", "jsonl")) == 1  # at the end


class TestTornLine:
    def test_a_file_cut_at_any_byte_of_its_last_line(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(os, "fsync", lambda file: None)  # a thousand times would take its time
        archive = tmp_path / "warc"
        archive.mkdir()
        (archive / "a.warc.gz").write_bytes(bytes(100))
        first, last = (
            to_line(
                Article(
                    id=str(n),
                    outlet="rmol",
                    url=f"https://rmol.id/{n}",
                    title="Jumat “pahing” \u2028 é",
                    extraction=Extraction("blocks"),
                    fetched="2020-06-02T03:46:05Z",
                    warc=WarcPointer("a.warc.gz", 0, 100, "<urn:uuid:1>"),
                )
            )
            for n in (1, 2)
        )
        path = tmp_path / "a.jsonl.open"
        for size in range(len(last) + 1):
            path.write_bytes(first + last[:size])
            done = Recovered()
            cut_lines(path, archive, done)
            whole = size == len(last)
            assert (tmp_path / "a.jsonl").read_bytes() == (first + last if whole else first)
            assert (done.cut_bytes, done.lines_dropped) == (0 if whole else size, 0)
            assert [p.name for p in tmp_path.glob("a.*")] == ["a.jsonl"]

    def test_a_line_without_its_record_is_dropped(self, tmp_path: Path) -> None:
        lines = [
            b'{"warc": {"file": "a.warc.gz", "offset": 0, "length": 100}}\n',
            b'{"warc": {"file": "a.warc.gz", "offset": 50, "length": 51}}\n',  # beyond the end
            b'{"warc": {"file": "b.warc.gz", "offset": 0, "length": 1}}\n',
            b"\0\0\0\n",
        ]
        (tmp_path / "a.warc.gz").write_bytes(bytes(100))
        path = tmp_path / "a.jsonl.open"
        path.write_bytes(b"".join(lines))
        done = Recovered()
        cut_lines(path, tmp_path, done)
        assert (tmp_path / "a.jsonl").read_bytes() == lines[0]
        assert done.lines_dropped == 3
