"""Who wrote an article and who edited it, out of its bylines and metadata."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from urllib.parse import urlsplit

from newscrawl.items import Article, Byline
from pipelines import Stage
from pipelines.bylinewords import (
    BARRED,
    CAPITAL_DEGREES,
    DEGREES,
    DOMAIN,
    LABEL,
    LABEL_AFTER,
    LOWER_WORDS,
    NEVER,
    NEWSROOM,
    NEWSROOMS,
    NOBODY,
    OFFICES,
    PARTICLES,
    PLACES,
    ROLES,
    STATIONED,
    TITLES,
)
from pipelines.dateforms import MONTHS

LONGEST = 300  # characters looked at: a byline is shorter
MOST_WORDS = 7  # of one name
_PRINTED = ("printed", "text")  # sources of lines that a reader sees

_TAG = re.compile(r"<[^<>]*>")
_BRACKETS = re.compile(r"[(\[{][^()\[\]{}]*[)\]}]|[(\[{].*$")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+|(?<!\w)@\w+")
_DATE_TAIL = re.compile(
    r"(?:[\s,|•·-]*\b(?:pada|on|senin|selasa|rabu|kamis|jum['’‘`]?at|sabtu|minggu|ahad|monday|tuesday|wednesday"
    rf"|thursday|friday|saturday|sunday|{'|'.join(MONTHS)})\b[\s,]*)*(?<!\w)\d.*$"
    r"|\s(?:copyright|hak cipta|©).*$",
    re.IGNORECASE,
)
_PARTS = re.compile(r"[|;•·\n/&+]|\s[-–—]+\s?|\s?[-–—]+\s|\s(?:dan|and|serta)\s", re.IGNORECASE)
_TEAM_TAIL = re.compile(r"[\s,|-]+tim (?:redaksi|liputan)$", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Names:
    """The people of a byline, and the newsrooms that sign in a person's place.

    `labelled`: the text itself says which role they have ("Penulis: …").
    """

    authors: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    desks: tuple[str, ...] = ()
    labelled: bool = False


@lru_cache(maxsize=1024)  # a newsroom has few names
def parse_byline(text: str, role: Literal["author", "editor"] | None = None) -> Names:
    """Return the names in a byline as printed, capitals turned into name case.

    `role` is what the markup says; words in the text go before it. Newsrooms, codes, photographers and
    translators are not authors; a byline without a person gives empty lists.

    >>> parse_byline("LAPORAN: SITI MARYAM").authors
    ('Siti Maryam',)
    >>> names = parse_byline("Penulis: Budi Santoso, S.H. dan Ayu | Editor: Rahmat")
    >>> names.authors, names.editors
    (('Budi Santoso, S.H.', 'Ayu'), ('Rahmat',))
    """
    people: dict[str, list[str]] = {"author": [], "editor": []}
    desks: list[str] = []
    pieces = list(_pieces(_visible(text)))
    labelled = any(roles for roles, _, _ in pieces)
    written = any("author" in roles for roles, _, _ in pieces)
    for roles, body, colon in pieces:
        if not roles and written:
            continue  # what stands before "Penulis:" is a section or a place
        for kind, name in _names(body, sure=bool(roles or role)):
            if kind == "desk":
                desks += [name] if colon or not roles else []
                continue
            for one in roles or {role or "author"}:
                if one in people:
                    people[one].append(name)
    return Names(fold(people["author"]), fold(people["editor"]), fold(desks), labelled)


def fold(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names once each, in order; capitals and punctuation make no other person.

    >>> fold(["Siti Maryam", "SITI MARYAM", "M. Rizal", "M Rizal"])
    ('Siti Maryam', 'M. Rizal')
    """
    first: dict[str, str] = {}
    for name in names:
        first.setdefault(key(name), name)
    return tuple(first.values())


@lru_cache(maxsize=4096)  # a newsroom has few names, and each is asked for many times a page
def key(name: str) -> str:
    """Return the letters and digits of a name in lower case."""
    return "".join(filter(str.isalnum, name.casefold()))


def name_case(name: str) -> str:
    """Turn a name in capitals into name case; leave one in mixed case as it is.

    >>> name_case("M. RIZAL BIN MA'RUF, S.SOS"), name_case("ABDUL-RAHMAN D'ANGELO SH"), name_case("Siti SH")
    ("M. Rizal bin Ma'ruf, S.Sos", "Abdul-Rahman D'Angelo SH", 'Siti SH')
    """
    if any(char.islower() for char in name) and (any(char.isupper() for char in name) or " " not in name):
        return name  # a single word in small letters is a signature of its own
    words = name.split()
    return " ".join(_word_case(word, words[n - 1] if n else "") for n, word in enumerate(words))


