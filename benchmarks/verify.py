"""How fast `scrapy verify --quick` reads WARC files, beside `fastwarc check -p`, which checks digests only.

Both are whole commands, start-up included, over the same files; they take turns, the medians count. The
archive is ours: pages of 30 to 120 kB, most of them compressed by their server, a request beside each. It
is large enough that the rate, not the start, decides: a Scrapy command takes over a second to start, and
`fastwarc`, started for each file, a fifth of one.

    python -m benchmarks.verify --megabytes 1200 --rounds 5
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from newscrawl import manifest
from newscrawl.state import State
from newscrawl.warc.records import Capture, exchange, record_id, sha1
from newscrawl.warc.writer import Writer, warc_date

ONE, TWO = 0.7, 1.0  # goals: MB/s with one and with two workers, over those of fastwarc
FILES = 6
POOL = 300  # different pages
WORDS = """
pemerintah daerah menyiapkan langkah penanganan banjir kata juru bicara kepada wartawan warga pasar harga
beras naik panen petani jembatan sungai sekolah guru anggaran rapat dewan kota menteri polisi hakim sidang
""".split()  # noqa: SIM905  # easier to read
START = datetime(2026, 1, 1, tzinfo=UTC)


def pages(dice: random.Random) -> list[tuple[bytes, bytes]]:
    """Return heads and bodies as servers send them: four of five compressed."""
    made = []
    for number in range(POOL):
        size = dice.randint(30_000, 120_000)
        text = " ".join(dice.choices(WORDS, k=size // 14))
        markup = "".join(f'<div class="b{dice.getrandbits(24):x}"><a href="/{n}">' for n in range(size // 80))
        body = f"<html><head><title>{number}</title></head><body><p>{text}</p>{markup}".encode()
        coding = b""
        if number % 5:
            body, coding = gzip.compress(body, 6), b"Content-Encoding: gzip\r\n"
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n%bContent-Length: %d\r\n\r\n"
        made.append((head % (coding, len(body)), body))
    return made


def make_archive(data: Path, size: int) -> int:
    """Write an outlet's archive of about `size` bytes; return its size."""
    pool = pages(random.Random(1945))
    writer = Writer(data / "warc" / "rmol", "rmol", {"software": "benchmark"}, size // FILES)
    written = number = 0
    while written < size:
        head, payload = pool[number % POOL]
        capture = Capture(
            uri=f"https://rmol.id/politik/read/2026/01/01/{number}/judul-berita",
            date=warc_date(START + timedelta(seconds=number)),
            request=b"GET /politik/read/2026/01/01/%d/judul-berita HTTP/1.1\r\nHost: rmol.id\r\n\r\n"
            % number,
            head=head,
            payload=payload,
            digest=sha1(payload),
            ip="127.0.0.1",
            protocols=("http/1.1", "tls/1.3"),
        )
        members = [record.member() for record in exchange(capture, record_id())]
        writer.append(members)
        written += sum(map(len, members))
        number += 1
    writer.close()
    with State(data / "state" / "rmol.sqlite") as state:
        for path in writer.files:
            state.set_reconciled(path.name)
    manifest.complete(data, "rmol")
    return sum(path.stat().st_size for path in writer.files)


def commands(data: Path) -> dict[str, list[list[str]]]:
    """Return what is run, by name."""
    verify = [sys.executable, "-m", "scrapy", "verify", f"--data={data}", "--quick"]
    files = sorted(map(str, (data / "warc" / "rmol").iterdir()))
    script = "import sys; from fastwarc.cli import main; sys.exit(main(sys.argv[1:]))"
    fastwarc = [sys.executable, "-c", script, "check", "-q", "-p"]
    return {
        "fastwarc check -p": [[*fastwarc, file] for file in files],
        "verify, 1 worker": [[*verify, "--workers=1"]],
        "verify, 2 workers": [[*verify, "--workers=2"]],
    }


def seconds(runs: list[list[str]]) -> tuple[float, float]:
    """Run commands one after the other; return the seconds they took, and those of CPU."""
    before, started = os.times(), time.perf_counter()
    for command in runs:
        subprocess.run(command, check=True, capture_output=True)
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return time.perf_counter() - started, cpu


def turns(names: list[str], rounds: int) -> Iterator[str]:
    """Yield names in turn, each round beginning with another."""
    for number in range(rounds):
        at = number % len(names)
        yield from names[at:] + names[:at]


def main() -> int:
    """Measure; return 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=1200)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        size = make_archive(Path(folder), options.megabytes * 1_000_000)
        runs = commands(Path(folder))
        took: dict[str, list[tuple[float, float]]] = {name: [] for name in runs}
        for name in turns(list(runs), options.rounds):
            took[name].append(seconds(runs[name]))
    wall, cpu = (
        {name: statistics.median(one[which] for one in took[name]) for name in took} for which in (0, 1)
    )
    base = wall["fastwarc check -p"]
    print(f"{size / 1e6:.0f} MB in {FILES} files, {options.rounds} rounds, medians")
    print(f"{'':20} {'MB/s':>7} {'ratio':>6} {'CPU s':>6} {'ratio':>6}")
    for name in runs:
        rate, by_cpu = size / 1e6 / wall[name], cpu["fastwarc check -p"] / cpu[name]
        print(f"{name:20} {rate:7.0f} {base / wall[name]:6.2f} {cpu[name]:6.2f} {by_cpu:6.2f}")
    one, two = (base / wall[f"verify, {n}"] for n in ("1 worker", "2 workers"))
    print(f"goals: one worker ≥ {ONE}, two > {TWO}")
    return int(one < ONE or two <= TWO)


if __name__ == "__main__":
    sys.exit(main())
