"""The state's file: opening what is not one, transactions, a full disk."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newscrawl.state import Sighting, State, StateError, StateFull, database

NOON = datetime(2020, 6, 2, 12, tzinfo=UTC)


def garbage(path: Path) -> None:
    path.write_bytes(b"bukan basis data\n" * 500)


def other_program(path: Path) -> None:
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE cookies (name TEXT)")
    other.close()


def newer(path: Path) -> None:
    State(path).close()
    with sqlite3.connect(path) as later:
        later.execute("PRAGMA user_version = 99")
    later.close()


def torn(path: Path) -> None:
    State(path).close()
    path.write_bytes(path.read_bytes()[:5000])


def folder(path: Path) -> None:
    path.mkdir()


def below_a_file(path: Path) -> None:
    path.parent.rmdir()
    path.parent.write_text("")


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (garbage, "is not a state file"),
        (other_program, "is a database of another program"),
        (newer, f"has schema 99, this newscrawl knows {len(database.MIGRATIONS)}"),
        (torn, "is damaged"),
        (folder, "cannot be opened"),
        (below_a_file, "cannot make its folder"),
    ],
)
def test_what_is_no_state_is_refused_in_one_line_and_left_alone(
    make: Callable[[Path], None], says: str, tmp_path: Path
) -> None:
    path = tmp_path / "data" / "rmol.sqlite"
    path.parent.mkdir()
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(StateError, match=says) as caught:
        State(path)
    assert str(caught.value).startswith(f"state {path}: ")
    assert "\n" not in str(caught.value)
    assert (path.read_bytes() if path.is_file() else None) == before


@pytest.fixture
def public_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_a_file_that_cannot_be_written_is_refused(public_folder: Path) -> None:
    path = public_folder / "rmol.sqlite"
    State(path).close()
    path.chmod(0o444)
    public_folder.chmod(0o555)
    user = os.geteuid()
    try:
        if user == 0:
            os.seteuid(65534)  # root may write everything
        with pytest.raises(StateError, match="cannot be written; check its permissions"):
            State(path)
    finally:
        os.seteuid(user)


def test_an_empty_file_is_a_state_to_be(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "folder" / "rmol.sqlite"
    path.parent.mkdir(parents=True)
    path.touch()  # what a kill at the very first moment leaves
    with State(path) as state:
        assert state.counts()["urls"] == 0


def test_settings_of_the_file(tmp_path: Path) -> None:
    with State(tmp_path / "rmol.sqlite") as state:
        pragma = {
            name: state._db.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "user_version", "busy_timeout")
        }
    assert pragma == {
        "journal_mode": "wal",
        "synchronous": 1,  # NORMAL
        "user_version": len(database.MIGRATIONS),
        "busy_timeout": database.BUSY_MS,
    }


def test_an_older_file_is_taken_further_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "rmol.sqlite"
    with State(path) as state:
        state.found([Sighting("a", "f")], now=NOON)
    first = database.MIGRATIONS
    add = "ALTER TABLE reconciled ADD COLUMN size INTEGER"

    monkeypatch.setattr(database, "MIGRATIONS", (*first, (add, "no SQL")))
    with pytest.raises(StateError, match="syntax error"):
        State(path)
    monkeypatch.setattr(database, "MIGRATIONS", first)
    State(path).close()  # still the old one

    monkeypatch.setattr(database, "MIGRATIONS", (*first, (add,)))
    for _ in range(2):
        with State(path) as state:
            assert not state.is_new("a")
            assert state._db.execute("SELECT size FROM reconciled").fetchall() == []


def test_a_file_in_use_is_said_to_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_MS", 50)
    path = tmp_path / "rmol.sqlite"
    with State(path) as one, State(path) as other, one.transaction():
        with pytest.raises(StateError, match="is in use by another process"):
            other.found([Sighting("a", "f")], now=NOON)
        assert other.is_new("a")  # reading goes on


def test_a_closed_state_says_so(tmp_path: Path) -> None:
    state = State(tmp_path / "rmol.sqlite")
    state.close()
    state.close()
    with pytest.raises(StateError, match="closed"):
        state.is_new("a")


def test_a_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    with State(tmp_path / "rmol.sqlite") as state:
        with pytest.raises(KeyError), state.transaction():  # noqa: PT012  (the block is what is tested)
            state.found([Sighting("a", "f")], now=NOON)
            raise KeyError
        assert state.is_new("a")
        with state.transaction():
            state.found([Sighting("a", "f")], now=NOON)
            state.done("a", at=NOON, revisit_after=())
        assert state.counts()["done"] == 1


def test_a_failure_inside_cannot_be_passed_over(tmp_path: Path) -> None:
    def broken_page() -> Iterator[Sighting]:
        yield Sighting("b", "f")
        raise KeyError

    with State(tmp_path / "rmol.sqlite") as state:
        with pytest.raises(StateError, match="undone"), state.transaction():  # noqa: PT012  (likewise)
            state.found([Sighting("a", "f")], now=NOON)
            with pytest.raises(KeyError):
                state.found(broken_page(), now=NOON)
            with pytest.raises(StateError, match="start it again"):
                state.found([Sighting("c", "f")], now=NOON)
        assert state.counts()["urls"] == 0
        assert state.found([Sighting("a", "f")], now=NOON) == 1


def test_a_group_is_seen_by_others_once_it_is_committed(tmp_path: Path) -> None:
    path = tmp_path / "rmol.sqlite"
    with State(path) as state, State(path) as other:
        state.group()
        state.found([Sighting("a", "f")], now=NOON)
        state.found([Sighting("b", "f")], now=NOON)
        assert state.counts()["urls"] == 2
        assert other.counts()["urls"] == 0
        state.commit()
        assert other.counts()["urls"] == 2
        state.commit()  # of nothing
        state.found([Sighting("c", "f")], now=NOON)
        state.close()
        assert other.counts()["urls"] == 3


def test_a_failed_call_takes_nothing_of_its_group_with_it(tmp_path: Path) -> None:
    with State(tmp_path / "rmol.sqlite") as state:
        state.group()
        state.found([Sighting("a", "f")], now=NOON)
        with pytest.raises(KeyError), state.transaction():  # noqa: PT012  (the block is what is tested)
            state.found([Sighting("b", "f")], now=NOON)
            raise KeyError
        state.found([Sighting("c", "f")], now=NOON)
        state.commit()
        assert [state.is_new(url) for url in "abc"] == [False, True, False]


FULL_DISK = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
from newscrawl.state import Sighting, State, StateFull

noon = datetime(2020, 6, 2, 12, tzinfo=UTC)
state = State(Path(sys.argv[1]))

def page(n):
    return [Sighting(f"https://rmol.id/politik/read/2020/06/02/{n}{i}/judul-berita", "f") for i in range(100)]

resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
pages = 0
try:
    if sys.argv[2] == "many transactions":
        while True:
            state.found(page(pages), now=noon)
            pages += 1
    else:
        state.found((s for n in range(100) for s in page(n)), now=noon)
except StateFull as error:
    print(error)
assert state.counts()["urls"] == 100 * pages  # reading works, the torn page is undone
assert state.is_new(page(pages)[0].url)
try:
    state.found((s for n in range(100) for s in page(n)), now=noon)
    raise SystemExit("a second try did not fail")
except StateFull:
    pass
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
assert state.found(page(pages), now=noon) == 100  # space again: it goes on
assert state._db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
"""


