"""The newsroom as a plain HTTP client sees it, over TLS and without."""

from __future__ import annotations

import http.client
import ssl
from collections import Counter

import pytest

from newscrawl.sample.article import ARCHIVE_SPECIALS
from newscrawl.sample.client import Sample
from newscrawl.sample.outlets import OUTLETS
from tests.newscrawl.sample.conftest import Browser

ALL_CODINGS = "gzip, deflate, br"
outlets = pytest.mark.parametrize("outlet", OUTLETS)


@pytest.mark.parametrize("scheme", ["https", "http"])
@pytest.mark.parametrize(
    "host", ["rmol.id", "www.rmol.id", "m.rmol.id", "rmol.co", "www.rmol.co", "sosok.grid.id"]
)
def test_each_host_answers(browser: Browser, scheme: str, host: str) -> None:
    answer = browser.get(f"{scheme}://{host}/")
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=UTF-8"


def test_nobody_else_trusts_the_certificate(sample: Sample) -> None:
    browser = Browser(sample)
    browser.tls = ssl.create_default_context()
    with pytest.raises(ssl.SSLCertVerificationError):
        browser.get("https://rmol.id/")


def test_connections_are_kept(browser: Browser) -> None:
    connection = browser.connect("https", "rmol.id")
    for path in ("/", "/robots.txt", "/nihil", "/rss"):
        browser.ask(connection, f"https://rmol.id{path}")
    connection.close()
    last = browser.sample.log()[-4:]
    assert [row["status"] for row in last] == [200, 200, 404, 200]
    assert len({row["connection"] for row in last}) == 1
    assert [row["time"] for row in last] == sorted(row["time"] for row in last)


@outlets
def test_bodies_come_in_every_form(browser: Browser, outlet: str) -> None:
    newsroom, forms = browser.sample.newsroom, Counter[tuple[str | None, str | None]]()
    connection = browser.connect("https", OUTLETS[outlet].host)
    for article in newsroom.recent(outlet):
        answer = browser.ask(connection, article.url, Accept_Encoding=ALL_CODINGS)
        if answer.status == 200:
            assert b"</html>" in answer.body
            forms[answer.headers.get("content-encoding"), answer.headers.get("transfer-encoding")] += 1
    connection.close()
    assert set(forms) == {
        ("gzip", None),
        ("gzip", "chunked"),
        ("br", None),
        ("br", "chunked"),
        ("deflate", None),
        (None, "chunked"),
        (None, None),
    }


def test_only_accepted_codings_are_used(browser: Browser) -> None:
    seen = set()
    for article in browser.sample.newsroom.archive("rmol"):
        answer = browser.get(article.url, Accept_Encoding="gzip, br;q=0")
        seen.add(answer.headers.get("content-encoding"))
        assert browser.get(article.url).headers.get("content-encoding") is None
    assert seen == {"gzip", None}


PAGES = [
    "https://rmol.id/",
    "https://rmol.id/rss/latest-posts",
    "https://rmol.id/tag/politik?page=2",
    "https://sosok.grid.id/sitemap/news/sitemap.xml",
    "https://sosok.grid.id/rss",
    "https://sosok.grid.id/index?day=5&month=6&year=2020&section=all&page=1",
    "article",
]


@pytest.mark.parametrize("url", PAGES)
def test_unchanged_pages_answer_304(browser: Browser, url: str) -> None:
    url = browser.sample.newsroom.archive("rmol")[3].url if url == "article" else url
    first = browser.get(url, Accept_Encoding=ALL_CODINGS)
    tag, since = first.headers["etag"], first.headers["last-modified"]
    by_tag = browser.get(url, If_None_Match=f'"lain", W/{tag}', Accept_Encoding=ALL_CODINGS)
    assert (by_tag.status, by_tag.body, by_tag.headers["etag"]) == (304, b"", tag)
    assert browser.get(url, If_Modified_Since=since).status == 304
    assert browser.get(url, If_None_Match='"lain"', If_Modified_Since=since).status == 200
    assert browser.get(url, If_Modified_Since="Thu, 01 Jan 2015 00:00:00 GMT").status == 200
    assert browser.get(url, If_Modified_Since="kemarin").status == 200
    logged = browser.sample.log()[-5]
    assert (logged["status"], logged["if_none_match"]) == (304, f'"lain", W/{tag}')


