import errno
import os
import resource
import subprocess
import sys
import textwrap
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.jsonl import JsonlError, JsonlFile, run_name

FILL = textwrap.dedent("""
    import resource, signal, sys
    from pathlib import Path
    from pipelines.jsonl import JsonlError, JsonlFile
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (250, 250))
    file = JsonlFile(Path(sys.argv[1]), "a")
    try:
        for _ in range(9):
            file.write(b"x" * 99 + b"\\n")
    except JsonlError as error:
        print(error)
    file.close()
""")


def test_a_run_without_articles_leaves_no_file(tmp_path: Path) -> None:
    JsonlFile(tmp_path, "a").close()
    assert list(tmp_path.iterdir()) == []


def test_a_file_gets_its_name_when_it_is_whole(tmp_path: Path) -> None:
    file = JsonlFile(tmp_path, "a")
    file.write(b"{}\n")
    assert [p.name for p in tmp_path.iterdir()] == ["a.jsonl.open"]
    file.close()
    assert [p.name for p in tmp_path.iterdir()] == ["a.jsonl"]
    assert file.path.read_bytes() == b"{}\n"


def test_a_full_disk_leaves_no_torn_line(tmp_path: Path) -> None:
    """The third line does not fit into 250 bytes: it is cut back, the file stays usable."""
    run = subprocess.run([sys.executable, "-c", FILL, tmp_path], capture_output=True, text=True, check=True)
    assert run.stdout.startswith(f"cannot write {tmp_path}/a.jsonl.open: ")
    assert run.stdout.endswith("free some space and run again\n")
    assert (tmp_path / "a.jsonl").read_bytes() == (b"x" * 99 + b"\n") * 2
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 250


def test_a_line_is_synced_though_nothing_follows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fsync, synced = os.fsync, threading.Event()

    def seen(fd: int) -> None:
        fsync(fd)
        synced.set()

    monkeypatch.setattr(os, "fsync", seen)
    file = JsonlFile(tmp_path, "a", sync_seconds=0.01)
    for line in (b"1\n", b"2\n"):
        file.write(line)
        assert synced.wait(30)
        synced.clear()
    file.close()


def test_a_line_that_cannot_be_synced_ends_the_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = threading.Event()

    def fails(fd: int) -> None:
        asked.set()
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", fails)
    file = JsonlFile(tmp_path, "a", sync_seconds=0.01)
    file.write(b"1\n")
    assert asked.wait(30)
    with pytest.raises(JsonlError, match=r"cannot sync .*: Input/output error"):
        file.close()
    assert [p.name for p in tmp_path.iterdir()] == ["a.jsonl.open"]  # recovery says what is in it


def test_run_names_sort_by_time() -> None:
    early, late = (run_name("rmol", datetime(2020, 6, 2, 3, 46, s, 5, tzinfo=UTC)) for s in (9, 10))
    assert early < late
