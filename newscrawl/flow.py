"""The text stages in the order of the settings, for whoever has an article but no crawl."""

from __future__ import annotations

from collections.abc import Mapping

from scrapy.exceptions import DropItem
from scrapy.utils.misc import load_object

from newscrawl.items import Article
from pipelines import Stage
from pipelines.jsonl import JsonlStage
from pipelines.versions import Versions, VersionsStage


class TextFlow:
    """Clean, normalise, validate and number articles exactly as a crawl does.

    `order` is the setting ITEM_PIPELINES; the stage that writes is left out. Without `versions` each article
    is a first version.
    """

    def __init__(self, order: Mapping[str, int | None], versions: Versions | None = None) -> None:
        self.stages: list[Stage] = []
        wanted = sorted((place, path) for path, place in order.items() if place is not None)
        for _, path in wanted:
            stage = load_object(path)
            if issubclass(stage, VersionsStage):
                self.stages.append(stage(versions=versions))
            elif issubclass(stage, Stage) and not issubclass(stage, JsonlStage):
                self.stages.append(stage())

    def __call__(self, article: Article) -> Article:
        """Return the finished article; raise `DropItem` with the reason when it is none."""
        for stage in self.stages:
            article = stage.process_item(article)
        return article

    def lenient(self, article: Article) -> Article:
        """Return the article as far as it got; one that a stage refuses has a warning `refused.REASON`."""
        for stage in self.stages:
            try:
                article = stage.process_item(article)
            except DropItem as refusal:
                article.extraction.warnings.append(f"refused.{refusal}")
        return article
