"""A new outlet's file is learnt from its site, holds what every outlet file must, and crawls at once."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from newscrawl import settings
from newscrawl.extract import Page
from newscrawl.flow import TextFlow
from newscrawl.new_outlet.draft import draft
from newscrawl.new_outlet.forms import learn
from newscrawl.new_outlet.pages import read_article, read_home, zone_of
from newscrawl.new_outlet.selectors import propose
from newscrawl.new_outlet.skeleton import skeleton
from newscrawl.outlet import ArticleUrl, Feed, ListPage, Outlet, Selectors, Sitemap
from newscrawl.sample.client import Sample
from newscrawl.spiders.rmol import RmolSpider
from newscrawl.urls import canonical
from tests.conftest import ROOT, Desk

FLOW = TextFlow(settings.ITEM_PIPELINES)
SLUGS = ("banjir-di-demak-mulai-surut", "harga-cabai-turun-lagi", "warga-ingin-jembatan-baru")


def urls(form: str, *sections: str) -> list[str]:
    """Fill a form: `{s}` a section, `{n}` a number, `{slug}` a headline."""
    names = sections or ("politik", "daerah", "ekonomi")
    return [form.format(s=names[i % len(names)], n=70_001 + i, slug=slug) for i, slug in enumerate(SLUGS)]


FORMS = [
    # links; the path that is learnt; a URL that is an article; one that is none
    (
        urls("https://contoh.id/{s}/read/2026/11/21/{n}/{slug}"),
        r"(?P<section>[a-z0-9-]+)/read/(?P<year>\d{4})/(?P<month>\d\d)/(?P<day>\d\d)/(?P<id>\d+)/[^/]+?",
        "https://contoh.id/hukum/read/2020/06/02/5/judul",
        "https://contoh.id/hukum",
    ),
    (
        urls("https://contoh.id/read/{n}/{slug}"),
        r"read/(?P<id>\d+)/[^/]+?",
        "https://m.contoh.id/read/9/judul-lain",
        "https://contoh.id/tag/judul-yang-lain",
    ),
    (
        urls("https://contoh.id/{s}/20261121093000-20-{n}/{slug}"),
        r"(?P<section>[a-z0-9-]+)/[\d-]+/[^/]+?",
        "https://contoh.id/olahraga/20200602093000-7-9/judul",
        "https://contoh.id/olahraga/indeks/judul",
    ),
    (
        urls("https://contoh.id/berita/d-{n}99/{slug}"),
        r"berita/[a-z]+-?\d+/[^/]+?",
        "https://contoh.id/berita/d-123/judul",
        "https://contoh.id/berita/judul",
    ),
    (
        urls("https://contoh.id/{s}/{slug}.html"),
        r"(?P<section>[a-z0-9-]+)/(?:[^/-]+-){2,}[^/]+?\.html",
        "https://contoh.id/gaya/tiga-kata-cukup.html",
        "https://contoh.id/gaya/redaksi.html",
    ),
    (
        urls("https://contoh.id/{slug}-{n}"),
        r"(?=[^/]*\d{4})[^/]+?",
        "https://contoh.id/judul-12345",
        "https://contoh.id/pedoman-media-siber",
    ),
]


@pytest.mark.parametrize(("links", "path", "article", "other"), FORMS)
def test_the_form_of_article_urls_is_learnt(links: list[str], path: str, article: str, other: str) -> None:
    furniture = [
        "https://contoh.id/tag/pemilu-serentak-daerah",
        "https://contoh.id/",
        "https://lain.id/a-b-c",
    ]
    (form,) = learn([*furniture, *links], "contoh.id", known="x")
    assert form.pattern == rf"(?:(?:www|m|amp)\.)?contoh\.id/(?P<path>{path})/?"
    outlet = Outlet(name="contoh", title="Contoh", hosts=("contoh.id",), sources=(), articles=(form,))
    assert canonical(article, outlet) == article.replace("//m.", "//")
    assert canonical(other, outlet) is None
    assert [canonical(link, outlet) for link in links] == links


def test_the_host_that_links_show_is_the_canonical_one() -> None:
    (form,) = learn(urls("https://www.contoh.id/read/{n}/{slug}/"), "contoh.id", known="x")
    assert form.canonical == "www.contoh.id/{path}/"
    (form,) = learn(urls("http://{s}.contoh.id/read/{n}/{slug}"), "contoh.id", known="x")
    assert form.pattern.startswith(r"(?P<host>(?:[a-z0-9-]+\.)*contoh\.id)/")
    assert form.canonical == "http://{host}/{path}"


def test_links_without_articles_teach_nothing() -> None:
    assert (
        learn(["https://contoh.id/politik", "https://contoh.id/tag/satu-dua-tiga"], "contoh.id", known="")
        == []
    )


def test_a_home_page_names_its_feeds() -> None:
    body = b"""<html><head><title>Kabar Baru - Berita Terkini</title>
      <link rel="alternate" type="application/rss+xml" href="/rss/terbaru">
      <link rel="alternate" type="application/rss+xml" href="/comments/feed/">
      <link rel="alternate" hreflang="id" href="/"></head>
      <body><a href="/rss/politik">RSS</a> <a href="politik/1/banjir-di-demak">Banjir</a></body></html>"""
    home = read_home(Page("https://kabarbaru.example/", body, datetime(2026, 11, 22, tzinfo=UTC)))
    assert home.feeds == ["https://kabarbaru.example/rss/terbaru", "https://kabarbaru.example/rss/politik"]
    assert "https://kabarbaru.example/politik/1/banjir-di-demak" in home.links
    assert home.name == "Kabar Baru"


def page(slug: str, *, zone: str = "WIB", clear: bool = True) -> Page:
    """Write an article's page; one that is not clear says its title only in a box that no rule knows."""
    title = slug.replace("-", " ").capitalize()
    head = f'<meta property="og:title" content="{title}">' if clear else ""
    headline = f"<h1>{title}</h1>" if clear else f'<h1>Kabar Baru</h1><h3 class="kop">{title}</h3>'
    words = f"Keterangan tentang {title} disampaikan pejabat setempat kepada wartawan pada hari Jumat pagi. "
    html = (
        f"<html><head><title>Kabar Baru</title>{head}</head><body>{headline}"
        f'<div class="waktu">Jumat, 20 November 2026 10:00 {zone}</div>'
        f'<div class="isi-berita"><p>{words * 2}</p><p>{words}Warga menunggu.</p></div></body></html>'
    )
    return Page(f"https://kabarbaru.example/read/1/{slug}", html.encode(), datetime(2026, 11, 22, tzinfo=UTC))


