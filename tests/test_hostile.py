"""Whole crawls of sites that mean ill or are broken: each ends, says why, keeps what came, costs little."""

from __future__ import annotations

import gzip
import itertools
import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from newscrawl.items import json_schema
from newscrawl.sample.client import Sample
from newscrawl.state import State, UrlState, state_file
from newscrawl.warc.reading import Exchange, iter_exchanges
from tests.conftest import AS_USERS_DO, ROOT, Desk
from tests.newscrawl.fetch.conftest import Answer, Server, page

MEGABYTE = 1_000_000
MEMORY_LIMIT = 400  # MB, of the crawl and of each extraction worker
SITE = "http://jahat.test"
PARAGRAPHS = "".join(
    f"<p>Warga Desa Tirtasari bergotong royong memperbaiki tanggul sungai pada hari ke-{n} setelah banjir "
    f"surut, dan kepala desa mengatakan pekerjaan itu selesai sebelum musim tanam tiba.</p>"
    for n in range(1, 6)
)
SPIDER = """
from newscrawl.outlet import ArticleUrl, Feed, ListPage, Outlet, Sitemap
from newscrawl.spider import NewsSpider


class JahatSpider(NewsSpider):
    name = "jahat"
    outlet = Outlet(
        name=name,
        title="Jahat",
        hosts=("jahat.test",),
        sources=({sources}),
        articles=(ArticleUrl(pattern=r"jahat\\.test/(?P<path>baca/[^/]+)", canonical="http://jahat.test/{{path}}"),),
    )
"""
MEASURE = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[2:])
with open(sys.argv[1], "w") as file:
    file.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(code)
