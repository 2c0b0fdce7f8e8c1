"""What a test can make happen while the newsroom is open."""

from __future__ import annotations

import http.client
import time
from datetime import date

import pytest

from newscrawl.sample.client import Sample, SampleError
from tests.newscrawl.sample.conftest import TODAY, Browser

ROBOTS = "https://rmol.id/robots.txt"


def test_one_newsroom_through_a_day(fresh: Sample) -> None:
    """Publish, change, touch and shift, in one newsroom: each shows at once."""
    browser, truth = Browser(fresh), fresh.newsroom
    feed = browser.get("https://rmol.id/rss")
    (url,) = fresh.control("publish", outlet="rmol")["urls"]
    assert url == truth.publish("rmol")[0].url
    after = browser.get("https://rmol.id/rss", If_None_Match=feed.headers["etag"])
    assert after.status == 200
    assert url in after.text
    assert browser.get(url).status == 200

    live = truth.special("rmol", "live")
    before = browser.get(live.url)
    assert fresh.control("change", outlet="rmol", special="live") == {"url": live.url, "revision": 1}
    now = browser.get(live.url, If_None_Match=before.headers["etag"], Accept_Encoding="identity")
    assert now.status == 200
    assert "Pembaruan ke-1" in now.text
    assert live.paragraphs[0] in now.text

    plain = truth.recent("sosok")[3]
    before = browser.get(plain.url)
    fresh.control("touch", outlet="sosok", index=plain.index)
    now = browser.get(plain.url, If_Modified_Since=before.headers["last-modified"])
    assert now.status == 200
    assert now.body != before.body

    assert fresh.control("today", day="2026-11-21")["today"] == "2026-11-21"
    truth.shift_today(date(2026, 11, 21))
    assert fresh.status()["articles"]["rmol"] == truth.count("rmol")
    assert truth.articles("rmol")[-1].url in browser.get("https://rmol.id/").text


def test_faults_come_and_go(fresh: Sample) -> None:
    browser = Browser(fresh)
    fresh.control("fail", host="rmol.id", path=r"^/robots\.txt$", status=503, retry_after=120, times=2)
    answers = [browser.get(ROBOTS) for _ in range(3)]
    assert [a.status for a in answers] == [503, 503, 200]
    assert answers[0].headers["retry-after"] == "120"
    fresh.control("fail", status=429, retry_after="Fri, 20 Nov 2026 10:00:00 GMT")
    assert browser.get("https://sosok.grid.id/rss").headers["retry-after"].endswith("GMT")
    fresh.control("heal")
    assert browser.get("https://sosok.grid.id/rss").status == 200


@pytest.mark.parametrize(
    ("kind", "mark"), [("browser", "Just a moment"), ("captcha", "g-recaptcha"), ("empty", 'id="app"')]
)
def test_a_challenge_is_served_as_200(sample: Sample, kind: str, mark: str) -> None:
    browser, article = Browser(sample), sample.newsroom.archive("rmol")[8]
    sample.control("challenge", host="rmol.id", kind=kind)
    answer = browser.get(article.url)
    sample.control("heal")
    assert answer.status == 200
    assert mark in answer.text
    assert article.title not in answer.text
    assert browser.get(article.url).text.count(article.title)


def test_slow_answers_wait_and_others_do_not(sample: Sample) -> None:
    browser = Browser(sample)
    sample.control("slow", path="^/rss$", seconds=0.3)
    started = time.monotonic()
    assert browser.get("https://rmol.id/rss").status == 200
    assert time.monotonic() - started >= 0.3
    sample.control("heal")


def test_a_body_that_drips_and_one_that_is_cut(sample: Sample) -> None:
    browser = Browser(sample)
    sample.control("drip", path="^/robots", seconds=0.0005)
    assert "Sitemap:" in browser.get(ROBOTS).text
    sample.control("heal")
    url = next(
        a.url for a in sample.newsroom.archive("rmol") if "content-length" in browser.get(a.url).headers
    )
    sample.control("cut", times=1)
    with pytest.raises(http.client.IncompleteRead):
        browser.get(url)
    sample.control("heal")
    assert browser.get(url).status == 200


def test_a_redesign_and_another_crawl_delay(fresh: Sample) -> None:
    browser, article = Browser(fresh), fresh.newsroom.recent("rmol")[2]
    assert "fontResizableText" in browser.get(article.url).text
    fresh.control("redesign", outlet="rmol", bare=True)
    assert "fontResizableText" not in browser.get(article.url).text
    fresh.control("redesign", outlet="rmol", undo=True)
    assert "fontResizableText" in browser.get(article.url).text
    assert "Crawl-delay" not in browser.get(ROBOTS).text
    fresh.control("crawl_delay", seconds=2.5)
    assert "Crawl-delay: 2.5" in browser.get(ROBOTS).text


def test_the_log_says_who_asked_for_what(sample: Sample) -> None:
    seen = sample.status()["requests"]
    Browser(sample).get(ROBOTS, User_Agent="penguji/1")
    (row,) = sample.log(since=seen)
    assert (row["scheme"], row["method"], row["host"]) == ("https", "GET", "rmol.id")
    assert (row["path"], row["status"], row["user_agent"]) == ("/robots.txt", 200, "penguji/1")
    assert isinstance(row["time"], float)


@pytest.mark.parametrize(
    ("verb", "arguments", "says"),
    [
        ("meledak", {}, "no verb 'meledak'"),
        ("change", {"outlet": "rmol"}, "by `index` or by `special`"),
        ("change", {"outlet": "rmol", "index": 9999}, "no article 9999"),
        ("publish", {"outlet": "lain"}, "lain"),
        ("publish", {"outlet": "rmol", "at": "2026-11-20T10:00:00"}, "needs an offset"),
        ("today", {"day": "besok"}, "besok"),
        ("fail", {"path": "("}, "unterminated"),
        ("redesign", {"outlet": "lain"}, "no outlet"),
    ],
)
def test_a_bad_wish_gets_one_line(sample: Sample, verb: str, arguments: dict[str, object], says: str) -> None:
    with pytest.raises(SampleError, match=says) as error:
        sample.control(verb, **arguments)
    assert "\n" not in str(error.value)


def test_the_day_is_the_one_asked_for(sample: Sample) -> None:
    assert sample.status()["today"] == TODAY
