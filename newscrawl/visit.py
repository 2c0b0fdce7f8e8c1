"""Ask an outlet for a few pages for a command: as polite as a crawl, nothing recorded or remembered."""

from __future__ import annotations

import argparse
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import scrapy
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from twisted.python.failure import Failure

from newscrawl.command import OutletCommand
from newscrawl.exits import CLOSE_REASONS, Exit
from newscrawl.fetch.connect import parse_connect_to
from newscrawl.fetch.identity import user_agent
from newscrawl.fetch.robots import Rules, parse
from newscrawl.outlet import Outlet
from newscrawl.progress import CLEAR
from newscrawl.replies import reason_of

NOT_ASKED = "not-asked"
BLOCKING = frozenset({401, 403, 429, 451, 503})  # answers that mean us rather than the page
_PHRASES = {str(status.value): status.phrase for status in HTTPStatus}
_WORDS = {  # for people; programs get the reasons
    "bad-certificate": "its certificate is not valid",
    "bad-url": "it redirects to what is no web address",
    "connection-failed": "the connection broke",
    "connection-refused": "the connection was refused",
    "cut-off": "the answer broke off",
    "foreign-host": "it leads to another site",
    "forgotten": "it was forgotten here (scrapy forget --lift undoes that)",
    "left-alone": "the site asks to be left alone; try again later",
    "no-such-host": "there is no such host",
    "private-address": "its host has a private address",
    "robots": "robots.txt forbids it",
    "robots-unreachable": "robots.txt cannot be read, so nothing is asked for; try again later",
    "timeout": "no answer came in time",
    "too-large": "it is larger than what a crawl takes in",
    "too-many-redirects": "it redirects without end",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking for a page: `problem` is `None` when it is there, else a short reason.

    `url` is where redirects led, `status` is `None` when nothing came.
    """

    url: str
    at: datetime
    status: int | None = None
    body: bytes = field(default=b"", repr=False)
    content_type: str | None = None
    problem: str | None = None

    @property
    def blocked(self) -> bool:
        """Whether the site refuses us: a block page, or a status that says so."""
        return (self.problem or "").startswith("blocked-") or self.status in BLOCKING

    @property
    def why(self) -> str:
        """The problem in words.

        >>> now = datetime.now(UTC)
        >>> [Answer("https://rmol.id/", now, problem=p).why for p in ("http-404", "blocked-akamai", "robots")]
        ['HTTP 404 Not Found', 'the site shows a block page (akamai)', 'robots.txt forbids it']
        """
        problem = self.problem or ""
        kind, _, rest = problem.partition("-")
        if kind == "http" and rest in _PHRASES:
            return f"HTTP {rest} {_PHRASES[rest]}"
        if kind == "blocked":
            return f"the site shows a block page ({rest})"
        return _WORDS.get(problem, problem)


@dataclass(frozen=True, slots=True)
class RobotsAnswer:
    """The robots.txt of a host; a status of 400 to 499 means that there are no rules."""

    url: str
    status: int
    rules: Rules

    @property
    def sitemaps(self) -> list[str]:
        """The sitemaps it names."""
        return list(dict.fromkeys(self.rules.protego.sitemaps))


class Visit(scrapy.Spider):
    """Run a script that asks for pages one after the other; `result` is what it returns.

    A site that wants to be left alone is: from then on each page is `not-asked`, and `stopped` says why.
    """

    name = "visit"
    outlet: Outlet
    custom_settings = {  # noqa: RUF012  # why: Scrapy declares it so
        "WARC_ENABLED": False,
        "ITEM_PIPELINES": {},
        "EXTENSIONS": {"newscrawl.progress.Progress": None, "scrapy.extensions.logstats.LogStats": None},
        # Somebody waits for the answer: give up sooner than a crawl does
        "ROBOTS_RETRY_SECONDS": [5],
        "BLOCKED_LIMIT": 3,
        "BACKOFF_TIMES": 1,
        "BACKOFF_LIMIT": 3,
        "RETRY_AFTER_MAX": 60,
        "RETRY_TIMES": 1,
        "RETRY_GIVE_UP_LOG_LEVEL": "WARNING",
        "DOWNLOAD_TIMEOUT": 30,
    }

    def __init__(self, script: Callable[[Visit], Awaitable[Any]]) -> None:
        super().__init__()
        self._script = script
        self.asked = 0
        self.robots: list[RobotsAnswer] = []
        self.result: Any = None
        self.stopped: str | None = None
        self.refused = False  # stopped because the site does not want us

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Visit:
        """Build the spider and let it see what robots.txt says."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.see, signals.response_received)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Run the script; it asks by itself, so no request is left for the engine."""
        self.result = await self._script(self)
        requests: tuple[Request, ...] = ()
        for request in requests:
            yield request

    async def fetch(self, url: str) -> Answer:
        """Ask for a page as a crawl does: scope, robots.txt, delays, retries, redirects, block pages."""
        engine = self.crawler.engine
        assert engine is not None
        if self.stopped or engine.spider is None:
            return Answer(url, datetime.now(UTC), problem=NOT_ASKED)
        self.asked += 1
        self.show(f"asking for page {self.asked}: {url}")
        try:
            response = await engine.download_async(Request(url, callback=NO_CALLBACK, dont_filter=True))
        except Exception as error:  # noqa: BLE001  # why: whatever keeps us from a page is what is to be reported
            return Answer(url, datetime.now(UTC), problem=reason_of(Failure(error)))  # type: ignore[no-untyped-call]
        return answer_of(response)

    def see(self, response: Response, request: Request) -> None:
        """Keep a robots.txt that the crawl's own middleware asked for."""
        if request.meta.get("robots_txt") and response.status not in {301, 302, 303, 307, 308}:
            body = response.body if response.status < 300 else b""
            self.robots.append(RobotsAnswer(response.url, response.status, parse(body)))

    def stop(self, reason: str, message: str) -> None:
        """Ask for nothing more; the script goes on with what it has."""
        if self.stopped is None:
            self.stopped = message
            self.refused = CLOSE_REASONS.get(reason) is Exit.BLOCKED

    def show(self, line: str) -> None:
        """Show on a terminal what is going on."""
        if sys.stderr.isatty():
            sys.stderr.write(f"{CLEAR}{line[:100]}")
            sys.stderr.flush()


def answer_of(response: Response) -> Answer:
    """Return a response as an answer."""
    kind = response.headers.get("Content-Type")
    problem = None if 200 <= response.status < 300 else f"http-{response.status}"
    return Answer(
        response.url,
        datetime.now(UTC).replace(microsecond=0),
        response.status,
        response.body,
        kind.decode("latin-1") if kind else None,
        problem,
    )


class VisitCommand(OutletCommand):
    """A command that asks an outlet for a few pages and writes no data."""

    requires_crawler_process = True

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check who asks; keep the log to errors, the command prints the rest."""
        super().process_options(args, opts)
        assert self.settings is not None
        try:
            parse_connect_to(self.settings["CONNECT_TO"])
            agent = user_agent(self.settings["NEWSCRAWL_CONTACT"])
        except ValueError as error:
            self.fail(Exit.USAGE, str(error))
            sys.exit(Exit.USAGE)
        self.settings.set("USER_AGENT", agent, priority="cmdline")
        if not (opts.loglevel or opts.logfile):
            self.settings.set("LOG_LEVEL", "ERROR", priority="cmdline")

    def visit(self, outlet: Outlet, script: Callable[[Visit], Awaitable[Any]]) -> Any:
        """Return what the script returns; `None`, with the exit code set, when it did not come to its end."""
        assert self.crawler_process is not None
        spider_class = type("OutletVisit", (Visit,), {"outlet": outlet, "name": outlet.name})
        crawler = self.crawler_process.create_crawler(spider_class)
        self.crawler_process.crawl(crawler, script=script)
        self.crawler_process.start()
        if sys.stderr.isatty():
            sys.stderr.write(CLEAR)
        if isinstance(crawler.spider, Visit) and crawler.spider.result is not None:
            return crawler.spider.result
        reason = crawler.stats.get_value("finish_reason") if crawler.stats else None
        code = CLOSE_REASONS.get(str(reason), Exit.ERROR)
        self.exitcode = Exit.ERROR if code is Exit.FINE else code
        return None