def _word_case(word: str, before: str) -> str:
    bare = key(word)
    if bare in PARTICLES and before:
        return word.lower()
    if bare == "phd":
        return "Ph.D" + word[4:] if "." in word else "PhD"
    if word.isupper() and bare not in TITLES and (_is_code(word) or (before and bare in CAPITAL_DEGREES)):
        return word
    # A letter starts again after a hyphen or a dot, and after an apostrophe that follows one letter.
    return re.sub(
        r"[^\W\d_]+",
        lambda m: m[0].capitalize() if _starts(word, m.start()) else m[0].lower(),
        word,
    )


def _starts(word: str, at: int) -> bool:
    return at == 0 or word[at - 1] not in "'’‘`" or at == 2


def _is_code(word: str) -> bool:
    """Tell initials from a short name: `KH`, `RM` and `NTT` hold no vowel."""
    bare = key(word)
    return 2 <= len(bare) <= 3 and not re.search(r"[aeiouy]", bare)


def _visible(text: str) -> str:
    text = text[: 4 * LONGEST]
    for _ in range(2):
        text = html.unescape(text) if "&" in text else text
    lines = _TAG.sub(" ", text).replace("\u200b", "").splitlines()
    return "\n".join(" ".join(line.split()) for line in lines if line.strip())[:LONGEST]


def _pieces(line: str) -> Iterator[tuple[frozenset[str], str, bool]]:
    """Divide a byline at its role words: the roles, what follows them, and whether the words are sure."""
    line = BARRED.sub(r"\1: ", line.strip(" •·*|-–—\n"))
    if line[:1] in "([" and line[-1:] in ")]" and LABEL.search(line):
        line = line[1:-1]
    labels = list(LABEL.finditer(line))
    before = line[: labels[0].start()] if labels else line
    if before.strip(" |,;•·-–—/(\n"):
        after = None if labels else LABEL_AFTER.search(before)
        roles = frozenset([str(after.lastgroup)]) if after else frozenset[str]()
        yield roles, before[: after.start()] if after else before, False
    ends = [*(label.start() for label in labels[1:]), len(line)]
    for label, end in zip(labels, ends, strict=False):  # without labels there is nothing left to read
        words = re.sub(r"\s+", " ", (label["words"] or label["bare"]).lower())
        found = re.split(r"\s?(?:&|/|,|\bdan\b|\band\b)\s?", words)
        roles = frozenset(ROLES[word] for word in found if word in ROLES)
        body = line[label.end() : end]
        if not label["colon"] and words in ("kontributor", "koresponden", "wartawan"):
            body = f"{words} {body}"  # where they are stationed may follow
        yield roles, body, bool(label["colon"]) or words in ("oleh", "by")


def _names(body: str, *, sure: bool) -> Iterator[tuple[Literal["person", "desk"], str]]:
    """Yield the people and desks of one role; `sure`: something says that these are names."""
    body = _ADDRESS.sub(" ", _BRACKETS.sub(" ", body))
    body = body.strip(' \n:,;|•·-–—*"“”')
    station = STATIONED.match(body)
    if station:
        body = body[station.end() :]
    for part in _PARTS.split(body):
        items = list(_by_comma(_TEAM_TAIL.sub("", _DATE_TAIL.sub("", part))))
        if (
            station
            and len(items) > 1
            and (station["who"].lower() in ("kontributor", "koresponden") or _is_place(items[0]))
        ):
            items = items[1:]
        elif station and len(items) == 1:
            items = [_unstationed(items[0])]
        station = None
        for item in items:
            kind = _kind(item, sure=sure)
            if kind:
                yield kind, name_case(item) if kind == "person" else item


def _by_comma(part: str) -> Iterator[str]:
    """Split at commas, but keep a degree with its name."""
    name = ""
    for item in (i.strip(' "“”*:') for i in part.split(",")):
        if name and item and all(key(word) in DEGREES for word in item.split()):
            name = f"{name}, {item}"
            continue
        if name:
            yield name
        name = _without_end_stop(item)
    if name:
        yield name


def _without_end_stop(item: str) -> str:
    """Drop the full stop of a sentence, not that of an initial or a degree."""
    last = item.split()[-1] if item.split() else ""
    keeps = len(key(last)) == 1 or key(last) in DEGREES or last.count(".") > 1
    return item if keeps else item.rstrip(". ")


