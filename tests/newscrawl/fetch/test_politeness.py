from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from newscrawl.fetch.backoff import retry_after
from newscrawl.fetch.politeness import SiteSlot, pause_seconds

FLOOR = 0.5  # seconds: a tenth of it is more than a busy machine keeps the server waiting
NEARLY = 0.9  # the server's own clock is late at times; the benchmark is stricter


def urls(host: str, *paths: object) -> list[str]:
    return [f"http://{host}/{path}" for path in paths]


@pytest.fixture(scope="module")
def polite(new_crawls: Any, certificate: Any) -> Any:
    file, slow = certificate("tls.test")
    crawls = new_crawls(environment={"SSL_CERT_FILE": str(file)})
    page = crawls.page

    def at_first(*firsts: Any) -> Any:
        return lambda hit: firsts[hit.count - 1] if hit.count <= len(firsts) else page()

    def soon(hit: Any) -> Any:
        now = datetime.now(UTC).replace(microsecond=0)
        then = now + timedelta(seconds=2)
        dates = {"Date": format_datetime(now, usegmt=True), "Retry-After": format_datetime(then, usegmt=True)}
        return page(status=503, **dates) if hit.count == 1 else page()

    table = {
        "www.situs.test/robots.txt": page("User-agent: *\nDisallow: /rahasia", Content_Type="text/plain"),
        "www.situs.test/galat": at_first(page(status=500)),
        "www.situs.test/putus": at_first(b""),
        "www.situs.test/pindah": page(status=301, Location="http://m.situs.test/pindah"),
        # Slower than the delay: the next request is due when the answer arrives.
        "sibuk.test/a": at_first([FLOOR * 2, page(status=429, Retry_After="1")]),
        "tanggal.test/a": soon,
        "payah.test/a": at_first(*[page(status=503)] * 3),
        "lama.test/a": page(status=503, Retry_After="7200"),
        "tutup.test/a": page(status=503),
        "larang.test/a": page(status=403),
        "diam.larang.test/diam": [page()[:-20], 3600.0],
    }
    crawls.server.answers.update(table)
    hosts = ["situs.test", "sibuk.test", "tanggal.test", "payah.test", "lain.test"]
    mixed = [
        u
        for n in range(3)
        for u in urls("www.situs.test", n) + urls("m.situs.test", n) + urls("situs.test", n)
    ]
    crawls.add(
        "sites",
        hosts,
        urls("sibuk.test", "a", "b") + urls("tanggal.test", "a") + urls("payah.test", "a")
        + urls("www.situs.test", "putus", "galat", "pindah") + mixed + urls("lain.test", *range(5)),
        POLITE_MIN_DELAY=FLOOR, ROBOTSTXT_OBEY=True, BACKOFF_SECONDS=FLOOR, AUTOTHROTTLE_ENABLED=True,
    )  # fmt: skip
    crawls.add("later", ["lama.test"], urls("lama.test", "a", "b"), CONCURRENT_REQUESTS=1)
    crawls.add("unavailable", ["tutup.test"], urls("tutup.test", "a"), BACKOFF_LIMIT=3, BACKOFF_SECONDS=0.01)
    # Whoever waited for the pause to end, or for the silent page, would wait for an hour.
    crawls.add(
        "held",
        ["larang.test", "diam.larang.test"],
        urls("diam.larang.test", "diam") + urls("larang.test", "a", *range(20)),
        POLITE_MIN_DELAY=0.05,
        BLOCKED_LIMIT=1,
        BACKOFF_SECONDS=3600,
        BACKOFF_MAX=3600,
        DOWNLOAD_TIMEOUT=3600,
    )
    slow.sni_callback = lambda *_: time.sleep(FLOOR * 0.7)
    server = crawls.new_server(slow)
    crawls.add(
        "handshake", ["tls.test"], [f"https://tls.test/{n}" for n in range(4)],
        POLITE_MIN_DELAY=FLOOR, CONNECT_TO=f"::127.0.0.1:{server.tls_port}",
    )  # fmt: skip
    return crawls


