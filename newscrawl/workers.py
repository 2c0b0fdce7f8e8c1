"""Extract pages in worker processes: the reactor goes on fetching while pages are parsed."""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import socket
import struct
import subprocess
import sys
from collections import deque
from collections.abc import Callable

from newscrawl.extract import Page, Unextractable, extract
from newscrawl.items import Article
from newscrawl.outlet import Outlet

AHEAD = 2  # pages a worker has at once: the next one lies ready when it is done with the first
MAX_WORDS = 200  # characters of an error that are kept
_LENGTH = struct.Struct("!I")
_RECEIVE = 65_536  # bytes


class ExtractionFailed(Exception):
    """The extraction of a page raised, hung or killed its worker; the text says which."""


class _Neighbour(Exception):
    """A worker died of another page; this one was not looked at."""


def failure_reason(error: Unextractable | ExtractionFailed) -> str:
    """Return why a page gave no article, as the state keeps it: one line, whatever the page put into it."""
    kind = "unextractable" if isinstance(error, Unextractable) else "extraction-failed"
    return f"{kind}: {' '.join(str(error).split())[:MAX_WORDS]}"


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
            if worker.is_alive:
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
    interpreter's lock. Needs a running event loop.
    """

    def __init__(
        self, initialise: Callable[[Outlet | None, int], None], outlet: Outlet | None, seconds: int
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._socket, theirs = socket.socketpair()
        self._socket.setblocking(False)
        with theirs:
            # `multiprocessing` would load the command's main module again, which is all of Scrapy.
            self._process = subprocess.Popen(  # noqa: S603  # ourselves
                [sys.executable, "-c", _START, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            )
        self._seconds = seconds
        self._unsent = bytearray(pickle.dumps((initialise, outlet, seconds)))
        self._asked: deque[asyncio.Future[Article | Exception]] = deque()  # answers come in this order
        self._received = bytearray()
        self._loop.add_reader(self._socket, self._receive)
        self.is_alive = True

    @property
    def pages(self) -> int:
        """How many pages it has that it did not answer yet."""
        return len(self._asked)

    async def extract(self, page: Page) -> Article:
        """Return the article; raise what went wrong, `_Neighbour` when it was not this page's fault."""
        asked = self._loop.create_future()
        self._asked.append(asked)
        self._unsent += pickle.dumps(page)
        self._send()
        answer = await asked
        if isinstance(answer, Article):
            return answer
        raise answer

    def close(self) -> None:
        """Stop the process."""
        self.is_alive = False
        if not self._loop.is_closed():
            self._loop.remove_reader(self._socket)
            self._loop.remove_writer(self._socket)
        self._process.kill()
        self._process.wait()
        self._socket.close()

    def _send(self) -> None:
        try:
            sent = self._socket.send(self._unsent)
        except BlockingIOError:
            sent = 0
        except OSError:
            return  # it died: the reader will tell
        del self._unsent[:sent]
        if self._unsent:
            self._loop.add_writer(self._socket, self._send_rest)

    def _send_rest(self) -> None:
        self._loop.remove_writer(self._socket)
        self._send()

    def _receive(self) -> None:
        try:
            more = self._socket.recv(_RECEIVE)
        except BlockingIOError:
            return
        except OSError:
            more = b""
        if not more:
            self._died()
            return
        self._received += more
        while len(self._received) >= _LENGTH.size:
            end = _LENGTH.size + _LENGTH.unpack_from(self._received)[0]
            if len(self._received) < end:
                return
            self._answer(pickle.loads(memoryview(self._received)[_LENGTH.size : end]))  # noqa: S301  # our own process
            del self._received[:end]

    def _died(self) -> None:
        self.close()
        if self._asked:
            self._answer(ExtractionFailed(f"took more than {self._seconds} s or killed its worker"))
        while self._asked:
            self._answer(_Neighbour())

    def _answer(self, answer: Article | Exception) -> None:
        asked = self._asked.popleft()
        if not asked.done():  # cancelled: nobody waits for it any more
            asked.set_result(answer)


# In the worker

_START = f"from {__name__} import serve; serve()"
_outlet: Outlet | None = None
_limit = 0


def serve() -> None:
    """Answer pages that come over the socket that the command line names."""
    with socket.socket(fileno=int(sys.argv[1])) as pages, pages.makefile("rb") as stream:
        try:
            initialise, *how = pickle.load(stream)  # noqa: S301  # from the process that started us
            initialise(*how)
            while True:
                answer = pickle.dumps(_work(pickle.load(stream)))  # noqa: S301  # the same
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
