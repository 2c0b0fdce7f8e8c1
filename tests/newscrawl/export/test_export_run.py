"""What is exported, in which order, and that it is whole or absent."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pyarrow.parquet as pq
import pytest
from backports import zstd

from newscrawl.export.describe import Facts, Tally
from newscrawl.export.formats import FORMULA
from newscrawl.export.index import ExportError
from newscrawl.export.run import Order, export
from newscrawl.export.selection import Selection
from newscrawl.items import FIELDS, Extraction, Image, Syndication, to_line
from newscrawl.lock import Locked, RunLock
from tests.conftest import ROOT
from tests.newscrawl.export.lines import article, write

FACTS = Facts(
    "news", date(2026, 11, 30), "0.1.0", "everything", False, None, {"rmol": "RMOL"}, {"rmol": None}, 0
)
PLAIN = ("jsonl", "jsonl.gz", "jsonl.zst")
ALL = (*PLAIN, "csv", "parquet")


def run(tmp_path: Path, files: Sequence[Path], kind: str = "jsonl", **words: Any) -> tuple[Path, Tally]:
    out = tmp_path / f"news.{kind}"
    order = Order(out, kind, files, words.pop("selection", Selection()), **words)
    tally, paths = export(order, FACTS)
    assert paths[0] == out
    return out, tally


def rows(out: Path) -> list[dict[str, Any]]:
    data = out.read_bytes()
    if out.suffix == ".gz":
        data = gzip.decompress(data)
    if out.suffix == ".zst":
        data = zstd.decompress(data)
    return [json.loads(line) for line in data.splitlines()]


def ids(out: Path) -> list[tuple[str, int]]:
    return [(row["id"], row["version"]) for row in rows(out)]


MIXED = [
    article(3),
    article(1),
    article(1, version=2, title="Rapat diundur"),
    article(2, published=None, published_precision=None, fetched="2026-11-02T00:59:59Z"),
    article(7, id="sosok-7", outlet="sosok", section=["Gaya Hidup"], language="en"),
    article(5, published="2026-10-31T23:00:00-07:00"),
]


def test_rows_come_by_outlet_time_id_and_version(tmp_path: Path) -> None:
    out, _ = run(tmp_path, write(tmp_path, *MIXED), versions=True)
    assert ids(out) == [
        ("rmol-0005", 1),  # 13:00 in Jakarta
        ("rmol-0002", 1),  # no date: by when it was fetched
        ("rmol-0001", 1),
        ("rmol-0001", 2),
        ("rmol-0003", 1),
        ("sosok-7", 1),
    ]


@pytest.mark.parametrize("kind", ALL)
def test_the_order_of_the_files_and_lines_does_not_matter(kind: str, tmp_path: Path) -> None:
    many = [article(n, published=f"2026-{1 + n % 12:02}-03T08:00:00+07:00") for n in range(60)]
    found = []
    for turn in range(2):
        random.Random(turn).shuffle(many)
        folder = tmp_path / str(turn)
        out, _ = run(folder, write(folder, *many), kind)
        files = sorted(p for p in out.rglob("*") if p.is_file()) if out.is_dir() else [out]
        found.append([(p.relative_to(folder), hashlib.sha256(p.read_bytes()).hexdigest()) for p in files])
    assert found[0] == found[1]


def test_lines_go_through_byte_for_byte(tmp_path: Path) -> None:
    odd = article(1, title="Kabar\u2028baru\x85 dari \x00 “Opak” 🙂 \ud800")
    out, _ = run(tmp_path, write(tmp_path, odd))
    assert out.read_bytes() == to_line(odd)
    (again,) = rows(out)
    some, _ = run(tmp_path / "jsonl", write(tmp_path, odd), fields=("title", "id"))
    assert (
        some.read_bytes()
        == json.dumps({"title": again["title"], "id": "rmol-0001"}, ensure_ascii=False, separators=(",", ":"))
        .replace("\u2028", "\\u2028")
        .replace("\x85", "\\u0085")
        .encode()
        + b"\n"
    )


@pytest.mark.parametrize("kind", PLAIN)
def test_json_lines_plain_and_compressed_hold_the_same(kind: str, tmp_path: Path) -> None:
    out, tally = run(tmp_path, write(tmp_path, *MIXED), kind)
    assert [row["id"] for row in rows(out)] == ["rmol-0005", "rmol-0002", "rmol-0001", "rmol-0003", "sosok-7"]
    assert (tally.lines, tally.articles) == (5, 5)


SELECTIONS: list[tuple[Selection, set[str]]] = [
    (Selection(outlets=("sosok",)), {"sosok-7"}),
    (Selection(languages=("en",)), {"sosok-7"}),
    (Selection(sections=("gaya hidup",)), {"sosok-7"}),
    (Selection(since=date(2026, 11, 3)), {"rmol-0003", "sosok-7"}),
    (Selection(until=date(2026, 11, 2)), {"rmol-0005", "rmol-0002", "rmol-0001"}),
    (Selection(since=date(2026, 11, 4), until=date(2026, 11, 4)), {"rmol-0003"}),
]


@pytest.mark.parametrize(
    ("selection", "expected"), SELECTIONS, ids=lambda s: s.words() if isinstance(s, Selection) else ""
)
def test_only_what_fits_is_there(selection: Selection, expected: set[str], tmp_path: Path) -> None:
    out, _ = run(tmp_path, write(tmp_path, *MIXED), selection=selection)
    assert {row["id"] for row in rows(out)} == expected


def test_the_newest_version_decides(tmp_path: Path) -> None:
    files = write(tmp_path, article(1), article(1, version=2, section=["Hukum"]), article(2))
    out, _ = run(tmp_path, files, selection=Selection(sections=("politik",)))
    assert ids(out) == [("rmol-0002", 1)]
    out, _ = run(tmp_path, files, selection=Selection(sections=("politik",)), versions=True)
    assert ids(out) == [("rmol-0001", 1), ("rmol-0002", 1)]


def test_a_line_that_is_there_twice_goes_in_once(tmp_path: Path) -> None:
    files = write(tmp_path, article(1)) + write(tmp_path, article(1, title="Yang terakhir"), name="run-2")
    out, _ = run(tmp_path, files, versions=True)
    assert [row["title"] for row in rows(out)] == ["Yang terakhir"]


# CSV


@pytest.mark.parametrize("first", FORMULA)
def test_no_cell_of_a_csv_is_a_formula(first: str, tmp_path: Path) -> None:
    out, _ = run(
        tmp_path, write(tmp_path, article(1, title=f"{first}cmd|' /C calc'!A0", authors=["=x"])), "csv"
    )
    with out.open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["title"] == f"'{first}cmd|' /C calc'!A0"
    assert json.loads(row["authors"]) == ["=x"]
    assert row["modified"] == ""
    assert list(row) == list(FIELDS)


def test_a_csv_keeps_paragraphs_quotes_and_commas(tmp_path: Path) -> None:
    text = 'Satu, "dua".\n\nTiga; empat.\r\n\nLima'
    out, _ = run(tmp_path, write(tmp_path, article(1, text=text)), "csv")
    with out.open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["text"] == text


# Parquet

FULL = article(
    8,
    images=[Image("https://rmol.id/a.jpg", "Warga", None)],
    syndicated_from=Syndication("Antara", None, None),
    extraction=Extraction("blocks", None, {"newscrawl": "0.1.0", "trafilatura": "2.3.1"}, ["x"]),
)


def test_parquet_has_a_folder_an_outlet_and_a_month(tmp_path: Path) -> None:
    out, _ = run(tmp_path, write(tmp_path, *MIXED, FULL), "parquet")
    assert sorted(p.parent.relative_to(out).as_posix() for p in out.rglob("*.parquet")) == [
        "outlet=rmol/month=2026-10",
        "outlet=rmol/month=2026-11",
        "outlet=rmol/month=__HIVE_DEFAULT_PARTITION__",
        "outlet=sosok/month=2026-11",
    ]


def test_parquet_holds_what_the_lines_hold(tmp_path: Path) -> None:
    files = write(tmp_path, *MIXED, FULL)
    out, _ = run(tmp_path, files, "parquet", versions=True)
    lines, _ = run(tmp_path, files, versions=True)
    found = pq.read_table(out).to_pylist()
    by_key = {(row["id"], row["version"]): row for row in found}
    for line in rows(lines):
        row = by_key.pop((line["id"], line["version"]))
        row["extraction"]["versions"] = {v["name"]: v["version"] for v in row["extraction"]["versions"]}
        assert row.pop("month") == (line["published"] and line["published"][:7])
        at = datetime.fromisoformat(line["published"]).astimezone(UTC) if line["published"] else None
        assert row.pop("published_at") == at
        assert row == line
    assert not by_key


def test_an_outlet_that_nobody_knows_is_null(tmp_path: Path) -> None:
    files = write(tmp_path, article(1, outlet=None), article(2))
    out, _ = run(tmp_path, files, "parquet", fields=("id", "outlet"))
    assert pq.read_table(out).column("outlet").to_pylist() == [None, "rmol"]
    assert [row["outlet"] for row in rows(run(tmp_path, files)[0])] == [None, "rmol"]


# beside it


def test_schema_dictionary_card_and_sums_lie_beside(tmp_path: Path) -> None:
    out, _ = run(tmp_path, write(tmp_path, *MIXED))
    schema = json.loads((tmp_path / "news.jsonl.schema.json").read_text())
    for row in rows(out):
        jsonschema.validate(row, schema)
    dictionary = (tmp_path / "news.jsonl.dictionary.md").read_text()
    assert "| `published` | string or null | 80.0% |" in dictionary
    assert '`"Rapat ke-5 di Balai Desa Wanasari"` |' in dictionary
    assert all(f"| `{name}` |" in dictionary for name in FIELDS)
    card = (tmp_path / "news.jsonl.card.md").read_text()
    assert "| rmol | RMOL | 4 | 2026-10 | 2026-11 |" in card
    assert "- rmol: not known" in card
    sums = subprocess.run(
        ["sha256sum", "-c", "news.jsonl.sha256"], cwd=tmp_path, check=True, capture_output=True
    )
    assert sums.stdout.count(b"OK") == 4


def test_the_sums_of_a_folder_name_each_file(tmp_path: Path) -> None:
    run(tmp_path, write(tmp_path, *MIXED), "parquet")
    sums = subprocess.run(
        ["sha256sum", "-c", "news.parquet.sha256"], cwd=tmp_path, check=True, capture_output=True
    )
    assert sums.stdout.count(b"part-0.parquet: OK") == 4


def test_the_schema_fits_the_chosen_fields(tmp_path: Path) -> None:
    out, _ = run(tmp_path, write(tmp_path, *MIXED), fields=("text", "id"), stories=True)
    schema = json.loads((tmp_path / "news.jsonl.schema.json").read_text())
    assert schema["required"] == ["text", "id", "story", "story_earliest", "story_source"]
    for row in rows(out):
        jsonschema.validate(row, schema)
        assert list(row) == schema["required"]


# whole or absent

DAMAGE = {
    "torn": to_line(article(1))[:-20],
    "no newline": to_line(article(1))[:-1],
    "not json": b"{]\n",
    "not an object": b"[1]\n",
    "a field is missing": b'{"schema":1,"id":"x"}\n',
    "a later schema": to_line(article(1)).replace(b'"schema":1', b'"schema":2'),
    "no date": to_line(article(1)).replace(b"2026-11-02T", b"kemarin"),
    "not utf-8": b'{"schema":"\xff"}\n',
}


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_a_damaged_line_is_named_and_nothing_is_written(damage: str, kind: str, tmp_path: Path) -> None:
    (file,) = write(tmp_path, article(2))
    file.write_bytes(file.read_bytes() + DAMAGE[damage])
    before = sorted(tmp_path.iterdir())
    with pytest.raises(ExportError, match=r"rmol-run-1\.jsonl: line 2 cannot be used"):
        run(tmp_path, [file], kind)
    assert sorted(tmp_path.iterdir()) == before


def test_nothing_fits_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="no article fits: languages fr"):
        run(tmp_path, write(tmp_path, article(1)), selection=Selection(languages=("fr",)))
    assert [p.name for p in tmp_path.iterdir()] == ["jsonl"]


@pytest.mark.parametrize("kind", ALL)
def test_an_older_export_is_replaced(kind: str, tmp_path: Path) -> None:
    out, _ = run(
        tmp_path, write(tmp_path, article(40, id="rmol-x", published="2020-01-01T00:00:00+07:00")), kind
    )
    again, tally = run(tmp_path, write(tmp_path, article(1)), kind)
    assert again == out
    assert tally.lines == 1
    assert not list(tmp_path.glob(".news*"))
    if out.is_dir():
        assert [p.name for p in (out / "outlet=rmol").iterdir()] == ["month=2026-11"]


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    files = write(tmp_path, article(1))
    with pytest.raises(ExportError, match="is no Parquet export"):
        export(Order(tmp_path, "parquet", files, Selection()), FACTS)
    with pytest.raises(ExportError, match="is a folder"):
        export(Order(tmp_path, "csv", files, Selection()), FACTS)
    with pytest.raises(ExportError, match="there is no folder"):
        export(Order(tmp_path / "no" / "news.csv", "csv", files, Selection()), FACTS)


def test_two_exports_do_not_write_the_same_file(tmp_path: Path) -> None:
    files = write(tmp_path, article(1))
    work = tmp_path / ".news.jsonl.export"
    work.mkdir()
    with (
        RunLock(work / "news.jsonl.lock"),
        pytest.raises(Locked, match=r"news\.jsonl: a run with process id"),
    ):
        run(tmp_path, files)
    assert work.exists()


KILLED = """
import os, signal, sys
from pathlib import Path
from newscrawl.export import run
from tests.newscrawl.export.test_export_run import FACTS, Order, Selection
def tick(step, done):
    if step == "rows written" and done == 3:
        os.kill(os.getpid(), signal.SIGKILL)
