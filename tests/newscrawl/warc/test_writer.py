"""Nothing is half in a file, nothing reaches the spider without its record."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from newscrawl.warc import WarcWriteError, recover
from newscrawl.warc.reading import WarcReadError, iter_exchanges, read_exchange
from newscrawl.warc.writer import Writer
from tests.newscrawl.warc.crawls import Fetched, archived, fetch
from tests.newscrawl.warc.wire import Reply, WireServer
from tests.newscrawl.warc.wire_cases import NOISE, ok

BODIES = [NOISE[n * 9000 : n * 9000 + 9000] for n in range(12)]
REQUESTS = [{"url": f"http://beras.test/{n}"} for n in range(len(BODIES))]


def crawl(folder: Path, *, settings: dict[str, Any] | None = None, **job: Any) -> Fetched:
    server = WireServer({"beras": [Reply(ok(body)) for body in BODIES]})
    settings = {"WARC_DIR": str(folder), **(settings or {})}
    job = {"requests": REQUESTS, "settings": settings, **job}
    try:
        return fetch(port=server.port, **job)
    finally:
        server.close()


@pytest.mark.parametrize("size", [30_000, 40_001])
def test_a_full_disk_stops_the_crawl(tmp_path: Path, size: int) -> None:
    fetched = crawl(tmp_path, file_size=size)
    assert fetched.stats["finish_reason"] == "warc_write_failed"
    assert fetched.log.count("Recording failed") == 1
    assert "Recording failed, the crawl stops: cannot write to " in fetched.log
    assert "Traceback" not in fetched.log
    *good, failed = fetched.results
    assert [result["end"] for result in good] == [200] * len(good)
    assert failed["end"].startswith("WarcWriteError: cannot write to ")
    assert failed["warc"] is None
    kept = list(archived(tmp_path))
    assert [exchange.pointer.record_id for exchange in kept] == [r["warc"]["record_id"] for r in good]
    assert [exchange.payload for exchange in kept] == BODIES[: len(kept)]
    assert len(kept) > 1
    subprocess.run(["gzip", "-t", *tmp_path.iterdir()], check=True)
    assert recover(tmp_path) == []
    assert {result["end"] for result in crawl(tmp_path).results} == {200}


def test_a_folder_that_cannot_be_written_stops_the_crawl_before_any_request(tmp_path: Path) -> None:
    (tmp_path / "berkas").write_text("bukan folder")
    fetched = crawl(tmp_path / "berkas" / "warc")
    assert fetched.stats["finish_reason"] == "warc_write_failed"
    assert "Recording failed, the crawl stops: cannot write to" in fetched.log
    assert fetched.results == []
    assert "downloader/response_count" not in fetched.stats


def test_nothing_fetched_leaves_no_file(tmp_path: Path) -> None:
    server = WireServer({"beras": [Reply(b"", then="close")]})
    fetch(port=server.port, requests=REQUESTS[:1], settings={"WARC_DIR": str(tmp_path)})
    server.close()
    assert list(tmp_path.iterdir()) == []


def test_files_rotate_and_are_told(tmp_path: Path) -> None:
    settings = {"WARC_MAX_SIZE": 15_000, "WARC_PREFIX": "uji-%(spider)s", "WARC_SYNC_COUNT": 1}
    fetched = crawl(tmp_path, settings=settings)
    paths = sorted(tmp_path.iterdir())
    assert len(paths) == len(BODIES) / 2
    assert fetched.stats["warc/files"] == str([str(path) for path in paths])
    assert all(path.name.startswith("uji-sequence-2") for path in paths)
    assert [exchange.payload for exchange in archived(tmp_path)] == BODIES


def test_group_commit_syncs_by_count_and_by_time(tmp_path: Path) -> None:
    for settings in ({"WARC_SYNC_COUNT": 3}, {"WARC_SYNC_COUNT": 0, "WARC_SYNC_SECONDS": 0.001}):
        fetched = crawl(tmp_path, settings=settings)
        assert fetched.stats["finish_reason"] == "finished"
        assert int(fetched.stats["warc/syncs"]) >= 1


def test_recording_can_be_turned_off(tmp_path: Path) -> None:
    server = WireServer({"beras": [Reply(ok(b"halo"))]})
    url = f"http://127.0.0.1:{server.port}/"
    script = (
        "import sys, scrapy\n"
        "from scrapy.crawler import AsyncCrawlerProcess\n"
        "class Plain(scrapy.Spider):\n"
        "    name = 'plain'\n"
        "    start_urls = [sys.argv[1]]\n"
        "    def parse(self, response): print(response.body.decode(), 'warc' in response.meta)\n"
        "settings = {'ADDONS': {'newscrawl.warc.Addon': 500}, 'TELNETCONSOLE_ENABLED': False}\n"
        "settings['WARC_ENABLED'] = sys.argv[2] == 'on'\n"
        "process = AsyncCrawlerProcess(settings)\n"
        "process.crawl(Plain)\n"
        "process.start()\n"
    )
    server.replies["127"] = server.replies["beras"]
    for switch, said in (("off", "halo False"), ("on", "halo True")):
        command = [sys.executable, "-c", script, url, switch]
        env = {**os.environ, "PYTHONPATH": str(Path.cwd())}
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == said, done.stderr
        assert (tmp_path / "warc").exists() == (switch == "on")
    server.close()


@pytest.fixture
def writer(tmp_path: Path) -> Writer:
    return Writer(tmp_path, "uji", {}, 1 << 30)


def test_names_sort_in_the_order_of_writing(writer: Writer, tmp_path: Path) -> None:
    for _ in range(20):
        writer.append([b"x"])
        writer.close()
    assert writer.files == sorted(tmp_path.iterdir())
    assert len(set(writer.files)) == 20


def test_closing_twice_is_harmless(writer: Writer) -> None:
    writer.append([b"x"])
    assert writer.close()
    assert writer.close() is None
    writer.sync()


def test_a_file_is_never_replaced(writer: Writer) -> None:
    name, _ = writer.append([b"x"])
    (writer.folder / name).write_bytes(b"milik orang lain")
    with pytest.raises(WarcWriteError, match="is there already"):
        writer.close()
    assert (writer.folder / name).read_bytes() == b"milik orang lain"


def test_a_damaged_file_says_so(tmp_path: Path) -> None:
    crawl(tmp_path, requests=REQUESTS[:2])
    (path,) = tmp_path.iterdir()
    first, _ = iter_exchanges(path)
    content = bytearray(path.read_bytes())
    content[first.pointer.offset : first.pointer.offset + 300] = bytes(300)
    path.write_bytes(content)
    with pytest.raises(WarcReadError, match=path.name):
        read_exchange(tmp_path, first.pointer)