@pytest.mark.parametrize(
    ("zone", "name"), [("WIB", "Asia/Jakarta"), ("WITA", "Asia/Makassar"), ("WIT", "Asia/Jayapura")]
)
def test_the_zone_is_that_of_the_printed_dates(zone: str, name: str) -> None:
    readings = [r for slug in SLUGS if (r := read_article(page(slug, zone=zone), FLOW))]
    assert zone_of(readings) == name


def test_selectors_are_proposed_only_where_general_rules_are_in_doubt() -> None:
    day = date(2026, 11, 22)
    clear = [r for slug in SLUGS if (r := read_article(page(slug), FLOW))]
    assert propose(clear, day, "x") is None
    unclear = [r for slug in SLUGS if (r := read_article(page(slug, clear=False), FLOW))]
    assert propose(unclear, day, "x") == Selectors(name="2026", title="h3.kop", known="x")


def test_a_skeleton_has_the_boxes_and_none_of_the_words() -> None:
    reading = read_article(page(SLUGS[0]), FLOW)
    assert reading
    html = skeleton(reading, RmolSpider.outlet, "2026-11-22")
    assert '<div class="isi-berita">' in html
    assert '<div class="waktu">TODO' in html
    assert not re.search(r"demak|pejabat|wartawan", html, re.IGNORECASE)


KABAR = Outlet(
    name="kabar_baru",
    title="Kabar Baru",
    hosts=("kabarbaru.example",),
    sources=(
        Feed(url="https://kabarbaru.example/rss", known="kabarbaru.example, 2026-11-22"),
        Sitemap(url=f"https://kabarbaru.example/{'panjang-' * 8}sitemap.xml", known="kabarbaru.example"),
    ),
    articles=(ArticleUrl(pattern=r"kabarbaru\.example/\d+/[^/]+", known="kabarbaru.example"),),
    zone="Asia/Makassar",
    checked=date(2026, 11, 22),
)


@pytest.mark.parametrize(
    "outlet",
    [
        KABAR,
        Outlet(
            name="pendek",
            title="Pendek",
            hosts=("pendek.id",),
            sources=(ListPage(url="https://pendek.id/", known="x"),),
            articles=(ArticleUrl(pattern=r"pendek\.id/\d+", known="x"),),
            selectors=(Selectors(name="2026", title="h3.kop", known="x"),),
        ),
    ],
    ids=["long", "short"],
)
def test_a_draft_is_the_outlet_in_the_projects_format(outlet: Outlet) -> None:
    code = draft(outlet)
    names: dict[str, object] = {"__name__": "drafted"}
    exec(code, names)
    (spider,) = (thing for name, thing in names.items() if name.endswith("Spider") and name != "NewsSpider")
    assert spider.outlet == outlet  # type: ignore[attr-defined]
    assert_clean(code)