"""
Answers = dict[str, Answer]


def article(
    title: str = "Warga Tirtasari Perbaiki Tanggul", body: str = PARAGRAPHS, head: str = "", **headers: Any
) -> bytes:
    html = (
        f'<!DOCTYPE html><html lang="id"><head><title>{title}</title>{head}'
        '<meta property="article:published_time" content="2026-06-02T10:46:00+07:00"></head>'
        f"<body><article><h1>{title}</h1>{body}</article></body></html>"
    )
    return page(html.encode("utf-8", "surrogatepass"), **headers)


def feed(urls: Iterable[str]) -> bytes:
    when = "<pubDate>Tue, 02 Jun 2026 10:46:00 +0700</pubDate>"
    items = "".join(f"<item><title>Berita</title><link>{url}</link>{when}</item>" for url in urls)
    rss = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Jahat</title>{items}</channel></rss>'
    return page(rss, Content_Type="application/rss+xml")


class Everywhere(Answers):
    """Answers of a server that has an article under each URL of the kind."""

    def get(self, key: str, default: Any = None) -> Any:
        return self[key] if key in self else article() if "/baca/" in key else default


@dataclass
class Result:
    """What a crawl came to: exit code, log, stats, peak memory in MB, archive, lines, state."""

    code: int
    log: str
    peak: float
    desk: Desk
    server: Server
    lines: list[dict[str, Any]]
    exchanges: list[Exchange]

    def stat(self, key: str) -> int:
        found = re.search(rf"'{re.escape(key)}': (\d+)", self.log)
        return int(found[1]) if found else 0

    def known(self, name: str) -> UrlState | None:
        with State(state_file(self.desk.data, "jahat")) as state:
            return state.url_state(f"{SITE}/baca/{name}")

    def why(self, name: str) -> str | None:
        known = self.known(name)
        return known.reason if known else None

    def stored(self, name: str) -> list[int | None]:
        return [e.status for e in self.exchanges if e.uri == f"{SITE}/baca/{name}"]

    def line(self, name: str) -> dict[str, Any]:
        (row,) = [row for row in self.lines if row["url"] == f"{SITE}/baca/{name}"]
        return row


def crawl(
    folder: Path,
    answers: Answers,
    *words: str,
    sources: str = f'Feed(url="{SITE}/rss"),',
    path: Path | None = None,
    **settings: str,
) -> Result:
    """Crawl a hostile site in a process of its own, measured."""
    package = folder / "outlets" / "jahat"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "spider.py").write_text(SPIDER.format(sources=sources))
    server = Server.started()
    server.answers = Everywhere()
    robots = page("User-agent: *\nDisallow:\n", Content_Type="text/plain")
    server.answers |= {"jahat.test/robots.txt": robots}
    server.answers |= {f"jahat.test/{name}": answer for name, answer in answers.items()}
    desk = Desk(folder / "data", None)
    env = desk.environment() | {
        "PYTHONPATH": os.pathsep.join(map(str, filter(None, [path, folder / "outlets", ROOT]))),
        "NEWSCRAWL_CONTACT": "https://example.org/newscrawl-test",
        "NEWSCRAWL_CONNECT_TO": f"jahat.test:80:127.0.0.1:{server.port}",
    }
    sets = {"SPIDER_MODULES": "jahat", "STATS_DUMP": "1", "RETRY_TIMES": "0", **AS_USERS_DO, **settings}
    command = desk.command("crawl", "jahat", *words, settings=sets)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, folder / "peak", *command],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    warcs = desk.warcs("jahat")
    return Result(
        code=done.returncode,
        log=done.stderr,
        peak=int((folder / "peak").read_text()) / 1024,
        desk=desk,
        server=server,
        lines=desk.lines("jahat"),
        exchanges=[exchange for warc in warcs for exchange in iter_exchanges(warc)],
    )


TITLE = 'Judul "aneh"\n</script> dengan \x00 dan \ud800 di dalamnya'
LD = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": TITLE}
HOSTILE_HEAD = '<script type="application/ld+json">' + json.dumps(LD).replace("</", "<\\/") + "</script>"
ARTICLES: Answers = {
    "baik": article(),
    "asing": page(status=302, Location="http://lain.example/baca/asing"),
    "lokal": page(status=302, Location="http://127.0.0.1/rahasia"),
    "metadata": page(status=302, Location="http://169.254.169.254/latest/meta-data/"),
    "skrip": page(status=302, Location="javascript:alert(1)"),
    "putar": page(status=302, Location="/baca/putar"),
    "pindah": page(status=302, Location="/tentang"),
    "judul": article(
        '"Judul" &lt;/script&gt;\nsatu\x00dua', head=HOSTILE_HEAD, body=PARAGRAPHS + "<p>\u2028Akhir\x85.</p>"
    ),
    "sepi": page(f"<html><head>{HOSTILE_HEAD}</head><body><article>{PARAGRAPHS}</article></body></html>"),
    "bom": lambda _: page(gzip.compress(bytes(100 * MEGABYTE), 1), Content_Encoding="gzip"),
    "besar": lambda _: article(body=PARAGRAPHS + "<div class='iklan'><p>Iklan baris.</p></div>\n" * 450_000),
    "dalam": article(body="<div>" * 100_000 + PARAGRAPHS),
    "biner": page(random.Random(1).randbytes(300_000)),
    "kosong": page(""),
    "nol": page(bytes(100_000)),
    "charset": article(Content_Type="text/html; charset=x-tidak-ada"),
    "kepala": b"HTTP/1.1 200 OK\r\n" + b"X-Panjang: " + b"a" * MEGABYTE + b"\r\n\r\n",
}
LINKS = [
    *(f"{SITE}/baca/{name}" for name in ARTICLES),
    f"{SITE}/baca/{'a' * 10_000}",
    f"{SITE}/baca/a%0d%0aX-Palsu:1",
    "javascript:alert(1)",
    "data:text/html,baca/satu",
    "file:///etc/passwd",
    "http://lain.example/baca/satu",
    "http://127.0.0.1/baca/satu",
    "http://jahat.test@lain.example/baca/satu",
    "http://jahat.test:22/baca/satu",
]


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Result:
    answers = {f"baca/{name}": answer for name, answer in ARTICLES.items()}
    return crawl(tmp_path_factory.mktemp("articles"), {"rss": feed(LINKS), **answers})


class TestArticles:
    """A feed of hostile articles, one of them fine."""

    def test_the_crawl_goes_on_to_its_end(self, articles: Result) -> None:
        assert articles.code == 0, articles.log
        assert articles.peak < MEMORY_LIMIT
        assert articles.line("baik")["text"].count("\n\n") == 4

    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("asing", "foreign-host"),
            ("lokal", "foreign-host"),
            ("metadata", "foreign-host"),
            ("skrip", "scheme"),
            ("putar", "too-many-redirects"),
            ("pindah", "redirected-away"),
            ("bom", "too-large"),
            ("dalam", "no-text"),
            ("biner", "no-title"),
            ("kosong", "unextractable: empty"),
            ("nol", "unextractable: empty"),
            ("kepala", "connection-failed"),
        ],
    )
    def test_each_says_why_it_gave_nothing(self, articles: Result, name: str, reason: str) -> None:
        assert articles.why(name) == reason
        assert f": {reason}" in articles.log
        assert [row for row in articles.lines if row["url"].endswith(f"/{name}")] == []

    def test_the_reasons_are_counted(self, articles: Result) -> None:
        counts = {"refused/foreign-host": 3, "refused/scheme": 1, "refused/too-large": 1}
        counts |= {"refused/too-many-redirects": 1, "unextractable/empty": 2, "dropped/no-title": 1}
        assert {key: articles.stat(key) for key in counts} == counts

    def test_what_came_is_in_the_archive(self, articles: Result) -> None:
        for name in ARTICLES:
            status = {"asing", "lokal", "metadata", "skrip", "putar", "pindah"}
            want = [302] * (6 if name == "putar" else 1) if name in status else [200]
            assert articles.stored(name) == want, name

    def test_nobody_else_is_asked(self, articles: Result) -> None:
        assert {hit.host for hit in articles.server.hits} == {"jahat.test"}
        paths = set(articles.server.paths("jahat.test")) - {"/robots.txt", "/rss", "/tentang"}
        assert paths == {f"/baca/{name}" for name in ARTICLES}

    def test_each_line_is_one_valid_line(self, articles: Result) -> None:
        (file,) = (articles.desk.data / "jsonl" / "jahat").iterdir()
        lines = file.read_bytes().splitlines()
        assert len(lines) == len(file.read_text("utf-8").splitlines()) == len(articles.lines) == 5
        validator = jsonschema.Draft202012Validator(json_schema())
        for row in articles.lines:
            validator.validate(row)

    def test_a_hostile_title_is_only_a_title(self, articles: Result) -> None:
        row = articles.line("judul")
        assert row["title"].startswith('"Judul" </script> satu')
        assert "\n" not in row["title"]
        assert "Akhir" in row["text"]
        assert articles.line("sepi")["title"] == 'Judul "aneh" </script> dengan \0 dan \ufffd di dalamnya'

    def test_an_unknown_charset_is_guessed_and_told(self, articles: Result) -> None:
        row = articles.line("charset")
        assert row["text"] == articles.line("baik")["text"]
        assert "charset.unknown" in row["extraction"]["warnings"]

    def test_of_a_huge_page_the_article_is_read(self, articles: Result) -> None:
        assert articles.line("besar")["text"] == articles.line("baik")["text"]


MILLION = 1_000_000
NEWS = f"{SITE}/baca/"
XML = '<?xml version="1.0" encoding="UTF-8"?>'
LAUGHS = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))


def urlset(rows: str, doctype: str = "") -> str:
    return f"{XML}{doctype}<urlset>{rows}</urlset>"


def index(*urls: str) -> str:
    return (
        f"{XML}<sitemapindex>{''.join(f'<sitemap><loc>{url}</loc></sitemap>' for url in urls)}</sitemapindex>"
    )


def packed(text: str) -> bytes:
    """Write an XML answer that is small on the wire."""
    return page(gzip.compress(text.encode(), 1), Content_Type="text/xml", Content_Encoding="gzip")


def entry(name: object) -> str:
    return f"<url><loc>{NEWS}{name}</loc></url>"


LISTS: Answers = {
    "rss": feed([f"{NEWS}baik"]),
    "baca/baik": article(),
    "loop.xml": packed(index(f"{SITE}/loop.xml", f"{SITE}/loop2.xml", "http://lain.example/a.xml")),
    "loop2.xml": packed(index(f"{SITE}/loop.xml", f"{SITE}/loop3.xml")),
    "loop3.xml": packed(index(f"{SITE}/terlalu-dalam.xml")),
    "sejuta.xml": lambda _: packed(urlset("".join(map(entry, range(MILLION))))),
    "entitas.xml": packed(urlset(entry("&a9;"), f'<!DOCTYPE urlset [<!ENTITY a0 "{"ha" * 50}">{LAUGHS}]>')),
    "luar.xml": packed(
        urlset(entry("luar-&luar;"), '<!DOCTYPE urlset [<!ENTITY luar SYSTEM "file:///etc/hostname">]>')
    ),
    "bom.xml.gz": lambda _: page(gzip.compress(bytes(200 * MEGABYTE), 1), Content_Type="application/gzip"),
    "bom.xml": lambda _: packed("<urlset>" + " " * 100 * MEGABYTE),
    "besar.rss": lambda _: packed(
        "<rss version='2.0'><channel>"
        + f"<item><title>Berita</title><link>{NEWS}baik</link></item>" * 700_000
    ),
    "daftar": page(
        "<html><body>"
        + "".join(f'<a href="{link}">Berita</a>' for link in [*LINKS[len(ARTICLES) :], f"{NEWS}baik"])
        + "</body></html>"
    ),
    **{f"arsip/{n}": page(f'<html><body><a href="{NEWS}arsip-{n}">a</a></body></html>') for n in range(50)},
}
SOURCES = f"""Feed(url="{SITE}/rss"), Feed(url="{SITE}/besar.rss"), ListPage(url="{SITE}/daftar"),
    ListPage(url="{SITE}/arsip/{{page}}", max_pages=5), *(Sitemap(url=f"{SITE}/{{name}}") for name in (
    "loop.xml", "sejuta.xml", "entitas.xml", "luar.xml", "bom.xml.gz", "bom.xml")),"""


PATCH = """
import os, time
import newscrawl.extract

