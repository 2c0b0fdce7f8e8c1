"""Bound what one response may cost."""

from __future__ import annotations

from typing import Self

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest
from scrapy.http import Response

from newscrawl.fetch.scope import refuse


class Compression(HttpCompressionMiddleware):
    """Undo content codings as Scrapy does, and count what is too large, before or after that.

    The bound is DOWNLOAD_MAXSIZE for both.
    """

    crawler: Crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the middleware for a crawl."""
        middleware = super().from_crawler(crawler)
        middleware.crawler = crawler
        return middleware

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """Return the decoded response; raise `Refused` for one that unpacks to too much."""
        try:
            decoded: Request | Response = super().process_response(request, response)
        except IgnoreRequest:
            raise refuse(self.crawler, "too-large", request.url, "unpacked") from None
        return decoded

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Raise `Refused` for a response that was cut off because it is too large."""
        if isinstance(exception, DownloadCancelledError):
            raise refuse(self.crawler, "too-large", request.url) from None
