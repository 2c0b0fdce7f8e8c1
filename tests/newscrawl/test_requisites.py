"""What a page needs is found in its HTML, asked for once, and never becomes an article."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from newscrawl.index.lookup import Archive
from newscrawl.requisites import Kind, parse_kind, requisites
from newscrawl.sample.client import Sample
from tests.conftest import Desk

PAGE = b"""<head><base href="/berita/"><link rel="stylesheet" href="gaya.css">
<link rel="shortcut icon" href="/i.ico"><link rel="canonical" href="/read/1">
<script src="https://cdn.contoh.id/a.js"></script><script>var a</script></head>
<img src="a.jpg#x"><img src="a.jpg"><img data-src="/malas.jpg" src="data:image/gif;base64,R0"><img src="">
<picture><source srcset="b.webp 1x, c.webp 2x"><img src=" /b.jpg "></picture><img srcset=", ">
<a href="/d.jpg">x</a>"""

IMAGES = ["/berita/a.jpg", "/malas.jpg", "/berita/b.webp", "/b.jpg"]
REST = ["/berita/gaya.css", "/i.ico", "https://cdn.contoh.id/a.js"]


@pytest.mark.parametrize(("kind", "wanted"), [("none", []), ("images", IMAGES), ("all", IMAGES + REST)])
def test_the_urls_of_a_page(kind: Kind, wanted: list[str]) -> None:
    full = {url if url.startswith("https") else f"https://contoh.id{url}" for url in wanted}
    found = requisites(PAGE, "https://contoh.id/read/1", kind)
    assert set(found) == full
    assert len(found) == len(full)


@pytest.mark.parametrize("body", [b"", b"  ", b"\x00\xff", b"<", b"<p>a", b"<!-- a", b"\x1f\x8b\x08"])
def test_what_is_no_page_needs_nothing(body: bytes) -> None:
    assert requisites(body, "https://contoh.id/", "all") == []


def test_a_wrong_word_is_refused() -> None:
    assert parse_kind("") == parse_kind(None) == parse_kind("none") == "none"
    with pytest.raises(ValueError, match="ARCHIVE_ASSETS=foto: write images, all or none"):
        parse_kind("foto")


def test_a_crawl_archives_them_once_a_run_and_keeps_them_apart(desk: Desk) -> None:
    """A second run stores what is the same as a revisit; the lines and a rebuilt state know nothing of it."""
    for _ in range(2):
        outcome = desk.scrapy("crawl", "rmol", "-a", "limit=4", settings={"ARCHIVE_ASSETS": "images"})
        assert outcome.code == 0, outcome.err
    captures = list(Archive(desk.data, "rmol").all())
    pictures = [c for c in captures if c.url.endswith((".jpg", ".png"))]
    assert {c.mime for c in pictures} <= {"image/png", "warc/revisit"}
    assert pictures
    for path in desk.warcs("rmol"):
        asked = Counter(c.url for c in pictures if c.filename == path.name)
        assert set(asked.values()) == {1}
    full = Counter(c.url for c in pictures if not c.is_revisit)
    assert set(full.values()) == {1}
    rows = desk.lines("rmol")
    assert {image["url"] for row in rows for image in row["images"]} <= {c.url for c in pictures}
    assert len({row["id"] for row in rows}) == len(rows) > 4
    rebuilt = desk.scrapy("rebuild-state", "rmol")
    assert rebuilt.code == 0
    assert f" {len(rows)} articles done" in rebuilt.out
    assert "0 lines made" in rebuilt.out


def test_a_host_of_assets_is_asked_for_them_and_for_nothing_else(tmp_path: Path) -> None:
    """Its robots.txt is obeyed; one that refuses us is left alone, and the crawl goes on."""
    with Sample(crawl_delay=0, articles=6, seed="aset") as newsroom:
        desk = Desk(tmp_path / "data", newsroom)
        settings = {"ARCHIVE_ASSETS": "images", "BLOCKED_LIMIT": "2"}
        outcome = desk.scrapy("crawl", "sosok", "-a", "limit=3", settings=settings)
        assert outcome.code == 0, outcome.err
        asked = [entry["path"] for entry in newsroom.log() if entry["host"] == "asset-a.grid.id"]
        assert asked[0] == "/robots.txt"
        pictures = {image["url"] for row in desk.lines("sosok") for image in row["images"]}
        assert pictures
        assert {f"https://asset-a.grid.id{path}" for path in asked[1:]} >= pictures
        captured = [c for c in Archive(desk.data, "sosok").all() if c.url in pictures]
        assert {(c.mime, c.status) for c in captured} == {("image/png", 200)}

        newsroom.control("challenge", host="asset-a.grid.id", path=r"\.jpg$")
        outcome = desk.scrapy("crawl", "sosok", settings=settings)
        assert outcome.code == 0, outcome.err
        assert "asset-a.grid.id blocked us 2 times in a row" in outcome.err
        assert outcome.err.count("nothing more is asked of it") == 1
        assert len(desk.lines("sosok")) > 3


def test_a_wrong_setting_is_one_line_before_any_request(desk: Desk) -> None:
    outcome = desk.scrapy("crawl", "rmol", settings={"ARCHIVE_ASSETS": "foto"})
    assert outcome.code == 2
    assert outcome.err == "scrapy crawl: ARCHIVE_ASSETS=foto: write images, all or none\n"
