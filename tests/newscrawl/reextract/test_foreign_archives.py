"""Archives of other tools, read by the whole command, and what must not stop it."""

from __future__ import annotations

import argparse
import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from scrapy.utils.project import get_project_settings

from newscrawl.commands.reextract import Command
from newscrawl.settings import ITEM_PIPELINES
from newscrawl.warc.reading import iter_exchanges
from tests.conftest import Outcome
from tests.newscrawl.reextract.archives import SHAPES, compressed, http, page, record, url

WANTED = {101, 102, 103, 201, 202, 203, 301, 302, 401, 501, 502}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("foreign")
    for name, make in SHAPES.items():
        (folder / name).write_bytes(make())
    return folder


class Bench:
    """Runs the command in this process; its workers are processes as ever."""

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.capsys = capsys
        self.monkeypatch = monkeypatch

    def run(self, *words: object, env: dict[str, str] | None = None, **settings: str) -> Outcome:
        for name, value in (env or {}).items():
            self.monkeypatch.setenv(name, value)
        command = Command()
        command.settings = get_project_settings()
        command.settings.setdict(settings, priority="cmdline")
        parser = argparse.ArgumentParser()
        command.add_options(parser)
        options, rest = parser.parse_known_args(list(map(str, words)))
        command.run(rest, options)
        out, err = self.capsys.readouterr()
        return Outcome(command.exitcode, out, err)


