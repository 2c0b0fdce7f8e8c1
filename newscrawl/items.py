"""The article: the one source of the schema. Imports neither Scrapy nor anything of this project."""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

SCHEMA = 1

ArticleType = Literal["article", "gallery", "video", "live", "stub"]
Precision = Literal["second", "minute", "day"]


@dataclass(slots=True)
class Link:
    """A link to another page: its words and its absolute URL."""

    title: str | None
    url: str


@dataclass(slots=True)
class Image:
    """A picture of the article; `url` is absolute."""

    url: str
    caption: str | None = None
    credit: str | None = None


@dataclass(slots=True)
class Removed:
    """A line or part of a line that was taken out of the text, and the id of the rule that took it."""

    text: str
    rule: str


@dataclass(slots=True)
class Syndication:
    """Where a syndicated article says that it comes from."""

    outlet: str | None = None
    title: str | None = None
    url: str | None = None


@dataclass(slots=True)
class WarcPointer:
    """Where the record of a page lies: `offset` and `length` are bytes of the compressed member in `file`.

    `file` is the WARC's name without its folder, `record_id` the URI in angle brackets as in the record,
    `payload_digest` as in the record (`sha1:` and base32, or another algorithm).
    """

    file: str
    offset: int
    length: int
    record_id: str
    payload_digest: str | None = None


@dataclass(slots=True)
class Extraction:
    """How the fields were found.

    `method` names where the body came from (`selectors`, `blocks`, `trafilatura`, `json-ld`, `state`),
    `template` the outlet's selector set, `versions` the software, `warnings` what looked wrong.
    """

    method: str
    template: str | None = None
    versions: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Paragraph:
    """A paragraph of the body before cleaning, with the links in it (absolute URLs)."""

    text: str
    links: tuple[Link, ...] = ()
    kind: Literal["p", "heading", "item", "quote"] = "p"


@dataclass(slots=True)
class DateText:
    """A date as the page gives it, unparsed.

    `source` says where it stood: `printed`, `json-ld`, `meta:NAME`, `time`, `feed`, `sitemap`, `url`.
    """

    source: str
    text: str


@dataclass(slots=True)
class Byline:
    """A name line as the page gives it; `role` where markup, not words, says what it is.

    `source` says where it stood, as in `DateText`; without it a line that has a role is taken for metadata.
    """

    text: str
    role: Literal["author", "editor"] | None = None
    source: str | None = None


@dataclass(slots=True)
class Evidence:
    """What the page said, unparsed: made by extraction, used up by the text stages, never written.

    `sources` are lines taken out of `paragraphs` that say where a syndicated article was published first.
    `rules` names what filled a field: `selector`, `headline`, `page`, `printed`, `metadata`, `url`.
    """

    paragraphs: list[Paragraph] = field(default_factory=list)
    published: list[DateText] = field(default_factory=list)
    modified: list[DateText] = field(default_factory=list)
    bylines: list[Byline] = field(default_factory=list)
    sources: list[Paragraph] = field(default_factory=list)
    zone: str = "Asia/Jakarta"
    date_order: Literal["DMY", "MDY", "YMD"] = "DMY"
    next_page: str | None = None
    rules: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Article:
    """One version of an article: a JSONL line. Absent is `None` or empty, never invented.

    Times are ISO 8601 with offset. `text` has a blank line between paragraphs. `evidence` is not written.
    """

    schema: int = SCHEMA
    id: str
    version: int = 1
    outlet: str | None
    url: str
    urls: list[str] = field(default_factory=list)
    type: ArticleType = "article"
    title: str | None = None
    authors: list[str] = field(default_factory=list)
    editors: list[str] = field(default_factory=list)
    published: str | None = None
    published_precision: Precision | None = None
    published_text: str | None = None
    published_source: str | None = None
    modified: str | None = None
    section: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    language: str | None = None
    dateline: str | None = None
    summary: str | None = None
    text: str | None = None
    images: list[Image] = field(default_factory=list)
    syndicated_from: Syndication | None = None
    related: list[Link] = field(default_factory=list)
    removed: list[Removed] = field(default_factory=list)
    pages: int = 1
    text_digest: str | None = None
    extraction: Extraction
    fetched: str
    warc: WarcPointer | None = None
    warc_pages: list[WarcPointer] = field(default_factory=list)
    evidence: Evidence = field(default_factory=Evidence, repr=False, compare=False)

    @property
    def fetched_at(self) -> datetime:
        """`fetched` as an aware datetime."""
        return datetime.fromisoformat(self.fetched)


FIELDS = tuple(f.name for f in dataclasses.fields(Article) if f.name != "evidence")


def iso(moment: datetime) -> str:
    """Return an aware time in UTC as the archive writes it, to the second.

    >>> iso(datetime(2020, 6, 2, 3, 46, 5, 999, tzinfo=UTC))
    '2020-06-02T03:46:05Z'
    """
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def to_line(article: Article) -> bytes:
    r"""Serialise an article as one JSONL line, newline included.

    Lone surrogates, which UTF-8 cannot hold, become U+FFFD; NUL, U+2028 and U+2029 are escaped, so that no
    reader splits the line.
    """
    row = {name: getattr(article, name) for name in FIELDS}
    text = json.dumps(row, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_fields)
    text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("\x85", "\\u0085")
    try:
        return text.encode() + b"\n"
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode() + b"\n"


def _fields(value: Any) -> dict[str, Any]:
    """Return what JSON shall hold of a dataclass inside an article."""
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a line, made from the dataclasses."""
    schema = _object_schema(Article, skip={"evidence"})
    schema["properties"]["schema"] = {"const": SCHEMA}
    for name in ("published", "modified", "fetched"):
        schema["properties"][name]["format"] = "date-time"
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"newscrawl article, schema {SCHEMA}",
        **schema,
    }


def _object_schema(cls: Any, skip: frozenset[str] | set[str] = frozenset()) -> dict[str, Any]:
    hints = typing.get_type_hints(cls)
    names = [f.name for f in dataclasses.fields(cls) if f.name not in skip]
    return {
        "type": "object",
        "properties": {name: _type_schema(hints[name]) for name in names},
        "required": names,
        "additionalProperties": False,
    }


_JSON_TYPES = {str: "string", int: "integer", bool: "boolean", float: "number", type(None): "null"}


def _type_schema(hint: Any) -> dict[str, Any]:
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if hint in _JSON_TYPES:
        return {"type": _JSON_TYPES[hint]}
    if origin is Literal:
        return {"enum": list(args)}
    if origin is list:
        return {"type": "array", "items": _type_schema(args[0])}
    if origin is dict:
        return {"type": "object", "additionalProperties": _type_schema(args[1])}
    if origin in (typing.Union, types.UnionType):
        options = [_type_schema(a) for a in args]
        if all(set(o) == {"type"} for o in options):
            return {"type": [o["type"] for o in options]}
        return {"anyOf": options}
    return _object_schema(hint)