run.export(Order(Path(sys.argv[1]), sys.argv[2], [Path(f) for f in sys.argv[3:]], Selection()), FACTS, tick)
"""


@pytest.mark.parametrize("kind", ["jsonl.zst", "parquet"])
def test_a_killed_export_leaves_the_older_one(kind: str, tmp_path: Path) -> None:
    old, _ = run(tmp_path, write(tmp_path, article(9, id="rmol-old"), name="run-0"), kind)
    kept = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    files = [str(f) for f in write(tmp_path, *MIXED)]
    words = [sys.executable, "-c", KILLED, str(old), kind, *files]
    killed = subprocess.run(words, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert {p: p.read_bytes() for p in kept} == kept
    assert list(tmp_path.glob(".news*"))
    _, tally = run(tmp_path, [Path(f) for f in files], kind)
    assert tally.lines == 5
    assert not list(tmp_path.glob(".news*"))


def test_the_index_keeps_few_files_open(tmp_path: Path) -> None:
    files = [f for n in range(150) for f in write(tmp_path, article(n), name=f"run-{n:03}")]
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    out, tally = run(tmp_path, files)
    assert tally.lines == 150
    assert len(rows(out)) == 150
    assert len(os.listdir("/proc/self/fd")) <= before + 1  # noqa: PTH208
