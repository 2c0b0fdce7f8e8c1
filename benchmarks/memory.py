"""Whether a long crawl keeps its memory: the main job's process after 2,000 and after 20,000 pages.

The crawl is the full job of `benchmarks.clients` against the sample newsroom, with no delay. Takes minutes:
`python -m benchmarks.memory [--pages N]`.
"""

from __future__ import annotations

import argparse
import sys
from itertools import pairwise

from benchmarks.crawl import SPECIALS, page_urls, run_client, task_for
from newscrawl.sample.client import Sample

MOST_GROWTH = 0.10
EARLY = 0.1  # of the pages: by then everything is loaded that a crawl needs
MARKS = 10
CONCURRENCY = 16


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=20_000)
    pages: int = parser.parse_args().pages
    marks = [max(1, pages * number // MARKS) for number in range(1, MARKS + 1)]
    with Sample(articles=pages + SPECIALS, crawl_delay=0) as sample:
        task = task_for("full", sample, page_urls(sample, pages), CONCURRENCY)
        task.marks = marks
        result = run_client(task, sample)
    memory = {int(mark): mb for mark, mb in result["marks"].items()}
    print(f"{pages} pages in {result['seconds']:.0f} s, {pages / result['seconds']:.0f} pages/s\n")
    print("| pages | MB, main process |\n|---|---|")
    for mark in marks:
        print(f"| {mark} | {memory[mark]:.1f} |")
    early, late = memory[max(1, round(pages * EARLY))], memory[pages]
    growth = late / early - 1
    most = max(after - before for before, after in pairwise(memory.values()))
    print(f"\nFrom {early:.1f} to {late:.1f} MB: {growth:+.1%} (goal: within {MOST_GROWTH:.0%}),")
    print(f"at most {most:+.1f} MB from one line to the next; peak {result['peak_mb']:.1f} MB,")
    print(f"worker {', '.join(f'{mb:.1f}' for mb in result['workers_mb'])} MB.")
    return 0 if abs(growth) <= MOST_GROWTH else 1


if __name__ == "__main__":
    sys.exit(main())
