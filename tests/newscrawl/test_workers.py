"""Pages are extracted in processes; what goes wrong there stays there."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from datetime import UTC, datetime

import pytest

from newscrawl import workers as module
from newscrawl.extract import Page, Unextractable
from newscrawl.items import Article, Extraction
from newscrawl.outlet import Outlet
from newscrawl.workers import ExtractionFailed, Workers

NOW = datetime(2020, 6, 2, tzinfo=UTC)
TEXT = "<p>Sebuah kalimat yang cukup panjang untuk menjadi isi dari sebuah berita pendek di sini.</p>" * 4


def page(body: str) -> Page:
    return Page("https://a.id/1", body.encode(), NOW, "text/html")


def misbehave(page: Page, outlet: Outlet | None) -> Article:
    """Stand in for extraction: the body says what goes wrong."""
    if page.body == b"raise":
        raise ZeroDivisionError("oops")
    if page.body == b"hang":
        time.sleep(60)
    if page.body == b"die":
        os.kill(os.getpid(), signal.SIGKILL)
    return Article(
        id=page.body.decode(), outlet=None, url=page.url, extraction=Extraction("blocks"), fetched=""
    )


def start(outlet: Outlet | None, seconds: int) -> None:
    """Begin a worker whose extraction misbehaves."""
    ORIGINAL(outlet, seconds)
    vars(module)["extract"] = misbehave


ORIGINAL = module._initialise


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> Workers:
    monkeypatch.setattr(module, "_initialise", start)
    return Workers(None, workers=2, seconds=1)


def outcomes(pool: Workers, bodies: list[str]) -> list[str]:
    async def all_of_them() -> list[str]:
        async def one(body: str) -> str:
            try:
                return (await pool.extract(page(body))).id
            except ExtractionFailed as error:
                return f"failed: {error}"

        return await asyncio.gather(*(one(body) for body in bodies))

    try:
        return asyncio.run(all_of_them())
    finally:
        pool.close()


@pytest.mark.parametrize("workers", [0, 1])
def test_a_page_becomes_an_article(workers: int) -> None:
    pool = Workers(None, workers=workers, seconds=30)
    article = asyncio.run(pool.extract(page(f"<html><title>Judul berita</title><h1>Judul berita</h1>{TEXT}")))
    pool.close()
    assert article.title == "Judul berita"


@pytest.mark.parametrize("workers", [0, 1])
def test_bad_input_is_told_from_our_failures(workers: int) -> None:
    pool = Workers(None, workers=workers, seconds=30)
    with pytest.raises(Unextractable):
        asyncio.run(pool.extract(page("")))
    pool.close()


def test_only_the_page_that_raises_hangs_or_kills_fails(pool: Workers) -> None:
    bodies = ["a", "raise", "b", "die", "c", "hang", "d"]
    assert outcomes(pool, bodies) == [
        "a",
        "failed: ZeroDivisionError: oops",
        "b",
        "failed: took more than 1 s or killed its worker",
        "c",
        "failed: took more than 1 s or killed its worker",
        "d",
    ]


def test_workers_that_died_are_closed_like_the_others(pool: Workers) -> None:
    async def die_and_close() -> None:
        with pytest.raises(ExtractionFailed):
            await pool.extract(page("die"))
        pool.close()

    asyncio.run(die_and_close())
