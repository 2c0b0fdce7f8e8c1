"""A killed crawl leaves a file that ends anywhere; recovery keeps every whole exchange and nothing else."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest

from newscrawl.warc import recover
from newscrawl.warc.reading import iter_exchanges
from newscrawl.warc.records import Capture, exchange, record_id, sha1
from newscrawl.warc.recovery import last_whole_exchange
from newscrawl.warc.writer import Writer
from tests.newscrawl.warc.crawls import command
from tests.newscrawl.warc.wire import Reply, WireServer
from tests.newscrawl.warc.wire_cases import NOISE, PAGE, ok


def members(number: int, payload: bytes = b"isi", *fields: bytes) -> tuple[bytes, bytes]:
    head, _, _ = ok(payload, *fields).partition(b"\r\n\r\n")
    capture = Capture(
        uri=f"http://beras.test/{number}",
        date="2020-06-02T03:46:05.000001Z",
        request=b"GET / HTTP/1.1\r\nHost: beras.test\r\n\r\n",
        head=head + b"\r\n\r\n",
        payload=payload,
        digest=sha1(payload),
    )
    response, request = exchange(capture, record_id())
    return response.member(), request.member()


@pytest.fixture
def whole(tmp_path: Path) -> tuple[bytes, list[int]]:
    """Return a WARC's bytes and where its exchanges end; the first end is the warcinfo's."""
    writer = Writer(tmp_path / "whole", "uji", {"software": "uji"}, 1 << 30)
    writer.open()
    ends = []
    for number in range(3):
        records = members(number)
        _, offset = writer.append(records)
        ends += [offset, offset + sum(map(len, records))]
    path = writer.close()
    assert path
    return path.read_bytes(), [ends[0], *ends[1::2]]


def test_a_file_cut_at_any_byte_is_recovered(whole: tuple[bytes, list[int]], tmp_path: Path) -> None:
    content, ends = whole
    assert len(content) == ends[-1]
    path = tmp_path / "uji.warc.gz.open"
    for size in range(len(content) + 1):
        kept = max((end for end in ends if end <= size), default=0)
        exchanges = ends.index(kept) if kept else 0
        assert last_whole_exchange(BytesIO(content[:size])) == (kept, exchanges)
        if size % 50 and not {size - 1, size, size + 1} & {0, *ends}:
            continue  # files are synced, which takes its time
        path.write_bytes(content[:size])
        (recovered,) = recover(tmp_path)
        assert (recovered.exchanges, recovered.cut_bytes) == (exchanges, size - kept)
        assert not path.exists()
        if recovered.exchanges:
            assert recovered.path.read_bytes() == content[:kept]
            recovered.path.unlink()
    assert list(tmp_path.glob("uji*")) == []


@pytest.mark.parametrize("tail", [b"\0" * 5000, b"sampah", b"\x1f\x8b\x08\0", NOISE[:3000]])
def test_garbage_at_the_end_is_cut(whole: tuple[bytes, list[int]], tmp_path: Path, tail: bytes) -> None:
    (tmp_path / "uji.warc.gz.open").write_bytes(whole[0] + tail)
    (recovered,) = recover(tmp_path)
    assert (recovered.exchanges, recovered.cut_bytes) == (3, len(tail))
    assert recovered.path.read_bytes() == whole[0]


def test_a_response_without_its_request_is_cut(whole: tuple[bytes, list[int]], tmp_path: Path) -> None:
    response, _ = members(4)
    (tmp_path / "uji.warc.gz.open").write_bytes(whole[0] + response)
    (recovered,) = recover(tmp_path)
    assert (recovered.exchanges, recovered.cut_bytes) == (3, len(response))


def test_large_and_stored_records_are_walked(tmp_path: Path) -> None:
    writer = Writer(tmp_path, "uji", {}, 1 << 30)
    for number, payload in enumerate([b"\0" * 3_000_000, NOISE[:2_000_000], PAGE]):
        writer.append(members(number, payload, b"Content-Encoding: gzip" if number == 1 else b"X: y"))
    path = writer.close()
    assert path
    path.rename(f"{path}.open")
    (recovered,) = recover(tmp_path)
    assert (recovered.path, recovered.exchanges, recovered.cut_bytes) == (path, 3, 0)
    assert [len(found.payload) for found in iter_exchanges(path)] == [3_000_000, 2_000_000, len(PAGE)]


def test_the_file_of_a_living_writer_is_left_alone(tmp_path: Path) -> None:
    writer = Writer(tmp_path, "uji", {}, 1 << 30)
    writer.append(members(1))
    assert recover(tmp_path) == []
    writer.append(members(2))
    path = writer.close()
    assert path
    assert len(list(iter_exchanges(path))) == 2
    assert recover(tmp_path) == []


def test_the_file_of_another_recovery_is_left_alone(whole: tuple[bytes, list[int]], tmp_path: Path) -> None:
    path = tmp_path / "uji.warc.gz.open"
    path.write_bytes(whole[0])
    with path.open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert recover(tmp_path) == []
    assert len(recover(tmp_path)) == 1


def test_a_forked_child_does_not_hold_the_lock(tmp_path: Path) -> None:
    script = (
        "import os, sys, pathlib, signal\n"
        "from newscrawl.warc.writer import Writer\n"
        "from tests.newscrawl.warc.test_recovery import members\n"
        "Writer.kept = Writer(pathlib.Path(sys.argv[1]), 'uji', {}, 1 << 30)\n"
        "Writer.kept.append(members(1))\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    os.close(1), os.close(2), signal.pause()\n"
        "print(child, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, tmp_path], capture_output=True, text=True, check=False
    )
    assert done.returncode == -signal.SIGKILL
    try:
        (recovered,) = recover(tmp_path)
        assert recovered.exchanges == 1
    finally:
        os.kill(int(done.stdout), signal.SIGKILL)


def test_no_folder_no_work(tmp_path: Path) -> None:
    assert recover(tmp_path / "missing") == []


def test_a_name_that_is_taken_is_not_replaced(whole: tuple[bytes, list[int]], tmp_path: Path) -> None:
    (tmp_path / "uji.warc.gz").write_bytes(b"milik orang lain")
    (tmp_path / "uji.warc.gz.open").write_bytes(whole[0])
    with pytest.raises(FileExistsError):
        recover(tmp_path)
    assert (tmp_path / "uji.warc.gz").read_bytes() == b"milik orang lain"


@pytest.mark.parametrize("after", [1, 4])
def test_a_killed_crawl_keeps_what_its_spider_saw(tmp_path: Path, after: int) -> None:
    server = WireServer({"beras": [Reply(ok(NOISE[n * 9000 : n * 9000 + 9000])) for n in range(400)]})
    job = {
        "port": server.port,
        "requests": [{"url": f"http://beras.test/{n}"} for n in range(400)],
        "settings": {"WARC_DIR": str(tmp_path)},
    }
    with subprocess.Popen(command(job), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as crawl:
        assert crawl.stdout
        seen = [crawl.stdout.readline() for _ in range(after)]
        crawl.kill()
        seen += crawl.stdout.readlines()
    server.close()
    whole_lines = [line for line in seen if line.endswith(b"\n")]
    (recovered,) = recover(tmp_path)
    kept = list(iter_exchanges(recovered.path))
    assert len(kept) == recovered.exchanges >= len(whole_lines)
    for number, found in enumerate(kept):
        assert found.payload == NOISE[number * 9000 : number * 9000 + 9000]
    assert [path.name for path in tmp_path.iterdir()] == [recovered.path.name]
