"""A data folder with everything in it: files, versions, both kinds of revisit, an article in pages."""

from __future__ import annotations

import sqlite3

import pytest

from newscrawl.sample.client import Sample
from tests.conftest import Desk

SMALL = {"WARC_MAX_SIZE": "60000"}  # some five files


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Crawl rmol; change an article and crawl it again, one unconditionally, two conditionally."""
    with Sample(crawl_delay=0, articles=9, seed="verify") as newsroom:
        desk = Desk(tmp_path_factory.mktemp("archive"), newsroom)
        crawl(desk)
        urls = [line["url"] for line in desk.lines("rmol")]
        changed = newsroom.control("change", outlet="rmol", index=newsroom.status()["articles"]["rmol"] - 1)
        with sqlite3.connect(desk.data / "state" / "rmol.sqlite") as state:
            forgotten = next(url for url in urls if url != changed["url"])
            state.execute("UPDATE url SET etag = NULL, last_modified = NULL WHERE url = ?", (forgotten,))
        state.close()
        same = [url for url in urls if url not in (changed["url"], forgotten)][-2:]
        crawl(desk, "-a", f"url={','.join([changed['url'], forgotten])}")
        crawl(desk, "-a", f"url={','.join(same)}")
    assert len(desk.warcs("rmol")) > 3
    assert [line["version"] for line in desk.lines("rmol")].count(2) == 1
    return desk


def crawl(desk: Desk, *words: str) -> None:
    outcome = desk.scrapy("crawl", "rmol", *words, settings=SMALL)
    assert outcome.code == 0, outcome.err
