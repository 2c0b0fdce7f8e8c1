"""Extract pages in worker processes: the reactor goes on fetching while pages are parsed."""

from __future__ import annotations

import asyncio
import multiprocessing
import pickle
import signal
import socket
import struct
from collections.abc import Callable
from multiprocessing.process import BaseProcess

from newscrawl.extract import Page, Unextractable, extract
from newscrawl.items import Article
from newscrawl.outlet import Outlet

AHEAD = 2  # pages a worker has at once: the next one lies ready when it is done with the first
_LENGTH = struct.Struct("!I")
_RECEIVE = 65_536  # bytes


class ExtractionFailed(Exception):
    """The extraction of a page raised, hung or killed its worker; the text says which."""


class _Neighbour(Exception):
    """A worker died of another page; this one was not looked at."""


def failure_reason(error: Unextractable | ExtractionFailed) -> str:
    """Return why a page gave no article, as the state keeps it."""
    kind = "unextractable" if isinstance(error, Unextractable) else "extraction-failed"
    return f"{kind}: {error}"


class Workers:
    """Processes that turn pages into articles of one outlet, started with the first page.

    `seconds` bounds one page: a worker that takes longer is killed, and another one stands in for it. With
    `workers=0` pages are extracted in this process.
    """

    def __init__(self, outlet: Outlet | None, *, workers: int, seconds: int) -> None:
        self._outlet = outlet
        self._size = workers
        self._seconds = seconds
        self._workers: list[_Worker] = []
        self._room = asyncio.Semaphore(workers * AHEAD)

    async def extract(self, page: Page) -> Article:
        """Return the page's article.

        Raise `Unextractable` for bad input, `ExtractionFailed` for a failure of ours.
        """
        if not self._size:
            return _attempt(page, self._outlet)
        async with self._room:
            while True:
                try:
                    return await self._free().extract(page)
                except _Neighbour:
                    continue

    def close(self) -> None:
        """Stop the workers."""
        for worker in self._workers:
            worker.close()
        self._workers.clear()

    def _free(self) -> _Worker:
        """Return the worker with the fewest pages, after starting those that are missing."""
        self._workers = [worker for worker in self._workers if worker.is_alive]
        while len(self._workers) < self._size:
            self._workers.append(_Worker(_initialise, self._outlet, self._seconds))
        return min(self._workers, key=lambda worker: worker.pages)


class _Worker:
    """One process. Pages go to it over a socket that the event loop watches: no thread takes part.

    A pool of `concurrent.futures` has two threads, and each page handed to them makes the loop wait for the
    interpreter's lock.
    """

    def __init__(
        self, initialise: Callable[[Outlet | None, int], None], outlet: Outlet | None, seconds: int
    ) -> None:
        self._socket, theirs = socket.socketpair()
        self._socket.setblocking(False)
        with theirs:
            self._process: BaseProcess = multiprocessing.get_context("spawn").Process(
                target=_serve, args=(theirs, initialise, outlet, seconds), daemon=True
            )
            self._process.start()
        self._seconds = seconds
        self._received = bytearray()
        self._sending, self._receiving = asyncio.Lock(), asyncio.Lock()  # both first come, first served
        self.is_alive = True
        self.pages = 0

    async def extract(self, page: Page) -> Article:
        """Return the article; raise what went wrong, `_Neighbour` when it was not this page's fault."""
        # Shielded: an answer that nobody waits for any more must not be taken for the next one.
        answer = await asyncio.shield(self._exchange(page))
        if isinstance(answer, Article):
            return answer
        raise answer

    def close(self) -> None:
        """Stop the process."""
        self.is_alive = False
        self._process.kill()
        self._process.join()
        self._socket.close()

    async def _exchange(self, page: Page) -> Article | Exception:
        self.pages += 1
        try:
            async with self._sending:
                await self._send(page)
            async with self._receiving:  # answers come in the order of the pages
                return await self._receive()
        finally:
            self.pages -= 1

    async def _send(self, page: Page) -> None:
        if self.is_alive:
            try:
                await asyncio.get_running_loop().sock_sendall(self._socket, pickle.dumps(page))
            except OSError:
                return  # it died; who is to blame shows in the order of the answers

    async def _receive(self) -> Article | Exception:
        if not self.is_alive:
            return _Neighbour()
        try:
            (length,) = _LENGTH.unpack(await self._read(_LENGTH.size))
            answer: Article | Exception = pickle.loads(await self._read(length))  # noqa: S301  # our own process
        except (EOFError, OSError):
            self.close()
            return ExtractionFailed(f"took more than {self._seconds} s or killed its worker")
        return answer

    async def _read(self, size: int) -> bytes:
        while len(self._received) < size:
            more = await asyncio.get_running_loop().sock_recv(self._socket, _RECEIVE)
            if not more:
                raise EOFError
            self._received += more
        data = bytes(self._received[:size])
        del self._received[:size]
        return data


# In the worker

_outlet: Outlet | None = None
_limit = 0


def _serve(
    pages: socket.socket,
    initialise: Callable[[Outlet | None, int], None],
    outlet: Outlet | None,
    seconds: int,
) -> None:
    initialise(outlet, seconds)
    with pages, pages.makefile("rb") as stream:
        while True:
            try:
                answer = pickle.dumps(_work(pickle.load(stream)))  # noqa: S301  # from the process that started us
                pages.sendall(_LENGTH.pack(len(answer)) + answer)
            except (EOFError, OSError):
                return  # that process has closed the socket, or was killed


def _initialise(outlet: Outlet | None, seconds: int) -> None:
    global _outlet, _limit  # a worker's own state
    _outlet, _limit = outlet, seconds
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the crawl's to handle


def _work(page: Page) -> Article | Exception:
    signal.alarm(_limit)  # its default action ends this process, also inside C code
    try:
        return _attempt(page, _outlet)
    except (Unextractable, ExtractionFailed) as error:
        return error
    finally:
        signal.alarm(0)


def _attempt(page: Page, outlet: Outlet | None) -> Article:
    try:
        return extract(page, outlet)
    except Unextractable:
        raise
    except Exception as error:  # why: one page must never take the crawl down; it is counted
        raise ExtractionFailed(f"{type(error).__name__}: {error}") from error
