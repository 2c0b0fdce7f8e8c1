"""A `scrapy forget` that is killed anywhere ends, run again, where an undisturbed one does."""

from __future__ import annotations

import multiprocessing
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from newscrawl.forget import log
from newscrawl.recovery import recover
from newscrawl.state import State, state_file
from tests.conftest import Desk
from tests.newscrawl.forget.conftest import KINDS, RMOL, SETTINGS, damage, forget_in, verified
from tests.torture.points import Where, call, path_method, statement

FORGET = "newscrawl.forget.carry_out"
BEFORE: Where = "before"
AFTER: Where = "after"
POINTS: dict[str, tuple[Callable[[Callable[[], bool]], None], int]] = {
    "nothing written yet": (call(f"{FORGET}:save", BEFORE), 1),
    "plan not named": (path_method("rename", "rmol.new", BEFORE), 1),
    "plan written": (call(f"{FORGET}:save", AFTER), 1),
    "log written": (call("newscrawl.forget.log:append", AFTER), 1),
    "WARC copied, no tombstone": (call("shutil:copy", AFTER), 1),
    "one tombstone made": (call(f"{FORGET}:tombstone", AFTER), 2),
    "WARC not named": (path_method("rename", ".warc.gz.new", BEFORE), 1),
    "WARC named": (path_method("rename", ".warc.gz.new", AFTER), 1),
    "WARC not indexed": (call("newscrawl.index.cdxj:write_index", BEFORE), 2),
    "second WARC named": (path_method("rename", ".warc.gz.new", AFTER), 2),
    "lines half copied": (call("json:loads", AFTER), 60),
    "lines not named": (path_method("rename", ".jsonl.new", BEFORE), 1),
    "lines named": (path_method("rename", ".jsonl.new", AFTER), 1),
    "state not changed": (call("newscrawl.state:State.erase", BEFORE), 1),
    "state not committed": (statement("DROP INDEX temporary_payload"), 1),
    "state committed, not vacuumed": (statement("VACUUM"), 1),
    "state vacuumed, log of it there": (statement("PRAGMA wal_checkpoint"), 1),
    "state done": (call("newscrawl.state:State.erase", AFTER), 1),
    "manifest not written": (call("newscrawl.manifest:add", BEFORE), 2),
    "manifest written": (call("newscrawl.manifest:add", AFTER), 2),
    "plan gone": (path_method("unlink", ".plan", AFTER), 1),
}


def killed(data: Path, urls: list[str], point: str) -> bool:
    """Forget in a process that kills itself at a point; tell whether it came to it."""
    install, nth = POINTS[point]

    def work() -> None:
        passed = 0

        def now() -> bool:
            nonlocal passed
            passed += 1
            return passed == nth

        install(now)
        forget_in(data, *urls)

    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    process.join(120)
    return process.exitcode == -signal.SIGKILL


def content(data: Path) -> dict[str, bytes]:
    """Return what the files hold, but for when each was noted, and the state as its rows."""
    found = {
        path.relative_to(data).as_posix(): path.read_bytes()
        for folder in ("warc", "jsonl", "cdxj", "forgotten")
        for path in sorted((data / folder).rglob("*"))
        if path.is_file()
    }
    with State(state_file(data, "rmol"), zone=RMOL.zone) as state:
        found["state"] = repr(list(state.dump())).encode()
    return found


@pytest.fixture(scope="module")
def urls(archive: Desk) -> list[str]:
    assert archive.newsroom
    return [archive.newsroom.newsroom.special("rmol", kind).url for kind in KINDS]


@pytest.fixture(scope="module")
def undisturbed(archive: Desk, urls: list[str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    data = tmp_path_factory.mktemp("undisturbed") / "data"
    shutil.copytree(archive.data, data)
    forget_in(data, *urls)
    return content(data)


@pytest.mark.parametrize("point", POINTS)
def test_killed_and_run_again(desk: Desk, urls: list[str], undisturbed: dict[str, bytes], point: str) -> None:
    assert killed(desk.data, urls, point), "it never came there"
    forget_in(desk.data, *urls)
    assert content(desk.data) == undisturbed
    assert damage(desk.data) == []
    for path in (desk.data / "state").iterdir():
        assert not [url for url in urls if url.rpartition("/")[2].encode() in path.read_bytes()], path


def test_verify_tells_of_it_and_the_next_run_finishes_it(
    desk: Desk, urls: list[str], undisturbed: dict[str, bytes]
) -> None:
    assert killed(desk.data, urls, "WARC named")
    assert "forget.unfinished" in verified(desk.data).findings.kinds
    recover(desk.data, RMOL, SETTINGS)
    assert content(desk.data) == undisturbed
    assert damage(desk.data) == []
    assert len(log.forgotten(desk.data, "rmol")) >= len(urls)