@outlets
def test_an_old_url_redirects_to_the_article(browser: Browser, outlet: str) -> None:
    for archive in (False, True):
        article = browser.sample.newsroom.special(outlet, "redirect", archive=archive)
        (old,) = article.aliases
        answer = browser.get(old)
        assert (answer.status, answer.headers["location"]) == (301, article.url)


def test_the_old_domain_has_a_new_owner(browser: Browser) -> None:
    recent = browser.sample.newsroom.archive("rmol")[3].url.replace("rmol.id", "rmol.co")
    answer = browser.get(recent)
    assert answer.status == 200
    assert "new owner" in answer.text


def test_a_wrong_slug_redirects_to_the_right_one(browser: Browser) -> None:
    article = browser.sample.newsroom.recent("sosok")[5]
    answer = browser.get(f"https://sosok.grid.id/read/{article.id}/judul-lama")
    assert (answer.status, answer.headers["location"]) == (301, article.url)


@outlets
def test_dead_links(browser: Browser, outlet: str) -> None:
    dead = browser.sample.newsroom.dead_links(outlet)
    assert sorted(dead.values()) == [404, 410]
    assert {url: browser.get(url).status for url in dead} == dead


@outlets
def test_a_flaky_article_fails_once(fresh: Sample, outlet: str) -> None:
    browser, url = Browser(fresh), fresh.newsroom.special(outlet, "flaky").url + "?page=1"
    assert [browser.get(url).status for _ in range(3)] == [500, 200, 200]
    fresh.control("reset")
    assert browser.get(url).status == 500
    assert len(fresh.log()) == 1


@pytest.mark.parametrize(("outlet", "archive"), [(o, a) for o in OUTLETS for a in (False, True)])
def test_the_wrong_charset_is_declared(browser: Browser, outlet: str, archive: bool) -> None:
    article = browser.sample.newsroom.special(outlet, "charset", archive=archive)
    answer = browser.get(article.url)
    assert answer.headers["content-type"] == "text/html; charset=iso-8859-1"
    assert "Kafé Señora" in answer.text
    assert "Kafé Señora" not in answer.body.decode("iso-8859-1")
    assert 13 in ARCHIVE_SPECIALS


def test_head_has_no_body(browser: Browser) -> None:
    answer = browser.get("https://rmol.id/", method="HEAD")
    assert (answer.status, answer.body) == (200, b"")


def test_post_is_refused(browser: Browser) -> None:
    answer = browser.get("https://rmol.id/", method="POST")
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")


def test_a_broken_request_is_refused(browser: Browser) -> None:
    connection = browser.connect("http", "rmol.id")
    connection.sock.sendall(b"GARIS TANPA ARTI SAMA SEKALI\r\n\r\n")
    assert connection.sock.recv(100).startswith(b"HTTP/1.1 400 ")
    connection.close()


def test_http_1_0_gets_no_chunks(browser: Browser) -> None:
    connection = browser.connect("http", "rmol.id")
    connection.sock.sendall(b"GET / HTTP/1.0\r\nHost: rmol.id\r\n\r\n")
    response = http.client.HTTPResponse(connection.sock)
    response.begin()
    assert b"</html>" in response.read()
    assert response.getheader("Connection") == "close"
    response.close()
    connection.close()


def test_requests_in_a_row_are_answered_in_order(browser: Browser) -> None:
    connection = browser.connect("http", "rmol.id")
    lines = [
        f"GET {path} HTTP/1.1\r\nHost: rmol.id\r\n\r\n" for path in ("/robots.txt", "/nihil", "/robots.txt")
    ]
    connection.sock.sendall("".join(lines).encode())
    statuses: list[int] = []
    with connection.sock.makefile("rb") as stream:
        while len(statuses) < 3:
            line = stream.readline()
            if line.startswith(b"HTTP/1.1 "):
                statuses.append(int(line.split()[1]))
    connection.close()
    assert statuses == [200, 404, 200]
