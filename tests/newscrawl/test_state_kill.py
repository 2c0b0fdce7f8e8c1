"""A `kill -9` at any moment leaves a whole, consistent state that knows all it had acknowledged."""

import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from newscrawl.state import State
from newscrawl.state.rows import COLUMNS
from newscrawl.state.schedule import Row, with_failures

KILLS = 24
LISTED = 20  # article URLs of a page

# Reads one page after the other in, a call or a transaction at a time, and prints a page's number after it.
WRITER = f"""
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from newscrawl.items import WarcPointer
from newscrawl.state import Sighting, State, Version

with State(Path(sys.argv[1])) as state:
    print("open", flush=True)
    page = state.counts()["urls"] // {LISTED}
    while True:
        at = datetime(2020, 6, 2, 12, tzinfo=UTC) + timedelta(minutes=page)
        urls = [f"https://rmol.id/read/{{page}}/{{i}}" for i in range({LISTED})]
        state.found([Sighting(url, "feed", alias=url + "?x") for url in urls], now=at)
        for i, url in enumerate(urls):
            pointer = WarcPointer("a.warc.gz", i, 1, "<urn:uuid:1>")
            state.add_payload(url, f"sha1:{{url}}", at.isoformat(), "<urn:uuid:1>", 200)
            state.fetched(url, at=at, status=200, pointer=pointer)
            if i % 4 == 0:
                state.failed(url, at=at, reason="no text")
                state.failed(url, at=at + timedelta(hours=1), reason="timeout", recorded=False)
            elif i % 4 == 1:
                state.gone(url, at=at, reason="http-404")
            else:
                with state.transaction():
                    state.add_version(Version(url, 1, url, "t", "p", pointer, at.isoformat(), "a.jsonl"))
                    state.done(url, at=at, revisit_after=[timedelta(days=1)])
        print(page, flush=True)
        page += 1
"""


def write_until_killed(path: Path, after: float, *, told: int) -> list[int]:
    """Kill a writer some time after it `told` so many lines; return the pages that it said were read in."""
    writer = subprocess.Popen([sys.executable, "-c", WRITER, path], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    first = [writer.stdout.readline() for _ in range(told)]
    time.sleep(after)
    writer.kill()
    lines = [*first, *writer.stdout]
    writer.stdout.close()
    assert writer.wait() == -signal.SIGKILL
    return [int(line) for line in lines if line.endswith("\n") and line != "open\n"]


def check(path: Path, acknowledged: set[int]) -> None:
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert raw.execute("PRAGMA foreign_key_check").fetchall() == []
    with State(path) as state:
        pages = state._rows("SELECT day, count(*) FROM url WHERE day IS NOT NULL GROUP BY first_seen")
        assert {number for _, number in pages} <= {LISTED}  # a page is found whole or not at all
        assert len(pages) * LISTED == state.counts()["urls"]
        for table in ("sighting", "alias"):
            assert state._rows(f"SELECT count(*) FROM {table}") == [(len(pages) * LISTED,)]
        for row_id, *columns in state._rows(f"SELECT id, {COLUMNS} FROM url"):
            row = Row(*columns)
            assert with_failures(row, state._failures(row_id)) == row
            assert (state.latest_version(row.url) is not None) == (row.state == "done")
        for page in acknowledged:
            known = [state.url_state(f"https://rmol.id/read/{page}/{i}") for i in range(LISTED)]
            assert [k.state for k in known if k] == ["failed", "gone", "done", "done"] * (LISTED // 4)
            assert [k.attempts for k in known if k] == [2, 0, 0, 0] * (LISTED // 4)


def test_killed_while_writing(tmp_path: Path) -> None:
    path = tmp_path / "rmol.sqlite"
    moments = random.Random(2020)
    acknowledged: set[int] = set()
    for number in range(KILLS):
        told = 1 + number % 2  # every other one has said that it is open, and that a page is read in
        acknowledged.update(write_until_killed(path, moments.uniform(0, 0.05), told=told))
        check(path, acknowledged)
    assert len(acknowledged) >= KILLS // 2


def test_killed_while_starting(tmp_path: Path) -> None:
    moments = random.Random(2021)
    for number in range(4):
        path = tmp_path / f"{number}.sqlite"
        for _ in range(2):
            write_until_killed(path, moments.uniform(0.02, 0.3), told=0)
        with State(path) as state:  # whatever there is, it is a state
            state.counts()
        check(path, set(write_until_killed(path, 0.02, told=1)))
