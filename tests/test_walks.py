"""A list of many pages whose walk was cut short is walked again."""

from __future__ import annotations

from pathlib import Path

from newscrawl.sample.client import Sample
from tests.conftest import Desk


def test_a_list_that_broke_off_is_read_to_its_end_by_the_next_run(tmp_path: Path) -> None:
    with Sample(crawl_delay=0, articles=60, feed_items=5) as newsroom:
        desk = Desk(tmp_path / "data", newsroom)
        newsroom.control("fail", path=r"/tag/politik\?page=2", status=500)
        assert desk.scrapy("crawl", "rmol").code == 0
        partly = len(desk.lines("rmol"))
        newsroom.control("heal")
        assert desk.scrapy("crawl", "rmol").code == 0
        recent = {article.url for article in newsroom.newsroom.recent("rmol")}
        assert partly < len(recent)
        assert {row["url"] for row in desk.lines("rmol")} >= recent
        asked = len(newsroom.log())
        assert desk.scrapy("crawl", "rmol").code == 0
        assert {r["status"] for r in newsroom.log()[asked:] if r["path"] != "/robots.txt"} == {304}
