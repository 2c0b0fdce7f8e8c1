"""What a revisit record refers to."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class RefersTo:
    """An earlier capture: its URI, its WARC-Date and its record id."""

    uri: str
    date: str
    record_id: str


class Payloads(Protocol):
    """The memory of captured payloads. `digest` is written as in WARC-Payload-Digest."""

    def payload(self, uri: str, digest: str) -> RefersTo | None:
        """Return a capture of this payload, of the same URI where there is one."""

    def last_capture(self, uri: str) -> RefersTo | None:
        """Return the full capture that the newest capture of a URI with status 200 is or refers to."""

    def add_payload(
        self,
        uri: str,
        digest: str,
        date: str,
        record_id: str,
        status: int,
        refers_to: RefersTo | None = None,
    ) -> None:
        """Remember a full capture, or with `refers_to` one that was stored as a revisit of another.

        The latter keeps `last_capture` right for a page that goes back to an earlier text.
        """


class MemoryPayloads:
    """Payloads of this run only; the oldest are forgotten beyond `limit`.

    >>> seen = MemoryPayloads()
    >>> seen.add_payload("http://a/", "sha1:X", "2020-06-02T03:46:05Z", "<urn:uuid:1>", 200)
    >>> seen.payload("http://b/", "sha1:X").uri
    'http://a/'
    """

    def __init__(self, limit: int = 50_000) -> None:
        self.limit = limit
        self._by_digest: OrderedDict[str, RefersTo] = OrderedDict()
        self._by_uri: OrderedDict[str, tuple[str, RefersTo]] = OrderedDict()

    def payload(self, uri: str, digest: str) -> RefersTo | None:
        """Return a capture of this payload, of the same URI where it was the last one."""
        last = self._by_uri.get(uri)
        if last and last[0] == digest:
            return last[1]
        return self._by_digest.get(digest)

    def last_capture(self, uri: str) -> RefersTo | None:
        """Return the newest full capture of a URI that had status 200."""
        last = self._by_uri.get(uri)
        return last[1] if last else None

    def add_payload(
        self,
        uri: str,
        digest: str,
        date: str,
        record_id: str,
        status: int,
        refers_to: RefersTo | None = None,
    ) -> None:
        """Remember a capture with status 200."""
        if status != 200:
            return
        target = refers_to or RefersTo(uri, date, record_id)
        self._by_digest.setdefault(digest, target)
        self._by_uri[uri] = digest, target
        self._by_uri.move_to_end(uri)
        for memory in (self._by_digest, self._by_uri):
            if len(memory) > self.limit:
                memory.popitem(last=False)
