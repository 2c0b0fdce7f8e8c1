"""Refuse what is not an article, with a reason: the line is not written, the page stays in the archive."""

from __future__ import annotations

from newscrawl.items import Article
from pipelines import Stage

MIN_CHARS = 80


def problem(article: Article) -> str | None:
    """Return why the article cannot become a line, or `None`.

    Galleries, videos and stubs are lines too: their `type` says what they are.
    """
    if not article.title:
        return "no-title"
    if article.type != "article":
        return None
    if not article.text:
        return "no-text"
    if len(article.text) < MIN_CHARS:
        return "short-text"
    return None


class ValidateStage(Stage):
    """Drop articles that have a problem."""

    def process_item(self, item: Article) -> Article:
        """Return the article; raise `DropItem` with the reason."""
        reason = problem(item)
        if reason is None:
            return item
        from scrapy.exceptions import DropItem  # here: importing a stage loads no Scrapy

        raise DropItem(reason)
