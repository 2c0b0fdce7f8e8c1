"""What a forgetting is going to do, written down before it begins: a killed one is finished from that."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import NamedTuple

from newscrawl.forget.log import Entry
from newscrawl.warc.writer import sync_folder


class Place(NamedTuple):
    """An exchange to be replaced: `length` bytes of its response and request, `article` is whose it is."""

    offset: int
    length: int
    record_id: str
    article: str


@dataclass
class Plan:
    """All that is to be taken out of an outlet's files.

    `warc` has the exchanges by file, `jsonl` the article ids of the lines by file, names without folders.
    `urls` are those that the state may know them by.
    """

    entries: list[Entry] = field(default_factory=list)
    warc: dict[str, list[Place]] = field(default_factory=dict)
    jsonl: dict[str, set[str]] = field(default_factory=dict)
    urls: list[str] = field(default_factory=list)

    @property
    def records(self) -> set[str]:
        """The ids of the records to be removed."""
        return {place.record_id for places in self.warc.values() for place in places}

    @property
    def files(self) -> list[tuple[str, str]]:
        """The files to be changed, as folder and name."""
        return [("warc", name) for name in self.warc] + [("jsonl", name) for name in self.jsonl]


def plan_file(data: Path, outlet: str) -> Path:
    """Return where the plan of an outlet lies while it is carried out."""
    return data / "forgotten" / f"{outlet}.plan"


def save(plan: Plan, data: Path, outlet: str) -> None:
    """Write a plan: complete or not at all."""
    path = plan_file(data, outlet)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    with fresh.open("w", encoding="utf-8") as file:
        json.dump(asdict(plan), file, default=sorted)  # sets
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
    sync_folder(path.parent)


def load(data: Path, outlet: str) -> Plan | None:
    """Return the plan that was not carried out to its end, if there is one."""
    try:
        kept = json.loads(plan_file(data, outlet).read_bytes())
    except FileNotFoundError:
        return None
    kept["entries"] = [Entry(**{**entry, "ids": tuple(entry["ids"])}) for entry in kept["entries"]]
    kept["warc"] = {name: [Place(*place) for place in places] for name, places in kept["warc"].items()}
    kept["jsonl"] = {name: set(ids) for name, ids in kept["jsonl"].items()}
    return Plan(**kept)
