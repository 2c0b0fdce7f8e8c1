"""Archives of real crawls extracted again: the lines are the crawl's, on one core, on two, on a cluster."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newscrawl.sample.client import Sample
from newscrawl.warc.reading import iter_exchanges
from tests.conftest import ROOT, Desk

LATER = str(Path(__file__).parent / "later")
SMALL = {"WARC_MAX_SIZE": "150000"}  # bytes: several files a run, articles of several pages cut in two
OUTLETS = ("rmol", "sosok")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Crawl three times, days apart, while articles change, one of them back to its first text."""
    with Sample(crawl_delay=0) as sample:
        desk = Desk(tmp_path_factory.mktemp("archive"), sample)

        def crawl(outlet: str, days: float) -> None:
            env = {"LATER": str(days * 86400), "PYTHONPATH": LATER}
            outcome = desk.scrapy("crawl", outlet, settings=SMALL, env=env)
            assert outcome.code == 0, outcome.err

        articles = sample.newsroom.articles("rmol")
        several = [i for i, a in enumerate(articles) if a.pages > 1 and a.era == "2026"][:2]
        single = [i for i, a in enumerate(articles) if a.pages == 1 and a.era == "2026" and not a.special][:4]
        crawl("rmol", 0)
        crawl("sosok", 0)
        for index in (*several[:1], *single[:2]):
            sample.control("change", outlet="rmol", index=index)
        sample.control("touch", outlet="rmol", index=single[2])
        crawl("rmol", 1.1)
        for index in (*several, *single[:1]):
            sample.control("change", outlet="rmol", index=index)
        crawl("rmol", 8.2)
        yield desk


