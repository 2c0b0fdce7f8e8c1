"""The sample newsroom and whole crawls against it, for the tests that need them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from newscrawl.sample.client import Sample

collect_ignore = ["later"]  # a sitecustomize for crawls that run as if later
pytest.register_assert_rewrite("tests.torture.lives")  # helpers with asserts of their own
# How long a machine takes for an example is no property of what is tested.
settings.register_profile(
    "any-machine", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any-machine")

ROOT = Path(__file__).parent.parent
FAST = {  # the newsroom is ours: no delays
    "POLITE_MIN_DELAY": "0",
    "AUTOTHROTTLE_ENABLED": "0",
    "DOWNLOAD_DELAY_JITTER": "0",
    "CONCURRENT_REQUESTS_PER_DOMAIN": "8",
    "BACKOFF_SECONDS": "0.1",
    "ROBOTS_RETRY_SECONDS": "0.1",
    "EXTRACT_WORKERS": "0",  # a worker takes longer to start than most of these crawls to extract
}
AS_USERS_DO = {"EXTRACT_WORKERS": "1"}


@dataclass
class Outcome:
    """What a command came to."""

    code: int
    out: str
    err: str


class Desk:
    """A data folder and a newsroom; runs commands as a user would, in a process of their own."""

    def __init__(self, data: Path, newsroom: Sample | None) -> None:
        self.data = data
        self.newsroom = newsroom

    def environment(self) -> dict[str, str]:
        env = {**os.environ, "NEWSCRAWL_DATA": str(self.data), "NO_COLOR": "1"}
        return {**env, **self.newsroom.env()} if self.newsroom else env

    def command(self, *words: str, settings: dict[str, str] | None = None) -> list[str]:
        sets = [w for item in {**FAST, **(settings or {})}.items() for w in ("-s", "=".join(item))]
        return [sys.executable, "-m", "scrapy", *words, *sets]

    def scrapy(
        self, *words: str, settings: dict[str, str] | None = None, env: dict[str, str] | None = None
    ) -> Outcome:
        run = subprocess.run(
            self.command(*words, settings=settings),
            cwd=ROOT,
            env={**self.environment(), **(env or {})},
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        return Outcome(run.returncode, run.stdout, run.stderr)

    def lines(self, outlet: str) -> list[dict[str, Any]]:
        """Return the JSONL lines of all runs, oldest first."""
        files = sorted((self.data / "jsonl" / outlet).glob("*.jsonl"))
        return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]

    def warcs(self, outlet: str) -> list[Path]:
        """Return the WARC files, oldest first."""
        return sorted((self.data / "warc" / outlet).glob("*.warc.gz"))


@pytest.fixture(scope="session")
def newsroom() -> Iterator[Sample]:
    """Run a newsroom that tests only read from."""
    with Sample(crawl_delay=0) as sample:
        yield sample


@pytest.fixture(scope="session")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Crawl both outlets once; tests read the result and leave it as it is.

    Its newsroom is its own: what a server answers once, such as an error that goes away, it must answer here.
    """
    with Sample(crawl_delay=0) as newsroom:
        desk = Desk(tmp_path_factory.mktemp("data"), newsroom)
        for outlet in ("rmol", "sosok"):
            outcome = desk.scrapy("crawl", outlet, settings=AS_USERS_DO)
            assert outcome.code == 0, outcome.err
        yield desk


@pytest.fixture
def desk(tmp_path: Path, newsroom: Sample) -> Desk:
    """Return an empty data folder beside the shared newsroom."""
    return Desk(tmp_path / "data", newsroom)
