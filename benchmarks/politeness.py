"""How close a crawl of 50 hosts comes to the politeness limit, and whether it ever goes beyond.

A server of its own process on loopback notes when each request arrives. The crawl is the project's own:
its settings, recorder included, with robots.txt and every host's pages.

    python -m benchmarks.politeness --hosts 50 --pages 20 --delay 0.5
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import json
import multiprocessing
import os
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from multiprocessing.connection import Connection
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from scrapy.utils.project import get_project_settings

from newscrawl.outlet import Outlet

PARAGRAPH = b"<p>Pemerintah daerah menyiapkan langkah penanganan, kata juru bicara kepada wartawan.</p>"
PAGE = b"<html><head><title>Berita</title></head><body>" + PARAGRAPH * 300 + b"</body></html>"
SHORTEST = 0.95  # of the delay
LEAST_RATE = 0.97  # of the limit


def serve(pipe: Connection) -> None:
    """Serve pages; answer on the pipe with the arrival times by host."""
    arrivals: dict[str, list[float]] = defaultdict(list)

    async def connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                now = time.monotonic()
                host = head.partition(b"Host: ")[2].partition(b"\r\n")[0].decode()
                arrivals[host].append(now)
                body = b"User-agent: *\nDisallow: /cari\n" if b" /robots.txt " in head else PAGE
                kind = b"text/plain" if body is not PAGE else b"text/html"
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\nContent-Length: %d\r\n\r\n%b"
                    % (kind, len(body), body)
                )
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    with contextlib.suppress(PermissionError):
        # Notes that are late make gaps look short.
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(10))

    async def main() -> None:
        server = await asyncio.start_server(connection, "127.0.0.1", 0, backlog=1000)
        pipe.send(server.sockets[0].getsockname()[1])
        await asyncio.to_thread(pipe.recv)
        pipe.send(dict(arrivals))

    asyncio.run(main())


class Hosts(scrapy.Spider):
    """Ask each host for its pages."""

    name = "hosts"

    def __init__(self, hosts: int, pages: int) -> None:
        super().__init__()
        self.names = [f"situs{n}.test" for n in range(hosts)]
        self.pages = pages
        self.outlet = Outlet(name="hosts", title="", hosts=tuple(self.names), sources=(), articles=())

    async def start(self) -> AsyncIterator[scrapy.Request]:
        for page, host in itertools.product(range(self.pages), self.names):
            yield scrapy.Request(f"http://{host}/{page}", callback=self.got, dont_filter=True)

    def got(self, response: Response) -> None:
        assert len(response.body) == len(PAGE)


def measure(hosts: int, pages: int, delay: float) -> dict[str, float]:
    """Crawl, and return the achieved share of the limit and the shortest gap as a share of the delay."""
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    port = ours.recv()
    with tempfile.TemporaryDirectory() as folder:
        settings = get_project_settings()
        overrides: dict[str, Any] = {
            "CONNECT_TO": f"::127.0.0.1:{port}",
            "POLITE_MIN_DELAY": delay,
            "DOWNLOAD_DELAY_JITTER": 0,
            "AUTOTHROTTLE_START_DELAY": delay,
            "CONCURRENT_REQUESTS": 4 * hosts,
            "CONCURRENT_ITEMS": 4,  # Scrapy starts so many tasks for each response
            "USER_AGENT": "newscrawl/0 (+https://example.org/benchmark)",
            "WARC_DIR": folder,
            "WARC_PAYLOADS": None,
            "ITEM_PIPELINES": {},
            "EXTENSIONS": {"scrapy.extensions.logstats.LogStats": None},
            "LOG_FORMATTER": "scrapy.logformatter.LogFormatter",
            "LOG_LEVEL": "WARNING",
        }
        settings.setdict(overrides, priority="cmdline")
        process = AsyncCrawlerProcess(settings)
        started = time.process_time()
        process.crawl(Hosts, hosts=hosts, pages=pages)
        process.start()
        seconds = time.process_time() - started
    ours.send("done")
    arrivals: dict[str, list[float]] = ours.recv()
    server.join()
    gaps = {host: [b - a for a, b in itertools.pairwise(times)] for host, times in arrivals.items()}
    assert len(gaps) == hosts
    assert all(len(some) == pages for some in gaps.values()), "robots.txt and each page once"
    every = [gap for some in gaps.values() for gap in some]
    everything = [moment for times in arrivals.values() for moment in times]
    rate = len(every) / sum(every) * hosts
    return {
        "hosts": hosts,
        "requests": len(everything),
        "seconds": round(max(everything) - min(everything), 2),
        "rate": round(rate, 2),
        "limit": hosts / delay,
        "share_of_limit": round(rate * delay / hosts, 4),
        "slowest_host": round(min(len(some) * delay / sum(some) for some in gaps.values()), 4),
        "shortest_gap": round(min(every) / delay, 4),
        "short_gaps": sum(gap < SHORTEST * delay for gap in every),
        "cpu_seconds": round(seconds, 2),
    }


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--hosts", type=int, default=50)
    parser.add_argument("--pages", type=int, default=20, help="of each host")
    parser.add_argument("--delay", type=float, default=0.5, help="seconds between requests to a host")
    options = parser.parse_args()
    result = measure(options.hosts, options.pages, options.delay)
    print(json.dumps(result, indent=2))
    return 0 if result["share_of_limit"] >= LEAST_RATE and not result["short_gaps"] else 1


if __name__ == "__main__":
    sys.exit(main())
