"""What revisit records refer to: the captures that the state knows."""

from __future__ import annotations

from typing import Any, Self

from newscrawl.state import State
from newscrawl.warc.payloads import RefersTo


class StateCaptures:
    """The recorder's memory over all runs of an outlet (setting WARC_PAYLOADS).

    Only captures of the same URI count as identical: the record that a line points at then holds the page
    itself, or refers to an earlier capture of that page, never to another page.
    """

    def __init__(self, state: State) -> None:
        self.state = state

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        """Use the state of the crawl's spider."""
        return cls(crawler.spider.state)

    def payload(self, uri: str, digest: str) -> RefersTo | None:
        """Return the capture of this payload of this URI."""
        found = self.state.payload(uri, digest)
        return found if found and found.uri == uri else None

    def last_capture(self, uri: str) -> RefersTo | None:
        """Return the capture that holds what a URI last answered with status 200."""
        return self.state.last_capture(uri)

    def add_payload(
        self, uri: str, digest: str, date: str, record_id: str, status: int, refers_to: RefersTo | None = None
    ) -> None:
        """Remember a capture."""
        self.state.add_payload(uri, digest, date, record_id, status, refers_to)