@pytest.fixture
def desk(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(capsys, monkeypatch)


def rows(folder: Path, name: str = "rmol") -> list[dict[str, Any]]:
    path = folder / f"{name}.jsonl"
    return (
        [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
    )


def counts(folder: Path) -> dict[str, int]:
    found: dict[str, int] = json.loads((folder / "report.json").read_text())["counts"]
    return found


def reextract(desk: Bench, *words: object, env: dict[str, str] | None = None, **settings: str) -> Outcome:
    return desk.run(*words, "--workers", "1", env=env, **settings)


def numbers(found: list[dict[str, Any]]) -> set[int]:
    return {int(row["title"].split()[-1]) for row in found}


class TestShapes:
    def test_each_page_of_a_known_outlet_is_a_line(self, desk: Bench, folder: Path, tmp_path: Path) -> None:
        outcome = reextract(desk, folder, "-o", tmp_path / "out")
        assert outcome.code == 0, outcome.err
        found = rows(tmp_path / "out")
        assert numbers(found) == WANTED
        assert all(f"bagian {row['title'].split()[-1]} " in row["text"] for row in found)
        assert [row["fetched"] for row in found] == sorted(row["fetched"] for row in found)
        left = counts(tmp_path / "out")
        assert {k.removeprefix("skipped "): n for k, n in left.items() if k.startswith("skipped ")} == {
            "truncated": 1,
            "http-404": 1,
            "not-html": 1,
            "blocked-akamai": 1,
            "unextractable-empty": 1,
            "not-get": 1,
        }
        assert left["unchanged"] == 1  # wget's revisit

    def test_generic_reads_pages_of_nobody_too(self, desk: Bench, folder: Path, tmp_path: Path) -> None:
        outcome = reextract(desk, folder / "cc-news.warc.gz", "--generic", "-o", tmp_path / "out")
        assert outcome.code == 0, outcome.err
        (row,) = rows(tmp_path / "out", "other")
        assert (row["title"], row["outlet"]) == ("Kabar Nomor 104", None)
        assert numbers(rows(tmp_path / "out")) == {101, 102, 103}

    def test_pointers_lead_to_the_records(self, desk: Bench, folder: Path, tmp_path: Path) -> None:
        """Offset and length, in compressed and plain files alike."""
        reextract(desk, folder / "wget.warc.gz", folder / "plain.warc", "-o", tmp_path / "out")
        found = rows(tmp_path / "out")
        assert len(found) == 5
        for row in found:
            pointer = row["warc"]
            piece = (folder / pointer["file"]).read_bytes()[pointer["offset"] :][: pointer["length"]]
            (tmp_path / "piece.warc").write_bytes(piece)
            (exchange,) = iter_exchanges(tmp_path / "piece.warc")
            assert exchange.record_id == pointer["record_id"]

    def test_an_outlet_that_is_not_there_leaves_nothing(
        self, desk: Bench, folder: Path, tmp_path: Path
    ) -> None:
        outcome = reextract(desk, folder, "--outlet", "sosok", "-o", tmp_path / "out")
        assert outcome.code == 4
        assert "no article in these archives" in outcome.err


class TestRevisits:
    """A page that goes back to an earlier text, its payload in another file."""

    def test_the_versions_are_those_of_the_captures(self, desk: Bench, tmp_path: Path) -> None:
        profile = "WARC-Profile: http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
        uri = url(1)
        first = record("response", uri, http(page(1)), identity="<urn:x:1>", date="2020-06-02T04:00:00Z")
        second = record("response", uri, http(page(2)), identity="<urn:x:2>", date="2020-06-03T04:00:00Z")
        refers = [f"WARC-Refers-To-Target-URI: {uri}", "WARC-Refers-To-Date: 2020-06-02T04:00:00Z"]
        third = record("revisit", uri, http(b""), profile, *refers, date="2020-06-04T04:00:00Z")
        fourth = record("revisit", uri, http(b""), profile, *refers, date="2020-06-05T04:00:00Z")
        lost = record("revisit", url(9), http(b""), profile, "WARC-Refers-To: <urn:x:9>")
        (tmp_path / "z.warc.gz").write_bytes(compressed([first]))  # names that do not sort by time
        (tmp_path / "a.warc.gz").write_bytes(compressed([second, third, fourth, lost]))
        outcome = reextract(desk, tmp_path / "z.warc.gz", tmp_path / "a.warc.gz", "-o", tmp_path / "out")
        assert outcome.code == 0, outcome.err
        found = rows(tmp_path / "out")
        assert [(r["version"], r["title"], r["fetched"][:10]) for r in found] == [
            (1, "Kabar Nomor 1", "2020-06-02"),
            (2, "Kabar Nomor 2", "2020-06-03"),
            (3, "Kabar Nomor 1", "2020-06-04"),
        ]
        assert found[2]["warc"]["file"] == "a.warc.gz"
        assert counts(tmp_path / "out")["unchanged"] == 1
        assert counts(tmp_path / "out")["skipped revisit-without-page"] == 1


class TestPages:
    """Articles of several pages, whichever archive each is in."""

    def pages(self, day: str, number: int, last: int) -> list[bytes]:
        found = []
        for at in range(1, last + 1):
            more = f"<a href='{url(number)}?page={at + 1}'>{at + 1}</a>" if at < last else ""
            uri = url(number) + (f"?page={at}" if at > 1 else "")
            found.append(
                record(
                    "response", uri, http(page(number * 10 + at, more)), date=f"2020-06-{day}T04:00:0{at}Z"
                )
            )
        return found

    def test_they_are_joined_over_files_and_incomplete_ones_kept_last(
        self, desk: Bench, tmp_path: Path
    ) -> None:
        whole, partly, headless = self.pages("02", 1, 3), self.pages("02", 2, 3), self.pages("02", 3, 2)
        (tmp_path / "1.warc.gz").write_bytes(compressed([whole[0], whole[1], partly[0]]))
        (tmp_path / "2.warc.gz").write_bytes(compressed([whole[2], partly[1], headless[1]]))
        outcome = reextract(desk, tmp_path, "-o", tmp_path / "out")
        assert outcome.code == 0, outcome.err
        one, two = sorted(rows(tmp_path / "out"), key=lambda r: r["url"])
        assert (one["pages"], len(one["warc_pages"])) == (3, 2)
        assert all(f"bagian {n} " in one["text"] for n in (11, 12, 13))
        assert two["pages"] == 2
        assert "pages.missing" in two["extraction"]["warnings"]
        assert counts(tmp_path / "out")["skipped later-page"] == 1

    def test_an_incomplete_capture_gives_way_to_a_later_whole_one(self, desk: Bench, tmp_path: Path) -> None:
        broken, whole = self.pages("02", 1, 2)[:1], self.pages("03", 1, 2)
        (tmp_path / "1.warc.gz").write_bytes(compressed([*broken, *whole]))
        assert reextract(desk, tmp_path, "-o", tmp_path / "out").code == 0
        (row,) = rows(tmp_path / "out")
        assert (row["pages"], row["version"], row["fetched"][:10]) == (2, 1, "2020-06-03")
        assert counts(tmp_path / "out")["skipped incomplete"] == 1


class TestMishaps:
    def archive(self, path: Path, count: int = 6) -> Path:
        path.write_bytes(compressed([record("response", url(n), http(page(n))) for n in range(1, count + 1)]))
        return path

    def test_pages_that_hang_kill_or_raise_cost_only_themselves(self, desk: Bench, tmp_path: Path) -> None:
        self.archive(tmp_path / "a.warc.gz")
        stages = json.dumps({"tests.newscrawl.reextract.traps.Trap": 50, **ITEM_PIPELINES})
        outcome = reextract(
            desk,
            tmp_path,
            "-o",
            tmp_path / "out",
            env={"TRAP_HANG": "Nomor 2", "TRAP_KILL": "Nomor 4", "TRAP_RAISE": "Nomor 5"},
            ITEM_PIPELINES=stages,
            EXTRACT_SECONDS="2",
        )
        assert outcome.code == 1, outcome.err
        assert numbers(rows(tmp_path / "out")) == {1, 3, 6}
        assert f"lost: {url(2)}" in outcome.err
        assert "took too long" in outcome.err
        assert f"lost: {url(4)}" in outcome.err
        assert "SIGKILL" in outcome.err

    @pytest.mark.parametrize("damage", ["torn", "garbage"])
    def test_a_damaged_archive_is_named_and_read_as_far_as_it_goes(
        self, desk: Bench, tmp_path: Path, damage: str
    ) -> None:
        path = self.archive(tmp_path / "a.warc.gz")
        data = path.read_bytes()
        path.write_bytes(data[:-100] if damage == "torn" else data[: len(data) // 2] + b"\xff" * 4000)
        self.archive(tmp_path / "b.warc.gz", 7)
        outcome = reextract(desk, tmp_path, "-o", tmp_path / "out")
        assert outcome.code == 1
        assert "damaged: a.warc.gz: " in outcome.err
        assert numbers(rows(tmp_path / "out")) == {1, 2, 3, 4, 5, 6, 7}

    @pytest.mark.parametrize(
        ("words", "line"),
        [
            ([], "name an archive, as in: scrapy reextract data/warc"),
            (["nowhere.warc.gz"], "nowhere.warc.gz: No such file or directory"),
            (["nowhere/*.gz"], "nowhere/*.gz: no WARC file there"),
            (["abc://x/y.warc.gz"], "abc://x/y.warc.gz: Protocol not known: abc"),
            (["{a}", "--outlet", "rmo"], "unknown outlet 'rmo': did you mean rmol?"),
            (["{a}", "--workers", "0"], "--workers 0: at least 1"),
            (["{a}", "--cluster", "host"], "--cluster host: write it as tcp://host:8786"),
            (["{a}", "--diff", "nowhere"], "--diff nowhere: no such file"),
        ],
    )
    def test_a_bad_word_is_one_line_and_code_2(
        self, desk: Bench, tmp_path: Path, words: list[str], line: str
    ) -> None:
        archive = self.archive(tmp_path / "a.warc.gz", 1)
        outcome = desk.run(*[word.format(a=archive) for word in words])
        assert (outcome.code, outcome.err.count("\n")) == (2, 1), outcome.err
        assert line in outcome.err


class Ranges(SimpleHTTPRequestHandler):
    """A file server that knows ranges."""

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        asked = self.headers.get("Range")
        if asked is None:
            return super().do_GET()
        data = Path(self.translate_path(self.path)).read_bytes()
        first, _, last = asked.removeprefix("bytes=").partition("-")
        piece = data[int(first) : int(last) + 1 if last else None]
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {first}-{int(first) + len(piece) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(piece)))
        self.end_headers()
        self.wfile.write(piece)
        return None

    def end_headers(self) -> None:
        self.send_header("Accept-Ranges", "bytes")
        super().end_headers()


class Flowing(SimpleHTTPRequestHandler):
    """A file server that does not know ranges."""

    def log_message(self, *_: object) -> None:
        pass


class TestRemote:
    @pytest.fixture(params=[Ranges, Flowing])
    def server(self, request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
        handler = partial(request.param, directory=str(folder))
        with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            yield f"http://127.0.0.1:{server.server_port}"
            server.shutdown()
            thread.join()

    def test_archives_from_a_server(self, desk: Bench, folder: Path, tmp_path: Path, server: str) -> None:
        local = reextract(desk, folder / "wget.warc.gz", "-o", tmp_path / "local")
        assert local.code == 0, local.err
        remote = reextract(desk, f"{server}/wget.warc.gz", "-o", tmp_path / "remote")
        assert remote.code == 0, remote.err
        assert (tmp_path / "remote/rmol.jsonl").read_bytes() == (tmp_path / "local/rmol.jsonl").read_bytes()

    def test_one_that_is_not_there(self, desk: Bench, tmp_path: Path, server: str) -> None:
        outcome = reextract(desk, f"{server}/tidak-ada.warc.gz", "-o", tmp_path / "out")
        assert outcome.code == 2
        assert "tidak-ada.warc.gz" in outcome.err
