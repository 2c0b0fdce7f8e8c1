"""Start the sample newsroom from a test, a benchmark or the demo, and talk to it."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from newscrawl.sample.content import Newsroom

START_SECONDS: Final = 60.0
STOP_SECONDS: Final = 10.0


class SampleError(RuntimeError):
    """The newsroom did not start, or refused a wish; the message is one line."""


class Sample:
    """The sample newsroom as a process of its own, on free ports; stops with the `with` block, or with us.

    Arguments are those of `python -m newscrawl.sample`. `newsroom` is the ground truth as at the start.
    """

    def __init__(
        self,
        *,
        articles: int = 72,
        days: int | None = None,
        today: date | str | None = None,
        seed: str = "newsroom",
        crawl_delay: float = 1.0,
        feed_items: int = 100,
        mirrors: dict[str, str] | None = None,
    ) -> None:
        options: dict[str, object] = {
            "articles": articles,
            "days": days,
            "today": today,
            "seed": seed,
            "crawl-delay": crawl_delay,
            "feed-items": feed_items,
        }
        self._words = [f"--{name}={value}" for name, value in options.items() if value is not None]
        self._words += [f"--mirror={host}={outlet}" for host, outlet in (mirrors or {}).items()]
        self._process: subprocess.Popen[bytes] | None = None
        self._ready: dict[str, Any] = {}

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start the process and wait until it accepts connections."""
        with tempfile.TemporaryDirectory() as folder:
            ready = Path(folder) / "ready.json"
            self._process = subprocess.Popen(  # noqa: S603  # why: our own module and our own options
                [sys.executable, "-m", "newscrawl.sample", "--with-stdin", f"--ready={ready}", *self._words],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                cwd=Path(__file__).parents[2],
            )
            deadline = time.monotonic() + START_SECONDS
            while not ready.exists():
                if self._process.poll() is not None or time.monotonic() > deadline:
                    self.stop()
                    raise SampleError(f"the sample newsroom did not start: {' '.join(self._words)}")
                time.sleep(0.02)
            self._ready = json.loads(ready.read_text(encoding="utf-8"))

    def stop(self) -> None:
        """Stop the process; harmless when it has stopped."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdin:
            process.stdin.close()

    @property
    def connect_to(self) -> list[str]:
        """Entries `HOST:PORT:CONNECT-HOST:CONNECT-PORT` for the setting CONNECT_TO (curl's --connect-to)."""
        return list(self._ready["connect_to"])

    @property
    def ca_file(self) -> str:
        """The file of the CA that a client must trust."""
        return str(self._ready["ca_file"])

    @property
    def https_port(self) -> int:
        """The TLS port on 127.0.0.1."""
        return int(self._ready["https_port"])

    @property
    def http_port(self) -> int:
        """The plain HTTP port on 127.0.0.1."""
        return int(self._ready["http_port"])

    @property
    def pid(self) -> int:
        """The process id of the server."""
        return int(self._ready["pid"])

    @property
    def newsroom(self) -> Newsroom:
        """The ground truth: a newsroom of the same seed, day and size, as it was before any control verb."""
        ready = self._ready
        today = date.fromisoformat(ready["today"])
        return Newsroom(seed=ready["seed"], today=today, articles=ready["articles"], days=ready["days"])

    def env(self, **more: str) -> dict[str, str]:
        """Return environment variables that make a crawl trust this newsroom and connect to it."""
        return {
            "SSL_CERT_FILE": self.ca_file,
            "NEWSCRAWL_CONNECT_TO": ",".join(self.connect_to),
            "NEWSCRAWL_CONTACT": "https://example.org/newscrawl-sample",
            **more,
        }

    def log(self, since: int = 0) -> list[dict[str, Any]]:
        """Return the requests served, oldest first; `since` leaves out that many."""
        rows: list[dict[str, Any]] = self._call(f"/log?since={since}")["log"]
        return rows

    def status(self) -> dict[str, Any]:
        """Return the newsroom's day, number of articles and of requests served."""
        return self._call("/status")

    def control(self, verb: str, **arguments: Any) -> dict[str, Any]:
        """Make something happen (the verbs of `newscrawl.sample.control`) or raise `SampleError`."""
        return self._call("/control", {"verb": verb, **arguments})

    def _call(self, path: str, wish: dict[str, Any] | None = None) -> dict[str, Any]:
        data = None if wish is None else json.dumps(wish).encode()
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(self._ready["control"] + path, data, timeout=30) as answer:
                result: dict[str, Any] = json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                raise SampleError(json.load(error)["error"]) from None
        return result
