"""Every kind of damage is found and named; what is mendable is mended, and no byte is lost."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from scrapy.settings import Settings
from scrapy.utils.project import get_project_settings

from newscrawl import manifest
from newscrawl.command import outlets
from newscrawl.state import State
from newscrawl.verify.check import Report, Rules, check
from newscrawl.verify.findings import KINDS
from newscrawl.verify.glance import glance
from newscrawl.verify.members import Window, members
from newscrawl.verify.records import RecordReader
from newscrawl.verify.repair import check_and_repair
from tests.conftest import ROOT, Desk
from tests.newscrawl.verify.cases import CASES, Case, jsonl, reopen
from tests.newscrawl.verify.damage import Folder


@pytest.fixture(scope="session")
def settings() -> Settings:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        return get_project_settings()


@pytest.fixture(scope="session")
def rules(settings: Settings) -> Rules:
    known = {name: spider.outlet for name, spider in outlets(settings).items()}
    return Rules(known, settings.getdict("ITEM_PIPELINES"))


@pytest.fixture
def folder(archive: Desk, tmp_path: Path) -> Folder:
    shutil.copytree(archive.data, tmp_path / "data")
    return Folder(tmp_path / "data", "rmol")


def told(report: Report, *, notes: bool = False) -> set[str]:
    return {kind for kind in report.findings.kinds if KINDS[kind].is_note == notes}


def content(folder: Folder) -> Counter[bytes]:
    """Return the bytes of each archive file as they were before any cut, and each line."""
    whole: dict[str, bytes] = {}
    for kind in ("warc", "jsonl"):
        for path in sorted((folder.data / kind / folder.outlet).iterdir(), key=lambda p: p.suffix == ".torn"):
            name = path.name.removesuffix(".torn").removesuffix(".new").removesuffix(".open")
            whole[name] = whole.get(name, b"") + path.read_bytes()
    return Counter(whole.values())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_damage_is_found_and_mended(case: Case, folder: Folder, rules: Rules, settings: Settings) -> None:
    case.harm(folder)
    if not case.manifest:
        folder.manifest.unlink()
    rules = replace(rules, quick=not case.extracts)
    before = content(folder)

    report = check(folder.data, ["rmol"], rules)

    wanted = set(case.found.split())
    assert told(report) >= wanted if case.more else told(report) == wanted, [
        str(f) for f in report.findings.told
    ]
    assert told(report, notes=True) >= set(case.notes.split())
    assert bool(report.findings.damage) == bool(wanted)
    assert content(folder) == before

    after, mended, problems = check_and_repair(folder.data, ["rmol"], rules, settings)

    assert before <= content(folder)  # nothing that was there is gone
    if case.mends:
        assert mended
        assert told(after) == set(), [problems, *map(str, after.findings.told)]
    elif wanted:
        assert told(after) & wanted


def test_other_rules_are_no_damage_while_the_file_is_as_it_was(
    folder: Folder, rules: Rules, settings: Settings
) -> None:
    folder.edit_line(tags=["bukan", "ini"])
    assert told(check(folder.data, ["rmol"], rules)) == {"line.extraction", "manifest.size"}
    after, mended, _ = check_and_repair(folder.data, ["rmol"], rules, settings)
    assert (told(after), mended) == ({"line.extraction", "manifest.size"}, [])

    folder.manifest.unlink()
    after, mended, _ = check_and_repair(folder.data, ["rmol"], rules, settings)
    assert told(after) == {"line.extraction"}  # repair took every other file for what it should be
    assert len(mended) == len(folder.warcs) + len(folder.jsonls) - 1

    manifest.complete(folder.data, "rmol")  # the operator takes this one too
    report = check(folder.data, ["rmol"], rules)
    assert (told(report), told(report, notes=True)) == (set(), {"line.other-rules"})


def test_what_a_repair_keeps_is_told(folder: Folder, rules: Rules, settings: Settings) -> None:
    half = folder.warcs[0].read_bytes()[:150]
    for _ in range(2):
        folder.append(folder.warcs[0], half)
        report, mended, problems = check_and_repair(
            folder.data, ["rmol"], replace(rules, quick=True), settings
        )
        assert (told(report), problems) == (set(), [])
        assert "150 bytes cut off" in str(mended[0])
    kept = sorted(folder.warcs[0].parent.glob("*.torn"))
    assert [path.read_bytes() for path in kept] == [half, half]
    assert told(report, notes=True) == {"left.torn"}


def test_the_glance_sees_what_the_exact_walk_sees(archive: Desk) -> None:
    for path in archive.warcs("rmol"):
        reader = RecordReader()
        with path.open("rb") as file:
            walked = [(*stretch[1:3], reader.end().headers) for stretch in members(Window(file), reader)]
        assert [(record.offset, record.end, record.headers) for record in glance(path)] == walked


def test_there_are_forty_kinds() -> None:
    assert len(CASES) > 80
    assert len({kind for case in CASES for kind in case.found.split()}) >= 40
    named = {kind for case in CASES for kind in (case.found + " " + case.notes).split()}
    untried = {
        "file.unreadable",
        "outlet.unknown",
        "run.going",
        "left.torn",
        "line.unrecorded",
        "line.other-rules",
    }
    assert set(KINDS) - named == untried


@pytest.mark.parametrize("boot", [None, "another"])
def test_after_a_power_cut_the_state_is_made_anew(
    boot: str | None, folder: Folder, rules: Rules, settings: Settings
) -> None:
    """It may know what never reached the disk: here, that a feed was read which no record holds."""
    reopen(jsonl)(folder)
    feed = "https://rmol.id/rss/never-stored"
    folder.sql(f"INSERT INTO source (url, etag) VALUES ('{feed}', 'x')")
    lock = folder.data / "state" / "rmol.lock"
    if boot:
        lock.write_text(json.dumps({"pid": 1, "boot": boot}))
    check_and_repair(folder.data, ["rmol"], replace(rules, quick=True), settings)
    with State(folder.data / "state" / "rmol.sqlite") as state:
        assert state.validators(feed) == ((None, None) if boot else ("x", None))