def _unstationed(item: str) -> str:
    """Drop the place from `Lhokseumawe Siti Maryam`."""
    words = item.split()
    for size in (3, 2, 1):
        if len(words) > size and _is_place(" ".join(words[:size])):
            return " ".join(words[size:])
    return item


def _is_place(item: str) -> bool:
    return item.lower() in PLACES


def _kind(item: str, *, sure: bool) -> Literal["person", "desk"] | None:
    """Tell a person from a newsroom, and both from anything else."""
    words = item.replace(",", " ").split()
    bare = key(item)
    lower = [key(word) for word in words]
    if not bare or NOBODY.match(bare) or _is_place(item) or not set(lower).isdisjoint(NEVER):
        return None
    if DOMAIN.search(item) or bare in NEWSROOMS or NEWSROOM.match(bare):
        return "desk"
    if NEWSROOM.match(lower[0]) or not set(lower).isdisjoint(OFFICES):
        return "desk" if lower[0] not in ("tim", "redaksi", "admin") else None
    return "person" if _is_person(words, bare, sure=sure) else None


def _is_person(words: list[str], bare: str, *, sure: bool) -> bool:
    if len(words) > MOST_WORDS or any(char.isdigit() for char in bare) or not _WORD.match(words[0]):
        return False
    if len(words) == 1:
        short = (
            len(bare) < 3 or (words[0].islower() and len(bare) < 5) or (words[0].isupper() and _is_code(bare))
        )
        return sure and not short
    if all(word.islower() for word in words):
        return sure and len(words) <= 4
    return all(not word[0].islower() or word in LOWER_WORDS for word in words)


class AuthorsStage(Stage):
    """Set the authors and editors of an article."""

    def process_item(self, item: Article) -> Article:
        """Read the bylines in the evidence and those that cleaning took out of the text."""
        cleaned = [Byline(r.text, None, "text") for r in item.removed if r.rule.startswith("byline.")]
        # What stood in a box of names counts where its own words say who it is.
        boxed = (r.text for r in item.removed if r.rule == "box.byline")
        cleaned += [Byline(text, None, "text") for text in boxed if parse_byline(text).labelled]
        host = urlsplit(item.url).hostname or ""
        item.authors, item.editors = merge([*item.evidence.bylines, *cleaned], host=host, outlet=item.outlet)
        if not item.authors:
            self.count("authors/missing")
        return item


def merge(
    lines: Iterable[Byline], *, host: str = "", outlet: str | None = None
) -> tuple[list[str], list[str]]:
    """Return authors and editors of an article's bylines.

    Printed words ("Penulis: …") settle who wrote it. Without them all who are called authors count, except
    those who are the editors: metadata often names the editor. A line that only looks like a name counts
    when it repeats or replaces the metadata. An outlet that signs its own article in print stands as its
    author when nobody else does.
    """
    spoken: list[str] = []
    called: list[str] = []
    plain: list[list[str]] = []
    editors: list[str] = []
    desks: list[str] = []
    for line in _with_roles(lines):
        names = parse_byline(line.text, line.role)
        printed = line.role is None or line.source in _PRINTED
        if names.labelled and printed:
            spoken += names.authors
        elif line.role or line.source in _PRINTED:
            called += names.authors
        else:
            plain.append([name for name in names.authors if not _is_own(name, host, outlet)])
        editors += names.editors
        desks += [desk for desk in names.desks if printed and _is_own(desk, host)]
    edited = {key(name) for name in editors}
    called = [name for name in called if key(name) not in edited and not _is_own(name, host, outlet)]
    known = {key(name) for name in called}
    looking = [people for people in plain if people and (not known or known & {key(name) for name in people})]
    called = [*(looking[0] if looking else ()), *called]
    return list(fold(spoken) or fold(called) or fold(desks)), list(fold(editors))


def _with_roles(lines: Iterable[Byline]) -> Iterator[Byline]:
    """Give the role that stands on a line of its own to the line after it."""
    alone: str | None = None
    for line in lines:
        word = line.text.strip(" :").lower()
        if line.role is None and word in ROLES:
            alone = word
        elif line.role is None and alone:
            yield Byline(f"{alone}: {line.text}", None, line.source)
            alone = None
        else:
            yield line


def _is_own(name: str, host: str, outlet: str | None = None) -> bool:
    """Tell whether a name is the site's."""
    bare = re.sub(r"(?:com|coid|id|net)$", "", key(name)) or key(name)
    return len(bare) >= 4 and (bare in key(host) or bare == key(outlet or ""))
