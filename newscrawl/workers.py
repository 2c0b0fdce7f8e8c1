"""Extract pages in worker processes: the reactor goes on fetching while pages are parsed."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait as wait_for

from newscrawl.extract import Page, Unextractable, extract
from newscrawl.items import Article
from newscrawl.outlet import Outlet


class ExtractionFailed(Exception):
    """The extraction of a page raised, hung or killed its worker; the text says which."""


def failure_reason(error: Unextractable | ExtractionFailed) -> str:
    """Return why a page gave no article, as the state keeps it."""
    kind = "unextractable" if isinstance(error, Unextractable) else "extraction-failed"
    return f"{kind}: {error}"


class Workers:
    """A pool of processes that turn pages into articles of one outlet.

    `seconds` bounds one page: a worker that takes longer is killed. A page during which a worker died is
    tried once more alone, so that its neighbours are not blamed. With `workers=0` pages are extracted in
    this process.
    """

    def __init__(self, outlet: Outlet | None, *, workers: int, seconds: int) -> None:
        self._outlet = outlet
        self._size = workers
        self._seconds = seconds
        self._pool: ProcessPoolExecutor | None = None
        self._alone = asyncio.Lock()

    async def extract(self, page: Page) -> Article:
        """Return the page's article.

        Raise `Unextractable` for bad input, `ExtractionFailed` for a failure of ours.
        """
        if not self._size:
            return _attempt(page, self._outlet)
        if self._pool is None:
            self._pool = self._start(self._size)
        pool = self._pool
        try:
            return await self._submit(pool, page)
        except BrokenProcessPool:
            if self._pool is pool:
                self._pool = None
                pool.shutdown(wait=False, cancel_futures=True)
        async with self._alone:
            suspect = self._start(1)
            try:
                return await self._submit(suspect, page)
            except BrokenProcessPool:
                raise ExtractionFailed(f"took more than {self._seconds} s or killed its worker") from None
            finally:
                suspect.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        """Stop the workers."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def _start(self, size: int) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            size,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_initialise,
            initargs=(self._outlet, self._seconds),
        )

    async def _submit(self, pool: ProcessPoolExecutor, page: Page) -> Article:
        return await asyncio.wrap_future(pool.submit(_work, page))


_outlet: Outlet | None = None
_limit = 0


def _initialise(outlet: Outlet | None, seconds: int) -> None:
    global _outlet, _limit  # a worker's own state
    _outlet, _limit = outlet, seconds
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the crawl's to handle
    threading.Thread(target=_die_with_parent, daemon=True).start()


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        os._exit(1)


def _work(page: Page) -> Article:
    signal.alarm(_limit)  # its default action ends this process, also inside C code
    try:
        return _attempt(page, _outlet)
    finally:
        signal.alarm(0)


def _attempt(page: Page, outlet: Outlet | None) -> Article:
    try:
        return extract(page, outlet)
    except Unextractable:
        raise
    except Exception as error:  # why: one page must never take the crawl down; it is counted
        raise ExtractionFailed(f"{type(error).__name__}: {error}") from error
