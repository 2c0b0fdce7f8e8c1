"""Run the sample newsroom: `python -m newscrawl.sample`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import signal
import ssl
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final

from newscrawl.sample.certificates import make_certificates
from newscrawl.sample.content import Newsroom
from newscrawl.sample.control import Control
from newscrawl.sample.outlets import OUTLETS
from newscrawl.sample.server import Handler, HttpProtocol
from newscrawl.sample.service import Service
from newscrawl.sample.site import Site

LOOPBACK: Final = "127.0.0.1"
WILDCARDS: Final = ("*.rmol.id", "localhost", LOOPBACK)


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m newscrawl.sample",
        description="Serve two invented news outlets under their real host names on loopback, over TLS and"
        " plain HTTP, until SIGTERM or Ctrl-C. Prints what a crawl needs: CA file, where to connect to.",
    )
    parser.add_argument(
        "--articles", type=int, default=72, help="recent articles an outlet (default %(default)s)"
    )
    parser.add_argument(
        "--days", type=int, help="days they are spread over (default: grows with the articles)"
    )
    parser.add_argument(
        "--today", type=date.fromisoformat, help="the newest day, YYYY-MM-DD (default: this day)"
    )
    parser.add_argument(
        "--seed", default="newsroom", help="another seed, other articles (default %(default)r)"
    )
    parser.add_argument("--feed-items", type=int, default=100, help="items of a feed (default %(default)s)")
    parser.add_argument(
        "--crawl-delay", type=float, default=1.0, help="seconds named in robots.txt, 0 for none (default 1)"
    )
    parser.add_argument(
        "--mirror",
        action="append",
        default=[],
        metavar="HOST=OUTLET",
        help="one more host that shows an outlet under its own name; may be repeated",
    )
    parser.add_argument("--https-port", type=int, default=0, help="port for TLS (default: a free one)")
    parser.add_argument("--http-port", type=int, default=0, help="port for plain HTTP (default: a free one)")
    parser.add_argument(
        "--control-port", type=int, default=0, help="port that takes verbs (default: a free one)"
    )
    parser.add_argument(
        "--ready", type=Path, metavar="FILE", help="write what is printed there as JSON, when ready"
    )
    parser.add_argument("--with-stdin", action="store_true", help="also stop when standard input ends")
    options = parser.parse_args(words)
    mirrors = dict(entry.partition("=")[::2] for entry in options.mirror)
    for host, outlet in mirrors.items():
        if outlet not in OUTLETS or not host:
            parser.error(f"--mirror {host}={outlet}: the outlet is one of {', '.join(OUTLETS)}")
    if options.articles < 1 or (options.days is not None and options.days < 1):
        parser.error("--articles and --days are at least 1")
    options.mirror = mirrors
    return options


async def serve(options: argparse.Namespace, folder: Path) -> None:
    """Serve until told to stop; certificates lie in `folder`."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if options.with_stdin:
        loop.add_reader(sys.stdin.fileno(), partial(_until_end, stop.set))

    newsroom = Newsroom(seed=options.seed, today=options.today, articles=options.articles, days=options.days)
    site = Site(newsroom, options.crawl_delay, options.feed_items, options.mirror)
    service = Service(site)
    certificates = make_certificates(folder, (*site.hosts, *WILDCARDS))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificates.chain, certificates.key)

    connections: set[HttpProtocol] = set()

    async def listen(
        port: int, handler: Handler, scheme: str, context: ssl.SSLContext | None = None
    ) -> asyncio.Server:
        return await loop.create_server(
            lambda: HttpProtocol(handler, scheme, connections), LOOPBACK, port, ssl=context, backlog=1024
        )

    servers = [
        await listen(options.https_port, service.handle, "https", tls),
        await listen(options.http_port, service.handle, "http"),
        await listen(options.control_port, Control(service).handle, "control"),
    ]
    https, http, control = (server.sockets[0].getsockname()[1] for server in servers)
    ready = {
        "pid": os.getpid(),
        "ca_file": str(certificates.ca),
        "connect_to": [
            f"{host}:{port}:{LOOPBACK}:{own}"
            for host in site.hosts
            for port, own in ((443, https), (80, http))
        ],
        "control": f"http://{LOOPBACK}:{control}",
        "https_port": https,
        "http_port": http,
        "today": newsroom.today.isoformat(),
        "seed": newsroom.seed,
        "articles": newsroom.stock,
        "days": newsroom.days,
    }
    announce(ready, options.ready)
    await stop.wait()
    for server in servers:
        server.close()
    for connection in tuple(connections):
        connection.abort()
    await asyncio.sleep(0)


def announce(ready: dict[str, Any], path: Path | None) -> None:
    """Print what a crawl needs, and write it to `path`, whole or not at all."""
    print(f"CA file      {ready['ca_file']}")
    print(f"control      {ready['control']}")
    for entry in ready["connect_to"]:
        print(f"connect to   {entry}")
    told = ",".join(ready["connect_to"])
    print("To crawl it, in another shell:")
    print(f"  export SSL_CERT_FILE={ready['ca_file']} NEWSCRAWL_CONTACT=https://example.org/newscrawl-sample")
    print(f"  export NEWSCRAWL_CONNECT_TO={told}")
    print("To redesign it, or to make it refuse (verbs: newscrawl/sample/control.py):")
    print(f"""  curl {ready["control"]}/control -d '{{"verb": "redesign", "outlet": "rmol"}}'""")
    print(f"The newsroom of {ready['today']} is open; Ctrl-C closes it.", flush=True)
    if path is not None:
        part = path.with_name(path.name + ".part")
        part.write_text(json.dumps(ready, indent=1), encoding="utf-8")
        part.replace(path)


def _until_end(stop: Callable[[], None]) -> None:
    if not os.read(sys.stdin.fileno(), 4096):
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        stop()


def main(words: list[str] | None = None) -> int:
    """Run the sample newsroom; return 0 after a clean stop, 2 for a port in use."""
    options = arguments(words)
    with tempfile.TemporaryDirectory(prefix="newscrawl-sample-") as folder:
        try:
            asyncio.run(serve(options, Path(folder)))
        except OSError as error:
            print(f"cannot serve: {error}", file=sys.stderr)
            return 2
        except KeyboardInterrupt:
            pass
        finally:
            if options.ready is not None:
                with contextlib.suppress(FileNotFoundError):
                    options.ready.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
