import resource
import subprocess
import sys
import textwrap
from datetime import UTC, datetime
from pathlib import Path

from pipelines.jsonl import JsonlFile, run_name

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


def test_run_names_sort_by_time() -> None:
    early, late = (run_name("rmol", datetime(2020, 6, 2, 3, 46, s, 5, tzinfo=UTC)) for s in (9, 10))
    assert early < late
