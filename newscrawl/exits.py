"""Exit codes of the commands: cron and monitoring read these."""

from __future__ import annotations

import enum


class Exit(enum.IntEnum):
    """What a command's exit code means."""

    FINE = 0
    ERROR = 1  # something unexpected; the log has a traceback
    USAGE = 2  # a wrong word on the command line or in a setting; nothing was requested
    BLOCKED = 3  # the outlet refuses us: block pages, 429 or 503 again and again, or too long a Retry-After
    NOTHING_FOUND = 4  # pages were fetched, but no article URL or no article text was in them
    LOCKED = 5  # another run of the same outlet is going on
    NO_ROBOTS = 6  # robots.txt could not be read, and that is not permission
    STORAGE = 7  # the disk is full or a file cannot be written
    INTERRUPTED = 130  # SIGINT or SIGTERM; run the same command again to go on


CLOSE_REASONS = {
    "finished": Exit.FINE,
    "blocked": Exit.BLOCKED,
    "retry_later": Exit.BLOCKED,
    "unavailable": Exit.BLOCKED,
    "robots_unreachable": Exit.NO_ROBOTS,
    "warc_write_failed": Exit.STORAGE,
    "storage_failed": Exit.STORAGE,
    "shutdown": Exit.INTERRUPTED,
}
"""Scrapy's close reason → exit code; a reason not named here is `Exit.ERROR`."""