@pytest.mark.parametrize("way", ["many transactions", "one transaction"])
def test_a_full_disk_tears_nothing(way: str, tmp_path: Path) -> None:
    path = tmp_path / "rmol.sqlite"
    run = subprocess.run([sys.executable, "-c", FULL_DISK, path, way], capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith(f"state {path}: cannot be written (")
    assert "free disk space" in run.stdout


def test_a_database_at_its_size_limit_counts_as_full(tmp_path: Path) -> None:
    with State(tmp_path / "rmol.sqlite") as state:
        state._db.execute("PRAGMA max_page_count = 60")
        with pytest.raises(StateFull, match="database or disk is full"):
            state.found((Sighting(f"artikel {i}", "f") for i in range(100_000)), now=NOON)
        assert state.counts()["urls"] == 0
        assert state.found([Sighting("a", "f")], now=NOON) == 1


FULL_GROUP = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
from newscrawl.state import Sighting, State, StateFull

noon = datetime(2020, 6, 2, 12, tzinfo=UTC)
state = State(Path(sys.argv[1]))
state.group()
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
committed = 0
try:
    while True:
        for n in range(5):
            state.found([Sighting(f"{committed} {n} {i}", "f") for i in range(100)], now=noon)
        state.commit()
        committed += 1
except StateFull:
    pass
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
for call in (lambda: state.found([Sighting("a", "f")], now=noon), state.commit):
    try:
        call()
        raise SystemExit("it went on without the group")
    except StateFull:
        pass
state.close()
with State(Path(sys.argv[1])) as state:
    assert state.counts()["urls"] == 500 * committed > 0
"""


def test_nothing_is_written_after_a_group_was_lost(tmp_path: Path) -> None:
    path = tmp_path / "rmol.sqlite"
    run = subprocess.run([sys.executable, "-c", FULL_GROUP, path], capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")
