"""Read what came of a request: what the state needs of a response, and why there is none."""

from __future__ import annotations

from datetime import UTC, datetime

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from newscrawl.items import WarcPointer
from newscrawl.ledger import Reply
from newscrawl.state import Due

NO_ANSWER: dict[type, str] = {
    CannotResolveHostError: "no-such-host",
    DownloadConnectionRefusedError: "connection-refused",
    DownloadFailedError: "connection-failed",
    DownloadTimeoutError: "timeout",
    ResponseDataLossError: "cut-off",
}


def due_of(response: Response | None) -> Due | None:
    """Return what the request of an article's last page was for."""
    return response.cb_kwargs.get("due") if response is not None and response.request is not None else None


def reply_of(response: Response) -> Reply:
    """Return what the state needs of a response; its time is the record's."""
    meta = response.meta
    date: str | None = meta.get("warc_date")
    pointer: WarcPointer | None = meta.get("warc")
    return Reply(
        url=response.url,
        status=response.status,
        at=(datetime.fromisoformat(date) if date else datetime.now(UTC)).replace(microsecond=0),
        pointer=pointer,
        etag=header(response, "ETag"),
        last_modified=header(response, "Last-Modified"),
    )


def content_type(response: Response) -> str | None:
    """Return the Content-Type header."""
    return header(response, "Content-Type")


def header(response: Response, name: str) -> str | None:
    """Return a header's last value as text, `None` when absent."""
    value = response.headers.get(name)
    return value.decode("latin-1") if value is not None else None


def reason_of(failure: Failure) -> str:
    """Return a short reason for a failed request, the same for all of a kind: the coverage counts them.

    >>> reason_of(Failure(DownloadTimeoutError("Getting https://rmol.id/ took longer than 60.0 seconds.")))
    'timeout'
    """
    error = failure.value
    if isinstance(error, HttpError):
        return f"http-{error.response.status}"
    if isinstance(error, IgnoreRequest):
        return str(getattr(error, "reason", None) or error) or "ignored"
    if "certificate verify failed" in str(error):
        return "bad-certificate"
    return NO_ANSWER.get(type(error)) or f"error: {type(error).__name__}"
