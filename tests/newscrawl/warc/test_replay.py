"""pywb replays what was recorded: each encoding, redirects, and each kind of revisit, to the right body."""

from __future__ import annotations

import base64
import gzip
import json
import re
import subprocess
import sys
from pathlib import Path

import brotli
import pytest

from newscrawl.warc.records import IDENTICAL, NOT_MODIFIED
from tests.newscrawl.warc.crawls import archived, fetch
from tests.newscrawl.warc.wire import Reply, WireServer
from tests.newscrawl.warc.wire_cases import BR, CASES, GZIP, PAGE, ok

PYWB = Path(sys.prefix) / "pywb" / "bin" / "python"
SCRIPT = Path(__file__).with_name("pywb_replay.py")

pytestmark = pytest.mark.skipif(not PYWB.exists(), reason="`make test` installs pywb beside our environment")

LATER = PAGE.replace(b"turun tipis", b"naik tajam")
UNCHANGED = Reply(b"HTTP/1.1 304 Not Modified\r\n\r\n")
GZIP_LATER = ok(gzip.compress(LATER), b"Content-Encoding: gzip", b"X-Visit: 5")

# A visit at a time: what the server says, what kind of record it becomes, what a reader must see.
VISITS: list[tuple[Reply, str | None, bytes]] = [
    (Reply(ok(PAGE)), None, PAGE),
    (UNCHANGED, NOT_MODIFIED, PAGE),
    (Reply(ok(LATER)), None, LATER),
    (Reply(ok(PAGE)), IDENTICAL, PAGE),
    (UNCHANGED, NOT_MODIFIED, PAGE),
    (Reply(GZIP_LATER), None, LATER),
    (UNCHANGED, NOT_MODIFIED, LATER),
]
PAGES = ["gzip", "br", "chunked", "chunked-gzip", "http10", "latin1-header"]
Replayed = tuple[str, dict[str, str], bytes]


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Replayed]]:
    folder = tmp_path_factory.mktemp("replay")
    server = WireServer(
        {
            "berulang": [reply for reply, *_ in VISITS],
            "redirects": CASES["redirects"].replies,
            "salinan": [Reply(ok(PAGE, b"X-Copy: yes"))],
            **{name: CASES[name].replies for name in PAGES},
        }
    )
    urls = ["http://berulang.test/"] * len(VISITS)
    urls += ["http://salinan.test/", "http://redirects.test/", *(f"http://{name}.test/" for name in PAGES)]
    settings = {
        "WARC_DIR": str(folder / "warc"),
        # pywb tells captures apart by the second
        "DOWNLOAD_SLOTS": {"berulang.test": {"delay": 1.05, "randomize_delay": False}},
    }
    fetch(port=server.port, requests=[{"url": url} for url in urls], settings=settings)
    server.close()
    exchanges = list(archived(folder / "warc"))
    assert [exchange.profile for exchange in exchanges[: len(VISITS)]] == [kind for _, kind, _ in VISITS]
    captures = [(re.sub(r"\D", "", exchange.date)[:14], exchange.uri) for exchange in exchanges]
    (folder / "pywb").mkdir()
    files = map(str, sorted((folder / "warc").iterdir()))
    command = [str(PYWB), str(SCRIPT), str(folder / "pywb"), json.dumps(captures), *files]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, list[Replayed]] = {}
    for (_, url), (status, headers, body) in zip(captures, json.loads(done.stdout), strict=True):
        fields = {name.lower(): value for name, value in headers}
        found.setdefault(url, []).append((status, fields, base64.b64decode(body)))
    return found


@pytest.mark.parametrize("visit", range(len(VISITS)))
def test_each_visit_shows_the_page_of_its_time(replayed: dict[str, list[Replayed]], visit: int) -> None:
    status, _, body = replayed["http://berulang.test/"][visit]
    assert status == "200 OK"
    assert (gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body) == VISITS[visit][2]


def test_a_copy_elsewhere_has_its_own_head(replayed: dict[str, list[Replayed]]) -> None:
    ((status, fields, body),) = replayed["http://salinan.test/"]
    assert (status, body) == ("200 OK", PAGE)
    assert fields["x-copy"] == "yes"


@pytest.mark.parametrize("name", PAGES)
def test_bodies_come_out_right(replayed: dict[str, list[Replayed]], name: str) -> None:
    ((status, fields, body),) = replayed[f"http://{name}.test/"]
    assert status == "200 OK"
    if body in (GZIP, BR):
        body = gzip.decompress(body) if body == GZIP else brotli.decompress(body)
        assert fields["content-encoding"] in ("gzip", "br")
    assert body == PAGE


def test_redirects_redirect(replayed: dict[str, list[Replayed]]) -> None:
    ((status, fields, body),) = replayed["http://redirects.test/"]
    assert status == "301 Moved Permanently"
    assert fields["location"].endswith("/b?x=1")
    assert body == b"ke sana"
