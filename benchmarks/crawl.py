"""What recording, the whole job and the contract cost, against bare Scrapy fetching the same pages.

The clients of `benchmarks.clients` take turns at the sample newsroom, over TLS, with no delay; a ratio is the
median of the ratios of the rounds. Run with `python -m benchmarks.crawl [--pages N] [--rounds N]`.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.clients import Task
from newscrawl.sample.article import ARCHIVED
from newscrawl.sample.client import Sample

OUTLET = "rmol"
GOALS = (  # what is compared with what, and how much of its speed it must keep
    ("recorder", "bare", 0.85),
    ("full", "bare", 0.60),
    ("full", "loose", 0.85),
)
CLIENTS = ("bare", "recorder", "full", "loose")
MOST_MB = 250
SPECIALS = 30  # the newest articles include redirects, errors and several pages


@dataclass(frozen=True, slots=True)
class Run:
    """One crawl by one client: pages a second, CPU milliseconds a page, peak memory in MB."""

    rate: float
    cpu: float
    peak: float
    workers: tuple[float, ...]


def page_urls(sample: Sample, pages: int) -> list[str]:
    """Return the URLs of ordinary articles, one page each."""
    newsroom = sample.newsroom
    return [newsroom.card(OUTLET, ARCHIVED + number).url for number in range(pages)]


def run_client(task: Task, sample: Sample) -> dict[str, Any]:
    """Run one client in a process of its own and return what it prints."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "task.json"
        path.write_text(json.dumps(dataclasses.asdict(task) | {"folder": folder}), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.clients", str(path)],
            env=os.environ | sample.env(),
            stdout=subprocess.PIPE,
            check=True,
            cwd=Path(__file__).parents[1],
        )
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    if result["pages"] != len(task.urls):
        raise SystemExit(f"{task.client} got {result['pages']} of {len(task.urls)} pages")
    return result


def task_for(client: str, sample: Sample, urls: list[str], concurrency: int) -> Task:
    """Return the task of a client."""
    return Task(
        client=client,
        urls=urls,
        folder="",
        https_port=sample.https_port,
        connect_to=",".join(sample.connect_to),
        concurrency=concurrency,
    )


def rounds(options: argparse.Namespace) -> Iterator[dict[str, Run]]:
    """Let the clients take turns, each round in another order; the first round only warms the server."""
    with Sample(articles=options.pages + SPECIALS, crawl_delay=0) as sample:
        urls = page_urls(sample, options.pages)
        for number in range(options.rounds + 1):
            turn = number % len(options.clients)
            found = {}
            for client in options.clients[turn:] + options.clients[:turn]:
                result = run_client(task_for(client, sample, urls, options.concurrency), sample)
                found[client] = Run(
                    rate=result["pages"] / result["seconds"],
                    cpu=result["cpu"] / result["pages"] * 1000,
                    peak=result["peak_mb"],
                    workers=tuple(result["workers_mb"]),
                )
                print(number or "warm-up", client, found[client], file=sys.stderr)
            if number:
                yield found


def spread(values: list[float], digits: int) -> str:
    """Return the median and the range.

    >>> spread([1.0, 3.0, 2.0], 1)
    '2.0 (1.0 to 3.0)'
    """
    return f"{median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def report(found: list[dict[str, Run]], options: argparse.Namespace) -> bool:
    """Print the tables; return whether every goal is reached."""
    names = ("Scrapy", "Twisted", "trafilatura", "warcio", "lxml")
    print(
        f"\n{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores,"
        f" Python {platform.python_version()},"
    )
    print(", ".join(f"{name} {version(name)}" for name in names) + ";")
    print(f"{options.rounds} interleaved rounds of {options.pages} pages, {options.concurrency} at a time,")
    print("median (least to most). Server and workers share the cores.\n")
    print("| client | pages/s | CPU ms a page, main process | peak MB, main process | peak MB, workers |")
    print("|---|---|---|---|---|")
    for client in options.clients:
        runs = [each[client] for each in found]
        workers = [most for run in runs for most in run.workers]
        print(
            f"| {client} | {spread([run.rate for run in runs], 0)} | {spread([run.cpu for run in runs], 2)} "
            f"| {spread([run.peak for run in runs], 0)} | {spread(workers, 0) if workers else '-'} |"
        )
    print("\n| speed kept | pages/s | goal | | the same by CPU of the main process |")
    print("|---|---|---|---|---|")
    reached = []
    for one, other, goal in GOALS:
        if {one, other} <= set(options.clients):
            ratios = [each[one].rate / each[other].rate for each in found]
            reached.append(median(ratios) >= goal)
            words = "reached" if reached[-1] else "missed"
            by_cpu = [each[other].cpu / each[one].cpu for each in found]
            print(f"| {one} / {other} | {spread(ratios, 2)} | ≥ {goal:.2f} | {words} | {spread(by_cpu, 2)} |")
    if "full" in options.clients:
        most = max(each["full"].peak for each in found)
        reached.append(most < MOST_MB)
        print(f"| peak MB of full | {most:.0f} | < {MOST_MB} | {'reached' if reached[-1] else 'missed'} | |")
    return all(reached)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=1000, help="of a crawl (default %(default)s)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--concurrency", type=int, default=16)
    parser.add_argument("--clients", nargs="+", choices=CLIENTS, default=list(CLIENTS))
    options = parser.parse_args()
    return 0 if report(list(rounds(options)), options) else 1


if __name__ == "__main__":
    sys.exit(main())
