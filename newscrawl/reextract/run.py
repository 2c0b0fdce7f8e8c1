"""One re-extraction: plan the tasks, have them done, put the lines together, tell what came of it."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from scrapy.settings import BaseSettings

from newscrawl.command import outlets
from newscrawl.extract import Unextractable
from newscrawl.flow import TextFlow
from newscrawl.forget.log import forgotten_everywhere
from newscrawl.items import Article
from newscrawl.outlet import Outlet
from newscrawl.reextract.chain import Capture
from newscrawl.reextract.engines import Event, cluster, local
from newscrawl.reextract.merge import Merge, Summary
from newscrawl.reextract.pages import Skipped, page_of, row_of
from newscrawl.reextract.parts import Row
from newscrawl.reextract.sources import Source, SourceError, name_of, opened, stretches
from newscrawl.reextract.supervise import NotWritten, TaskFailed
from newscrawl.reextract.task import Done, Step, Task
from newscrawl.replay import tries_of
from newscrawl.warc.reading import Exchange, WarcReadError, exchanges
from newscrawl.workers import ExtractionFailed, Workers

MODULES = (  # what a line depends on
    *("newscrawl/*.py", "newscrawl/extraction/*", "newscrawl/spiders/*", "newscrawl/platforms/*"),
    *("newscrawl/fetch/blocks.*", "newscrawl/warc/*", "newscrawl/reextract/*", "pipelines/*"),
)
PACKAGES = ("trafilatura", "lxml", "dateparser")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done. `outlets` are names, `None` for all that are known."""

    sources: Sequence[Source]
    out: Path
    outlets: list[str] | None = None
    generic: bool = False
    workers: int = 1
    cluster: str | None = None


@dataclass(slots=True)
class Report:
    """What came of it. `done_before` counts tasks whose parts were there already."""

    summary: Summary = field(default_factory=Summary)
    counts: Counter[str] = field(default_factory=Counter)
    lost: list[tuple[str, int, str]] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    done_before: int = 0
    seconds: float = 0.0

    @property
    def left_out(self) -> Counter[str]:
        """How many captures gave no line, by reason."""
        return Counter(
            {k.removeprefix("skipped "): n for k, n in self.counts.items() if k.startswith("skipped ")}
        )


@cache
def rules() -> str:
    """Return a digest of all code and rules that a line depends on: a part made by others is made anew."""
    digest = hashlib.sha256()
    root = Path(__file__).parents[2]
    for path in sorted(path for pattern in MODULES for path in root.glob(pattern)):
        if path.suffix in (".py", ".toml", ".json"):
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    for name in PACKAGES:
        digest.update(f"{name} {version(name)}".encode())
    return digest.hexdigest()


def plan(wish: Wish, settings: BaseSettings) -> list[Task]:
    """Return the tasks of a wish, in the order of the archives."""
    gone = forgotten_everywhere(Path(settings["DATA_DIR"]))
    chosen: dict[str, Any] = {
        "SPIDER_MODULES": settings.getlist("SPIDER_MODULES"),
        "ITEM_PIPELINES": dict(settings.getdict("ITEM_PIPELINES")),
        "EXTRACT_SECONDS": settings.getint("EXTRACT_SECONDS"),
        "FORGOTTEN": sorted(key for ids in gone.values() for key in ids),
    }
    tasks = []
    for source in wish.sources:
        for piece in stretches(source):
            header = {
                "archive": source.place,
                "stamp": source.stamp,
                "start": piece.start,
                "end": piece.end,
                "outlets": wish.outlets,
                "generic": wish.generic,
                "settings": chosen,
                "rules": rules(),
            }
            mark = hashlib.sha256(json.dumps(header).encode()).hexdigest()[:12]
            part = wish.out / "parts" / f"{source.name}-{piece.start:012}-{mark}.part"
            tasks.append(
                Task(
                    place=source.place,
                    size=source.size,
                    start=piece.start,
                    end=piece.end,
                    part=str(part),
                    header=header,
                    settings=chosen,
                    outlets=wish.outlets,
                    generic=wish.generic,
                )
            )
    return tasks


class Progress:
    """How far the tasks are, in bytes of archives and in pages."""

    def __init__(self, tasks: Sequence[Task]) -> None:
        self.sizes = {task.part: _size(task) for task in tasks}
        self.total = sum(self.sizes.values())
        self.at: dict[str, int] = {}
        self.pages: dict[str, int] = {}
        self.skipped = 0
        self.started = time.monotonic()

    def note(self, event: Event) -> None:
        """Take what happened to a task."""
        task, what = event
        if isinstance(what, Step):
            self.at[task.part] = min(what.at - task.start, self.sizes[task.part])
            self.pages[task.part] = what.counts.get("pages", 0)
        else:
            self.at[task.part] = self.sizes[task.part]
            if isinstance(what, Done):
                self.pages[task.part] = what.counts.get("pages", 0)

    def line(self, seconds: float | None = None) -> str:
        """Return the progress as one line; `seconds` since the start, by default those of the clock."""
        seconds = time.monotonic() - self.started if seconds is None else seconds
        pages, share = sum(self.pages.values()), sum(self.at.values()) / max(self.total, 1)
        left = f"{_duration(seconds / share * (1 - share))} left" if share else "…"
        return f"{bar(share)} {share:4.0%}  {pages:,} pages  {pages / max(seconds, 1e-9):,.0f}/s  {left}"


