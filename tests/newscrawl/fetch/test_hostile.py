"""What a hostile or broken server may cost: bounded time and memory, and a reason in the stats."""

from __future__ import annotations

import gzip
import json
import zlib
from pathlib import Path
from typing import Any

import brotli
import pytest

from newscrawl.fetch.scope import MAX_URL, refusal

CASES = json.loads(Path(__file__).with_name("scope_cases.json").read_text("utf-8"))
MEGABYTE = 1_000_000
LIMIT = 2 * MEGABYTE

REDIRECTS = {
    "foreign-host": [
        "http://lain.example/",
        "//lain.example/",
        "http://127.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://situs.test.lain.example/",
    ],
    "scheme": [
        "javascript:alert(1)",
        "data:text/html,halo",
        "file:///etc/passwd",
        "ftp://situs.test/",
        "FTP://situs.test/",
    ],
    "userinfo": ["http://situs.test@lain.example/"],
    "port": ["http://situs.test:22/"],
    "long-url": ["http://situs.test/" + "a" * 10_000],
    "control-characters": ["http://situs.test/a%0d%0aX:%20b"],
    "bad-url": ["http://[::1", "http://situs.test:satu/"],
}


@pytest.mark.parametrize("url", CASES["own"])
def test_own_url_is_fetched(url: str) -> None:
    assert refusal(url, CASES["hosts"]) is None


@pytest.mark.parametrize(("url", "reason"), CASES["refused"])
def test_other_url_is_refused(url: str, reason: str) -> None:
    assert refusal(url, CASES["hosts"]) == reason


def test_url_has_a_longest_form() -> None:
    url = "https://rmol.id/".ljust(MAX_URL, "a")
    assert refusal(url, CASES["hosts"]) is None
    assert refusal(url + "a", CASES["hosts"]) == "long-url"


