"""What re-extraction makes of two cores, against a plain loop of FastWARC and trafilatura on one.

Pages of the sample newsroom, with teasers of other articles around the text until they have 30 to 120 kB,
go into one WARC file; each contender reads it in turn. The teasers make them like saved pages of newsrooms of
that size (19 of eight outlets, 2015 to 2026), in sums over all pages:

| | saved pages | these pages | padded by a script, as before |
|---|---|---|---|
| elements a kB | 8.9 | 7.3 | 4.0 |
| links a kB | 2.4 | 2.1 | 1.3 |
| scripts and styles, share of the bytes | 0.26 | 0.31 | 0.77 |
| text, share of the bytes | 0.09 | 0.09 | 0.05 |
| comments, share of the bytes | 0.08 | 0.04 | 0 |
| trafilatura, ms a kB, one run | 0.87 | 0.85 | 0.25 |

Beside the rates of the clock stand those of processor time, ours times two: on a machine that is busy with
other things only these mean much; they decide with `--busy`. Run with
`python -m benchmarks.reextract [--pages N] [--rounds N] [--busy]`.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from importlib.metadata import version
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from fastwarc.warc import ArchiveIterator, WarcRecordType
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newscrawl.sample.article import SampleArticle
from newscrawl.sample.content import Newsroom
from newscrawl.sample.site import Site
from newscrawl.warc.reading import iter_exchanges

ROOT = Path(__file__).parents[1]
TEASER = """
        <!-- kotak {n}: susunan kartu desktop, tampil di semua kanal, urutan menurut waktu tayang -->
        <div class="teaser teaser--{n} clearfix" data-posisi="{n}">
            <a class="teaser__gambar" href="{url}">
                <img class="lazy img-responsive" width="300" height="200" alt="{title}"
                    src="https://{host}/aset/kosong.gif" data-src="https://{host}/foto/{n}/300x200.jpg">
            </a>
            <div class="teaser__isi">
                <h3 class="teaser__judul"><a href="{url}">{title}</a></h3>
                <span class="teaser__kanal">Kabar</span>
                <time class="teaser__waktu">{n} jam lalu</time>
            </div>
        </div>"""


def pages(count: int, host: str | None) -> list[tuple[str, bytes]]:
    """Return URLs and bodies of single-page articles of 30 to 120 kB; `host` replaces their own."""
    newsroom = Newsroom(articles=count)
    site = Site(newsroom)
    found: list[tuple[str, bytes]] = []
    for outlet in ("rmol", "sosok"):
        for article in newsroom.articles(outlet):
            if article.kind != "article" or article.special or article.pages > 1 or article.era != "2026":
                continue
            url = article.url if outlet == "rmol" else f"{article.url}?page=all"
            parts = urlsplit(url)
            body = site.answer(parts.hostname or "", f"{parts.path}?{parts.query}").body
            body = padded(body, 30_000 + len(found) * 7919 % 90_000, newsroom.articles(outlet))
            if host:
                body = body.replace((parts.hostname or "").encode(), host.encode())
                url = url.replace(parts.hostname or "", host, 1)
            found.append((url, body))
    return found


def padded(body: bytes, size: int, others: Sequence[SampleArticle]) -> bytes:
    """Add teasers to a page, as many above its article as below, until it has so many bytes."""
    teasers: list[str] = []
    left = size - len(body)
    while left > 0:
        other = others[len(teasers) % len(others)]
        host = urlsplit(other.url).hostname
        teaser = TEASER.format(n=len(teasers), host=host, url=other.url, title=escape(other.title))
        teasers.append(teaser)
        left -= len(teaser)
    for place, part in ((b"</header>", teasers[::2]), (b"<footer", teasers[1::2])):
        before, mark, after = body.partition(place)
        assert mark
        section = f'<div class="teaser-list">{"".join(part)}</div>'.encode()
        body = before + (mark + section if mark == b"</header>" else section + mark) + after
    return body


def write_archive(path: Path, content: list[tuple[str, bytes]], records: int) -> None:
    """Write an archive of so many responses and their requests; the pages repeat, under other URLs."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True, warc_version="1.1")
        for number in range(records):
            url, body = content[number % len(content)]
            head, _, slug = url.rpartition("/")
            url = f"{head}/{number}-{slug}" if number >= len(content) else url
            fields = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))]
            response = writer.create_warc_record(
                url, "response", io.BytesIO(body), http_headers=StatusAndHeaders("200 OK", fields, "HTTP/1.1")
            )
            request = writer.create_warc_record(
                url,
                "request",
                io.BytesIO(b""),
                http_headers=StatusAndHeaders("GET / HTTP/1.1", [("Host", "x")], ""),
            )
            writer.write_request_response_pair(request, response)