def bar(share: float, width: int = 20) -> str:
    """Draw a share.

    >>> bar(0.25, 8)
    '██······'
    """
    full = round(share * width)
    return "█" * full + "·" * (width - full)


def _duration(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _size(task: Task) -> int:
    end = task.end if task.end is not None else task.size
    return max(1, (end or 1) - task.start)


def reextract(
    wish: Wish, settings: BaseSettings, show: Progress | None = None
) -> Generator[tuple[Progress, Event]]:
    """Do the tasks that are not done yet; yield what happens."""
    tasks = plan(wish, settings)
    folder = wish.out / "parts"
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {task.part for task in tasks}
    for path in folder.iterdir():
        if str(path) not in wanted:  # left by a kill, or made by other rules
            path.unlink()
    open_tasks = [task for task in tasks if not Path(task.part).exists()]
    progress = show or Progress(open_tasks)
    if not open_tasks:
        return
    engine = cluster(open_tasks, wish.cluster) if wish.cluster else local(open_tasks, wish.workers)
    for event in engine:
        progress.note(event)
        yield progress, event


def put_together(wish: Wish, settings: BaseSettings) -> Summary:
    """Write the lines of all parts: one file an outlet, in order of capture."""
    tasks = plan(wish, settings)
    known = {name: spider.outlet for name, spider in outlets(settings).items()}
    flow = cache(lambda: TextFlow(settings.getdict("ITEM_PIPELINES")))  # half a second, and seldom needed
    with closing(Resolver(known, settings)) as resolver:
        merge = Merge(
            wish.out,
            [(Path(task.part), task.place) for task in tasks if Path(task.part).exists()],
            outlets=known,
            flow=lambda article: flow()(article),
            tries=tries_of(settings),
            resolve=resolver,
        )
        return merge.run()


class Resolver:
    """Extract revisits whose page has to be looked at again, in a process that may die of it."""

    def __init__(self, known: dict[str, Outlet], settings: BaseSettings) -> None:
        self.known = known
        self.seconds = settings.getint("EXTRACT_SECONDS")
        self.workers: tuple[Outlet | None, Workers] | None = None
        self.loop = asyncio.new_event_loop()

    def __call__(self, revisit: Capture, target: Capture) -> tuple[Row, Article] | None:
        """Return the row and the article of a revisit, `None` when it has none."""
        try:
            own = exchange_at(revisit.file, revisit.row)
            full = exchange_at(target.file, target.row)
            whole = replace(
                own, head=own.head or full.head, payload=full.payload, profile=None, refers_to=None
            )
            outlet = self.known.get(revisit.row.outlet or "")
            row = row_of(whole, outlet, revisit.row.key)
            article = self.loop.run_until_complete(self._workers(outlet).extract(page_of(whole)))
        except (WarcReadError, SourceError, Skipped, Unextractable, ExtractionFailed):
            return None
        article.warc = own.pointer
        row.kind, row.next_page = "page", article.evidence.next_page
        return row, article

    def _workers(self, outlet: Outlet | None) -> Workers:
        if self.workers is None or self.workers[0] is not outlet:
            self._stop()
            self.workers = (outlet, Workers(outlet, workers=1, seconds=self.seconds))
        return self.workers[1]

    def _stop(self) -> None:
        if self.workers:
            self.workers[1].close()

    def close(self) -> None:
        """Stop the process."""
        self._stop()
        self.loop.close()


def exchange_at(place: str, row: Row) -> Exchange:
    """Read the capture of a row again; raise `WarcReadError` when it is not there."""
    with opened(place) as file:
        if file.seekable():
            file.seek(row.offset)
        for exchange in exchanges(file, name_of(place)):
            if exchange.record_id == row.record_id:
                return exchange
            if file.seekable():
                break
    raise WarcReadError(f"{name_of(place)}: no record {row.record_id} at {row.offset}")


def account(report: Report, event: Event) -> None:
    """Add what a task came to; raise `NotWritten` when there is no use going on."""
    what = event[1]
    if isinstance(what, Done):
        report.counts.update(what.counts)
        report.lost += what.lost
        report.damaged += [what.damage] if what.damage else []
    elif isinstance(what, NotWritten):
        raise what
    elif isinstance(what, TaskFailed):
        report.damaged.append(str(what))
