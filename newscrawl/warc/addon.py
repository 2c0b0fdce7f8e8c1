"""The one line that makes a Scrapy project record: `ADDONS = {"newscrawl.warc.Addon": 500}`."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

logger = logging.getLogger(__name__)

HANDLER = "newscrawl.warc.handler.RecordingHandler"


class Addon:
    """Record every exchange of a project's crawls."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Put the recorder in place of the HTTP handlers, unless the project's are recorders already."""
        if not settings.getbool("WARC_ENABLED", True):
            return
        from scrapy.utils.misc import load_object

        from newscrawl.warc.handler import RecordingHandler

        handlers = settings.getwithbase("DOWNLOAD_HANDLERS")
        own = settings.getdict("DOWNLOAD_HANDLERS")
        for scheme in ("http", "https"):
            if isinstance(found := load_object(handlers[scheme]), type) and issubclass(
                found, RecordingHandler
            ):
                continue
            if scheme in own:
                logger.warning(
                    "DOWNLOAD_HANDLERS: %s for %s cannot record and is replaced", own[scheme], scheme
                )
            own[scheme] = HANDLER
        settings.set("DOWNLOAD_HANDLERS", own, priority=settings.getpriority("DOWNLOAD_HANDLERS") or 0)
        settings.setdefault_in_component_priority_dict("DOWNLOADER_MIDDLEWARES", PointerMiddleware, 0)


class PointerMiddleware:
    """Forget the record of an earlier pass: a redirect, a retry or a cached page must not carry it."""

    def __init__(self, crawler: Crawler) -> None:
        from newscrawl.warc.recorder import Recorder

        self.recorder = Recorder.of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> PointerMiddleware:
        """Make the crawl's recorder, so that an unwritable folder shows before the first request."""
        return cls(crawler)

    def process_request(self, request: Request) -> Any:
        """Drop the pointer."""
        request.meta.pop("warc", None)
        request.meta.pop("warc_date", None)
