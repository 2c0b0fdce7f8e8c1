"""The outlets' pages: where they lie, and what a crawl makes of them."""

from __future__ import annotations

import gzip
import importlib
import json
import pkgutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from newscrawl import settings, spiders
from newscrawl.extract import Page, extract
from newscrawl.flow import TextFlow
from newscrawl.items import to_line
from newscrawl.outlet import Outlet
from newscrawl.spider import NewsSpider

ROOT = Path(__file__).parent
FILES = {"page.html.gz", "expected.json", "meta.json"}
META = ("url", "fetched", "content_type", "template", "note")
OPTIONAL = {"xfail", "generic"}  # fields that the rules, or extraction without, get wrong: {field: why}
VOLATILE = ("schema", "fetched", "warc", "warc_pages", "text_digest")  # differ without being wrong

NAMES = [module.name for module in pkgutil.iter_modules(spiders.__path__)]


@dataclass(frozen=True)
class SavedPage:
    """One page in the shape of an outlet's template, with the line it should give."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.parent.name

    @property
    def id(self) -> str:
        return f"{self.name}/{self.folder.name}"

    def exists(self) -> bool:
        return (self.folder / "meta.json").exists()

    @property
    def meta(self) -> dict[str, Any]:
        meta: dict[str, Any] = json.loads((self.folder / "meta.json").read_text(encoding="utf-8"))
        return meta

    @property
    def expected(self) -> dict[str, Any]:
        line: dict[str, Any] = json.loads((self.folder / "expected.json").read_text(encoding="utf-8"))
        return line

    def line(self, outlet: Outlet | None) -> dict[str, Any]:
        """Return the line that a crawl would write, without what differs from run to run."""
        meta = self.meta
        body = gzip.decompress((self.folder / "page.html.gz").read_bytes())
        page = Page(meta["url"], body, datetime.fromisoformat(meta["fetched"]), meta["content_type"])
        article = TextFlow(settings.ITEM_PIPELINES)(extract(page, outlet))
        line: dict[str, Any] = json.loads(to_line(article))
        for key in VOLATILE:
            del line[key]
        del line["extraction"]["versions"]
        return line


def saved_pages() -> list[SavedPage]:
    """Return all pages, by outlet and day."""
    return [SavedPage(folder) for folder in sorted(ROOT.glob("*/*/")) if folder.parent.name != "__pycache__"]


def spider_of(name: str) -> type[NewsSpider]:
    """Return the spider class that an outlet's file holds."""
    module = importlib.import_module(f"newscrawl.spiders.{name}")
    (spider,) = (
        thing
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, NewsSpider) and thing.__module__ == module.__name__
    )
    return spider


def outlet_of(name: str) -> Outlet:
    """Return what an outlet's file declares."""
    return spider_of(name).outlet
