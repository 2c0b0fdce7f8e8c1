"""The recorder of a crawl: from what a tap kept to a record, its pointer, and what it refers to."""

from __future__ import annotations

import logging
import platform
import re
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from scrapy import Request, signals
from scrapy.utils.defer import deferred_from_coro, maybe_deferred_to_future
from scrapy.utils.misc import build_from_crawler, load_object
from twisted.internet.threads import deferToThreadPool
from twisted.python.threadpool import ThreadPool

from newscrawl import __version__
from newscrawl.items import WarcPointer
from newscrawl.warc.message import split_response, without_chunks
from newscrawl.warc.payloads import MemoryPayloads, Payloads
from newscrawl.warc.records import (
    IDENTICAL,
    NOT_MODIFIED,
    Capture,
    Revisit,
    Truncated,
    exchange,
    record_id,
    sha1,
)
from newscrawl.warc.tap import Tap
from newscrawl.warc.writer import WarcWriteError, Writer, warc_date

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

logger = logging.getLogger(__name__)

# A revisit spends about this much, compressed, on saying where its payload is; and payloads this small ("",
# "{}", a tracking pixel) are alike by chance, which says nothing about their pages.
MIN_REVISIT_PAYLOAD = 256
MAX_READABLE_HEAD = 32 << 10

_PROXY_SECRET = re.compile(rb"(?im)^Proxy-Authorization:[^\r\n]*\r?\n")

P = ParamSpec("P")
T = TypeVar("T")


