"""Which page an article of several goes on with: one rule for the crawl, its replay and re-extraction."""

from __future__ import annotations

from newscrawl.extract import MAX_PAGES
from newscrawl.outlet import Outlet
from newscrawl.urls import canonical


def following(named: str | None, pages: int, url: str | None, outlet: Outlet) -> str | None:
    """Return the URL of the page to come, `None` when the article is complete.

    `named` is what the last of so many `pages` calls its next one, `url` the article's canonical URL.
    """
    if not named or pages >= MAX_PAGES or canonical(named, outlet) != url:
        return None
    return named