def assert_clean(code: str) -> None:
    """Check a file as `make check` does, without mypy."""
    ruff = [sys.executable, "-m", "ruff"]
    place = ["--stdin-filename", str(ROOT / "newscrawl/spiders/baru.py"), "-"]
    for words in (["check", "-q"], ["format", "--diff", "-q"]):
        run = subprocess.run([*ruff, *words, *place], input=code, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stdout + run.stderr


# The command, against the sample newsroom under another name


@pytest.fixture(scope="module")
def mirror() -> Iterator[Sample]:
    mirrors = {"kabarbaru.example": "rmol", "kisahbaru.example": "sosok"}
    with Sample(crawl_delay=0, mirrors=mirrors) as sample:
        yield sample


class Copy(Desk):
    """A desk in a copy of the project: files may be written there."""

    def __init__(self, folder: Path, newsroom: Sample) -> None:
        super().__init__(folder / "data", newsroom)
        self.root = folder / "project"
        for part in ("newscrawl", "pipelines"):
            shutil.copytree(ROOT / part, self.root / part, ignore=shutil.ignore_patterns("__pycache__"))
        (self.root / "tests/outlets").mkdir(parents=True)
        shutil.copy(ROOT / "scrapy.cfg", self.root)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*words),
            cwd=self.root,
            env={**self.environment(), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )


@pytest.fixture
def copy(tmp_path: Path, mirror: Sample) -> Copy:
    return Copy(tmp_path, mirror)


def test_the_file_is_written_crawls_at_once_and_is_never_overwritten(copy: Copy) -> None:
    words = ("new-outlet", "kabarbaru", "https://kabarbaru.example/", "--write")
    run = copy.run(*words)
    assert run.returncode == 0, run.stderr
    file = copy.root / "newscrawl/spiders/kabarbaru.py"
    assert f"wrote {file}" in run.stdout
    code = file.read_text(encoding="utf-8")
    assert_clean(code)
    assert 'Sitemap(url="https://kabarbaru.example/sitemap-news.xml"' in code
    assert "selectors" not in code
    assert len(code.splitlines()) < 40

    assert copy.run("crawl", "kabarbaru", "-a", "limit=3").returncode == 0
    lines = copy.lines("kabarbaru")
    assert len(lines) == 3
    assert all(row["title"] and row["text"] and row["published"].endswith("+07:00") for row in lines)

    (skeleton_file,) = (copy.root / "tests/outlets/kabarbaru").glob("*/page.html")
    html = skeleton_file.read_text(encoding="utf-8")
    assert "TODO: tulis judul" in html
    text = " ".join(row["text"] for row in lines)
    assert not [sentence for sentence in re.split(r"[.\n]+", text) if len(sentence) > 30 and sentence in html]

    again = copy.run(*words)
    assert again.returncode == 2
    assert "exists and is not overwritten" in again.stderr
    assert file.read_text(encoding="utf-8") == code


def test_without_write_the_file_is_printed(mirror: Sample, tmp_path: Path) -> None:
    desk = Desk(tmp_path / "data", mirror)
    before = len(mirror.log())
    outcome = desk.scrapy("new-outlet", "kisahbaru", "https://kisahbaru.example/")
    assert outcome.code == 0, outcome.err
    assert_clean(outcome.out)
    assert (
        'pattern=r"(?:(?:www|m|amp)\\.)?kisahbaru\\.example/(?P<path>read/(?P<id>\\d+)/[^/]+?)/?"'
        in outcome.out
    )
    assert not (ROOT / "newscrawl/spiders/kisahbaru.py").exists()
    assert not desk.data.exists()
    asked = mirror.log(since=before)
    assert asked[0]["path"] == "/robots.txt"
    assert len(asked) <= 12


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["kabarbaru"], "name an outlet and its home page, as in: scrapy new-outlet [options] <name> <url>"),
        (["Kabar", "https://kabarbaru.example/"], "'Kabar' is no name for an outlet"),
        (["kabar", "kabarbaru.example"], "'kabarbaru.example' is no home page; write it as https://rmol.id/"),
        (["kabar", "https://www.rmol.id/"], "www.rmol.id is an outlet already: rmol; see scrapy doctor rmol"),
        (["rmol", "https://kabarbaru.example/"], "rmol.py exists and is not overwritten"),
    ],
)
def test_bad_words(desk: Desk, words: list[str], line: str) -> None:
    outcome = desk.scrapy("new-outlet", *words)
    assert outcome.code == 2
    assert line in outcome.err
    assert outcome.err.count("\n") == 1


@pytest.mark.parametrize(("verb", "code"), [("challenge", 3), ("fail", 1)])
def test_a_home_page_that_cannot_be_had(mirror: Sample, tmp_path: Path, verb: str, code: int) -> None:
    more = {"status": 500} if verb == "fail" else {}
    mirror.control(verb, host="kabarbaru.example", path="^/$", **more)
    try:
        outcome = Desk(tmp_path, mirror).scrapy("new-outlet", "kabarbaru", "https://kabarbaru.example/")
    finally:
        mirror.control("heal")
    assert outcome.code == code
    assert "https://kabarbaru.example/ cannot be read: " in outcome.err
