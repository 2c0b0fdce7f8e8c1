"""What a round found, as plain rows, and the diagnosis: from rows to findings, without network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

Verdict = Literal["fine", "layout changed", "blocked", "unreachable", "nothing found"]

CORE_FIELDS = ("title", "text", "published")  # no article is without
CORE_SELECTORS = ("title", "body", "published", "author")  # the others may rightly find nothing
OTHER_TEXT = 0.5  # agreement of two texts under which they are not the same article
GONE = frozenset({404, 410})
STALE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class RobotsRow:
    """The robots.txt of a host. `delay` is in seconds, `unused` are sitemaps that are no source of ours."""

    url: str
    status: int
    delay: float | None
    unused: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A discovery source: `problem` says why it could not be read, `doubts` what looks wrong in it."""

    kind: str
    url: str
    section: str | None = None
    status: int | None = None
    found: int = 0
    newest: str | None = None
    problem: str | None = None
    blocked: bool = False
    doubts: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """An article as the outlet's rules read it.

    `fields` names for each field the rule that filled it, `None` where it is missing. `dead` are the fields
    whose selectors matched nothing, or no date. `differs` are those of title and day that extraction without
    rules reads otherwise. `generic` and `second` tell how far the text agrees with extraction
    without rules and with trafilatura, 0 to 1, `None` where one of the texts is empty.
    """

    url: str
    status: int | None = None
    problem: str | None = None
    blocked: bool = False
    type: str = "article"
    title: str | None = None
    published: str | None = None
    words: int = 0
    template: str | None = None
    fields: dict[str, str | None] = field(default_factory=dict)
    declared: list[str] = field(default_factory=list)
    dead: list[str] = field(default_factory=list)
    differs: list[str] = field(default_factory=list)
    generic: float | None = None
    second: float | None = None
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that needs attention: why in one line, and what to do about it."""

    verdict: Verdict
    reason: str
    advice: str


@dataclass(slots=True)
class Round:
    """All that a round asked for.

    `stopped` says why the site was left alone before its end, `refused` that it wanted to be.
    """

    outlet: str
    at: str
    today: date
    obstacles: str | None = None
    asked: int = 0
    stopped: str | None = None
    refused: bool = False
    robots: list[RobotsRow] = field(default_factory=list)
    sources: list[SourceRow] = field(default_factory=list)
    articles: list[ArticleRow] = field(default_factory=list)

    @property
    def read(self) -> list[ArticleRow]:
        """The articles that were fetched and extracted."""
        return [row for row in self.articles if row.problem is None]


def verdict_of(findings: Sequence[Finding]) -> Verdict:
    """Return the gravest finding's verdict: they stand in that order."""
    return findings[0].verdict if findings else "fine"


def diagnose(round_: Round) -> list[Finding]:
    """Return what needs attention, the gravest first; empty when all is fine."""
    grave = next(_grave(round_), None)
    return [grave] if grave else [*_layout(round_), *_sources(round_)]


def _grave(round_: Round) -> Iterator[Finding]:
    """Find what leaves nothing to be examined."""
    refused = [row for row in round_.articles if row.blocked]
    blocked = [row.problem for rows in (round_.sources, round_.articles) for row in rows if row.blocked]
    if (blocked or round_.refused) and (not round_.read or 2 * len(refused) >= len(round_.articles)):
        why = round_.stopped or _most(blocked)
        yield Finding(
            "blocked",
            f"pages refused: {len(blocked)} ({why})" if blocked else why,
            "pause this outlet's crawl and write to it; `obstacles` in its file tells others",
        )
    failed = [row.problem for row in round_.sources if row.problem]
    if len(failed) == len(round_.sources):
        yield _lost(failed, f"no source can be read: {round_.stopped or _most(failed)}")
    if not any(row.found for row in round_.sources):
        yield Finding(
            "nothing found",
            f"no article URL in any of {len(round_.sources)} sources",
            "compare `articles` in the outlet's file with the links on its home page",
        )
    failed = [row.problem for row in round_.articles if row.problem]
    if not round_.read:
        why = round_.stopped or _most(failed)
        yield _lost(failed, f"none of the newest {len(failed)} articles can be read: {why}")


def _lost(problems: Sequence[str], reason: str) -> Finding:
    if problems and set(problems) == {"robots"}:
        return Finding("blocked", f"{reason}.txt forbids them", "take others, or ask the outlet for leave")
    return Finding("unreachable", reason, "try again later; then look whether the site has moved")