whole = newscrawl.extract.extract


def extract(page, outlet):
    if b"GAGAL" in page.body:
        raise LookupError("tidak ada\\n" + "panjang " * 1000)
    if b"MACET" in page.body:
        time.sleep(600)
    if b"MATI" in page.body:
        os.kill(os.getpid(), 9)
    return whole(page, outlet)


newscrawl.extract.extract = extract
"""


LIMIT = 6


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return crawl(tmp_path_factory.mktemp("lists"), LISTS, "-a", f"limit={LIMIT}", sources=SOURCES)


class TestLists:
    """Sitemaps, feeds and list pages that loop, grow, explode or lie."""

    def test_the_crawl_comes_to_its_articles(self, lists: Result) -> None:
        assert lists.code == 0, lists.log
        assert lists.peak < MEMORY_LIMIT
        assert len(lists.lines) == LIMIT

    def test_a_loop_of_sitemaps_is_walked_once_and_not_deep(self, lists: Result) -> None:
        asked = [path for path in lists.server.paths("jahat.test") if path.startswith("/loop")]
        assert asked == ["/loop.xml", "/loop2.xml", "/loop3.xml"]

    def test_pages_without_end_are_walked_as_far_as_declared(self, lists: Result) -> None:
        asked = [path for path in lists.server.paths("jahat.test") if path.startswith("/arsip")]
        assert asked == [f"/arsip/{n}" for n in range(1, 6)]

    def test_of_a_sitemap_no_more_is_read_than_the_protocol_allows(self, lists: Result) -> None:
        with State(state_file(lists.desk.data, "jahat")) as state:
            assert state.is_new(f"{NEWS}50000")
            assert not state.is_new(f"{NEWS}49999")
            assert state.counts()["urls"] == 50_000 + 6 + 1  # "luar-", without what the entity stood for
            assert not state.is_new(f"{NEWS}luar-")

    @pytest.mark.parametrize(
        "line",
        [
            "loop.xml: 1 sitemaps on other hosts, not followed",
            "loop3.xml: sitemap index below 2 others, not followed",
            "sejuta.xml: sitemap of 50,000 entries or more, read no further",
            "entitas.xml: broken XML, read as far as possible: ",
            "luar.xml: broken XML, read as far as possible: Entity 'luar' not defined",
            "bom.xml.gz: not a sitemap",
            "Source http://jahat.test/bom.xml could not be read: too-large",
            "besar.rss: feed of 51,800,028 bytes, read the first 2,097,152",
        ],
    )
    def test_each_says_what_is_wrong(self, lists: Result, line: str) -> None:
        assert line in lists.log

    def test_links_that_are_no_articles_of_ours_are_not_asked_for(self, lists: Result) -> None:
        assert {hit.host for hit in lists.server.hits} == {"jahat.test"}
        listed = {f"/{name}" for name in LISTS if not name.startswith(("arsip", "baca"))}
        walked = {f"/arsip/{n}" for n in range(1, 6)}
        asked = set(lists.server.paths("jahat.test"))
        articles = {path for path in asked if re.fullmatch(r"/baca/(baik|luar-|arsip-\d|\d+)", path)}
        assert asked - articles == listed | walked | {"/robots.txt"}


def test_a_slow_drip_ends_in_time_and_what_came_is_kept(tmp_path: Path) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 90\r\n\r\n"
    answers: Answers = {
        "baca/isi": [head, *(part for _ in range(60) for part in (b"a", 1.0))],
        "baca/kepala": [part for byte in head for part in (bytes([byte]), 1.0)],
        "baca/diam": [60.0],
        "baca/baik": article(),
    }
    links = feed(f"{SITE}/{name}" for name in answers)
    result = crawl(tmp_path, {"rss": links, **answers}, DOWNLOAD_TIMEOUT="2")
    assert result.code == 0, result.log
    assert [row["url"] for row in result.lines] == [f"{NEWS}baik"]
    assert {result.why(name) for name in ("isi", "kepala", "diam")} == {"timeout"}
    cut = {e.uri.rpartition("/")[2]: e.truncated for e in result.exchanges if e.truncated}
    assert cut == {"isi": "time", "kepala": "time"}


def test_an_extraction_that_fails_costs_one_page(tmp_path: Path) -> None:
    """It raises, hangs, or kills its worker: counted, told with the URL, remembered; the others go on."""
    patch = tmp_path / "patch"
    patch.mkdir()
    (patch / "sitecustomize.py").write_text(PATCH)
    answers: Answers = {f"baca/{word.lower()}": article(word) for word in ("GAGAL", "MACET", "MATI")}
    answers |= {f"baca/baik-{n}": article(f"Warga Nomor {n}") for n in range(8)}
    names = sorted(answers, key=lambda name: name[-1])  # the bad ones among the good ones
    result = crawl(
        tmp_path,
        {"rss": feed(f"{SITE}/{name}" for name in names), **answers},
        path=patch,
        EXTRACT_SECONDS="3",
    )
    assert result.code == 0, result.log
    assert len(result.lines) == 8
    assert result.stat("extraction-failed") == result.stat("articles/failed") == 3
    killed = "extraction-failed: took more than 3 s or killed its worker"
    assert [result.why(name) for name in ("macet", "mati")] == [killed] * 2
    reason = result.why("gagal") or ""
    assert reason.startswith("extraction-failed: LookupError: tidak ada panjang panjang")
    assert len(reason) < 300
    for name in ("gagal", "macet", "mati"):
        assert f"No article from {NEWS}{name}: extraction-failed: " in result.log
        assert result.stored(name) == [200]
        known = result.known(name)
        assert known
        assert (known.state, known.attempts, known.pointer is not None) == ("failed", 1, True)


class TestServersThatSayNo:
    """How fast a whole crawl asks, and how it ends when a site will not have it."""

    @pytest.fixture
    def own(self, tmp_path: Path) -> Iterator[Desk]:
        with Sample(crawl_delay=0.3, articles=20) as sample:
            yield Desk(tmp_path / "data", sample)

    def test_the_crawl_delay_holds_for_all_hosts_of_a_site(self, own: Desk) -> None:
        assert own.newsroom
        outcome = own.scrapy("crawl", "rmol", "-a", "limit=4")
        assert outcome.code == 0, outcome.err
        times = [hit["time"] for hit in own.newsroom.log() if hit["path"] != "/robots.txt"]
        assert len(times) > 8
        assert min(later - earlier for earlier, later in itertools.pairwise(times)) >= 0.3 * 0.95

    def test_a_site_that_wants_us_back_in_an_hour_is_left(self, own: Desk) -> None:
        assert own.newsroom
        own.newsroom.control("crawl_delay", seconds=0)
        own.newsroom.control("fail", path="/read/", status=429, retry_after=3600)
        outcome = own.scrapy("crawl", "rmol")
        assert outcome.code == 3, outcome.err
        assert outcome.err.splitlines()[-1] == (
            "rmol: rmol.id asks us to come back in 3600 s, we wait at most 600 s"
        )
        asked = sum("/read/" in hit["path"] for hit in own.newsroom.log())
        assert 1 <= asked <= 8  # as many as were under way
        assert own.lines("rmol") == []
        own.newsroom.control("heal")
        assert own.scrapy("crawl", "rmol", "-a", "limit=5").code == 0
        assert own.lines("rmol")

    def test_a_site_that_is_busy_for_a_moment_is_waited_for(self, own: Desk) -> None:
        assert own.newsroom
        own.newsroom.control("crawl_delay", seconds=0)
        own.newsroom.control("fail", path="/read/", status=503, retry_after=1, times=1)
        outcome = own.scrapy("crawl", "rmol", "-a", "limit=3")
        assert outcome.code == 0, outcome.err
        assert len(own.lines("rmol")) == 3
        hits = [hit for hit in own.newsroom.log() if "/read/" in hit["path"]]
        busy = next(n for n, hit in enumerate(hits) if hit["status"] == 503)
        assert all(hit["time"] - hits[busy]["time"] >= 0.95 for hit in hits[busy + 3 :])
