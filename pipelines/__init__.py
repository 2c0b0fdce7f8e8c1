"""The text stages: each a pure function first, then a thin Scrapy item pipeline that calls it."""

from __future__ import annotations

from typing import Any, Protocol, Self

from newscrawl.items import Article


class Counter(Protocol):
    """What a stage needs of Scrapy's stats collector."""

    def inc_value(self, key: str, count: int = 1) -> None:
        """Add `count` to the counter `key`."""


class Stage:
    """A text stage; counts what it did when there are stats, and works without Scrapy when there are none."""

    def __init__(self, stats: Counter | None = None) -> None:
        self.stats = stats

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        """Build the stage for a crawl."""
        return cls(crawler.stats)

    def process_item(self, item: Article) -> Article:
        """Return the article with this stage's work done."""
        raise NotImplementedError  # each stage does

    def count(self, key: str, count: int = 1) -> None:
        """Add `count` to a counter of the crawl."""
        if self.stats is not None and count:
            self.stats.inc_value(key, count=count)
