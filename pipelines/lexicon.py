"""The table of promo lines: rules as data, and how a line is held against them."""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

from pipelines.beginnings import beginnings, signs

TABLE = Path(__file__).with_name("promo_rules.toml")

Where = Literal["line", "top", "edge", "start", "end", "inside", "before-link", "only-link"]
"""Where a rule looks; the head of the table says what each means."""

Takes = Literal["links", "rest", "teaser"]
"""What goes with a line that begins something; see the head of the table."""

LONGEST = 600
"""Characters of a line beyond which it is text, whatever it looks like; bounds the patterns' work too."""

TAIL = 500
"""Characters at the end of a paragraph in which an `end` rule looks."""

_HEAD = 3
"""Characters of a line that say which rules are tried on it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of line that is not the article's text.

    `source` is its pattern as text. `key` is a word that must be there before a pattern is tried at all that
    may begin anywhere or with anything. `cased` patterns see the line as printed, the others see it folded.
    `related`: its links are kept.
    """

    id: str
    where: Where
    source: str
    examples: tuple[str, ...]
    key: str = ""
    cased: bool = False
    related: bool = False
    takes: Takes | None = None
    outlets: frozenset[str] = frozenset()
    why: str = ""

    @property
    def pattern(self) -> re.Pattern[str]:
        """The pattern, compiled when it is first needed: most never are."""
        return _compiled(self.source)

    def group(self, match: re.Match[str], name: str) -> tuple[int, int] | None:
        """Return where the named group of a match begins and ends, `None` when it took no part."""
        for key in self.pattern.groupindex:
            if key.rpartition("_")[0] == name and match[key] is not None:
                return match.span(key)
        return None


# Straight quotes, one dash, one bullet, plain blanks; each one character for one, so that offsets stay true.
_PLAIN = {
    **dict.fromkeys("“”„‟″", '"'),
    **dict.fromkeys("‘’‚‛`´′", "'"),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("·●▪◦■►▶▸‣○∙", "•"),
    **dict.fromkeys("\u00a0\u200b\u200c\u200d\u2060\ufeff\u00ad\t", " "),
    "：": ":",
}
_ODD = re.compile("[" + "".join(_PLAIN) + "]")
_DECORATION = " •*>|_=~#<-«»‹›↓→←👉➡✅📌🔗👇"


@lru_cache(maxsize=64)
def plain(text: str) -> str:
    """Return the text with plain quotes, dashes, bullets and blanks, of the same length.

    >>> plain("“Selamat” – • ‹")
    '"Selamat" - • ‹'
    """
    if text.isascii() and "`" not in text and "\t" not in text:
        return text
    return _ODD.sub(lambda match: _PLAIN[match[0]], text)


@lru_cache(maxsize=64)  # a page's lines are held against one kind of rules after the other
def fold(text: str) -> str:
    """Return the text plain and in lower case, of the same length.

    >>> fold("BACA JUGA：“İ”")
    'baca juga:"i"'
    """
    low = plain(text).lower()
    if len(low) == len(text):
        return low
    return "".join(c.lower()[:1] for c in plain(text))  # İ becomes two characters in lower case


def squeeze(text: str) -> str:
    """Return the text with single blanks and none at the ends.

    >>> squeeze("  Baca   juga ")
    'Baca juga'
    """
    return " ".join(text.split())


@dataclass(frozen=True, slots=True)
class Found:
    """A rule that took a line or a part of it; the match begins `offset` characters into the line."""

    rule: Rule
    match: re.Match[str]
    offset: int = 0

    def part(self, line: str, name: str) -> str | None:
        """Return a named group as printed in the line, `None` when it took no part."""
        span = self.rule.group(self.match, name)
        return line[self.offset + span[0] : self.offset + span[1]] if span else None


