import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from newscrawl.lock import Locked, RunLock

HOLDER = textwrap.dedent("""
    import sys, time
    from pathlib import Path
    from newscrawl.lock import RunLock
    RunLock(Path(sys.argv[1]))
    print("held", flush=True)
    time.sleep(60)
""")


def test_the_second_run_learns_who_holds_the_lock_and_since_when(tmp_path: Path) -> None:
    path = tmp_path / "rmol.lock"
    with RunLock(path):
        since = json.loads(path.read_text())["since"]
        with pytest.raises(Locked, match=rf"rmol: a run with process id {os.getpid()} .* since {since}"):
            RunLock(path)
    RunLock(path).release()


def test_the_lock_of_a_killed_run_does_not_block(tmp_path: Path) -> None:
    path = tmp_path / "rmol.lock"
    with subprocess.Popen([sys.executable, "-c", HOLDER, path], stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(Locked):
            RunLock(path)
        holder.send_signal(signal.SIGKILL)
    RunLock(path).release()


def test_an_unreadable_note_does_not_hide_that_a_run_is_going_on(tmp_path: Path) -> None:
    path = tmp_path / "rmol.lock"
    with RunLock(path):
        path.write_text("{torn")
        with pytest.raises(Locked, match="another run is going on"):
            RunLock(path)


def test_a_run_before_the_machine_was_started_anew_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "rmol.lock"
    for note, rebooted in [("", False), ('{"pid": 1}', False), ('{"boot": "another"}', True), ("[]", False)]:
        path.write_text(note)
        with RunLock(path) as lock:
            assert lock.rebooted is rebooted


def test_it_is_noticed_until_somebody_has_recovered(tmp_path: Path) -> None:
    path = tmp_path / "rmol.lock"
    path.write_text('{"boot": "another"}')
    for _ in range(2):
        with RunLock(path) as lock:
            assert lock.rebooted
    with RunLock(path) as lock:
        lock.recovered()
        assert not lock.rebooted
    with RunLock(path) as lock:
        assert not lock.rebooted