def test_hosts_of_a_site_share_one_budget(polite: Any) -> None:
    result = polite["sites"]
    hosts = ["www.situs.test", "m.situs.test", "situs.test"]
    gaps = polite.server.gaps(*hosts)
    assert len(gaps) >= 3 + 6 + 5, "three robots.txt, six pages, and what was asked again or moved"
    assert min(gaps) >= FLOOR * NEARLY
    assert {result["pages"][url]["status"] for url in result["pages"] if "situs.test" in url} == {200}


def test_closed_connection_is_no_reason_to_ask_at_once(polite: Any) -> None:
    polite["sites"]
    assert polite.server.paths("www.situs.test").count("/putus") == 2


def test_delay_counts_from_when_the_server_got_the_request(polite: Any) -> None:
    polite["handshake"]
    gaps = polite.others[0].gaps("tls.test")
    assert len(gaps) == 3
    assert min(gaps) >= FLOOR * NEARLY


def test_retry_after_holds_the_site_and_no_other(polite: Any) -> None:
    pages = polite["sites"]["pages"]
    busy = [hit for hit in polite.server.hits if hit.host == "sibuk.test" and hit.path != "/robots.txt"]
    assert [hit.path for hit in busy][:1] == ["/a"]
    assert busy[1].at - busy[0].at >= NEARLY
    others = [hit for hit in polite.server.hits if hit.host == "lain.test"]
    assert any(busy[0].at < hit.at < busy[1].at for hit in others)
    assert pages["http://sibuk.test/a"]["status"] == pages["http://sibuk.test/b"]["status"] == 200


def test_retry_after_may_be_a_date(polite: Any) -> None:
    assert polite["sites"]["pages"]["http://tanggal.test/a"]["status"] == 200
    assert polite.server.gaps("tanggal.test")[-1] >= 2 * NEARLY


def test_pause_without_retry_after_doubles(polite: Any) -> None:
    assert polite["sites"]["pages"]["http://payah.test/a"]["status"] == 200
    gaps = polite.server.gaps("payah.test")[1:]
    assert [gap >= FLOOR * 2**n * NEARLY for n, gap in enumerate(gaps)] == [True] * 3
    assert polite["sites"]["stats"]["backoff/503"] == 4


def test_site_that_wants_us_much_later_ends_the_crawl(polite: Any) -> None:
    result = polite["later"]
    assert result["reason"] == "retry_later"
    assert "ERROR lama.test asks us to come back in 7200 s, we wait at most 600 s" in result["lines"]
    assert polite.server.paths("lama.test") == ["/a"]


def test_site_that_cannot_serve_us_ends_the_crawl(polite: Any) -> None:
    assert polite["unavailable"]["reason"] == "unavailable"
    assert polite.server.paths("tutup.test") == ["/a"] * 3


def test_end_of_the_crawl_waits_for_no_pause(polite: Any) -> None:
    result = polite["held"]
    assert result["reason"] == "blocked"
    assert result["pages"]["http://larang.test/a"]["reason"] == "blocked-http-403"
    assert result["pages"]["http://diam.larang.test/diam"]["reason"] == "crawl-stopped"
    assert {page["reason"] for page in result["pages"].values()} == {"blocked-http-403", "crawl-stopped"}
    assert result["stats"]["warc/exchanges"] == 2, "the one that was cut off is in the archive"


NOW = datetime(2026, 6, 2, 3, 46, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        (" 30 ", 30),
        ("9" * 400, 999999999999),
        ("Tue, 02 Jun 2026 03:47:05 GMT", 60),
        ("Tuesday, 02-Jun-26 03:47:05 GMT", 60),
        ("Tue Jun  2 03:47:05 2026", 60),
        ("Tue, 02 Jun 2026 03:40:00 GMT", 0),
        ("Tue, 99 Jun 2026 03:40:00 GMT", None),
        ("-5", None),
        ("1.5", None),
        ("besok", None),
        ("²", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_read(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


def test_pause_is_bounded() -> None:
    assert 300 <= pause_seconds(10_000, 5, 300) <= 375


def test_jitter_and_others_only_add_to_the_least_delay() -> None:
    slot = SiteSlot(1, delay=0.0, jitter=0.5, least=2.0)
    assert all(2 <= slot.download_delay() <= 3 for _ in range(200))
    slot.delay = 5.0
    assert slot.download_delay() >= 5
