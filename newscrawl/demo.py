"""Run the main job against the sample newsroom, as cron would run it against the live sites."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

from newscrawl.report import Run, table
from newscrawl.sample.client import Sample

OUTLETS = ("rmol", "sosok")
FOLDER = Path("demo")
SAMPLE_LINES = 3
INTRODUCTION = f"""\
Crawling a sample newsroom on loopback into {FOLDER}/, a page a second from each outlet, as politely as
the live sites would be crawled: about two minutes. Its three errors an outlet are on purpose: an article
that is gone (404), one that was withdrawn (410), one that robots.txt forbids."""


def main() -> int:
    """Crawl both outlets at once, print what came of it; return 0 when both did well."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    print(INTRODUCTION, flush=True)
    with Sample() as newsroom:
        environment = {
            **os.environ,
            **newsroom.env(),
            "NEWSCRAWL_DATA": str(FOLDER),
            "NEWSCRAWL_CONTACT": "https://example.org/newscrawl-demo",
            "NEWSCRAWL_CONNECT_TO": ",".join(newsroom.connect_to),
        }
        crawls = [
            subprocess.Popen(
                [sys.executable, "-m", "scrapy", "crawl", outlet], env=environment, stdout=subprocess.DEVNULL
            )
            for outlet in OUTLETS
        ]
        codes = [crawl.wait() for crawl in crawls]
    runs = read_runs(FOLDER / "runs.jsonl")
    print()
    print(table(runs))
    print()
    for line in clean_text(runs):
        print(line)
    if any(codes):
        print(f"exit codes: {dict(zip(OUTLETS, codes, strict=True))}", file=sys.stderr)
    return 1 if any(codes) or not all(run.articles for run in runs) else 0


def read_runs(path: Path) -> list[Run]:
    """Return the runs of a `runs.jsonl`, by outlet."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return sorted((Run(**row) for row in rows), key=lambda run: run.outlet)


def clean_text(runs: list[Run]) -> list[str]:
    """Return a few lines of clean text: outlet, time and the first paragraph of an article."""
    articles = []
    for run in runs:
        if run.jsonl:
            lines = Path(run.jsonl).read_text(encoding="utf-8").splitlines()
            articles += [json.loads(line) for line in lines[: 1 + SAMPLE_LINES // 2]]
    lines = []
    for row in articles[:SAMPLE_LINES]:
        first = (row["text"] or "").partition("\n\n")[0]
        lines.append(textwrap.shorten(f"{row['outlet']} {row['published']}  {row['title']} | {first}", 200))
    return lines


if __name__ == "__main__":
    sys.exit(main())
