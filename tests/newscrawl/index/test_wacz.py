"""A package holds the chosen records byte for byte, an index that leads to them, and sums that prove it."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newscrawl.index import wacz
from newscrawl.index.cdxj import Capture
from newscrawl.index.lookup import Archive
from newscrawl.index.members import MemberError, exchange_bytes, first_member, read_member
from newscrawl.index.selection import Selection, add_referred
from newscrawl.index.wacz import Page, package
from newscrawl.items import WarcPointer
from newscrawl.warc.reading import iter_exchanges
from tests.newscrawl.warc.crawls import fetch
from tests.newscrawl.warc.wire import Reply, WireServer
from tests.newscrawl.warc.wire_cases import PAGE, ok

VALIDATE = Path(sys.prefix) / "pywb" / "bin" / "wacz"
UNCHANGED = Reply(b"HTTP/1.1 304 Not Modified\r\n\r\n")
PAGES = [Page(id="uji-1", url="http://ulang.test/", ts="2026-11-22T00:00:00Z", title="Beras", text="Turun.")]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """Two runs: a page, its copy and another in the first; unchanged and changed in the second."""
    folder = tmp_path_factory.mktemp("packed")
    replies = [Reply(ok(PAGE)), Reply(ok(PAGE)), UNCHANGED, Reply(ok(PAGE + b"<p>Pembaruan</p>"))]
    server = WireServer({"ulang": replies, "lain": [Reply(ok(b"<p>Lain</p>" * 99))]})
    settings = {"WARC_DIR": str(folder / "warc" / "uji"), "WARC_MAX_SIZE": 2000}
    urls = ["http://ulang.test/"] * 2 + ["http://lain.test/"] + ["http://ulang.test/"] * 2
    fetch(port=server.port, requests=[{"url": url} for url in urls], settings=settings)
    server.close()
    return Archive(folder, "uji")


@pytest.fixture(scope="module")
def captures(archive: Archive) -> list[Capture]:
    return sorted(archive.all(), key=lambda c: (c.filename, c.offset))


def pack(target: Path, archive: Archive, captures: list[Capture], max_size: int = wacz.MAX_WARC) -> Path:
    with package(target, datetime(2026, 11, 22, tzinfo=UTC)) as packed:
        packed.records("uji", captures, archive.path, max_size=max_size)
        packed.pages(PAGES)
        packed.describe("Uji", "lima")
    return target


def unpack(path: Path, folder: Path) -> Path:
    with zipfile.ZipFile(path) as file:
        assert file.testzip() is None
        file.extractall(folder)
    return folder


def index_of(folder: Path) -> list[Capture]:
    with gzip.open(folder / "indexes" / "index.cdx.gz") as lines:
        return [Capture.parse(line) for line in lines]


def test_the_fixture_has_files_and_revisits(archive: Archive, captures: list[Capture]) -> None:
    assert len(archive.indexes) >= 2
    assert [c.is_revisit for c in captures] == [False, True, False, True, False]


@pytest.mark.parametrize("max_size", [1, 3000, wacz.MAX_WARC])
def test_records_are_copied_byte_for_byte_with_their_requests(
    archive: Archive, captures: list[Capture], tmp_path: Path, max_size: int
) -> None:
    folder = unpack(pack(tmp_path / "uji.wacz", archive, captures, max_size), tmp_path / "out")
    copies = [e for path in sorted((folder / "archive").iterdir()) for e in iter_exchanges(path)]
    originals = [e for path in sorted(archive.folder.iterdir()) for e in iter_exchanges(path)]
    assert [e.record_id for e in copies] == [e.record_id for e in originals]
    for copy, original in zip(copies, originals, strict=True):
        with (
            (folder / "archive" / copy.pointer.file).open("rb") as there,
            (archive.folder / original.pointer.file).open("rb") as here,
        ):
            place, length = original.pointer.offset, original.pointer.length
            bytes_here = exchange_bytes(here, place, length)
            assert exchange_bytes(there, copy.pointer.offset, length) == bytes_here
            assert len(bytes_here) > length
            assert copy.request == original.request != b""


def test_each_file_begins_with_a_warcinfo(archive: Archive, captures: list[Capture], tmp_path: Path) -> None:
    folder = unpack(pack(tmp_path / "uji.wacz", archive, captures, 1), tmp_path / "out")
    assert len(list((folder / "archive").iterdir())) == len(captures)
    for path in (folder / "archive").iterdir():
        with path.open("rb") as file:
            assert b"WARC-Type: warcinfo" in read_member(file, 0)[1]


def test_the_index_leads_to_each_record(
    archive: Archive, captures: list[Capture], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wacz, "BLOCK_LINES", 2)
    folder = unpack(pack(tmp_path / "uji.wacz", archive, captures, 3000), tmp_path / "out")
    index = index_of(folder)
    assert sorted(c.line() for c in index) == [c.line() for c in index]
    found = {
        e.pointer.record_id: (e.pointer.file, e.pointer.offset, e.pointer.length)
        for path in (folder / "archive").iterdir()
        for e in iter_exchanges(path)
    }
    assert sorted(found.values()) == sorted((c.filename, c.offset, c.length) for c in index)
    blocks = (folder / "indexes" / "index.cdx.gz").read_bytes()
    meta, *places = (folder / "indexes" / "index.idx").read_text().splitlines()
    assert meta == '!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}'
    assert len(places) == 3
    for number, line in enumerate(places):
        key, timestamp, fields = line.split(" ", 2)
        place = json.loads(fields)
        block = blocks[place["offset"] : place["offset"] + place["length"]]
        first = Capture.parse(gzip.decompress(block).splitlines()[0])
        assert first == index[2 * number]
        assert (key, timestamp) == (first.key, first.timestamp)
        assert place["digest"] == f"sha256:{hashlib.sha256(block).hexdigest()}"


def test_sums_and_pages(archive: Archive, captures: list[Capture], tmp_path: Path) -> None:
    folder = unpack(pack(tmp_path / "uji.wacz", archive, captures), tmp_path / "out")
    described = json.loads((folder / "datapackage.json").read_text())
    assert described["wacz_version"] == "1.1.1"
    assert described["created"] == "2026-11-22T00:00:00Z"
    for resource in described["resources"]:
        data = (folder / resource["path"]).read_bytes()
        assert resource["bytes"] == len(data)
        assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
    digest = json.loads((folder / "datapackage-digest.json").read_text())
    whole = (folder / "datapackage.json").read_bytes()
    assert digest["hash"] == f"sha256:{hashlib.sha256(whole).hexdigest()}"
    head, page = map(json.loads, (folder / "pages" / "pages.jsonl").read_text().splitlines())
    assert head["format"] == "json-pages-1.0"
    assert (page["url"], page["title"], page["text"]) == ("http://ulang.test/", "Beras", "Turun.")


def test_readers_can_seek_in_records_and_index(
    archive: Archive, captures: list[Capture], tmp_path: Path
) -> None:
    """They fetch parts of the file, which a compressed entry would not allow."""
    with zipfile.ZipFile(pack(tmp_path / "uji.wacz", archive, captures)) as file:
        ways = {info.filename: info.compress_type for info in file.infolist()}
    assert ways["archive/uji-1.warc.gz"] == ways["indexes/index.cdx.gz"] == zipfile.ZIP_STORED


@pytest.mark.skipif(not VALIDATE.exists(), reason="`make test` installs wacz beside our environment")
@pytest.mark.parametrize("max_size", [1, wacz.MAX_WARC])
def test_the_usual_tool_accepts_it(
    archive: Archive, captures: list[Capture], tmp_path: Path, max_size: int
) -> None:
    target = pack(tmp_path / "uji.wacz", archive, captures, max_size)
    done = subprocess.run(
        [str(VALIDATE), "validate", "-f", str(target)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert "Validation succeeded" in done.stdout


def test_what_revisits_refer_to_comes_along(archive: Archive, captures: list[Capture]) -> None:
    first, copy, _, unchanged, _ = captures
    for revisit in (copy, unchanged):
        chosen = Selection(captures={revisit})
        add_referred(archive, chosen)
        assert chosen.captures == {revisit, first}
        assert not chosen.problems


def test_a_package_is_complete_or_absent(archive: Archive, captures: list[Capture], tmp_path: Path) -> None:
    target = tmp_path / "uji.wacz"
    broken = [
        *captures,
        Capture("test,ulang)/", "20261122000000", "", "", 200, "", 5, 1, captures[0].filename),
    ]
    with pytest.raises(MemberError, match="no whole record at 1"):
        pack(target, archive, broken)
    assert list(tmp_path.iterdir()) == []


def test_what_a_kill_left_goes_with_the_next_package_and_nothing_else(
    archive: Archive, captures: list[Capture], tmp_path: Path
) -> None:
    dead = subprocess.Popen(["true"])
    dead.wait()
    target = tmp_path / "uji[1].wacz"
    target.with_name(f"{target.name}.{dead.pid}.new").touch()
    others = [f"{target.name}.{os.getppid()}.new", f"{target.name}.catatan.new", f"lain.wacz.{dead.pid}.new"]
    for name in others:
        (tmp_path / name).touch()
    pack(target, archive, captures)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([target.name, *others])


def test_a_record_that_is_not_as_indexed_is_refused(archive: Archive, captures: list[Capture]) -> None:
    with (archive.folder / captures[0].filename).open("rb") as file:
        assert first_member(file).startswith(b"\x1f\x8b")
        with pytest.raises(MemberError, match="index it anew"):
            exchange_bytes(file, captures[0].offset, captures[0].length - 1)


def test_a_file_that_is_still_written_can_be_read(archive: Archive, captures: list[Capture]) -> None:
    capture = captures[0]
    final = archive.folder / capture.filename
    being_written = final.rename(final.with_name(final.name + ".open"))
    try:
        exchange = archive.read(WarcPointer(capture.filename, capture.offset, capture.length, ""))
    finally:
        being_written.rename(final)
    assert exchange.pointer.file == capture.filename
    assert exchange.body == PAGE
