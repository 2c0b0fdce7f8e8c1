"""Number the versions of an article; an unchanged text gives no new line."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from typing import Any, Protocol, Self

from newscrawl.items import Article
from pipelines import Counter, Stage

UNCHANGED = "unchanged"
UNDER_WAY = 1000  # articles on their way from here to the file: far more than a crawl works on at a time


class KnownVersion(Protocol):
    """The newest version that was written of an article."""

    @property
    def version(self) -> int:
        """Its number, from 1."""

    @property
    def text_digest(self) -> str:
        """What `text_digest` gave for it."""


class Versions(Protocol):
    """What this stage needs of the crawl's state."""

    def latest_version(self, article_id: str) -> KnownVersion | None:
        """Return the newest version of an article, `None` when it is new."""


def text_digest(article: Article) -> str:
    """Return `sha256:` and the hex digest of title and text, white space folded.

    Two captures with the same digest are the same version.
    """
    words = " ".join(f"{article.title or ''}\n{article.text or ''}".split())
    return (
        "sha256:" + hashlib.sha256(unicodedata.normalize("NFC", words).encode(errors="replace")).hexdigest()
    )


@dataclass(frozen=True, slots=True)
class Numbered:
    """A version that this stage let pass."""

    version: int
    text_digest: str


class VersionsStage(Stage):
    """Set `text_digest` and `version`; drop the article when nothing changed.

    The state knows a version once its line is written. Of an article that two URLs lead to the second capture
    may come before that, so the stage remembers the last ones it let pass.
    """

    def __init__(self, stats: Counter | None = None, versions: Versions | None = None) -> None:
        super().__init__(stats)
        self.versions = versions
        self.passed: dict[str, Numbered] = {}

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        """Build the stage for a crawl: its spider holds the state."""
        return cls(crawler.stats, crawler.spider.state)

    def process_item(self, item: Article) -> Article:
        """Return the article with its version; raise `DropItem` when the last version says the same."""
        item.text_digest = text_digest(item)
        if self.versions is None:
            return item
        known = self.passed.get(item.id) or self.versions.latest_version(item.id)
        if known is not None and known.text_digest == item.text_digest:
            from scrapy.exceptions import DropItem  # here: importing a stage loads no Scrapy

            raise DropItem(UNCHANGED, log_level="DEBUG")
        if known is not None:
            item.version = known.version + 1
            self.count("versions/changed")
        self.passed[item.id] = Numbered(item.version, item.text_digest)
        if len(self.passed) > UNDER_WAY:
            del self.passed[next(iter(self.passed))]
        return item
