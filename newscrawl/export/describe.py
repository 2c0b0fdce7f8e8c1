"""What lies beside an export: its schema, a data dictionary, a data card."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from newscrawl.export.index import Line, fields_of
from newscrawl.items import SCHEMA, json_schema
from newscrawl.state import DayCoverage

STORY_SCHEMA: dict[str, dict[str, Any]] = {
    "story": {"type": "string"},
    "story_earliest": {"type": "boolean"},
    "story_source": {"type": ["string", "null"]},
}
EXAMPLE = 60  # characters
GAPS = 20  # days named in the card
MEANING = {
    "schema": "number of this schema",
    "id": "the article; the same in every version and every run",
    "version": "number of the version, from 1, in the order of capture",
    "outlet": "name of the outlet",
    "url": "canonical URL",
    "urls": "other URLs it was seen under",
    "type": "article, gallery, video, live or stub (a page without the text)",
    "title": "headline",
    "authors": "who wrote it, as printed",
    "editors": "who edited it, as printed",
    "published": "publication, ISO 8601 with the offset that was printed or is the outlet's",
    "published_precision": "second, minute or day: what was printed",
    "published_text": "the date as the page gives it",
    "published_source": "where on the page that stood",
    "modified": "last change as the page says, ISO 8601",
    "section": "section path, outermost first",
    "tags": "tags of the outlet",
    "language": "language of the text, ISO 639-1",
    "dateline": "place and outlet that open the text",
    "summary": "the outlet's own summary",
    "text": "clean text, a blank line between paragraphs",
    "images": "pictures: URL, caption, credit",
    "syndicated_from": "where it says that it comes from",
    "related": "what links inside the text pointed at",
    "removed": "lines taken out of the text, with the rule that took them",
    "pages": "pages it was joined from",
    "text_digest": "SHA-256 of title and text; equal for equal versions",
    "extraction": "how the fields were found, with which software",
    "fetched": "when it was fetched, UTC",
    "warc": "the WARC record it was made from",
    "warc_pages": "the records of its further pages",
    "story": "id of the story: that of its earliest article; an article without copies is a story of its own",
    "story_earliest": "whether this is the story's earliest article",
    "story_source": "id of the article it is a copy of",
}

_CARD = """# Data card: {facts.name}

News articles of Indonesian outlets, extracted from a WARC archive; every row names its record there.

- Made: {facts.made} by newscrawl {facts.software}, schema {schema}
- Selected: {facts.selection}; {what} of each article
- Rows: {tally.lines:,}, of {tally.articles:,} articles
{extra}- Beside this card: the JSON Schema of a row, a data dictionary, SHA-256 sums (`sha256sum -c`)

| outlet | title | rows | first month | last month |
|---|---|---|---|---|
{rows}
## Known gaps

What the outlets' own lists and feeds named in these days, against what is in the archive. What they did not
name is not known.

{gaps}
## How to cite

Name this data set, its date ({facts.made}), the outlets, and newscrawl {facts.software}. For one article cite
the outlet, its title, `url` and `published`, and `warc.record_id` as the proof. As in:
"{facts.name}, {tally.articles:,} articles of {outlets}, collected with newscrawl {facts.software},
{facts.made}."

## Rights and takedown