class Recorder:
    """Store each exchange of a crawl; made once for each crawl by `Recorder.of(crawler)`.

    `payloads` may be replaced while the crawl runs. `error` is set when writing has failed: then the crawl is
    being stopped, and nothing more may be fetched.
    """

    _of: ClassVar[WeakKeyDictionary[Crawler, Recorder]] = WeakKeyDictionary()

    @classmethod
    def of(cls, crawler: Crawler) -> Recorder:
        """Return the recorder of a crawl."""
        if crawler not in cls._of:
            cls._of[crawler] = cls(crawler)
        return cls._of[crawler]

    def __init__(self, crawler: Crawler) -> None:
        from twisted.internet import reactor

        settings = crawler.settings
        spider = crawler.spider.name if crawler.spider else "scrapy"
        self.writer = Writer(
            Path(settings.get("WARC_DIR", "warc").replace("%(spider)s", spider)),
            (settings.get("WARC_PREFIX") or "%(spider)s").replace("%(spider)s", spider),
            crawl_info(settings, spider),
            settings.getint("WARC_MAX_SIZE", 1_000_000_000),
        )
        self.payloads: Payloads = MemoryPayloads()
        if path := settings.get("WARC_PAYLOADS"):
            found = load_object(path)
            self.payloads = build_from_crawler(found, crawler) if isinstance(found, type) else found
        self.keep_chunked = settings.getbool("WARC_KEEP_CHUNKED")
        self.sync_seconds = settings.getfloat("WARC_SYNC_SECONDS", 1.0)
        self.sync_count = settings.getint("WARC_SYNC_COUNT", 100)
        self.error: WarcWriteError | None = None
        self._crawler = crawler
        self._reactor: Any = reactor
        self._threads: dict[str, ThreadPool] = {}
        self._unsynced = 0
        self._timer: Any = None
        self._syncing = False
        crawler.signals.connect(self._open, signals.spider_opened)
        crawler.signals.connect(self.close, signals.spider_closed)
        crawler.signals.connect(self.close, signals.engine_stopped)

    async def record(self, request: Request, tap: Tap, truncated: Truncated) -> WarcPointer | None:
        """Store what a tap kept and return where; `None` when the server sent nothing.

        `truncated` is the reason to note should the response turn out to be incomplete. Puts the pointer and
        the record's date into `request.meta["warc"]` and `["warc_date"]`. Raises `WarcWriteError`.
        """
        if not tap.wire:
            return None
        self.check()
        capture, status = self._capture(request, tap, truncated)
        tap.wire.clear()
        revisit = self._revisit(capture, status, request.method)
        identity = record_id()
        try:
            pointer = await self._write(capture, identity, revisit)
        except WarcWriteError as error:
            self.fail(error)
            raise
        if (
            pointer.payload_digest
            and status
            and status != 304
            and request.method == "GET"
            and not capture.truncated
        ):
            refers_to = revisit.refers_to if revisit else None
            self.payloads.add_payload(
                capture.uri, pointer.payload_digest, capture.date, identity, status, refers_to
            )
        request.meta["warc"] = pointer
        request.meta["warc_date"] = capture.date
        self._count(pointer.length, revisit, capture.truncated)
        self._schedule_sync()
        return pointer

    def check(self) -> None:
        """Raise the `WarcWriteError` that stopped recording, if one did."""
        if self.error is not None:
            raise WarcWriteError(*self.error.args) from self.error

    def fail(self, error: WarcWriteError) -> None:
        """Stop the crawl: what cannot be recorded is not fetched."""
        if self.error is not None:
            return
        self.error = error
        logger.error("Recording failed, the crawl stops: %s", error)
        self._crawler.stats.set_value("warc/error", str(error))
        if self._crawler.engine:
            deferred_from_coro(self._crawler.engine.close_spider_async(reason="warc_write_failed"))

    async def close(self) -> None:
        """Sync, close and name the file."""
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        self._timer = None
        if not self.writer.is_open:
            return
        try:
            await self._in_thread("sync", self.writer.close)
        except WarcWriteError as error:
            self.fail(error)
        else:
            files = [str(path) for path in self.writer.files]
            self._crawler.stats.set_value("warc/files", files)
        finally:
            for threads in self._threads.values():
                threads.stop()
            self._threads.clear()

    def _open(self) -> None:
        try:
            self.writer.open()
        except WarcWriteError as error:
            self.fail(error)

    def _capture(self, request: Request, tap: Tap, truncated: Truncated) -> tuple[Capture, int | None]:
        message = split_response(bytes(tap.wire), request.method, closed=tap.closed_in_order)
        head, payload = message.head, message.body
        if message.framing == "chunked" and not self.keep_chunked:
            head, payload = without_chunks(message)
        proxy = request.meta.get("proxy")
        protocol = head.partition(b" ")[0].decode("latin-1").lower() if head else None
        tls = tap.tls.lower().replace("tlsv", "tls/") if tap.tls else None
        capture = Capture(
            uri=request.url.partition("#")[0],
            date=warc_date(tap.started),
            # A proxy's password is no part of the exchange with the site.
            request=_PROXY_SECRET.sub(b"", bytes(tap.request)) if proxy else bytes(tap.request),
            head=head,
            payload=payload,
            digest=sha1(payload) if message.framing != "unknown" and is_readable(head) else None,
            truncated=None if message.complete else truncated,
            ip=None if proxy else tap.peer,
            protocols=tuple(name for name in (protocol, tls) if name),
            cipher=tap.cipher,
            proxy=re.sub(r"//[^/@]*@", "//", proxy) if proxy else None,
        )
        return capture, message.status

    def _revisit(self, capture: Capture, status: int | None, method: str) -> Revisit | None:
        if method != "GET" or capture.truncated or not capture.digest:
            return None
        if status == 304:
            known = self.payloads.last_capture(capture.uri)
            return Revisit(NOT_MODIFIED, known) if known else None
        if status == 200 and len(capture.payload) >= MIN_REVISIT_PAYLOAD:
            known = self.payloads.payload(capture.uri, capture.digest)
            return Revisit(IDENTICAL, known) if known else None
        return None

    async def _write(self, capture: Capture, identity: str, revisit: Revisit | None) -> WarcPointer:
        response, request = exchange(capture, identity, revisit)
        # Only what takes long goes through a thread: the way back waits for the interpreter's lock.
        slow = response.is_slow
        member = await self._in_thread("compress", response.member) if slow else response.member()
        self.check()
        file, offset = self.writer.append([member, request.member()])
        if self.sync_count == 1:
            await self._in_thread("sync", self.writer.sync)
        digest = None if revisit and revisit.profile == NOT_MODIFIED else capture.digest
        return WarcPointer(file, offset, len(member), identity, digest)

    def _count(self, length: int, revisit: Revisit | None, truncated: Truncated | None) -> None:
        stats: Any = self._crawler.stats
        stats.inc_value("warc/exchanges")
        stats.inc_value("warc/response_bytes", length)
        if revisit:
            stats.inc_value(f"warc/revisits/{revisit.profile.rpartition('/')[2]}")
        if truncated:
            stats.inc_value(f"warc/truncated/{truncated}")

    def _schedule_sync(self) -> None:
        self._unsynced += 1
        if self.sync_count == 1 or self._syncing:
            return
        if self.sync_count and self._unsynced >= self.sync_count:
            self._sync()
        elif self._timer is None:
            self._timer = self._reactor.callLater(self.sync_seconds, self._sync)

    def _sync(self) -> None:
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        self._timer = None
        self._unsynced = 0
        if not self._syncing and self.writer.is_open:
            self._syncing = True
            deferred_from_coro(self._sync_once())

    async def _sync_once(self) -> None:
        try:
            await self._in_thread("sync", self.writer.sync)
        except WarcWriteError as error:
            self.fail(error)
        else:
            self._crawler.stats.inc_value("warc/syncs")
        finally:
            self._syncing = False

    def _thread(self, name: str) -> ThreadPool:
        if name not in self._threads:
            threads = self._threads[name] = ThreadPool(0, 1, f"warc-{name}")
            threads.start()
        return self._threads[name]

    async def _in_thread(self, name: str, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        work_done = deferToThreadPool(self._reactor, self._thread(name), work, *args, **kwargs)
        result: T = await maybe_deferred_to_future(work_done)
        return result


def is_readable(head: bytes) -> bool:
    """Say whether other tools find the end of a head, and so agree on what the payload is.

    FastWARC gives up at heads over 32 KiB and at those that end in bare line feeds.
    """
    return head.endswith(b"\r\n\r\n") and len(head) <= MAX_READABLE_HEAD


def crawl_info(settings: BaseSettings, spider: str) -> dict[str, str]:
    """Return the fields of a crawl's warcinfo record."""
    parts = " ".join(f"{name}/{version(name)}" for name in ("Scrapy", "Twisted", "warcio"))
    info = {
        "software": f"newscrawl/{__version__} {parts} Python/{platform.python_version()}",
        "format": "WARC File Format 1.1",
        "conformsTo": "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "robots": "obey" if settings.getbool("ROBOTSTXT_OBEY") else "ignore",
        "isPartOf": spider,
        "http-header-user-agent": settings.get("USER_AGENT"),
        "operator": settings.get("WARC_OPERATOR"),
    }
    return {name: " ".join(str(value).split()) for name, value in info.items() if value}
