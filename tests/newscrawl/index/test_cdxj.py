"""Our index is the one that pywb's own indexer makes of the same file, and a URL is found in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.index.cdxj import Capture, complete, index_file, index_warc
from newscrawl.index.lookup import Archive, lines_with
from newscrawl.index.surt import surt
from tests.newscrawl.warc.crawls import fetch
from tests.newscrawl.warc.wire import Reply, WireServer
from tests.newscrawl.warc.wire_cases import CASES, PAGE, ok

PYWB = Path(sys.prefix) / "pywb" / "bin"
needs_pywb = pytest.mark.skipif(not PYWB.exists(), reason="`make test` installs pywb beside our environment")

UNCHANGED = Reply(b"HTTP/1.1 304 Not Modified\r\n\r\n")
PLAIN = ["gzip", "br", "chunked", "chunked-gzip", "http10", "latin1-header", "204", "404-gzip", "500"]
NO_HTTP = ["no-http", "no-http-head"]
ODD = [
    "cut-length",
    "broken-chunked",
    "unknown-transfer-encoding",
    "many-headers",
    "two-lengths",
    "redirects",
]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one recorded WARC: odd answers, a page with both kinds of revisits, and one elsewhere."""
    folder = tmp_path_factory.mktemp("indexed")
    names = [*PLAIN, *NO_HTTP, *ODD]
    visits = [Reply(ok(PAGE, b"Content-Type: text/html; charset=utf-8")), UNCHANGED, Reply(ok(PAGE))]
    server = WireServer({"ulang": visits, **{name: CASES[name].replies for name in names}})
    urls = [*["http://ulang.test/Berita?b=2&a=1"] * 3, *(f"http://{name}.test/" for name in names)]
    settings = {"WARC_DIR": str(folder / "warc" / "uji")}
    fetch(port=server.port, requests=[{"url": url} for url in urls], settings=settings)
    server.close()
    return folder


@pytest.fixture(scope="module")
def warc(data: Path) -> Path:
    (path,) = (data / "warc" / "uji").glob("*.warc.gz")
    return path


def parsed(line: str) -> tuple[str, str, Any]:
    key, timestamp, fields = line.split(" ", 2)
    return key, timestamp, json.loads(fields)