def _layout(round_: Round) -> Iterator[Finding]:
    rows = round_.read
    plain = [row for row in rows if row.type == "article"]
    dead = [
        name
        for name in CORE_SELECTORS
        if (declared := [row for row in rows if name in row.declared])
        and all(name in row.dead for row in declared)
    ]
    if dead:
        yield Finding(
            "layout changed",
            f"selectors that find nothing on any of {len(rows)} articles: {', '.join(dead)}",
            "correct them, or end that template with valid_until and put one for today's pages before it",
        )
    for name in ("title", "published"):
        odd = [row for row in plain if name in row.differs and name in row.declared]
        if 2 * len(odd) > len(plain):
            yield Finding(
                "layout changed",
                f"on {len(odd)} of {len(plain)} articles `{name}` is not what the general rules find",
                "the selector may match something else now; compare with: "
                f"scrapy extract --generic {odd[0].url}",
            )
    missing = [
        name for name in CORE_FIELDS if 2 * sum(not row.fields.get(name) for row in plain) > len(plain)
    ]
    if missing:
        yield Finding(
            "layout changed",
            f"missing on most of {len(plain)} articles: {', '.join(missing)}",
            f"compare a page with: scrapy extract {plain[0].url}",
        )
    other = [
        row
        for row in plain
        if row.generic is not None
        and row.second is not None
        and max(row.generic, row.second) < OTHER_TEXT
        and row.fields.get("text")
    ]
    if 2 * len(other) > len(plain):
        yield Finding(
            "layout changed",
            f"on {len(other)} of {len(plain)} articles the rules give another text than the general ones do",
            f"the selector `body` may match something else now; compare with: scrapy extract {other[0].url}",
        )


def _sources(round_: Round) -> Iterator[Finding]:
    """Find sources that are lost although others work."""
    count = len(round_.sources)
    refused = [row for rows in (round_.sources, round_.articles) for row in rows if row.blocked]
    if refused:
        yield Finding(
            "blocked",
            f"{len(refused)} pages were refused, others not: {_told(refused)}",
            "look whether it lasts; if so, pause this outlet's crawl and write to it",
        )
    failed = [row for row in round_.sources if row.problem and not row.blocked]
    gone = [row for row in failed if row.status in GONE]
    if gone:
        yield Finding(
            "unreachable",
            f"{len(gone)} of {count} sources are gone: {_told(gone)}",
            "find where the source went, or take it out of the outlet's file",
        )
    silent = [row for row in failed if row.status not in GONE]
    if silent:
        yield Finding(
            "unreachable",
            f"{len(silent)} of {count} sources cannot be read: {_told(silent)}",
            "try again later; if it lasts, find where the source went",
        )
    empty = [row for row in round_.sources if not row.problem and not row.found]
    if empty:
        yield Finding(
            "nothing found",
            f"{len(empty)} of {count} sources list no article: {_told(empty)}",
            "take it out of the outlet's file, or correct the article pattern",
        )
    stale = [row for row in round_.sources if row.newest and is_stale(row.newest, round_.today)]
    if stale:
        yield Finding(
            "nothing found",
            f"{len(stale)} of {count} sources have nothing new since {(stale[0].newest or '')[:10]}: "
            f"{_told(stale)}",
            "the outlet gave this source up: look for its successor on the home page",
        )
    lost = [row for row in round_.sources for doubt in row.doubts if doubt.startswith("no link matches")]
    if lost:
        yield Finding(
            "layout changed",
            f"the `links` selector of {lost[0].url} matches nothing",
            "correct `links`; until then each article link of the page counts",
        )


def _told(rows: Sequence[SourceRow | ArticleRow]) -> str:
    """Name the first three rows with what is wrong with them."""
    named = [f"{row.url} ({row.problem})" if row.problem else row.url for row in rows[:3]]
    return ", ".join(named) + (f" and {len(rows) - 3} more" if len(rows) > 3 else "")


def is_stale(moment: str, today: date) -> bool:
    """Tell whether the newest article of a source is too old for a source in use.

    >>> is_stale("2026-01-02T10:00:00+07:00", date(2026, 3, 1)), is_stale("2026-02-28", date(2026, 3, 1))
    (True, False)
    """
    return date.fromisoformat(moment[:10]) < today - STALE


def _most(reasons: Iterable[str | None]) -> str:
    """Return the most frequent reason.

    >>> _most(["http-404", None, "http-404", "http-500"])
    'http-404'
    """
    known = Counter(reason for reason in reasons if reason)
    return known.most_common(1)[0][0] if known else "no answer"
