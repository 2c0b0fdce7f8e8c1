"""What the state costs: 1,000,000 known URLs, microseconds per "is it new?" and per "mark done", and memory.

Run with `python -m benchmarks.state [--urls N]`; writes about 1 GB to a temporary folder.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from newscrawl.items import WarcPointer
from newscrawl.state import Sighting, State

START = datetime(2020, 6, 2, 12, tzinfo=UTC)
REVISITS = (timedelta(days=1), timedelta(days=7))
PAGE = 10_000  # URLs of a sitemap: one transaction
LIMIT_MB = 50


def url(number: int) -> str:
    return f"https://rmol.id/politik/read/2020/06/02/{number}/judul-berita-yang-cukup-panjang-{number}"


def listed(numbers: Iterable[int]) -> Iterator[Sighting]:
    for number in numbers:
        published = START - timedelta(minutes=number)
        yield Sighting(url(number), f"https://rmol.id/sitemap-{number // PAGE}.xml", published.isoformat())


def memory_mb() -> float:
    """Return the resident memory of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def fetch(state: State, number: int) -> None:
    pointer = WarcPointer(
        "rmol-20200602.warc.gz", number, 9000, f"<urn:uuid:{number:036}>", "sha1:" + "X" * 32
    )
    state.fetched(url(number), at=START, status=200, pointer=pointer, etag=f'"{number}"')


def done(state: State, number: int) -> None:
    state.done(url(number), at=START, revisit_after=REVISITS)


class Report:
    """Prints a line for each thing measured."""

    def __init__(self) -> None:
        self.empty = memory_mb()
        self.most = 0.0
        print(f"{'':44}{'us each':>10}{'us of CPU':>12}{'MB above empty':>16}")

    def measure(self, name: str, count: int, work: Callable[[], object]) -> None:
        begin, begin_cpu = time.perf_counter(), time.process_time()
        work()
        each = (time.perf_counter() - begin) / count * 1e6
        cpu = (time.process_time() - begin_cpu) / count * 1e6
        above = memory_mb() - self.empty
        self.most = max(self.most, above)
        print(f"{name:44}{each:>10.1f}{cpu:>12.1f}{above:>16.1f}", flush=True)


def run(path: Path, urls: int, sample: int) -> float:
    """Measure; return the most memory above an empty state, in MB."""
    with State(path) as state:
        report = Report()
        chance = random.Random(1)
        some = chance.sample(range(urls), min(urls, 3 * sample))
        single, batch, looks = some[:sample], some[sample : 2 * sample], some[2 * sample :]

        def read_in() -> None:
            for first in range(0, urls, PAGE):
                state.found(listed(range(first, min(first + PAGE, urls))), now=START)

        def each_of(numbers: Iterable[int], call: Callable[[State, int], None]) -> None:
            for number in numbers:
                call(state, number)

        def in_one(call: Callable[[State, int], None]) -> None:
            with state.transaction():
                each_of(batch, call)

        report.measure(f"found, {PAGE} a transaction", urls, read_in)
        report.measure("is_new, known", len(looks), lambda: [state.is_new(url(n)) for n in looks])
        report.measure(
            "is_new, unknown", sample, lambda: [state.is_new(url(urls + n)) for n in range(sample)]
        )
        report.measure("fetched, a transaction each", len(single), lambda: each_of(single, fetch))
        report.measure("done, a transaction each", len(single), lambda: each_of(single, done))
        report.measure("fetched, in one transaction", len(batch), lambda: in_one(fetch))
        report.measure("done, in one transaction", len(batch), lambda: in_one(done))
        report.measure("due, 32 with 200 in flight", 100, lambda: ask(state, 100))
        report.measure("coverage, per URL", urls, lambda: state.coverage(None, None))
        report.measure("missing, per URL", urls, lambda: sum(1 for _ in state.missing(None, None)))
        print(f"file: {path.stat().st_size / 1e6:.0f} MB, {path.stat().st_size / urls:.0f} bytes a URL")
        return report.most


def ask(state: State, times: int) -> None:
    flight = {due.url for due in state.due(START, 200)}
    for _ in range(times):
        state.due(START, 32, exclude=flight)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--urls", type=int, default=1_000_000)
    options.add_argument("--sample", type=int, default=20_000)
    args = options.parse_args()
    with TemporaryDirectory() as folder:
        most = run(Path(folder) / "state.sqlite", args.urls, args.sample)
    print(f"memory above an empty state: {most:.1f} MB at most (limit {LIMIT_MB})")
    return 0 if most < LIMIT_MB else 1


if __name__ == "__main__":
    raise SystemExit(main())
