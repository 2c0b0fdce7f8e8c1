"""Extract a line again from its records, with what a crawl would use, and compare."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from scrapy.exceptions import DropItem

from newscrawl import __version__
from newscrawl.extract import Page, Unextractable, extract, join_pages
from newscrawl.flow import TextFlow
from newscrawl.items import Article, WarcPointer, to_line
from newscrawl.outlet import Outlet
from newscrawl.warc.reading import Exchange, WarcReadError, read_exchange

Place = tuple[str, int, int, int]  # file, offset, length, whether it is damaged


class Again:
    """Extract lines of an outlet again. `place_of` tells where a record lies by its id."""

    def __init__(
        self,
        data: Path,
        outlet: Outlet,
        order: Mapping[str, int | None],
        place_of: Callable[[str], Place | None],
    ) -> None:
        self.data = data
        self.folder = data / "warc" / outlet.name
        self.outlet = outlet
        self.flow = TextFlow(order)
        self.place_of = place_of

    def __call__(self, row: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """Yield what is wrong with a line; nothing where a record is not there, which others tell."""
        others = other_versions(row["extraction"]["versions"])
        if others:
            yield "line.other-software", others
            return
        pointers = [WarcPointer(**pointer) for pointer in (row["warc"], *row["warc_pages"])]
        if not all(map(self.is_there, pointers)):
            return
        try:
            article = self.article(pointers, row)
        except WarcReadError as error:
            yield "line.extraction", str(error)
        except Unextractable as error:
            yield "line.extraction", f"the page cannot be extracted: {error}"
        except DropItem as drop:
            yield "line.extraction", f"the article is refused: {drop.args[0]}"
        except Exception as error:  # noqa: BLE001  # why: whatever a page makes it raise is told of its line
            yield "line.extraction", f"extraction failed: {type(error).__name__}: {error}"
        else:
            differing = differences(row, json.loads(to_line(article)))
            if differing:
                yield "line.extraction", f"other {', '.join(differing)}"

    def is_there(self, pointer: WarcPointer) -> bool:
        """Say whether a record lies where a line says, undamaged."""
        place = self.place_of(pointer.record_id)
        file = f"warc/{self.outlet.name}/{pointer.file}"
        return place == (file, pointer.offset, pointer.length, 0)

    def article(self, pointers: list[WarcPointer], row: dict[str, Any]) -> Article:
        """Return the article that some records give."""
        pages = []
        for pointer in pointers:
            exchange = self.exchange(pointer)
            at = datetime.fromisoformat(exchange.date).replace(microsecond=0)
            page = extract(Page(exchange.uri, exchange.body, at, exchange.content_type), self.outlet)
            page.warc = pointer
            pages.append(page)
        if "pages.missing" in row["extraction"]["warnings"]:  # what came of asking, not of a page
            pages[0].extraction.warnings.append("pages.missing")
        article = self.flow(join_pages(pages))
        article.version = row["version"]
        return article

    def exchange(self, pointer: WarcPointer) -> Exchange:
        """Read an exchange, a revisit with the payload that it refers to."""
        exchange = read_exchange(self.folder, pointer)
        if not exchange.refers_to:
            return exchange
        place = self.place_of(exchange.refers_to.record_id)
        if place is None:
            raise WarcReadError(f"{pointer.file}: the record it refers to is not there")
        file, offset, length, _ = place
        target = WarcPointer(
            Path(file).name, offset, length, exchange.refers_to.record_id, exchange.payload_digest
        )
        return replace(exchange, payload=read_exchange(self.data / Path(file).parent, target).payload)


def other_versions(versions: Mapping[str, str]) -> str:
    """Return what of the software that made a line is not what is installed here, empty when all is.

    >>> other_versions({"newscrawl": __version__, "lxml": "0.1"}).split(",")[0]
    'lxml 0.1'
    """
    return ", ".join(f"{name} {made}" for name, made in versions.items() if made != _installed(name))


def _installed(name: str) -> str | None:
    if name == "newscrawl":
        return __version__
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def differences(line: Mapping[str, Any], again: Mapping[str, Any]) -> list[str]:
    """Return the fields in which two lines differ."""
    return [name for name in line if line[name] != again.get(name)]