class _Bank:
    """Rules that are for whole lines, by how these begin: most lines begin like hardly any."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = [(rule, beginnings(rule.source, _HEAD)) for rule in rules]
        self._beginning = lru_cache(maxsize=4096)(self._beginning_like)

    def find(self, line: str, offset: int) -> Found | None:
        """Return the first rule that is the whole line."""
        folded = fold(line)
        for rule in self._beginning(folded[:_HEAD]):
            if rule.key in folded:
                match = rule.pattern.fullmatch(line if rule.cased else folded)
                if match:
                    return Found(rule, match, offset)
        return None

    def _beginning_like(self, start: str) -> list[Rule]:
        heads = {signs(start)[:size] for size in range(_HEAD + 1)}
        return [rule for rule, begin in self._rules if not heads.isdisjoint(begin)]


class Lexicon:
    """The rules that hold for one outlet."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        self._banks = {w: _Bank(r for r in self.rules if r.where == w) for w in ("line", "top", "edge")}
        cuts: tuple[tuple[Where, ...], ...] = (("start", "inside", "end"), ("only-link",), ("before-link",))
        self._cuts = {ws: [(r.key, r) for w in ws for r in self.rules if r.where == w] for ws in cuts}

    def whole(self, line: str, where: Where = "line") -> Found | None:
        """Return the rule that a line with single blanks falls under as a whole, decoration aside."""
        if not line or len(line) > LONGEST:
            return None
        flat = plain(line)
        bare = flat.strip(_DECORATION)
        start = flat.find(bare) if bare else 0
        bank = self._banks[where]
        found = bank.find(bare, start) if bare else None
        if found is None and len(bare) != len(flat):  # marks that are made of decoration: ***, (*)
            found = bank.find(flat, 0)
        if found is None and bare[:1] in "([" and bare[-1:] in ")]":
            inner = bare[1:-1].strip()
            found = bank.find(inner, start + bare.find(inner)) if inner else None
        return found

    def inside(self, folded: str, *wheres: Where) -> list[Rule]:
        """Return the rules that are worth trying inside a folded paragraph, one `where` after the other."""
        return [rule for key, rule in self._cuts[wheres] if key in folded]


@cache
def _compiled(source: str) -> re.Pattern[str]:
    return re.compile(source)


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


@cache
def _parts() -> dict[str, str]:
    parts: dict[str, str] = {}
    for name, pattern in _file()["parts"].items():
        parts[name] = f"(?:{_expand(pattern, parts)})"
    return parts


@cache
def table() -> tuple[Rule, ...]:
    """Read all rules, of all outlets, in the order of the table."""
    return tuple(_rule(row, _parts()) for row in _file()["rule"])


def is_headline(line: str) -> bool:
    """Tell whether a line is set as a headline: six words or more, all but the small ones with a capital.

    >>> is_headline("Tanggul Jebol di Tiga Desa, Warga Mengungsi"), is_headline("Kronologi Versi Polisi")
    (True, False)
    """
    headline = _compiled(_parts()["headline"])
    return line.count(" ") >= 5 and line[-1] not in ".:;," and headline.fullmatch(plain(line)) is not None


@cache
def lexicon(outlet: str | None = None) -> Lexicon:
    """Return the rules that hold everywhere and those of one outlet."""
    return Lexicon(r for r in table() if not r.outlets or outlet in r.outlets)


def _rule(row: dict[str, Any], parts: dict[str, str]) -> Rule:
    where: Where = row.get("where", "line")
    if where not in get_args(Where) or (row.get("takes") or "rest") not in get_args(Takes):
        raise ValueError(f"{TABLE.name}: {row['id']}: unknown where or takes")
    pattern = _expand(row["pattern"], parts)
    anchored = {"start": rf"\A(?:{pattern})", "end": rf"(?:{pattern})\Z"}.get(where, pattern)
    row = {name: value for name, value in row.items() if name != "pattern"}
    row |= {"examples": tuple(row["examples"]), "outlets": frozenset(row.get("outlets", ()))}
    return Rule(**{"where": where, **row, "source": _numbered(anchored)})


def _numbered(pattern: str) -> str:
    """Make group names unique: the alternatives of a pattern may each have their `title`."""
    count = itertools.count(1)
    return re.sub(r"\(\?P<(\w+)>", lambda m: f"(?P<{m[1]}_{next(count)}>", pattern)


def _expand(pattern: str, parts: dict[str, str]) -> str:
    """Join a pattern's lines and put the named parts in."""
    joined = "".join(line.strip() for line in pattern.split("\n"))
    return re.sub(r"\(\?&([a-z-]+)\)", lambda m: parts[m[1]], joined)