def plain_loop(path: Path) -> int:
    import trafilatura

    count = 0
    with path.open("rb") as file:
        for record in ArchiveIterator(file, record_types=WarcRecordType.response):
            url = record.headers.get("WARC-Target-URI")
            trafilatura.extract(record.reader.read(), url=url, output_format="json", with_metadata=True)
            count += 1
    return count


def reextract(path: Path, *words: str) -> int:
    with TemporaryDirectory() as out:
        subprocess.run(
            [sys.executable, "-m", "scrapy", "reextract", str(path), "-o", out, *words],
            cwd=ROOT,
            env={**os.environ, "NEWSCRAWL_CONTACT": "https://example.org/"},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        pages: int = json.loads((Path(out) / "report.json").read_text())["counts"]["pages"]
        return pages


def bare(path: Path) -> int:
    count = 0
    with path.open("rb") as file:
        for record in ArchiveIterator(file):
            record.reader.read()
            count += 1
    return count


def ours(path: Path) -> int:
    return 2 * sum(1 for _ in iter_exchanges(path))


@dataclass(frozen=True)
class Rate:
    """Items a second: of the clock, and of processor time on so many cores."""

    clock: float
    cpu: float


def processor_seconds() -> float:
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def rate(run: Callable[[], int], cores: int = 1) -> Rate:
    started, used = time.perf_counter(), processor_seconds()
    count = run()
    return Rate(count / (time.perf_counter() - started), cores * count / (processor_seconds() - used))


def compare(name: str, goal: float, rates: Sequence[tuple[Rate, Rate]], *, busy: bool) -> bool:
    """Print the rates of two contenders and the median ratios."""
    clock = median(one.clock / other.clock for one, other in rates)
    cpu = median(one.cpu / other.cpu for one, other in rates)
    one, other = (median(pair[i].clock for pair in rates) for i in (0, 1))
    good = (cpu if busy else clock) >= goal
    print(
        f"{name:<32} {one:>8,.0f}/s {other:>8,.0f}/s   clock {clock:5.2f}   processor {cpu:5.2f}   "
        f"goal {goal:<4} {'met' if good else 'MISSED'}",
        flush=True,
    )
    return good


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=int, default=6000, help="in the archive")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--busy", action="store_true", help="judge by processor time")
    options = parser.parse_args()
    tools = ", ".join(f"{name} {version(name)}" for name in ("trafilatura", "fastwarc"))
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {tools}")
    good = []
    with TemporaryDirectory() as folder:
        for name, host, goal, words in (
            ("outlet rules : trafilatura", None, 10.0, []),
            ("general rules : trafilatura", "kabar.example", 6.0, ["--generic"]),
        ):
            path = Path(folder) / f"{host or 'outlets'}.warc.gz"
            content = pages(400, host)
            write_archive(path, content, options.pages)
            sizes = sorted(len(body) for _, body in content)
            print(f"{options.pages:,} pages of {sizes[0]:,} to {sizes[-1]:,} bytes in one WARC file")
            task, loop = partial(reextract, path, "--workers", "2", *words), partial(plain_loop, path)
            rates = [(rate(task, 2), rate(loop)) for _ in range(options.rounds)]
            good.append(compare(name, goal, rates, busy=options.busy))
        rates = [(rate(partial(ours, path)), rate(partial(bare, path))) for _ in range(5)]
        good.append(compare("reading only : bare FastWARC", 0.8, rates, busy=options.busy))
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
