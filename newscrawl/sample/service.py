"""From a request to a reply: faults, cache, site, log. Knows no socket."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, NamedTuple

from newscrawl.sample.faults import Fault
from newscrawl.sample.outlets import OUTLETS
from newscrawl.sample.page import Page, challenge
from newscrawl.sample.site import Site
from newscrawl.sample.wire import Response, encode

CACHE_BYTES: Final = 48 * 2**20
LOG_LENGTH: Final = 1_000_000


class Request(NamedTuple):
    """A request as parsed; header names are in lower case, of several equal ones the last counts."""

    method: str
    target: str
    version: str
    headers: dict[str, str]
    body: bytes
    scheme: str
    connection: int

    @property
    def host(self) -> str:
        """The host asked for, without port."""
        return self.headers.get("host", "").lower().partition(":")[0]


class Reply(NamedTuple):
    """What goes back: bytes, and how."""

    start: bytes
    body: bytes
    close: bool = False
    delay: float = 0.0
    drip: float | None = None
    cut: bool = False


class LogEntry(NamedTuple):
    """A request that was answered: `time` in seconds of one monotonic clock, when its head had arrived."""

    time: float
    scheme: str
    method: str
    host: str
    path: str
    status: int
    user_agent: str | None
    if_none_match: str | None
    if_modified_since: str | None
    bytes: int
    connection: int


@dataclass(slots=True)
class Service:
    """Answers requests: faults first, then the cache, then the site; logs each.

    `cache` is bounded by bytes; clear it with `changed` whenever pages may differ.
    """

    site: Site
    faults: list[Fault] = field(default_factory=list)
    log: deque[LogEntry] = field(default_factory=lambda: deque(maxlen=LOG_LENGTH))
    logged: int = 0
    recovered: set[str] = field(default_factory=set)
    cache: OrderedDict[tuple[str, str, str | None, bool], Response] = field(default_factory=OrderedDict)
    cached: int = 0
    _flaky: frozenset[str] | None = None

    def handle(self, request: Request, now: float) -> Reply:
        """Answer a request that arrived at `now` (monotonic seconds)."""
        delay, fault = self._meet_faults(request)
        response = self._response(request, fault)
        http10 = request.version == "HTTP/1.0"
        close = http10 or request.headers.get("connection", "").lower() == "close"
        if response.matches(request.headers) and response.not_modified is not None:
            reply = Reply(response.not_modified, b"", close, delay)
            status = int(HTTPStatus.NOT_MODIFIED)
        else:
            body = b"" if request.method == "HEAD" else response.body
            action = fault.action if fault else None
            drip = fault.seconds if fault and action == "drip" else None
            reply = Reply(response.start, body, close or action == "cut", delay, drip, action == "cut")
            status = response.status
        self._write_log(request, now, status, len(reply.body))
        return reply

    def changed(self) -> None:
        """Forget prepared responses."""
        self.cache.clear()
        self.cached = 0
        self._flaky = None

    def reset(self) -> None:
        """Empty the log and let the flaky pages fail again; what was published and changed stays."""
        self.log.clear()
        self.logged = 0
        self.recovered.clear()

    def _meet_faults(self, request: Request) -> tuple[float, Fault | None]:
        delay, other = 0.0, None
        for fault in self.faults:
            if not fault.applies(request.host, request.target):
                continue
            if fault.action == "slow":
                fault.use()
                delay += fault.seconds
            elif other is None:
                fault.use()
                other = fault
        return delay, other

    def _response(self, request: Request, fault: Fault | None) -> Response:
        http10 = request.version == "HTTP/1.0"
        accept = request.headers.get("accept-encoding")
        if fault is not None and fault.action in {"fail", "challenge"}:
            page = _failure(fault) if fault.action == "fail" else challenge(fault.kind)
            return encode(page, request.target, accept, http10=http10)
        if request.method not in {"GET", "HEAD"}:
            page = Page(405, b"", headers=(("Allow", "GET, HEAD"),))
            return encode(page, request.target, accept, http10=http10)
        if self._fails_once(request):
            return encode(Page(500, b"<h1>Kesalahan server</h1>\n"), request.target, accept, http10=http10)
        key = (request.host, request.target, accept, http10)
        response = self.cache.get(key)
        if response is not None:
            self.cache.move_to_end(key)
            return response
        page = self.site.answer(request.host, request.target)
        response = encode(page, request.target.partition("?")[0], accept, http10=http10)
        self.cache[key] = response
        self.cached += len(response)
        while self.cached > CACHE_BYTES and len(self.cache) > 1:
            self.cached -= len(self.cache.popitem(last=False)[1])
        return response

    def _fails_once(self, request: Request) -> bool:
        if self._flaky is None:
            flaky = set()
            for outlet in OUTLETS.values():
                try:
                    flaky.add(self.site.newsroom.special(outlet.name, "flaky").url)
                except KeyError:  # a newsroom of a few articles has none
                    continue
            self._flaky = frozenset(flaky)
        url = f"https://{request.host}{request.target.partition('?')[0]}"
        if url not in self._flaky or url in self.recovered:
            return False
        self.recovered.add(url)
        return True

    def _write_log(self, request: Request, now: float, status: int, size: int) -> None:
        get = request.headers.get
        self.logged += 1
        self.log.append(
            LogEntry(
                now,
                request.scheme,
                request.method,
                request.host,
                request.target,
                status,
                get("user-agent"),
                get("if-none-match"),
                get("if-modified-since"),
                size,
                request.connection,
            )
        )


def _failure(fault: Fault) -> Page:
    headers = (("Retry-After", fault.retry_after),) if fault.retry_after else ()
    words = f"<html><head><title>{fault.status}</title></head><body><h1>{fault.status}</h1></body></html>\n"
    return Page(fault.status, words.encode(), headers=headers)


def as_dict(entry: LogEntry) -> dict[str, Any]:
    """Return a log entry for JSON."""
    return entry._asdict()
