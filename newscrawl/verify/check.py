"""Check outlets of a data folder from end to end."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from newscrawl import manifest
from newscrawl.outlet import Outlet
from newscrawl.verify import folder
from newscrawl.verify.archive import Checked
from newscrawl.verify.crossing import check_pointers, check_records, check_versions
from newscrawl.verify.findings import KINDS, Finding, Findings
from newscrawl.verify.folder import Run
from newscrawl.verify.forgotten import check_forgotten
from newscrawl.verify.index import Index
from newscrawl.verify.state import check_state
from newscrawl.verify.tasks import SPAN, Job, JsonlTask, LinesTask, Task, WarcTask, run_tasks

_OF_THE_STATE = [kind for kind in KINDS if kind.startswith("state.")]


@dataclass
class Report:
    """What a check found. `checked` are the files by path, `records` and `lines` how many were seen."""

    findings: Findings = field(default_factory=Findings)
    checked: dict[str, Checked] = field(default_factory=dict)
    records: int = 0
    lines: int = 0

    @property
    def bytes(self) -> int:
        """The size of the files checked."""
        return sum(max(0, one.size) for one in self.checked.values())


@dataclass(frozen=True)
class Rules:
    """How to check: `outlets` are all that are known, `order` is ITEM_PIPELINES; `quick`: extract nothing."""

    outlets: Mapping[str, Outlet]
    order: Mapping[str, int | None]
    workers: int = 1
    quick: bool = False


Progress = Callable[[int, int], object]  # bytes done, of how many


def check(data: Path, names: Sequence[str], rules: Rules, progress: Progress | None = None) -> Report:
    """Check all that a data folder holds of some outlets. Changes nothing."""
    runs = {name: folder.run_of(data, name) for name in names}
    files = {name: list(manifest.finished_files(data, name)) for name in names}
    report = Report()
    with (
        tempfile.TemporaryDirectory(prefix="newscrawl-verify-") as scratch,
        Index.new(Path(scratch)) as index,
    ):
        job = Job(data, index.path, rules.outlets, rules.order)
        _read_files(report, job, [file for own in files.values() for file in own], index, rules, progress)
        report.records, report.lines = _count(index, "record"), _count(index, "line", "WHERE page = 1")
        left_open = {file for name in names for file in folder.left_open(data, name)}
        report.findings.add(*check_records(index), *check_pointers(index, left_open), *check_versions(index))
        for name in names:
            if name not in rules.outlets:
                report.findings.add(Finding("outlet.unknown", name))
            own = [report.checked[file] for file in files[name]]
            report.findings.add(*folder.check_manifest(data, name, own), *check_forgotten(data, name, index))
            for file in folder.as_it_was(data, name, own):
                report.findings.rename("line.extraction", file, "line.other-rules")
            report.findings.merge(_state_and_rest(data, name, index, rules, runs[name], files[name]))
    return report


def _read_files(
    report: Report, job: Job, files: list[str], index: Index, rules: Rules, progress: Progress | None
) -> None:
    """Check the WARC files, then the lines, whose records are known by then."""
    sizes = {file: _size(job.data / file) for file in files}
    whole = sum(size * (2 if file.endswith(".jsonl") else 1) for file, size in sizes.items())
    done = 0

    def tell(size: int) -> None:
        nonlocal done
        done += size
        if progress:
            progress(done, whole)

    largest_first = sorted(files, key=lambda file: -sizes[file])
    first: list[Task] = [
        WarcTask(file) if file.startswith("warc/") else JsonlTask(file) for file in largest_first
    ]
    for _, result in run_tasks(first, job, rules.workers, tell):
        assert isinstance(result, Checked)
        report.checked[result.file] = result
        report.findings.merge(result.findings)
    index.complete("record")
    second: list[Task] = [
        LinesTask(file, (start, start + SPAN), not rules.quick)
        for file in files
        if file.startswith("jsonl/")
        for start in range(0, max(0, report.checked[file].size), SPAN)
    ]
    for _, result in run_tasks(second, job, rules.workers, tell):
        assert isinstance(result, Findings)
        report.findings.merge(result)
    index.complete("line")


def _state_and_rest(
    data: Path, name: str, index: Index, rules: Rules, run: Run, files: list[str]
) -> Findings:
    """Check what a run changes as it goes; leave it out when one is or was going on meanwhile."""
    found = Findings()
    if not run.is_going:
        found.add(*check_state(data, rules.outlets.get(name), name, index, files))
    now = folder.run_of(data, name)
    is_running = run.is_going or now.is_going or now.note != run.note
    if is_running:
        found.add(Finding("run.going", name))
    if is_running or folder.left_open(data, name):  # what is in open files is not known yet
        found.drop(*_OF_THE_STATE)
    found.add(*folder.left_behind(data, name, is_running=is_running))
    return found


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # told when it is read
        return 0


def _count(index: Index, table: str, where: str = "") -> int:
    return int(next(index.ask(f"SELECT count(*) FROM {table} {where}"))[0])  # noqa: S608  # our own names
