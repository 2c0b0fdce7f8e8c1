"""`scrapy extract`: saved pages, fetched pages, bad words."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from newscrawl.sample.article import SampleArticle
from newscrawl.sample.site import Site
from tests.conftest import ROOT, Desk

PAGE = (
    '<html><head><link rel="canonical" href="https://contoh.test/berita/1"><title>Panen Raya</title></head>'
    "<body><h1>Panen Raya di Tirtamulya</h1>"
    + "<p>Petani di Tirtamulya memanen padi lebih awal karena cuaca cerah sejak awal bulan ini.</p>" * 3
    + "</body></html>"
)


def test_a_saved_page_is_a_line(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(PAGE)
    outcome = desk.scrapy("extract", str(tmp_path / "a.html"), env={"NEWSCRAWL_CONTACT": ""})
    row = json.loads(outcome.out)
    assert (outcome.code, row["title"], row["url"]) == (
        0,
        "Panen Raya di Tirtamulya",
        "https://contoh.test/berita/1",
    )


def test_a_folder_is_a_line_for_each_page(desk: Desk, tmp_path: Path) -> None:
    for name in ("b/2.html", "a.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(PAGE)
    outcome = desk.scrapy("extract", "--batch", str(tmp_path))
    assert [json.loads(line)["file"] for line in outcome.out.splitlines()] == ["a.html", "b/2.html"]


def test_a_fetched_page_is_asked_for_as_a_crawl_would(desk: Desk) -> None:
    assert desk.newsroom
    article = desk.newsroom.newsroom.special("rmol", "markup")
    outcome = desk.scrapy("extract", article.url)
    row = json.loads(outcome.out)
    assert row["title"] == article.title
    assert row["outlet"] == "rmol"
    assert not desk.data.exists()


def paged(desk: Desk) -> SampleArticle:
    assert desk.newsroom
    articles = desk.newsroom.newsroom.articles("rmol")
    return next(a for a in articles if a.kind == "article" and a.pages > 2)


@pytest.mark.parametrize("rules", [[], ["--generic"]])
def test_the_later_pages_of_a_fetched_article_come_with_it(desk: Desk, rules: list[str]) -> None:
    article = paged(desk)
    url = article.url if rules else f"{article.url}?page=2"  # with rules, any page is the article
    row = json.loads(desk.scrapy("extract", *rules, url).out)
    assert row["pages"] == article.pages
    assert row["text"].split("\n\n") == list(article.paragraphs)
    assert "pages.missing" not in row["extraction"]["warnings"]


def test_a_full_disk_is_one_line_and_a_code(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(PAGE)
    command = desk.command("extract", str(tmp_path / "a.html"))
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            command,
            cwd=ROOT,
            env=desk.environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert ended.returncode == 7
    assert ended.stderr == "scrapy extract: the output cannot be written: No space left on device\n"


def test_a_later_page_alone_says_so_too(desk: Desk, tmp_path: Path) -> None:
    article = paged(desk)
    assert desk.newsroom
    parts = urlsplit(article.url)
    answer = Site(desk.newsroom.newsroom).answer("rmol.id", f"{parts.path}?page={article.pages}")
    (tmp_path / "a.html").write_bytes(answer.body)
    url = f"{article.url}?page={article.pages}"
    row = json.loads(desk.scrapy("extract", str(tmp_path / "a.html"), "--url", url).out)
    assert "pages.missing" in row["extraction"]["warnings"]


def test_a_page_alone_says_that_others_are_missing(desk: Desk, tmp_path: Path) -> None:
    assert desk.newsroom
    article = paged(desk)
    answer = Site(desk.newsroom.newsroom).answer("rmol.id", urlsplit(article.url).path)
    (tmp_path / "a.html").write_bytes(answer.body)
    row = json.loads(desk.scrapy("extract", str(tmp_path / "a.html"), "--url", article.url).out)
    assert (row["pages"], row["extraction"]["warnings"]) == (1, ["pages.missing"])


@pytest.mark.parametrize(
    ("words", "code", "line"),
    [
        (["tidak-ada.html"], 2, "tidak-ada.html: No such file or directory"),
        (["http://[::1/"], 2, "is no web address"),
        (["ftp://rmol.id/x"], 2, "is no web address"),
        (["README.md", "--url", "rmol.id/x"], 2, "is no web address"),
        (["README.md", "--frob"], 2, "unknown option --frob; see: scrapy extract --help"),
        (["docs"], 2, "docs is a folder; write: scrapy extract --batch docs"),
        (["--batch", "docs"], 2, "docs: no .html file in it"),
        (["--generic", "--outlet", "rmol", "x"], 2, "--generic and --outlet exclude each other"),
        (["https://rmol.id/tidak-ada"], 1, "https://rmol.id/tidak-ada: HTTP 404 Not Found"),
        (
            ["https://sosok.grid.id/read/99415299999/halaman-terlarang-bagi-robot"],
            1,
            ": robots.txt forbids it",
        ),
        ([], 2, "name one file, URL or -"),
    ],
)
def test_what_cannot_be_had_is_one_line_and_a_code(
    desk: Desk, words: list[str], code: int, line: str
) -> None:
    outcome = desk.scrapy("extract", *words)
    assert (outcome.code, outcome.out) == (code, "")
    assert line in outcome.err
    assert outcome.err.count("\n") == 1