@pytest.fixture(scope="module")
def hostile(new_crawls: Any) -> Any:
    crawls = new_crawls()
    page = crawls.page
    answers = crawls.server.answers
    zeros = bytes(100 * MEGABYTE)
    bombs = {
        "gzip": gzip.compress(zeros, 1),
        "br": brotli.compress(zeros, quality=1),
        "deflate": zlib.compress(zeros, 1),
        "gzip, gzip": gzip.compress(gzip.compress(zeros, 1)),
    }
    for number, (coding, body) in enumerate(bombs.items()):
        answers[f"bom.test/{number}"] = page(body, Content_Encoding=coding)
    chunk = b"%x\r\n%b\r\n" % (MEGABYTE, bytes(MEGABYTE))
    answers |= {
        "besar.test/length": page(bytes(LIMIT + 1)),
        "besar.test/chunked": [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", *[chunk] * 50],
        "besar.test/endless": [b"HTTP/1.1 200 OK\r\n\r\n", *[bytes(MEGABYTE)] * 50],
        "besar.test/headers": [
            b"HTTP/1.1 200 OK\r\n",
            *[b"X-Panjang: " + b"a" * 1000 + b"\r\n"] * 5000,
            b"\r\n",
        ],
        "besar.test/interim": [b"HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n"] * 100_000,
        "besar.test/line": b"HTTP/1.1 200 OK\r\nX: " + b"a" * MEGABYTE + b"\r\n\r\n",
        "lambat.test/head": [part for byte in b"HTTP/1.1 200 OK\r\n" for part in (bytes([byte]), 0.1)],
        "lambat.test/body": [page("")[:-2] + b"X: a\r\n\r\n", *[b"a", 0.1] * 30],
        "lambat.test/silent": [5.0],
        "putar.test/loop": page(status=302, Location="/loop"),
        "putar.test/to": page(status=302, Location="/fro"),
        "putar.test/fro": page(status=302, Location="/to"),
        "putar.test/grow": lambda hit: page(status=302, Location=hit.path + "a"),
        "putar.test/once": page(status=302, Location="/there"),
    }
    answers["lambat.test/body"] = [b"HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n", *[b"a", 0.1] * 30]
    for n in range(1, 20):
        answers["putar.test/grow" + "a" * n] = answers["putar.test/grow"]
    targets = [(reason, target) for reason, some in REDIRECTS.items() for target in some]
    for number, (_, target) in enumerate(targets):
        answers[f"situs.test/{number}"] = page(status=302, Location=target)
    settings = {"DOWNLOAD_MAXSIZE": LIMIT, "RETRY_TIMES": 0}
    crawls.add("bombs", ["bom.test"], [f"http://bom.test/{n}" for n in range(len(bombs))], **settings)
    large = ["length", "chunked", "endless", "headers", "interim"]
    crawls.add("large", ["besar.test"], [f"http://besar.test/{name}" for name in large], **settings)
    crawls.add("line", ["besar.test"], ["http://besar.test/line"], **settings)
    slow = [f"http://lambat.test/{name}" for name in ("head", "body", "silent")]
    crawls.add("slow", ["lambat.test"], slow, DOWNLOAD_TIMEOUT=0.5, **settings)
    circles = [f"http://putar.test/{name}" for name in ("loop", "to", "grow", "once")]
    crawls.add("circles", ["putar.test"], circles, REDIRECT_MAX_TIMES=5)
    crawls.add("redirects", ["situs.test"], [f"http://situs.test/{n}" for n in range(len(targets))])
    crawls.add(
        "links",
        ["situs.test"],
        ["http://lain.example/", "http://situs.test/" + "a" * 10_000, "ftp://situs.test/"],
    )
    return crawls


def reasons(result: Any) -> set[str | None]:
    return {page["reason"] for page in result["pages"].values()}


def test_response_that_unpacks_to_too_much_is_refused(hostile: Any) -> None:
    result = hostile["bombs"]
    assert reasons(result) == {"too-large"}
    assert result["stats"]["refused/too-large"] == 4


def test_response_that_is_too_large_is_refused(hostile: Any) -> None:
    result = hostile["large"]
    assert reasons(result) == {"too-large"}
    assert result["stats"]["refused/too-large"] == 5


def test_overlong_header_line_is_a_failed_download(hostile: Any) -> None:
    result = hostile["line"]
    assert [page["error"] for page in result["pages"].values()] == ["DownloadFailedError"]


def test_memory_stays_bounded(hostile: Any) -> None:
    assert hostile["bombs"]["peak_mb"] < 300


def test_slow_server_is_given_up(hostile: Any) -> None:
    result = hostile["slow"]
    assert {page["error"] for page in result["pages"].values()} == {"DownloadTimeoutError"}
    assert result["stats"]["downloader/exception_type_count/scrapy.exceptions.DownloadTimeoutError"] == 3


def test_redirects_in_circles_end(hostile: Any) -> None:
    result = hostile["circles"]
    assert result["pages"]["http://putar.test/once"]["status"] == 200
    assert result["stats"]["refused/too-many-redirects"] == 3
    assert len(hostile.server.paths("putar.test")) == 3 * 6 + 2


def test_redirect_to_where_we_do_not_go_is_refused_and_counted(hostile: Any) -> None:
    result = hostile["redirects"]
    assert {
        key.removeprefix("refused/"): n for key, n in result["stats"].items() if key.startswith("refused/")
    } == {reason: len(targets) for reason, targets in REDIRECTS.items()}
    line = "INFO Not fetched (foreign-host): http://lain.example/, redirected from http://situs.test/0"
    assert line in result["lines"]


def test_link_to_where_we_do_not_go_is_refused_and_counted(hostile: Any) -> None:
    result = hostile["links"]
    assert reasons(result) == {"foreign-host", "long-url", "scheme"}
    assert all(result["stats"][f"refused/{reason}"] == 1 for reason in reasons(result))
    assert any("aaa… (10018 characters)" in line for line in result["lines"])