The texts and pictures belong to their outlets and authors. This collection grants no rights in them; using it
may need a licence or rest on an exception such as text and data mining for research, by the law that applies
to you. It holds personal data as the news printed it. Whoever asks with good reason to have an article taken
out is to be heard: ask the one who gave you this data, who takes it out of the archive and of every later
export; delete it from your copy as well.
"""


@dataclass(slots=True)
class Tally:
    """What went into an export; filled while it is written."""

    stories: bool = False
    lines: int = 0
    filled: Counter[str] = field(default_factory=Counter)
    outlets: Counter[str | None] = field(default_factory=Counter)
    articles: int = 0
    first: dict[str | None, str] = field(default_factory=dict)
    last: dict[str | None, str] = field(default_factory=dict)
    copies: int = 0
    examples: dict[str, str] = field(default_factory=dict)
    _masks: Counter[int] = field(default_factory=Counter)

    def add(self, line: Line) -> None:
        """Count a line."""
        self.lines += 1
        self.outlets[line.outlet] += 1
        self.copies += line.source is not None
        self._masks[line.filled] += 1  # few differ
        if line.month is not None:
            self.first.setdefault(line.outlet, line.month)
            self.last[line.outlet] = line.month

    def sum_up(self) -> None:
        """Set `filled` from what was counted."""
        for mask, number in self._masks.items():
            self.filled.update(dict.fromkeys(fields_of(mask), number))
        if self.stories:
            self.filled.update(story=self.lines, story_earliest=self.lines, story_source=self.copies)

    def example(self, row: dict[str, Any], fields: Sequence[str]) -> None:
        """Keep the first value of each field that has one."""
        for name in fields:
            if name not in self.examples and row[name] not in (None, [], {}, ""):
                self.examples[name] = _short(row[name])


def _short(value: Any) -> str:
    r"""Return a value as JSON on one line, cut.

    >>> _short("a|b"), len(_short("x" * 99))
    ('"a\\|b"', 60)
    """
    text = json.dumps(value, ensure_ascii=False).replace("|", "\\|").replace("`", "'")
    return text if len(text) <= EXAMPLE else text[: EXAMPLE - 1] + "…"


def schema_of(fields: Sequence[str]) -> str:
    """Return the JSON Schema of a row."""
    schema = json_schema()
    schema["properties"] = {name: STORY_SCHEMA.get(name) or schema["properties"][name] for name in fields}
    schema["required"] = list(fields)
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def dictionary(fields: Sequence[str], tally: Tally) -> str:
    """Return the data dictionary: meaning, type, fill rate and an example of each field."""
    properties = json.loads(schema_of(fields))["properties"]
    head = (
        f"# Data dictionary\n\n{tally.lines:,} rows. *Filled* is the share of rows where the field holds "
        "something: null, an empty list and an empty text do not count.\n\n"
        "| field | type | filled | meaning | example |\n|---|---|---|---|---|\n"
    )
    rows = [
        f"| `{name}` | {_kind(properties[name])} | {tally.filled[name] / max(tally.lines, 1):.1%} "
        f"| {MEANING[name]} | `{tally.examples.get(name, '-')}` |\n"
        for name in fields
    ]
    return head + "".join(rows)


def _kind(schema: dict[str, Any]) -> str:
    """Return a type in words.

    >>> _kind({"type": "array", "items": {"type": "string"}}), _kind({"type": ["string", "null"]})
    ('list of string', 'string or null')
    """
    if "const" in schema or "enum" in schema:
        return "integer" if "const" in schema else "string"
    if "anyOf" in schema:
        return " or ".join(_kind(option) for option in schema["anyOf"])
    if schema["type"] == "array":
        return f"list of {_kind(schema['items'])}"
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return " or ".join(kinds)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the card says beyond the tally."""

    name: str
    made: date
    software: str
    selection: str
    versions: bool
    stories: int | None
    titles: dict[str, str]
    coverage: dict[str, list[DayCoverage] | None]  # by outlet; None: no state to ask
    open_files: int
    forgotten: int = 0


def card(facts: Facts, tally: Tally) -> str:
    """Return the data card."""
    what = "all versions" if facts.versions else "the newest version"
    rows = "".join(
        f"| {name or '-'} | {facts.titles.get(name or '', '-')} | {tally.outlets[name]:,} "
        f"| {tally.first.get(name, '-')} | {tally.last.get(name, '-')} |\n"
        for name in sorted(tally.outlets, key=lambda name: name or "")
    )
    stories = (
        ""
        if facts.stories is None
        else (
            f"- Stories: {facts.stories:,} with several articles; {tally.copies:,} rows name the article "
            "they are a copy of\n"
        )
    )
    forgotten = (
        f"- Forgotten: {facts.forgotten:,} articles of these outlets, taken out of the archive\n"
        if facts.forgotten
        else ""
    )
    return _CARD.format(
        facts=facts,
        tally=tally,
        schema=SCHEMA,
        what=what,
        extra=stories + forgotten,
        rows=rows,
        gaps=_gaps(facts),
        outlets=_outlets(tally),
    )


def _outlets(tally: Tally) -> str:
    names = sorted(name for name in tally.outlets if name)
    return ", ".join(names) if len(names) <= 5 else f"{len(names)} outlets"


def _gaps(facts: Facts) -> str:
    lines = []
    for outlet, days in facts.coverage.items():
        if days is None:
            lines.append(f"- {outlet}: not known, there is no state to ask\n")
            continue
        listed, had = sum(d.listed for d in days), sum(d.extracted for d in days)
        reasons = sum((d.reasons for d in days), Counter[str]())
        why = ", ".join(f"{reason} {count:,}" for reason, count in reasons.most_common(8))
        because = f" ({why})" if why else ""
        lines.append(f"- {outlet}: {had:,} of {listed:,} listed articles on {len(days):,} days{because}\n")
        worst = sorted(
            (d for d in days if d.extracted < d.listed), key=lambda d: (d.extracted - d.listed, d.day)
        )
        lines += [f"  - {d.day}: {d.listed - d.extracted:,} of {d.listed:,} missing\n" for d in worst[:GAPS]]
        if len(worst) > GAPS:
            lines.append(f"  - and {len(worst) - GAPS:,} more days\n")
    if facts.open_files:
        lines.append(f"- {facts.open_files} files were still being written and are not included\n")
    return "".join(lines) or "Not known: the rows do not come from a data folder.\n"


def beside(path: Path, ending: str) -> Path:
    """Return the name of a file that lies beside an export.

    >>> beside(Path("out/news.jsonl.zst"), "card.md").name
    'news.jsonl.zst.card.md'
    """
    return path.with_name(f"{path.name}.{ending}")