@pytest.fixture(scope="module")
def again(archive: Desk, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("again") / "out"
    outcome = archive.scrapy("reextract", str(archive.data / "warc"), "-o", str(out), "--workers", "2")
    assert outcome.code == 0, outcome.err
    return out


def lines_of_crawl(desk: Desk, outlet: str) -> list[bytes]:
    files = sorted((desk.data / "jsonl" / outlet).glob("*.jsonl"))
    return [line for file in files for line in file.read_bytes().splitlines(keepends=True)]


def lines_of(out: Path, outlet: str) -> list[bytes]:
    return (out / f"{outlet}.jsonl").read_bytes().splitlines(keepends=True)


def output(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(out.glob("*.jsonl"))}


class TestSameLines:
    def test_the_archive_has_what_is_hard(self, archive: Desk) -> None:
        rows = [json.loads(line) for line in lines_of_crawl(archive, "rmol")]
        kinds = Counter(e.profile for p in archive.warcs("rmol") for e in iter_exchanges(p))
        assert len(archive.warcs("rmol")) > 5
        assert len([profile for profile in kinds if profile]) == 2
        assert max(row["version"] for row in rows) == 3
        assert any(row["version"] > 1 and row["pages"] > 1 for row in rows)
        assert any({page["file"] for page in row["warc_pages"]} - {row["warc"]["file"]} for row in rows)

    @pytest.mark.parametrize("outlet", OUTLETS)
    def test_they_are_the_crawls_byte_for_byte(self, archive: Desk, again: Path, outlet: str) -> None:
        assert Counter(lines_of(again, outlet)) == Counter(lines_of_crawl(archive, outlet))

    @pytest.mark.parametrize("outlet", OUTLETS)
    def test_their_order_is_that_of_the_captures(self, archive: Desk, again: Path, outlet: str) -> None:
        dates = {e.record_id: e.date for p in archive.warcs(outlet) for e in iter_exchanges(p)}
        order = [dates[json.loads(line)["warc"]["record_id"]] for line in lines_of(again, outlet)]
        assert order == sorted(order)

    def test_one_worker_or_two_in_any_order_of_words(
        self, archive: Desk, again: Path, tmp_path: Path
    ) -> None:
        files = [str(path) for outlet in OUTLETS for path in reversed(archive.warcs(outlet))]
        outcome = archive.scrapy("reextract", *files, "-o", str(tmp_path), "--workers", "1")
        assert outcome.code == 0, outcome.err
        assert output(tmp_path) == output(again)


class TestGoingOn:
    def test_what_is_done_is_not_done_again(self, archive: Desk, again: Path, tmp_path: Path) -> None:
        out = tmp_path / "out"
        shutil.copytree(again, out)
        parts = sorted((out / "parts").iterdir())
        parts[0].unlink()
        (out / "parts" / "left-by-a-kill.tmp").touch()
        before = {path: path.stat().st_mtime_ns for path in parts[1:]}
        outcome = archive.scrapy("reextract", str(archive.data / "warc"), "-o", str(out))
        assert outcome.code == 0, outcome.err
        assert {path: path.stat().st_mtime_ns for path in parts[1:]} == before
        assert sorted((out / "parts").iterdir()) == parts
        assert output(out) == output(again)

    @pytest.mark.parametrize(("blow", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
    def test_a_run_that_was_ended_goes_on(
        self, archive: Desk, again: Path, tmp_path: Path, blow: signal.Signals, code: int
    ) -> None:
        words = ["reextract", str(archive.data / "warc"), "-o", str(tmp_path)]
        run = subprocess.Popen(
            archive.command(*words),
            cwd=ROOT,
            env=archive.environment(),
            stderr=subprocess.PIPE,
            text=True,
            # A shell that runs the tests in the background has them ignore it.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        while run.poll() is None and not list((tmp_path / "parts").glob("*.part")):
            time.sleep(0.01)
        run.send_signal(blow)
        _, err = run.communicate(timeout=60)
        assert run.returncode == code
        told = [line for line in err.splitlines() if not line.startswith("reextract: ")]  # but its progress
        assert (told == []) == (blow == signal.SIGKILL), err
        assert not list(tmp_path.glob("*.jsonl"))
        assert archive.scrapy(*words).code == 0
        assert output(tmp_path) == output(again)
        assert not list((tmp_path / "parts").glob("*.tmp"))


class TestDiff:
    def test_other_rules_show_field_by_field(self, archive: Desk, again: Path, tmp_path: Path) -> None:
        old = tmp_path / "old.jsonl"
        rows = [json.loads(line) for line in lines_of(again, "sosok")]
        rows[0]["title"] = "Judul Lama"
        rows[1]["text"] = rows[1]["text"].replace(" yang ", " nan ", 2)
        rows[1]["authors"] = []
        old.write_text("".join(json.dumps(row) + "\n" for row in rows[:-1]), encoding="utf-8")
        words = ["reextract", str(archive.data / "warc/sosok"), "-o", str(tmp_path / "out")]
        outcome = archive.scrapy(*words, "--diff", str(old))
        assert outcome.code == 0, outcome.err
        assert f"{len(rows) - 1} captures in both: {len(rows) - 3} the same, 2 changed" in outcome.out
        assert "1 only in the new ones" in outcome.out
        counts = dict(
            line.split()
            for line in outcome.out.splitlines()
            if line.startswith("  ") and line.count("  ") > 2
        )
        assert counts == {"title": "1", "text": "1", "authors": "1"}
        assert rows[1]["url"] in outcome.out
        assert "[-nan-]{+yang+}" in outcome.out


class TestCluster:
    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [
                sys.executable,
                "-m",
                "distributed.cli.dask_scheduler"
                if words[0] == "scheduler"
                else "distributed.cli.dask_worker",
                *words[1:],
            ],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            start_new_session=True,
        )

    @pytest.fixture
    def cluster(self, tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[str]]]]:
        """Start a scheduler and two workers; yield its address and the workers."""
        ready = tmp_path / "scheduler.json"
        bare = ["--no-dashboard"]
        started = [
            self.start(
                "scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(ready), *bare
            )
        ]
        try:
            while not ready.exists() or not ready.read_text().endswith("}"):
                assert started[0].poll() is None
                time.sleep(0.05)
            address = json.loads(ready.read_text())["address"]
            for number in range(2):
                folder = str(tmp_path / f"w{number}")
                started.append(
                    self.start(
                        "worker", address, "--no-nanny", "--nthreads", "1", "--local-directory", folder, *bare
                    )
                )
            yield address, started[1:]
        finally:
            for process in started:
                process.kill()
                process.wait()

    def test_a_worker_that_is_killed_costs_nothing(
        self, archive: Desk, again: Path, tmp_path: Path, cluster: tuple[str, list[subprocess.Popen[str]]]
    ) -> None:
        address, workers = cluster
        out = tmp_path / "out"
        words = ["reextract", str(archive.data / "warc"), "-o", str(out), "--cluster", address]
        run = subprocess.Popen(
            archive.command(*words), cwd=ROOT, env=archive.environment(), stderr=subprocess.PIPE, text=True
        )
        while run.poll() is None and not list((out / "parts").glob("*.part")):
            time.sleep(0.01)
        workers[0].kill()
        _, err = run.communicate(timeout=120)
        assert run.returncode == 0, err
        assert output(out) == output(again)

    def test_a_scheduler_that_is_not_there_is_one_line(self, archive: Desk, tmp_path: Path) -> None:
        words = [
            "reextract",
            str(archive.data / "warc"),
            "-o",
            str(tmp_path),
            "--cluster",
            "tcp://127.0.0.1:9",
        ]
        outcome = archive.scrapy(*words, env={"DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "1s"})
        assert outcome.code == 2
        assert outcome.err.splitlines()[-1].startswith("scrapy reextract: tcp://127.0.0.1:9: ")

    def test_without_it_the_engine_is_not_imported(self, archive: Desk, tmp_path: Path) -> None:
        script = (
            "import sys\n"
            "from scrapy.cmdline import execute\n"
            "try:\n    execute(['scrapy', *sys.argv[1:]])\n"
            "finally:\n    print('LOADED', {'distributed', 'dask', 's3fs', 'aiobotocore'} & set(sys.modules))"
        )
        words: list[Any] = ["reextract", archive.warcs("sosok")[0], "-o", tmp_path]
        run = subprocess.run(
            [sys.executable, "-c", script, *words],
            cwd=ROOT,
            env=archive.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert "LOADED set()" in run.stdout, run.stderr