@needs_pywb
def test_the_index_is_the_one_of_pywbs_indexer(warc: Path) -> None:
    """All of it but what came and was no HTTP, which pywb lists with a status made of its words."""
    command = [str(PYWB / "cdx-indexer"), "--sort", "--cdxj", str(warc)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    hosts = {f"http://{name}.test/" for name in NO_HTTP}
    theirs = [entry for entry in map(parsed, done.stdout.splitlines()) if entry[2]["url"] not in hosts]
    assert [parsed(line.decode()) for line in index_warc(warc)] == theirs
    assert len(theirs) == 3 + len(PLAIN) + len(ODD)


SURTS = [
    line
    for line in """
https://rmol.id/
https://www.rmol.id/politik/read/2020/06/02/437642/Judul-Berita?b=2&a=1
http://www2.contoh.id:8080/a//b/../c/./d/
https://contoh.id:443/?
https://contoh.id/?q=
https://contoh.id?x=1
HTTP://CONTOH.ID/%7Enama/%2525/a%20b?kata=harga%20cabai&Kata=Z&&a
https://contoh.id/a/../../b
https://contoh.id/index.php?sid=0123456789abcdef0123456789abcdef&id=3
https://contoh.id/x?id=3&PHPSESSID=0123456789abcdef0123456789abcdef
https://contoh.id/x?id=3&PHPSESSID=0123456789abcdef0123456789abcdef&z
https://contoh.id/(S(abcdefghijklmnopqrstuvwx))/hal.aspx?x=1
https://contoh.id/a?cfid=1&cftoken=2&z=1
https://bücher.id/é/ü?ö=ä
http://192.168.0.1/x
contoh.id/tanpa-skema
http://https://contoh.id/ganda
https://contoh.id./titik
https://pembaca:rahasia@contoh.id/x
https://contoh.id/a#bagian?x
https://contoh.id/a?x#bagian
https://contoh.id/a%2fb%3Fc;b=1?c;d
https://contoh.id/%E2%80%9Ckutip%E2%80%9D
https://contoh.id/a+b?c+d=%2B
https://contoh.id/..
https://contoh.id//
https://contoh.id/a?b=1&a&c=
https://www.www.contoh.id/
https://wwwx.contoh.id/
http://contoh.id:/x
https://contoh.id/a?&
""".splitlines()
    if line
]


@needs_pywb
def test_keys_are_those_of_the_package_that_pywb_uses() -> None:
    script = "import json, surt, sys; print(json.dumps([surt.surt(url) for url in json.loads(sys.argv[1])]))"
    command = [str(PYWB / "python"), "-W", "ignore", "-c", script, json.dumps(SURTS)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert [surt(url) for url in SURTS] == json.loads(done.stdout)


@pytest.mark.parametrize("text", ["", "urn:uuid:1", "http://[::1", "http://a:b/", "https:///x"])
def test_what_is_no_web_address_is_its_own_key(text: str) -> None:
    assert surt(text) in (text, f"http://{text}")


def test_a_line_is_read_as_it_was_written(warc: Path) -> None:
    lines = index_warc(warc)
    assert [Capture.parse(line).line() for line in lines] == lines


@given(st.lists(st.text("abc)/ ", max_size=6)), st.text("abc)/", max_size=3))
def test_lookup_finds_all_lines_of_a_key_and_no_others(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], key: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "sorted.cdxj"
    lines = sorted(text.encode() + b"\n" for text in texts)
    path.write_bytes(b"".join(lines))
    prefix = key.encode() + b" "
    assert list(lines_with(path, prefix)) == [line for line in lines if line.startswith(prefix)]


def test_any_form_of_a_url_finds_its_captures_newest_first(data: Path) -> None:
    captures = Archive(data, "uji").captures("https://www.ULANG.test/berita?a=1&b=2#atas")
    assert [capture.is_revisit for capture in captures] == [True, True, False]
    assert captures[-1].status == 200
    assert captures[-1].mime == "text/html"


def test_a_revisit_leads_to_the_page(data: Path) -> None:
    archive = Archive(data, "uji")
    for capture in archive.captures("http://ulang.test/Berita?b=2&a=1"):
        assert archive.full(archive.read_capture(capture)).body == PAGE


class TestFiles:
    @pytest.fixture
    def target(self, data: Path, warc: Path) -> Path:
        complete(data, "uji")
        return index_file(warc, data, "uji")

    def test_an_index_is_made_once(self, data: Path, warc: Path, target: Path) -> None:
        assert target == data / "cdxj" / "uji" / f"{warc.name.removesuffix('.warc.gz')}.cdxj"
        assert complete(data, "uji") == []
        target.unlink()
        assert complete(data, "uji") == [target]

    def test_a_warc_that_was_changed_since_is_indexed_anew(
        self, data: Path, warc: Path, target: Path
    ) -> None:
        target.write_bytes(b"")
        os.utime(target, (0, 0))
        assert complete(data, "uji") == [target]
        assert target.read_bytes() == b"".join(index_warc(warc))

    def test_what_a_kill_left_is_removed_and_what_is_being_written_is_not(
        self, data: Path, target: Path
    ) -> None:
        dead = subprocess.Popen(["true"])
        dead.wait()
        killed, old, written = (
            target.with_name(f"a.cdxj.{pid}.new") for pid in (dead.pid, os.getppid(), os.getpid())
        )
        for path in (killed, old, written):
            path.touch()
        os.utime(old, (0, 0))
        assert complete(data, "uji") == []
        assert [path.exists() for path in (killed, old, written)] == [False, False, True]
        written.unlink()

    def test_a_damaged_warc_is_a_warning_and_the_others_are_indexed(
        self, data: Path, warc: Path, target: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        target.unlink()
        damaged = warc.with_name("a-damaged.warc.gz")
        whole = warc.read_bytes()
        damaged.write_bytes(whole[:3000] + bytes(500) + whole[3500:])
        try:
            assert complete(data, "uji") == [target]
        finally:
            damaged.unlink()
        assert "a-damaged.warc.gz gets no index now" in caplog.text
        assert not list(target.parent.glob("*.new"))
