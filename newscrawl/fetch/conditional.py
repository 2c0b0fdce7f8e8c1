"""Ask only for what has changed."""

from __future__ import annotations

from scrapy import Request


class Conditional:
    """Downloader middleware: turn `meta["validators"]` = (ETag, Last-Modified) into a conditional request.

    The answer 304 reaches the callback. A redirect's target is another resource: it is asked for in full.
    """

    def process_request(self, request: Request) -> None:
        """Set the conditional headers of a request, or remove those of a redirected one."""
        names = ("If-None-Match", "If-Modified-Since")
        if request.meta.get("redirect_times"):
            for name in names:
                request.headers.pop(name, None)
            return
        values = request.meta.get("validators") or (None, None)
        for name, value in zip(names, values, strict=True):
            if value:
                request.headers[name] = value
        if any(values):
            allowed = request.meta.get("handle_httpstatus_list", [])
            if 304 not in allowed:
                request.meta["handle_httpstatus_list"] = [*allowed, 304]
