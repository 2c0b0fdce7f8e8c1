"""Group the articles of all outlets into stories, on disk. Needs the extra `export`."""

from __future__ import annotations

import functools
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from newscrawl.export.index import LineIndex
from newscrawl.export.likeness import Likeness, bands, likeness, same_story

NEIGHBOURS = 8  # by time in one bucket; keeps the cost of texts that thousands share linear
CACHED = 512  # texts
_SETUP = """
    CREATE TABLE bucket (bucket INTEGER, at INTEGER, row INTEGER);
    CREATE TABLE pair (a INTEGER, b INTEGER, PRIMARY KEY (a, b)) WITHOUT ROWID;
    """
_ARTICLES = "SELECT row, at, file, offset, length, max(version) FROM line GROUP BY id ORDER BY row"
_BUCKETS = """SELECT bucket, row FROM bucket WHERE bucket IN (SELECT bucket FROM bucket GROUP BY 1
    HAVING count(*) > 1) ORDER BY bucket, at, row"""


@dataclass(frozen=True, slots=True)
class Member:
    """An article that has company in its story; `address` are its URLs without scheme and query."""

    row: int
    at: int
    id: str
    outlet: str | None
    addresses: frozenset[str]
    source_url: str | None
    source_outlet: str | None


def find_stories(
    index: LineIndex, names: Mapping[str, str], tick: Callable[[int], None] = lambda _: None
) -> int:
    """Fill the index's `story` table; return how many stories have several articles.

    `names` are the outlets' titles. Each article with company gets the story's id, which is that of its
    earliest article, and the article it is a copy of: the one it names as its source where that is among
    them, else the earliest.
    """
    index.database.executescript(_SETUP)
    index.database.execute("BEGIN")
    for number, (row, at, *place, _) in enumerate(index.ask(_ARTICLES), 1):
        text = _text(index, *place)
        if likeness(text) is not None:
            found = [(bucket, at, row) for bucket in bands(text)]
            index.database.executemany("INSERT INTO bucket VALUES (?, ?, ?)", found)
        tick(number)
    index.database.execute("CREATE INDEX by_bucket ON bucket (bucket, at, row)")
    index.database.executemany("INSERT OR IGNORE INTO pair VALUES (?, ?)", _neighbours(index))
    stories = list(_groups(_copies(index)))
    for rows in stories:
        members = sorted((_member(index, row) for row in rows), key=lambda m: (m.at, m.id))
        marks = [(m.id, members[0].id, m is members[0], source_of(m, members, names)) for m in members]
        index.database.executemany("INSERT INTO story VALUES (?, ?, ?, ?)", marks)
    index.database.execute("COMMIT")
    return len(stories)


def _text(index: LineIndex, file: int, offset: int, length: int) -> str:
    return json.loads(index.raw(file, offset, length))["text"] or ""


def _neighbours(index: LineIndex) -> Iterator[tuple[int, int]]:
    for _, group in groupby(index.ask(_BUCKETS), key=lambda found: found[0]):
        near: list[int] = []
        for _, row in group:
            yield from ((min(row, other), max(row, other)) for other in near)
            near = [row, *near[: NEIGHBOURS - 1]]


def _copies(index: LineIndex) -> Iterator[tuple[int, int]]:
    @functools.lru_cache(CACHED)
    def of(row: int) -> Likeness | None:
        place = next(index.ask("SELECT file, offset, length FROM line WHERE row = ?", (row,)))
        return likeness(_text(index, *place))

    for a, b in index.ask("SELECT a, b FROM pair ORDER BY a, b"):
        one, other = of(a), of(b)
        if one and other and same_story(one, other):
            yield a, b


def _groups(pairs: Iterator[tuple[int, int]]) -> Iterator[list[int]]:
    """Yield the connected ones.

    >>> [sorted(group) for group in _groups(iter([(1, 2), (5, 6), (2, 3)]))]
    [[1, 2, 3], [5, 6]]
    """
    parent: dict[int, int] = {}

    def root(row: int) -> int:
        while parent.setdefault(row, row) != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    for a, b in pairs:
        a, b = root(a), root(b)
        parent[max(a, b)] = min(a, b)
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for row in sorted(parent):
        groups[root(row)].append(row)
    yield from groups.values()


def _member(index: LineIndex, number: int) -> Member:
    at, *place = next(index.ask("SELECT at, file, offset, length FROM line WHERE row = ?", (number,)))
    row: dict[str, Any] = json.loads(index.raw(*place))
    source = row["syndicated_from"] or {}
    return Member(
        row=number,
        at=at,
        id=row["id"],
        outlet=row["outlet"],
        addresses=frozenset(address(url) for url in (row["url"], *row["urls"])),
        source_url=address(source["url"]) if source.get("url") else None,
        source_outlet=source.get("outlet"),
    )


def source_of(member: Member, members: list[Member], names: Mapping[str, str]) -> str | None:
    """Return the id of the article that one is a copy of, `None` for the first; `members` by time."""
    others = [m for m in members if m is not member]
    for other in others:
        if member.source_url is not None and member.source_url in other.addresses:
            return other.id
    if member.source_outlet:
        wanted = _letters(member.source_outlet)
        for other in others:
            if other.outlet and wanted in {_letters(other.outlet), _letters(names.get(other.outlet, ""))}:
                return other.id
    return None if member is members[0] else members[0].id


def address(url: str) -> str:
    """Return a URL's host and path, as a link may leave out the rest.

    >>> address("https://www.contoh.id/a/1/?utm_source=x")
    'contoh.id/a/1'
    """
    return url.partition("://")[2].partition("?")[0].partition("#")[0].removeprefix("www.").rstrip("/")


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold())).removesuffix("com").removesuffix("id")
