"""The life of a data folder: crawls that are killed until one ends well, and what must hold then."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import jsonschema

from newscrawl.items import WarcPointer, json_schema
from newscrawl.sample.client import Sample
from newscrawl.sample.compare import differences
from newscrawl.state import State
from newscrawl.warc.reading import iter_exchanges, read_exchange
from tests.conftest import ROOT, Desk
from tests.torture.points import POINTS

RANDOM = "any moment"
MARK = "NEWSCRAWL_TORTURE"
SMALL = {"WARC_MAX_SIZE": "60000"}  # some six files a crawl
PATIENCE = 120  # seconds: a run that takes longer hangs
CHECK = """
import sys
from fastwarc.cli import main as fastwarc
bad = any(fastwarc(["check", "-q", file], standalone_mode=False) for file in sys.argv[1:])
sys.modules["brotli"] = None  # warcio 1.8 fails on every br body where the brotli package is installed
from warcio.cli import main as warcio
sys.exit(bad or warcio(["check", *sys.argv[1:]]))
"""
VALIDATOR = jsonschema.Draft202012Validator(json_schema())


@dataclass
class Tally:
    """What happened over many lives."""

    kills: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)  # points that a run did not come to
    lives: int = 0
    runs: int = 0
    again: int = 0  # article pages that were asked for once more after a kill

    def __str__(self) -> str:
        lines = [
            f"{self.lives} lives, {self.runs} runs, {self.kills.total()} kills",
            f"  {self.again} pages fetched again",
        ]
        lines += [f"  {count:3} {point}" for point, count in sorted(self.kills.items())]
        return "\n".join([*lines, f"  not reached: {self.missed.total()}"])


def schedules(seed: int) -> Iterator[list[tuple[str, float]]]:
    """Yield the lives of a torture: for each run the point it dies at and where in its reach, from 0 to 1.

    Points come in turn, so that each is met; every third kill is at any moment. A recovery point follows a
    kill that leaves a torn line, or a record without one, to recover.
    """
    dice = random.Random(seed)
    left: list[str] = []
    while True:
        life: list[tuple[str, float]] = []
        for _ in range(dice.randint(3, 6)):
            left = left or dice.sample(sorted(POINTS), len(POINTS))
            point = RANDOM if dice.random() < 0.3 else left.pop()
            if point != RANDOM and POINTS[point].recovery:
                life.append(("inside a line", dice.uniform(0.1, 0.5)))
            life.append((point, dice.random()))
        yield life


def remaining(tally: Tally) -> Iterator[list[tuple[str, float]]]:
    """Yield a life for each point that was not met: runs that were done before they came to it."""
    for point in POINTS:
        if not tally.kills[point]:
            yield [("inside a line", 0.2), (point, 0)]


class Life:
    """One data folder from its first run to a run that ends well."""

    def __init__(self, newsroom: Sample, data: Path, outlet: str, tally: Tally, seconds: float) -> None:
        self.desk = Desk(data, newsroom)
        self.newsroom = newsroom
        self.outlet = outlet
        self.tally = tally
        self.seconds = seconds  # that a run takes from its lock to its end
        self.mark = uuid.uuid4().hex
        self.history: list[str] = []

    def live(self, schedule: list[tuple[str, float]], workers: int = 0) -> None:
        """Crawl, die as the schedule says, crawl again until it is done, then check everything."""
        try:
            self.until_done(schedule, workers)
            self.check()
        except AssertionError as error:
            error.add_note(self.told())
            raise

    def until_done(self, schedule: list[tuple[str, float]], workers: int) -> None:
        """Crawl, die as the schedule says, crawl again until a run ends well."""
        self.newsroom.control("reset")
        settings = {**SMALL, "EXTRACT_WORKERS": str(workers)}
        self.tally.lives += 1
        for number, (point, share) in enumerate(schedule):
            code = self.run_until(point, share / (1 + number / 2), settings)
            if code == 0:
                break
        else:
            code = self.run(self.desk.command("crawl", self.outlet, settings=settings))
        assert code == 0

    def run_until(self, point: str, share: float, settings: dict[str, str]) -> int:
        """Start a crawl that dies at a point; return its code, 0 when it did not come to that point."""
        words = ["crawl", self.outlet]
        if point == RANDOM:
            code = self.run(self.desk.command(*words, settings=settings), after=share * self.seconds)
            self.history.append(f"{point} ({share * self.seconds:.2f} s): {code}")
        else:
            nth = 1 + int(share * POINTS[point].times)
            command = self.desk.command(*words, settings=settings)
            at = command.index("scrapy")
            command[at : at + 1] = ["tests.torture.points", point, str(nth)]
            code = self.run(command)
            self.history.append(f"{point} ({nth}): {code}")
        assert code in {0, -signal.SIGKILL}
        (self.tally.kills if code else self.tally.missed)[point] += 1
        return code

    def run(self, command: list[str], after: float | None = None) -> int:
        """Run a command to its end, or kill it so long after it has taken the lock; none of it survives."""
        self.tally.runs += 1
        lock = self.desk.data / "state" / f"{self.outlet}.lock"
        self.desk.data.mkdir(parents=True, exist_ok=True)
        with (self.desk.data / "log.txt").open("ab") as log:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**self.desk.environment(), MARK: self.mark},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
            if after is not None:
                wait_until(lambda: process.poll() is not None or holder(lock) == process.pid)
                try:
                    process.wait(after)
                except subprocess.TimeoutExpired:
                    process.kill()
            try:
                code = process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                raise AssertionError("a run hangs") from None
        wait_until(lambda: not processes(self.mark))
        return code

    def told(self) -> str:
        """Return what happened so far."""
        log = (self.desk.data / "log.txt").read_text(encoding="utf-8", errors="replace")
        return "\n".join([f"{self.outlet} in {self.desk.data}", *self.history, log[-6000:]])

    # What must hold at the end

    def check(self) -> None:
        """Compare the folder with the newsroom, itself and its own rebuilt state."""
        check_folder(self.desk, self.outlet)
        check_lines(self.desk, self.outlet)
        self.tally.again += check_fetches(self.desk, self.outlet)
        check_rebuilt(self.desk, self.outlet)


def check_folder(desk: Desk, outlet: str) -> None:
    """Nothing is left open, and the usual tools accept every WARC."""
    left = [p.name for p in desk.data.rglob("*") if p.suffix in {".open", ".new"} or ".rebuilding" in p.name]
    assert left == []
    files = [str(path) for path in desk.warcs(outlet)]
    for command in (["gzip", "-t"], [sys.executable, "-c", CHECK]):
        run = subprocess.run([*command, *files], capture_output=True, text=True, check=False)
        assert run.returncode == 0, (run.stdout[-2000:], run.stderr[-2000:])


def check_lines(desk: Desk, outlet: str) -> None:
    """Every recent article has one line, a valid and true one, and the record it tells of.

    After a kill the list pages are walked to their end, which brings old articles too.
    """
    assert desk.newsroom
    truth = {article.url: article for article in desk.newsroom.newsroom.articles(outlet)}
    recent = {article.url for article in desk.newsroom.newsroom.recent(outlet)}
    rows = desk.lines(outlet)
    assert Counter((row["id"], row["version"]) for row in rows).most_common(1)[0][1] == 1
    got = Counter(row["url"] for row in rows)
    assert recent <= set(got) <= set(truth), recent - set(got)
    assert got.most_common(1)[0][1] == 1
    for row in rows:
        VALIDATOR.validate(row)
        wrong = differences(truth[row["url"]], row)
        assert not {"title", "text", "pages"} & set(wrong), (row["url"], wrong)
        assert row["pages"] == 1 + len(row["warc_pages"])
        for pointer in [row["warc"], *row["warc_pages"]]:
            exchange = read_exchange(desk.data / "warc" / outlet, WarcPointer(**pointer))
            assert exchange.status == 200


def check_fetches(desk: Desk, outlet: str) -> int:
    """A page that was recorded is not fetched again, but for the first ones of an article of several.

    Return how many article pages were served more than once.
    """
    assert desk.newsroom
    truth = {article.url: article for article in desk.newsroom.newsroom.recent(outlet)}
    stored = Counter(
        e.uri.split("?")[0]
        for path in desk.warcs(outlet)
        for e in iter_exchanges(path)
        if e.status == 200 and e.is_full
    )
    twice = {url for url, count in stored.items() if count > 1 and url in truth and truth[url].pages == 1}
    assert not twice, twice
    served = Counter(f"https://{r['host']}{r['path']}" for r in desk.newsroom.log() if r["status"] == 200)
    return sum(n - 1 for url, n in served.items() if url.split("?")[0] in truth and n > 1)


def check_rebuilt(desk: Desk, outlet: str) -> None:
    """A state made again from the archive equals the one that lived through it."""
    copy = Desk(desk.data.with_name(desk.data.name + "-rebuilt"), desk.newsroom)
    shutil.copytree(desk.data, copy.data)
    before = dump(copy, outlet)
    lines = copy.lines(outlet)
    shutil.rmtree(copy.data / "state")
    outcome = copy.scrapy("rebuild-state", outlet)
    assert outcome.code == 0, outcome.err
    after = dump(copy, outlet)
    lost, new = sorted(map(repr, before - after)), sorted(map(repr, after - before))
    assert not lost, "\n".join(["only in the lost state:", *lost, "only in the rebuilt one:", *new])
    assert not new, "\n".join(["only in the rebuilt state:", *new])
    assert copy.lines(outlet) == lines
    shutil.rmtree(copy.data)


def dump(desk: Desk, outlet: str) -> set[tuple[object, ...]]:
    with State(desk.data / "state" / f"{outlet}.sqlite") as state:
        return set(state.dump())


def holder(lock: Path) -> int | None:
    """Return the process that a lock file names."""
    try:
        return int(json.loads(lock.read_bytes())["pid"])
    except (OSError, ValueError):
        return None


def processes(mark: str) -> list[int]:
    """Return the living processes that were started with a mark in their environment."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if f"{MARK}={mark}".encode() in (folder / "environ").read_bytes():
                found.append(int(folder.name))
        except OSError:  # not ours, or just gone
            continue
    return [pid for pid in found if pid != os.getpid()]


def wait_until(true: object, seconds: float = 20) -> None:
    """Wait until a condition holds; fail when it does not for too long."""
    assert callable(true)
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def seconds_of_a_run(newsroom: Sample, data: Path, outlet: str) -> float:
    """Return how long an undisturbed run takes from its lock to its end."""
    desk = Desk(data, newsroom)
    newsroom.control("reset")
    process = subprocess.Popen(
        desk.command("crawl", outlet, settings={**SMALL, "EXTRACT_WORKERS": "0"}),
        cwd=ROOT,
        env=desk.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_until(lambda: holder(data / "state" / f"{outlet}.lock") == process.pid, 60)
    start = time.monotonic()
    assert process.wait(PATIENCE) == 0
    return time.monotonic() - start
