"""Why a page was not fetched. All are `IgnoreRequest`: Scrapy hands them to the errback and retries none."""

from __future__ import annotations

from scrapy.exceptions import IgnoreRequest


class NotFetched(IgnoreRequest):
    """A page that was not fetched; `reason` is a short slug that counters and the state keep."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason


class Refused(NotFetched):
    """A request that we do not make: not the outlet's own, unsafe, or more than we take in."""


class Blocked(NotFetched):
    """An answer that is a challenge or a block page; `reason` is `blocked-` and the kind of page."""


class Stopped(NotFetched):
    """A request that was still waiting when the crawl ended: nothing is known about its page."""
