"""What can be wrong in a data folder: each kind in words, with how to mend it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

CAP = 100  # findings of one kind that are told of one file; the rest is counted

Mend = Literal["repair", "copy", "fetch", "look", "none"]

MENDING: dict[Mend, str] = {
    "repair": "run scrapy verify with --repair",
    "copy": "take the file from a copy; all that is readable stays as it is",
    "fetch": "the archive no longer proves this line: take the WARC file from a copy, "
    "or ask for the page anew with scrapy crawl OUTLET -a url=URL",
    "look": "nothing here can tell what is right: compare with a copy",
    "none": "nothing to do",
}


class Kind(NamedTuple):
    """A kind of finding. A note is told and is no damage."""

    what: str
    mend: Mend
    is_note: bool = False


KINDS: dict[str, Kind] = {
    # WARC files
    "warc.torn": Kind("the file ends in the middle of a record", "repair"),
    "warc.trailing": Kind("after the last record come bytes that are no record", "repair"),
    "warc.damaged": Kind("bytes that cannot be read as records", "copy"),
    "warc.empty": Kind("there is no record in the file", "copy"),
    "warc.warcinfo": Kind("the first record is no warcinfo", "copy"),
    "warc.name": Kind("the file was given another name, its lines point at the old one", "look"),
    "warc.open": Kind("left open by a run that was killed", "repair"),
    # Records
    "record.version": Kind("the record does not begin with WARC/1.0 or WARC/1.1", "copy"),
    "record.headers": Kind("the record's headers are broken or lack a field", "copy"),
    "record.length": Kind("Content-Length does not fit the block", "copy"),
    "record.end": Kind("the record does not end with two CRLF, or something follows them", "copy"),
    "record.date": Kind("WARC-Date is no time in UTC", "copy"),
    "record.block-digest": Kind("the block does not have its digest", "copy"),
    "record.payload-digest": Kind("the payload does not have its digest", "copy"),
    "record.digest-form": Kind("a digest that is missing or of an unknown form", "copy"),
    "record.id-twice": Kind("another record has the same id", "copy"),
    # Exchanges
    "pair.no-request": Kind("the response is not followed by its request", "copy"),
    "pair.no-response": Kind("the request does not follow its response", "copy"),
    "pair.differs": Kind("response and request differ in their URL or time", "copy"),
    # Revisits
    "refers.missing": Kind("the record that a revisit refers to is not there", "copy"),
    "refers.differs": Kind("a revisit does not say of its target what that says of itself", "copy"),
    # JSONL files
    "jsonl.open": Kind("left open by a run that was killed", "repair"),
    "jsonl.torn": Kind("the last line is torn", "repair"),
    "line.json": Kind("the line is no JSON object in UTF-8", "copy"),
    "line.schema": Kind("the line does not fit the schema", "copy"),
    "line.outlet": Kind("the line is another outlet's", "look"),
    "line.id": Kind("the line's id is not that of its URL", "look"),
    "line.text-digest": Kind("title and text do not have the line's digest", "copy"),
    "line.extraction": Kind("its record gives another line", "look"),
    "line.other-software": Kind("made by other versions of the software: not extracted again", "none", True),
    "line.other-rules": Kind("the rules of today give another line; the file is as it was", "none", True),
    "line.no-record": Kind("the record that the line points at is not there", "fetch"),
    "line.pointer": Kind("the record lies elsewhere or has another length than the line says", "look"),
    "line.payload-digest": Kind("the record has another payload digest than the line says", "look"),
    "line.fetched": Kind("the line's time is not the record's", "look"),
    "line.damaged-record": Kind("the record that the line points at is damaged", "fetch"),
    "line.unrecorded": Kind("the line points at no record: its crawl did not archive", "none", True),
    "version.twice": Kind("two lines are the same version of an article", "look"),
    "version.missing": Kind("a version before this one is missing", "copy"),
    # Forgotten articles
    "forget.unfinished": Kind("a scrapy forget was killed; the next one, or a crawl, finishes it", "repair"),
    "line.forgotten": Kind("the article was forgotten: run scrapy forget on its URL again", "look"),
    # State
    "state.missing": Kind("there is no state", "repair"),
    "state.unreadable": Kind("the state cannot be read", "repair"),
    "state.line": Kind("the state does not know a line", "repair"),
    "state.version": Kind("the state knows a version that has no line", "repair"),
    "state.differs": Kind("state and line differ on a version", "repair"),
    "state.done": Kind("the state takes an article for done that has no line", "repair"),
    "state.not-done": Kind("an article has a line, but the state does not take it for extracted", "repair"),
    "state.record": Kind("the state points at a record that is not there", "repair"),
    "state.payload": Kind("later revisits would refer to a record that is not there", "repair"),
    "state.unread": Kind("the next run reads this file again", "none", True),
    # Manifest
    "manifest.gone": Kind("a file that was there is gone", "copy"),
    "manifest.size": Kind("the file does not have the size that it had", "copy"),
    "manifest.changed": Kind("the file is not the one that it was (SHA-256)", "copy"),
    "manifest.line": Kind("an entry of the manifest cannot be read", "look"),
    "manifest.torn": Kind("the last entry of the manifest is torn", "repair"),
    "manifest.no-entry": Kind("the manifest does not have this file; --repair adds it", "none", True),
    # Folders
    "left.new": Kind("half of a repair that was killed", "repair"),
    "left.rebuilding": Kind("half of a state that was being rebuilt", "repair"),
    "left.unknown": Kind("this file is none of ours", "none", True),
    "left.torn": Kind("bytes that a repair cut off and kept", "none", True),
    "file.unreadable": Kind("the file cannot be read", "look"),
    "outlet.unknown": Kind("no spider has this name: its lines were not extracted again", "none", True),
    "run.going": Kind("a run is going on; its open files and the state were left out", "none", True),
}


class Finding(NamedTuple):
    """Something found: the file (relative to the data folder), the byte in it, and what is special here."""

    kind: str
    file: str
    offset: int | None = None
    detail: str = ""

    @property
    def is_note(self) -> bool:
        """Say whether it is no damage."""
        return KINDS[self.kind].is_note

    @property
    def outlet(self) -> str:
        """Whose it is.

        >>> [Finding("", file).outlet for file in ("state/rmol.sqlite", "warc/rmol/a.warc.gz", "rmol")]
        ['rmol', 'rmol', 'rmol']
        """
        parts = self.file.split("/")
        return parts[1].partition(".")[0] if len(parts) == 2 else parts[min(1, len(parts) - 1)]

    @property
    def where(self) -> str:
        """`file:offset`."""
        return self.file if self.offset is None else f"{self.file}:{self.offset}"

    def __str__(self) -> str:
        what = KINDS[self.kind].what
        return f"{self.where}: {what}{f' ({self.detail})' if self.detail else ''} [{self.kind}]"


class Findings:
    """A list that stays short however much is wrong."""

    def __init__(self, found: Iterable[Finding] = ()) -> None:
        self.told: list[Finding] = []
        self.counts: Counter[tuple[str, str]] = Counter()  # by kind and file
        self.add(*found)

    def add(self, *found: Finding) -> None:
        """Add findings."""
        for finding in found:
            self.counts[finding.kind, finding.file] += 1
            if self.counts[finding.kind, finding.file] <= CAP:
                self.told.append(finding)

    def merge(self, other: Findings) -> None:
        """Add what another list holds; its counts as well."""
        for finding in other.told:
            if self.counts[finding.kind, finding.file] < CAP:
                self.told.append(finding)
        self.counts.update(other.counts)

    def drop(self, *kinds: str) -> None:
        """Forget the findings of some kinds."""
        self.told = [finding for finding in self.told if finding.kind not in kinds]
        for key in [key for key in self.counts if key[0] in kinds]:
            del self.counts[key]

    def rename(self, kind: str, file: str, other: str) -> None:
        """Turn the findings of a kind in a file into another kind."""
        self.told = [f._replace(kind=other) if f[:2] == (kind, file) else f for f in self.told]
        if (kind, file) in self.counts:
            self.counts[other, file] += self.counts.pop((kind, file))

    @property
    def damage(self) -> int:
        """How many findings are damage."""
        return sum(count for (kind, _), count in self.counts.items() if not KINDS[kind].is_note)

    @property
    def kinds(self) -> set[str]:
        """The kinds found."""
        return {kind for kind, _ in self.counts}


@dataclass(frozen=True, slots=True)
class Mended:
    """Something that was mended: the file and what was done."""

    file: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}: {self.what}"
