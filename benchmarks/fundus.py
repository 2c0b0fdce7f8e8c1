"""Our re-extraction beside fundus, over one WARC file of the one Indonesian outlet that fundus knows.

The page is the one written for the tests of that outlet, under as many URLs as wanted, with teasers around
its text until it has 30 to 120 kB. fundus reads an archive from a URL only: a server on loopback gives it.
Both are whole commands, start-up included; fundus has one process for an archive. Make its environment with
`make .venv/fundus/run`, then run `python -m benchmarks.fundus [--pages N] [--rounds N]`.
"""

from __future__ import annotations

import argparse
import gzip
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.reextract import ROOT, Rate, padded, rate, reextract, write_archive
from newscrawl.sample.content import Newsroom

PAGE = ROOT / "tests" / "outlets" / "mediaindonesia" / "2025-10-22" / "page.html.gz"
ID = b"822999"  # in the page's URL and text
PYTHON = ROOT / ".venv" / "fundus" / "bin" / "python"
SCRIPT = """
import sys
from fundus import PublisherCollection
from fundus.scraping.html import CCNewsSource
publisher, read = PublisherCollection.id.MediaIndonesia, 0
for html in CCNewsSource(publisher, warc_path=sys.argv[1]).fetch():
    article = publisher.parser(html.crawl_date).parse(html.content)
    read += bool(article["title"] and article["body"] and article["publishing_date"])
print(read)
"""


def pages(count: int) -> list[tuple[str, bytes]]:
    """Return the page under so many URLs."""
    body = gzip.decompress(PAGE.read_bytes())
    others = Newsroom(articles=60).articles("rmol")
    made = []
    for number in range(count):
        url = f"https://www.mediaindonesia.com/ekonomi/{800_000 + number}/koperasi-nelayan-mina-bahagia"
        own = body.replace(ID, str(800_000 + number).encode())
        made.append((url, padded(own, 30_000 + number * 7919 % 90_000, others)))
    return made


@contextmanager
def served(folder: str) -> Iterator[str]:
    """Serve a folder on loopback."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def fundus(url: str) -> int:
    """Read an archive with fundus; return how many pages had title, text and time."""
    run = subprocess.run(
        [PYTHON, "-c", SCRIPT, url], check=True, capture_output=True, text=True, cwd=PYTHON.parent
    )
    return int(run.stdout)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=int, default=2000, help="in the archive")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if not PYTHON.exists():
        parser.error(f"{PYTHON} is missing: run make .venv/fundus/run")
    rates: dict[str, list[Rate]] = {"fundus": [], "reextract, 1 worker": [], "reextract, 2 workers": []}
    with TemporaryDirectory() as folder, served(folder) as server:
        path = Path(folder) / "mediaindonesia.warc.gz"
        write_archive(path, pages(options.pages), options.pages)
        for _ in range(options.rounds):
            rates["fundus"].append(rate(partial(fundus, f"{server}/{path.name}")))
            for workers in (1, 2):
                words = ("--outlet", "mediaindonesia", "--workers", str(workers))
                name = f"reextract, {workers} worker{'s' * (workers > 1)}"
                rates[name].append(rate(partial(reextract, path, *words)))
    for name, own in rates.items():
        clock = median(one.clock / base.clock for one, base in zip(own, rates["fundus"], strict=True))
        cpu = median(one.cpu / base.cpu for one, base in zip(own, rates["fundus"], strict=True))
        pages_a_second = median(one.clock for one in own)
        print(f"{name:<22} {pages_a_second:>7,.0f} pages/s   clock {clock:5.2f}   processor {cpu:5.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
