"""The newsroom as a command: help, readiness, a clean stop."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from newscrawl.sample.client import Sample, SampleError

ROOT = Path(__file__).parents[3]
COMMAND = [sys.executable, "-m", "newscrawl.sample"]


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *words], cwd=ROOT, capture_output=True, text=True, timeout=60)


def test_help_names_every_option() -> None:
    text = run("--help").stdout
    for option in (
        "--articles",
        "--today",
        "--seed",
        "--crawl-delay",
        "--ready",
        "--mirror",
        "--control-port",
    ):
        assert option in text


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--today", "kemarin"], "argument --today"),
        (["--articles", "0"], "at least 1"),
        (["--mirror", "contoh.example=lain"], "the outlet is one of rmol, sosok"),
    ],
)
def test_bad_options_end_with_code_2(words: list[str], says: str) -> None:
    result = run(*words)
    assert result.returncode == 2
    assert says in result.stderr.splitlines()[-1]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_says_when_it_is_ready_and_stops_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    path = tmp_path / "ready.json"
    process = subprocess.Popen(
        [*COMMAND, "--ready", str(path), "--articles", "5"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        while not path.exists():
            assert process.poll() is None
            time.sleep(0.02)
        ready = json.loads(path.read_text())
        assert Path(ready["ca_file"]).exists()
        assert f"rmol.id:443:127.0.0.1:{ready['https_port']}" in ready["connect_to"]
        assert f"sosok.grid.id:80:127.0.0.1:{ready['http_port']}" in ready["connect_to"]
        with socket.create_connection(
            ("127.0.0.1", ready["https_port"])
        ):  # an open connection does not keep it
            process.send_signal(number)
            out, err = process.communicate(timeout=20)
    finally:
        process.kill()
        process.wait()
    assert (process.returncode, err) == (0, b"")
    assert b"connect to   rmol.id:443:127.0.0.1:" in out
    assert not path.exists()
    assert not Path(ready["ca_file"]).exists()


def test_a_port_in_use_is_one_line_and_code_2() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = run("--https-port", str(taken.getsockname()[1]))
    assert result.returncode == 2
    assert result.stderr.startswith("cannot serve: ")
    assert len(result.stderr.splitlines()) == 1


def test_it_does_not_outlive_the_one_who_started_it() -> None:
    script = """
import os
from newscrawl.sample.client import Sample
sample = Sample(articles=5)
sample.start()
print(sample.pid, flush=True)
os._exit(9)
"""
    result = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    pid = int(result.stdout)
    for _ in range(500):
        if not running(pid):
            return
        time.sleep(0.02)
    pytest.fail("the newsroom is still there")


def running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"


def test_the_client_says_when_it_cannot_start() -> None:
    with pytest.raises(SampleError, match="did not start"):
        Sample(today="kemarin").start()


def test_the_environment_for_a_crawl(sample: Sample) -> None:
    env = sample.env(NEWSCRAWL_DATA="data")
    assert env["SSL_CERT_FILE"] == sample.ca_file
    assert env["NEWSCRAWL_CONNECT_TO"].split(",") == sample.connect_to
    assert env["NEWSCRAWL_DATA"] == "data"


def test_a_mirror_is_served_with_a_certificate_of_its_name() -> None:
    from tests.newscrawl.sample.conftest import Browser

    with Sample(articles=5, mirrors={"h1.contoh.example": "rmol"}) as sample:
        answer = Browser(sample).get("https://h1.contoh.example/")
        assert answer.status == 200
        assert "https://h1.contoh.example/" in answer.text
        assert "https://rmol.id/" not in answer.text
