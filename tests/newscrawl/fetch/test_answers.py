"""What the spider gets of block pages, conditional requests and the name we give."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from newscrawl.fetch.identity import ContactError, user_agent

CHALLENGE = "<html><title>Just a moment...</title><body><script>window._cf_chl_opt={}</script></body></html>"
LAST_MODIFIED = "Tue, 02 Jun 2026 03:46:05 GMT"


@pytest.fixture(scope="module")
def asked(new_crawls: Any) -> Any:
    crawls = new_crawls()
    page = crawls.page
    answers = crawls.server.answers
    answers |= {
        "situs.test/tantangan": page(CHALLENGE),
        "situs.test/larang": page(status=403),
        "situs.test/sibuk": page(status=429),
        "situs.test/galat": page(status=500),
        "situs.test/rss": page(status=304),
        "situs.test/lama": page(status=301, Location="/baru"),
        "situs.test/biasa": page(),
    }
    for n in range(9):
        answers[f"blokir.test/{n}"] = page(CHALLENGE) if n % 2 else page(status=403)
        answers[f"selang.test/{n}"] = page(CHALLENGE) if n % 2 else page()
    quick = {"BACKOFF_SECONDS": 0.01, "RETRY_TIMES": 1, "BACKOFF_TIMES": 2, "BLOCKED_LIMIT": 4}
    validators = {"validators": ['"a"', LAST_MODIFIED]}
    requests = [
        *[f"http://situs.test/{name}" for name in ("tantangan", "larang", "galat", "sibuk")],
        {"url": "http://situs.test/rss", "meta": validators},
        {"url": "http://situs.test/lama", "meta": validators},
        {"url": "http://situs.test/biasa", "meta": {"validators": [None, None]}},
    ]
    crawls.add("one-by-one", ["situs.test"], requests, **quick | {"BLOCKED_LIMIT": 6})
    crawls.add(
        "blocked",
        ["blokir.test"],
        [f"http://blokir.test/{n}" for n in range(9)],
        POLITE_MIN_DELAY=0.02,
        **quick,
    )
    crawls.add("now-and-then", ["selang.test"], [f"http://selang.test/{n}" for n in range(9)], **quick)
    return crawls


def test_block_page_never_reaches_the_callback(asked: Any) -> None:
    result = asked["one-by-one"]
    outcome = {
        url.rsplit("/", 1)[1]: page.get("reason") or page.get("status")
        for url, page in result["pages"].items()
    }
    assert outcome["tantangan"] == "blocked-cloudflare-challenge"
    assert outcome["larang"] == "blocked-http-403"
    assert result["stats"]["blocked/cloudflare-challenge"] == result["stats"]["blocked/http-403"] == 1


def test_block_page_is_in_the_archive(asked: Any) -> None:
    result = asked["one-by-one"]
    files = (asked.folder / "one-by-one").glob("*.warc.gz")
    assert any(b"window._cf_chl_opt" in gzip.decompress(file.read_bytes()) for file in files)
    assert result["stats"]["warc/exchanges"] == len(asked.server.paths("situs.test"))


def test_too_many_requests_is_asked_again_and_counts_as_block(asked: Any) -> None:
    result = asked["one-by-one"]
    assert asked.server.paths("situs.test").count("/sibuk") == 3
    assert result["stats"]["blocked/http-429"] == result["stats"]["backoff/429"] == 3


def test_blocks_in_a_row_end_the_crawl(asked: Any) -> None:
    result = asked["blocked"]
    assert result["reason"] == "blocked"
    assert len(asked.server.paths("blokir.test")) == 4
    assert "ERROR blokir.test blocked us 4 times in a row, last with cloudflare-challenge" in result["lines"]


def test_blocks_now_and_then_do_not(asked: Any) -> None:
    result = asked["now-and-then"]
    assert result["reason"] == "finished"
    assert result["stats"]["blocked/cloudflare-challenge"] == 4


def test_validators_make_a_conditional_request(asked: Any) -> None:
    assert asked["one-by-one"]["pages"]["http://situs.test/rss"]["status"] == 304
    hits = {hit.path: hit.headers for hit in asked.server.hits if hit.host == "situs.test"}
    for path, etag in (("/rss", '"a"'), ("/lama", '"a"'), ("/baru", None), ("/biasa", None)):
        assert hits[path].get("if-none-match") == etag
        assert hits[path].get("if-modified-since") == (LAST_MODIFIED if etag else None)


@pytest.mark.parametrize(
    "contact", ["https://example.org/crawl?a=b", "http://example.org", "redaksi@example.org", " a@b.id "]
)
def test_user_agent_names_product_and_contact(contact: str) -> None:
    assert user_agent(contact).startswith("newscrawl/")
    assert user_agent(contact).endswith(f" (+{contact.strip()})")


@pytest.mark.parametrize(
    "contact",
    [None, "", " ", "redaksi", "a@b", "ftp://a.id", "https://a.id/(x)", "a@b.id\r\nX: y", "https://a.id/ü"],
)
def test_unusable_contact_is_said_in_one_line(contact: str | None) -> None:
    with pytest.raises(ContactError, match="NEWSCRAWL_CONTACT") as error:
        user_agent(contact)
    assert "\n" not in str(error.value)
