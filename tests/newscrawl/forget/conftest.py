"""An archive with everything: several files, versions, both kinds of revisit, pages, redirects, pictures."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest
from scrapy.utils.project import get_project_settings

from newscrawl.command import outlets
from newscrawl.forget.run import Forgotten, forget
from newscrawl.outlet import Outlet
from newscrawl.sample.client import Sample
from newscrawl.verify.check import Report, Rules, check
from tests.conftest import Desk

SMALL = {"EXTRACT_WORKERS": "0", "WARC_MAX_SIZE": "60000", "ARCHIVE_ASSETS": "images"}
SETTINGS = get_project_settings()
OUTLETS: dict[str, Outlet] = {name: spider.outlet for name, spider in outlets(SETTINGS).items()}
RMOL = OUTLETS["rmol"]
AT = "2026-11-28T08:36:36Z"
KINDS = ("variants", "redirect", "pages", "syndicated")


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Crawl rmol twice: an article has changed, one is the same without being asked so, others with."""
    with Sample(crawl_delay=0, articles=12, seed="forget") as newsroom:
        desk = Desk(tmp_path_factory.mktemp("forget"), newsroom)
        crawl(desk)
        special = {kind: newsroom.newsroom.special("rmol", kind).url for kind in KINDS}
        newsroom.control("change", outlet="rmol", special="variants")
        state = sqlite3.connect(desk.data / "state" / "rmol.sqlite")
        with state:
            state.execute(
                "UPDATE url SET etag = NULL, last_modified = NULL WHERE url = ?", (special["pages"],)
            )
        state.close()
        crawl(desk, "-a", f"url={','.join(special.values())}")
    return desk


def crawl(desk: Desk, *words: str) -> None:
    outcome = desk.scrapy("crawl", "rmol", *words, settings=SMALL)
    assert outcome.code == 0, outcome.err


@pytest.fixture
def desk(archive: Desk, tmp_path: Path) -> Desk:
    """Return a copy of the archive."""
    shutil.copytree(archive.data, tmp_path / "data")
    return Desk(tmp_path / "data", None)


def forget_in(data: Path, *urls: str, reason: str = "diminta penulisnya") -> Forgotten:
    return forget(data, RMOL, urls, reason, AT, SETTINGS)


def verified(data: Path) -> Report:
    return check(data, ["rmol"], Rules(OUTLETS, SETTINGS.getdict("ITEM_PIPELINES"), quick=True))


def damage(data: Path) -> Sequence[str]:
    return [str(found) for found in verified(data).findings.told if not found.is_note]
