"""The archive as a library: `scrapy show` proves an article, `scrapy wacz` packs a period."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from newscrawl.index.cdxj import Capture, index_warc
from newscrawl.items import WarcPointer
from newscrawl.warc.reading import read_exchange
from tests.conftest import Desk


def line_of(desk: Desk, **wanted: Any) -> dict[str, Any]:
    return next(row for row in desk.lines("rmol") if all(row[name] == v for name, v in wanted.items()))


def page_of(desk: Desk, row: dict[str, Any]) -> str:
    return read_exchange(desk.data / "warc" / "rmol", WarcPointer(**row["warc"])).body.decode()


@pytest.mark.parametrize("outlet", ["rmol", "sosok"])
def test_a_crawl_leaves_an_index_of_each_file(crawled: Desk, outlet: str) -> None:
    for warc in crawled.warcs(outlet):
        index = crawled.data / "cdxj" / outlet / f"{warc.name.removesuffix('.warc.gz')}.cdxj"
        assert index.read_bytes() == b"".join(index_warc(warc))


class TestShow:
    def test_an_article_and_where_each_part_comes_from(self, crawled: Desk) -> None:
        row = next(r for r in crawled.lines("rmol") if r["removed"] and r["syndicated_from"])
        outcome = crawled.scrapy("show", row["url"].replace("https://", "http://www.") + "?utm_source=x#atas")
        assert outcome.code == 0, outcome.err
        assert f"{row['id']}  version 1 of 1" in outcome.out
        for told in (row["title"], row["text"], row["published_text"], row["syndicated_from"]["title"]):
            assert told in outcome.out
        assert f"{row['warc']['file']}:{row['warc']['offset']}, {row['warc']['length']} bytes" in outcome.out
        assert f"{row['extraction']['method']}, template {row['extraction']['template']}" in outcome.out
        for removed in row["removed"]:
            assert f"{removed['rule']}: {removed['text']}" in outcome.out

    def test_the_page_as_it_was_captured(self, crawled: Desk) -> None:
        row = crawled.lines("rmol")[3]
        assert crawled.scrapy("show", "--html", row["id"]).out == page_of(crawled, row)

    def test_the_page_of_a_capture_that_refers_to_another(self, crawled: Desk) -> None:
        """Its own record has no payload."""
        assert crawled.newsroom
        url = crawled.newsroom.newsroom.special("rmol", "variants").url
        row = line_of(crawled, url=url)
        outcome = crawled.scrapy("show", "--json", url)
        shown = json.loads(outcome.out)
        assert Counter(c["mime"] for c in shown["captures"])["text/html"] == 1
        assert shown["line"] == row
        (record,) = shown["records"]
        assert record["status"] == 200
        assert ["Server", "nginx"] in record["headers"]
        assert record["request"].startswith("GET /")
        assert record["payload_in"]["offset"] is not None

    def test_the_heads_of_each_page_of_an_article(self, crawled: Desk) -> None:
        row = line_of(crawled, pages=3)
        outcome = crawled.scrapy("show", "--headers", row["url"])
        assert outcome.out.count("\nHTTP/1.1 200 OK\n") == 3
        assert outcome.out.count("\nUser-Agent: newscrawl/") == 3
        for pointer in (row["warc"], *row["warc_pages"]):
            assert f"# {pointer['file']}:{pointer['offset']} {pointer['record_id']}" in outcome.out

    def test_a_url_that_is_no_article(self, crawled: Desk) -> None:
        outcome = crawled.scrapy("show", "rmol.id/robots.txt")
        assert outcome.code == 0
        assert "no article was made of it" in outcome.out
        assert "200  text/plain" in outcome.out
        assert "User-agent" in crawled.scrapy("show", "--html", "rmol.id/robots.txt").out

    @pytest.mark.parametrize(
        ("words", "code", "line"),
        [
            (["https://rmol.id/tidak/ada"], 1, "https://rmol.id/tidak/ada: not in the archive of rmol"),
            (["rmol-0000000000000000"], 1, "rmol-0000000000000000: not in the archive of rmol"),
            (["rmo-0000000000000000"], 2, "unknown outlet 'rmo': did you mean rmol"),
            ([], 2, "name one URL or article id, as in: scrapy show"),
            (["rmol.id/robots.txt", "--html", "--page", "2"], 2, "no page 2; there are 1"),
            (["rmol.id/robots.txt", "--version", "2"], 2, "no version 2; there are 0"),
        ],
    )
    def test_a_bad_word_is_one_line(self, crawled: Desk, words: list[str], code: int, line: str) -> None:
        outcome = crawled.scrapy("show", *words)
        assert outcome.code == code
        assert outcome.err.startswith(f"scrapy show: {line}")
        assert outcome.err.count("\n") == 1

    def test_a_record_that_is_gone_is_named(self, crawled: Desk, tmp_path: Path) -> None:
        row = crawled.lines("rmol")[3]
        desk = copy_of(crawled, tmp_path)
        desk.warcs("rmol")[0].unlink()
        outcome = desk.scrapy("show", row["id"])
        assert outcome.code == 0
        assert f"{row['warc']['file']}: " in outcome.out
        outcome = desk.scrapy("show", "--html", row["id"])
        assert outcome.code == 1
        assert outcome.err.count("\n") == 1


def copy_of(desk: Desk, folder: Path) -> Desk:
    """Return a desk with the same data, whose files may be taken away (links to them)."""
    for path in desk.data.rglob("rmol*"):
        if path.is_file():
            target = folder / path.relative_to(desk.data)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.hardlink_to(path)
    return Desk(folder, None)


class TestWacz:
    def test_the_articles_of_a_period_and_no_others(self, crawled: Desk, tmp_path: Path) -> None:
        days = sorted({row["published"][:10] for row in crawled.lines("rmol")})
        since, until = days[1], days[2]
        target = tmp_path / "dua-hari.wacz"
        outcome = crawled.scrapy("wacz", "rmol", "-o", str(target), "--since", since, "--until", until)
        assert outcome.code == 0, outcome.err
        wanted = [row for row in crawled.lines("rmol") if since <= row["published"][:10] <= until]
        pages, captures = contents(target)
        assert {page["title"]: page["text"] for page in pages} == {r["title"]: r["text"] for r in wanted}
        at = {page["id"]: datetime.fromisoformat(page["ts"]) for page in pages}
        assert at == {f"{r['id']}-{r['version']}": datetime.fromisoformat(r["fetched"]) for r in wanted}
        assert {page["url"] for page in pages} <= {c.url for c in captures}
        assert outcome.out.startswith(f"{target}: {len(wanted)} articles, {len(captures)} captures, ")
        assert not [c for c in captures if c.url.endswith("/robots.txt")]

    def test_everything(self, crawled: Desk, tmp_path: Path) -> None:
        target = tmp_path / "semua.wacz"
        outcome = crawled.scrapy("wacz", "sosok", "-o", str(target), "--everything")
        assert outcome.code == 0, outcome.err
        pages, captures = contents(target)
        assert len(pages) == len(crawled.lines("sosok"))
        assert len(captures) == sum(len(index_warc(warc)) for warc in crawled.warcs("sosok"))

    @pytest.mark.parametrize(
        ("words", "code", "line"),
        [
            (["rmol"], 2, "name the file to write, as in: -o juni.wacz"),
            (["rmol", "-o", "x.wacz", "--since", "1999-01-01", "--until", "1999-01-02"], 1, "no article of"),
            (
                ["rmol", "-o", "x.wacz", "--since", "2020-01-02", "--until", "2020-01-01"],
                2,
                "--since 2020-01",
            ),
            (["rmol", "-o", "/proc/x.wacz"], 7, "cannot write /proc/x.wacz: "),
        ],
    )
    def test_a_bad_word_is_one_line(self, crawled: Desk, words: list[str], code: int, line: str) -> None:
        outcome = crawled.scrapy("wacz", *words)
        assert outcome.code == code
        assert outcome.err.startswith(f"scrapy wacz: {line}")
        assert outcome.err.count("\n") == 1

    def test_a_record_that_is_gone_is_told(self, crawled: Desk, tmp_path: Path) -> None:
        desk = copy_of(crawled, tmp_path / "data")
        (lines,) = (desk.data / "jsonl" / "rmol").glob("*.jsonl")
        rows = lines.read_bytes()
        lines.unlink()
        lines.write_bytes(rows.replace(b'"offset":', b'"offset":1', 1))
        outcome = desk.scrapy("wacz", "rmol", "-o", str(tmp_path / "x.wacz"))
        assert outcome.code == 1
        assert "is left out: " in outcome.err
        pages, _ = contents(tmp_path / "x.wacz")
        assert len(pages) == rows.count(b"\n") - 1


def contents(path: Path) -> tuple[list[dict[str, Any]], list[Capture]]:
    with zipfile.ZipFile(path) as file:
        _, *pages = map(json.loads, file.read("pages/pages.jsonl").splitlines())
        index = gzip.decompress(file.read("indexes/index.cdx.gz"))
    return pages, [Capture.parse(line) for line in index.splitlines()]
