"""What a task found, in a file of its own: a header, then two lines for each capture."""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Literal

from newscrawl.items import Article, to_line

Kind = Literal["line", "page", "nothing", "revisit", "missing", "redirect"]


@dataclass(slots=True, kw_only=True)
class Row:
    """A capture, as far as putting articles together needs it.

    `line`: an article in one page, finished but for its version; `page`: one that may be part of several;
    `nothing`: a page without an article; `revisit`: the page is in another record; `missing`: a later page
    that could not be had; `redirect`: `target` is where it led.

    `key` stands for the article's URL. `refers` are URI, date and record id of what a revisit refers to.
    """

    kind: Kind
    key: str
    uri: str
    date: str
    offset: int
    record_id: str
    outlet: str | None = None
    digest: str | None = None
    id: str | None = None
    text_digest: str | None = None
    next_page: str | None = None
    status: int | None = None
    target: str | None = None
    refers: tuple[str, str, str] | None = None
    reason: str | None = None


def write_row(file: BinaryIO, row: Row, payload: bytes = b"\n") -> None:
    """Append a row and its payload, one line."""
    known = {name: value for name in _NAMES if (value := getattr(row, name)) is not None}
    file.write(json.dumps(known, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n" + payload)


_NAMES = tuple(f.name for f in dataclasses.fields(Row))


def read_rows(file: BinaryIO) -> Iterator[tuple[Row, int, int]]:
    """Yield each row with offset and length of its payload; the header line has been read."""
    at = file.tell()
    while header := file.readline():
        payload = file.readline()
        yield row_in(header), at + len(header), len(payload)
        at += len(header) + len(payload)


def row_in(line: bytes) -> Row:
    """Return the row of its line."""
    values = json.loads(line.decode("utf-8", "surrogatepass"))
    if "refers" in values:
        values["refers"] = tuple(values["refers"])
    return Row(**values)


def freeze(article: Article) -> bytes:
    """Return an article before the text stages as one line, its evidence included."""
    evidence = json.dumps(dataclasses.asdict(article.evidence)).encode()
    return to_line(article)[:-2] + b',"evidence":' + evidence + b"}\n"


def thaw(line: bytes) -> Article:
    """Return the article that `freeze` made a line of."""
    article: Article = _thaw(Article, json.loads(line))
    return article


def _thaw(hint: Any, value: Any) -> Any:
    if dataclasses.is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        return hint(**{name: _thaw(hints[name], part) for name, part in value.items()})  # type: ignore[operator]
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if value is None or origin is None:
        return value
    if origin in (typing.Union, types.UnionType):
        return _thaw(next(option for option in inner if option is not type(None)), value)
    if origin in (list, tuple):
        return origin(_thaw(inner[0], part) for part in value)
    return value
