from __future__ import annotations

from typing import Any

import pytest

from newscrawl.fetch.robots import MAX_BYTES, parse

DELAY = 0.3  # seconds

DELAYS = [
    ("", None),
    ("User-agent: *\nCrawl-delay: 2.5", 2.5),
    ("User-agent: *\nRequest-rate: 1/5", 5),
    ("User-agent: *\nRequest-rate: 2/1m", 30),
    ("User-agent: *\nRequest-rate: 1/4\nCrawl-delay: 10", 10),
    ("User-agent: *\nRequest-rate: 0/4", None),
    ("User-agent: *\nCrawl-delay: besok", None),
    ("User-agent: lain\nCrawl-delay: 9", None),
    ("User-agent: *\nCrawl-delay: 9\n\nUser-agent: NewsCrawl\nCrawl-delay: 3", 3),
]


@pytest.mark.parametrize(("text", "seconds"), DELAYS)
def test_delay_is_the_longer_one_asked_of_us(text: str, seconds: float | None) -> None:
    assert parse(text.encode()).delay == seconds


def test_our_own_group_goes_before_the_general_one() -> None:
    rules = parse(b"User-agent: *\nDisallow: /\n\nUser-agent: newscrawl\nDisallow: /cari")
    assert rules.allows("https://situs.test/berita")
    assert not rules.allows("https://situs.test/cari?q=a")


def test_long_file_is_read_up_to_its_bound() -> None:
    start = b"User-agent: *\nDisallow: /awal\n"
    rules = parse(
        start + b"#" * (MAX_BYTES - len(start) - 20) + b"\nDisallow: /tengah-jalan\nDisallow: /akhir\n"
    )
    assert not rules.allows("https://situs.test/awal")
    assert rules.allows("https://situs.test/tengah-jalan")
    assert rules.allows("https://situs.test/akhir")


def test_binary_is_no_rule() -> None:
    assert parse(b"\x1f\x8b\x00\xff" * 100).allows("https://situs.test/")


@pytest.fixture(scope="module")
def robots(new_crawls: Any) -> Any:
    crawls = new_crawls()
    page = crawls.page

    def text(body: str) -> bytes:
        return bytes(page(body, Content_Type="text/plain"))

    def at_first(*answers: Any) -> Any:
        return lambda hit: answers[min(hit.count, len(answers)) - 1]

    crawls.server.answers |= {
        "aturan.test/robots.txt": text(f"User-agent: newscrawl\nDisallow: /cari\nCrawl-delay: {DELAY}"),
        "tiada.test/robots.txt": page(status=404),
        "larang.test/robots.txt": page(status=403),
        "pindah.test/robots.txt": page(status=301, Location="http://www.pindah.test/robots.txt"),
        "www.pindah.test/robots.txt": text("User-agent: *\nDisallow: /cari"),
        "keluar.test/robots.txt": page(status=302, Location="http://iklan.example/"),
        "putar.test/robots.txt": page(status=302, Location="/robots.txt"),
        "galat.test/robots.txt": page(status=503),
        "bisu.test/robots.txt": [5.0],
        "pulih.test/robots.txt": at_first(
            page(status=500), page(status=429), text("User-agent: *\nDisallow: /cari")
        ),
        "lambat.test/robots.txt": text("User-agent: *\nCrawl-delay: 86400"),
        "mati.cabang.test/robots.txt": b"",
    }
    settings = {"ROBOTSTXT_OBEY": True, "ROBOTS_RETRY_SECONDS": [0.1, 0.2], "BACKOFF_SECONDS": 0.01}
    for name in ("tiada", "larang", "pindah", "keluar", "putar", "galat", "pulih"):
        crawls.add(
            name, [f"{name}.test"], [f"http://{name}.test/{path}" for path in ("berita", "cari")], **settings
        )
    crawls.add(
        "aturan",
        ["aturan.test"],
        [f"http://aturan.test/{p}" for p in (1, 2, 3, "cari")],
        AUTOTHROTTLE_ENABLED=True,
        **settings,
    )
    crawls.add("bisu", ["bisu.test"], ["http://bisu.test/berita"], DOWNLOAD_TIMEOUT=0.2, **settings)
    crawls.add("tak-bernama", ["tak-bernama.test"], ["http://tak-bernama.test/"], CONNECT_TO="", **settings)
    crawls.add(
        "lambat",
        ["lambat.test"],
        [f"http://lambat.test/{n}" for n in (1, 2)],
        CRAWL_DELAY_MAX=DELAY,
        **settings,
    )
    branch = [f"http://{host}.test/{n}" for n in (1, 2) for host in ("cabang", "mati.cabang", "www.cabang")]
    crawls.add("cabang", ["cabang.test"], branch, **settings)
    return crawls


def outcome(result: Any) -> dict[str, Any]:
    return {
        url.rsplit("/", 1)[1]: page.get("status") or page["reason"] for url, page in result["pages"].items()
    }


def test_rules_and_delay_are_kept(robots: Any) -> None:
    result = robots["aturan"]
    assert outcome(result) == {"1": 200, "2": 200, "3": 200, "cari": "robots"}
    assert robots.server.paths("aturan.test") == ["/robots.txt", "/1", "/2", "/3"]
    assert min(robots.server.gaps("aturan.test")) >= DELAY * 0.9
    assert result["stats"]["refused/robots"] == 1


@pytest.mark.parametrize("name", ["tiada", "larang", "keluar", "putar"])
def test_absent_file_forbids_nothing(robots: Any, name: str) -> None:
    assert outcome(robots[name]) == {"berita": 200, "cari": 200}


@pytest.mark.parametrize("name", ["pindah", "pulih"])
def test_file_that_moved_or_came_late_is_kept(robots: Any, name: str) -> None:
    assert outcome(robots[name]) == {"berita": 200, "cari": "robots"}


@pytest.mark.parametrize("name", ["galat", "bisu", "tak-bernama"])
def test_file_that_cannot_be_had_ends_the_crawl(robots: Any, name: str) -> None:
    result = robots[name]
    assert result["reason"] == "robots_unreachable"
    assert set(robots.server.paths(f"{name}.test")) <= {"/robots.txt"}
    assert result["stats"]["robotstxt/request_count"] == 3
    lines = [
        line
        for line in result["lines"]
        if line.startswith(f"ERROR http://{name}.test/robots.txt cannot be had")
    ]
    assert len(lines) == 1
    assert set(outcome(result).values()) <= {"robots-unreachable", "crawl-stopped"}


def test_dead_branch_of_a_living_site_is_left_out(robots: Any) -> None:
    result = robots["cabang"]
    assert result["reason"] == "finished"
    assert {url: page.get("status") or page["reason"] for url, page in result["pages"].items()} == {
        f"http://{host}.test/{n}": status
        for n in (1, 2)
        for host, status in (("cabang", 200), ("mati.cabang", "robots-unreachable"), ("www.cabang", 200))
    }


def test_delay_beyond_reason_is_capped_and_said(robots: Any) -> None:
    result = robots["lambat"]
    assert outcome(result) == {"1": 200, "2": 200}
    assert any("lambat.test/robots.txt asks for 86400 s" in line for line in result["lines"])
    assert min(robots.server.gaps("lambat.test")) >= DELAY * 0.9
