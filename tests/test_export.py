"""`scrapy export` as a user runs it, and its documentation as written."""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from scrapy.utils.project import get_project_settings

from newscrawl.commands.export import Command
from tests.conftest import ROOT, Desk
from tests.newscrawl.export.labelled import labelled
from tests.newscrawl.export.lines import article, write

DOC = (ROOT / "docs/export.md").read_text(encoding="utf-8")
SNIPPETS = re.findall(r"```python\n(.*?)```", DOC, re.DOTALL)
TEXTS = labelled()


@pytest.fixture
def own(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path / "data", None)
    articles = [
        article(n, id=f"{outlet}-{n}", outlet=outlet, text=TEXTS[n + shift].text, tags=["Desa"])
        for outlet, shift in (("rmol", 0), ("sosok", 4))
        for n in range(12)
    ]
    write(desk.data, *articles)
    return desk


WRONG = [
    ((), "say where to: -o FILE", 2),
    (("-o", "news.xlsx"), "what format? end it with .jsonl,", 2),
    (("-o", "news.csv", "--outlet", "rmoll"), "did you mean rmol", 2),
    (("-o", "news.csv", "--fields", "titel"), "unknown field 'titel': did you mean title", 2),
    (("-o", "news.csv", "--since", "2026-11-02", "--until", "2026-11-01"), "is after --until", 2),
    (("-o", "news.csv", "--since", "kemarin"), "'kemarin' is not a date", 2),
    (("-o", "news.csv", "--latest", "--versions"), "not allowed with", 2),
    (("-o", "news.csv", "--outlet", "tempo"), "no lines of tempo", 2),
    (("-o", "news.csv", "missing.jsonl"), "missing.jsonl: no such file", 2),
    (("-o", "news.csv", "--language", "fr"), "no article fits: languages fr", 1),
    (("-o", "/proc/news.csv"), "nothing was written", 7),
]


@pytest.mark.parametrize(
    ("words", "message", "code"), WRONG, ids=lambda w: " ".join(w) if isinstance(w, tuple) else ""
)
def test_a_wrong_word_is_one_line_and_a_code(
    words: tuple[str, ...], message: str, code: int, own: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    command = Command()
    command.settings = get_project_settings()
    command.settings.set("DATA_DIR", str(own.data), "cmdline")
    parser = argparse.ArgumentParser()
    command.add_options(parser)
    try:
        opts, rest = parser.parse_known_args(words)
    except SystemExit as error:  # argparse's own
        command.exitcode = int(str(error.code))
    else:
        command.run(rest, opts)
    assert command.exitcode == code
    assert message in capsys.readouterr().err


def test_the_whole_of_it(crawled: Desk, tmp_path: Path) -> None:
    out = tmp_path / "news.jsonl"
    outcome = crawled.scrapy("export", "-o", str(out), "--outlet", "rmol")
    assert outcome.code == 0, outcome.err
    assert outcome.out.split() == [
        str(out),
        *(f"{out}.{e}" for e in ("schema.json", "dictionary.md", "card.md", "sha256")),
    ]
    newest = {row["id"]: row for row in crawled.lines("rmol")}
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert {row["id"]: row for row in rows} == newest
    card = Path(f"{out}.card.md").read_text(encoding="utf-8")
    assert re.search(r"- rmol: \d+ of \d+ listed articles on \d+ days \(.*http-404 1", card)
    assert "## Rights and takedown" in card


def test_other_files_than_the_crawls(own: Desk, tmp_path: Path) -> None:
    out = tmp_path / "news.jsonl.gz"
    outcome = own.scrapy("export", "-o", str(out), str(own.data / "jsonl/sosok"))
    assert outcome.code == 0, outcome.err
    assert "12 rows of 12 articles" in outcome.err


def test_files_that_are_being_written_are_counted(own: Desk, tmp_path: Path) -> None:
    (own.data / "jsonl/rmol/rmol-run-2.jsonl.open").write_bytes(b"{")
    assert own.scrapy("export", "-o", str(tmp_path / "news.csv")).code == 0
    assert "- 1 files were still being written" in (tmp_path / "news.csv.card.md").read_text(encoding="utf-8")


def test_the_extra_is_asked_for_when_it_is_missing(own: Desk, tmp_path: Path) -> None:
    for name in ("pyarrow", "datasketch"):
        (tmp_path / f"{name}.py").write_text("raise ImportError")
    for words in (("news.parquet",), ("news.csv", "--stories")):
        outcome = own.scrapy("export", "-o", *words, env={"PYTHONPATH": str(tmp_path)})
        assert outcome.code == 1
        assert "pip install -r requirements-export.txt" in outcome.err
    assert own.scrapy("export", "-o", str(tmp_path / "news.csv"), env={"PYTHONPATH": str(tmp_path)}).code == 0


def test_each_snippet_of_the_documentation_runs(own: Desk, tmp_path: Path) -> None:
    for name, *words in (
        ("news.parquet",),
        ("news.jsonl.zst",),
        ("news.csv",),
        ("stories.parquet", "--stories"),
    ):
        outcome = own.scrapy("export", "-o", str(tmp_path / name), *words)
        assert outcome.code == 0, outcome.err
    env = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "HF_HOME": str(tmp_path / "hf")}
    assert len(SNIPPETS) == 5
    for snippet in SNIPPETS:
        run = subprocess.run(
            [sys.executable, "-c", snippet],
            cwd=tmp_path,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, f"{snippet}\n{run.stderr}"


def test_each_option_is_documented() -> None:
    source = (ROOT / "newscrawl/commands/export.py").read_text(encoding="utf-8")
    options = re.findall(r'"(--[a-z]+)"', source)
    assert len(options) > 8
    assert [option for option in options if f"`{option}" not in DOC and option != "--output"] == []
