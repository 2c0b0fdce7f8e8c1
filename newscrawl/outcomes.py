"""Tell the ledger what became of an article that was yielded: Scrapy's signals say so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy import signals
from scrapy.exceptions import DropItem
from scrapy.http import Response
from twisted.python.failure import Failure

from newscrawl.items import Article
from newscrawl.replies import due_of
from newscrawl.state import StateError
from pipelines.jsonl import JsonlError, JsonlStage
from pipelines.versions import UNCHANGED

if TYPE_CHECKING:
    from newscrawl.spider import NewsSpider


class Outcomes:
    """What the pipelines did with the articles of a spider."""

    def __init__(self, spider: NewsSpider) -> None:
        self.spider = spider
        connect = spider.crawler.signals.connect
        connect(self.written, signals.item_scraped)
        connect(self.dropped, signals.item_dropped)
        connect(self.failed, signals.item_error)

    def written(self, item: Any, response: Response | None) -> None:
        """Mark the article done: its line is in the file."""
        due = due_of(response)
        if due is None or not isinstance(item, Article):
            return
        stage = self.spider.crawler.get_item_pipeline(JsonlStage)
        with self.spider.storage():
            if stage is not None:
                self.spider.ledger.written(item, stage.file.path.name)
            self.spider.ledger.settled(due.url, item.fetched_at)
        self.spider.in_flight.discard(due.url)
        self.spider.count("articles/written")
        self.spider.count("stripped", len(item.removed))

    def dropped(self, item: Any, response: Response | None, exception: DropItem) -> None:
        """Mark an unchanged article done, a refused one failed."""
        due = due_of(response)
        if due is None or not isinstance(item, Article):
            return
        reason = str(exception.args[0])
        if reason == UNCHANGED:
            self.spider.count("articles/unchanged")
            with self.spider.storage():
                self.spider.ledger.settled(due.url, item.fetched_at)
            self.spider.in_flight.discard(due.url)
        else:
            self.spider.count(f"dropped/{reason}")
            self.spider.give_up(due, item.fetched_at, reason, item.url)

    def failed(self, item: Any, response: Response | None, failure: Failure) -> None:
        """Stop when a line cannot be written; another failure of a stage is counted and the crawl goes on."""
        due = due_of(response)
        if isinstance(failure.value, (JsonlError, StateError)):
            self.spider.stop("storage_failed", str(failure.value))
        elif due is not None and isinstance(item, Article):
            self.spider.count("stage-failed")
            self.spider.give_up(due, item.fetched_at, f"stage-failed: {failure.value!r}", item.url)
