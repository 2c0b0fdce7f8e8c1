"""How a line must begin that a regular expression takes: most patterns need not be tried on most lines."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

# `re` has no public way to take a pattern apart, and no library offers one. The tests hold what is found here
# against what `re` takes; a Python that moves these modules fails at the first import.

_MANY = 26
"""Signs beyond which a set is as good as any."""

Heads = frozenset[str]
_NONE: Heads = frozenset()


def signs(text: str) -> str:
    """Return a text with one sign for each character: small for letters of any case, 0 for all digits.

    What `re` holds for the same, with or without regard to case, has the same sign.

    >>> signs("Sabtu, 27/11"), signs("ſİıẞ")
    ('sabtu, 00/00', 'siis')
    """
    return "".join("0" if c.isdecimal() else "i" if c == "ı" else c.casefold()[0] for c in text)


@cache  # the rules that hold everywhere are asked for again with those of each outlet
def beginnings(pattern: str, size: int) -> Heads:
    r"""Return the first `size` signs of what a pattern takes; fewer where it may end or anything may follow.

    A text whose signs begin with none of them is taken neither by `match` nor by `fullmatch`.

    >>> sorted(beginnings(r"(?:baca|lihat) juga ?:.+", 3))
    ['bac', 'lih']
    >>> sorted(beginnings(r"ok\.?|\d [a-c]\w+", 3))
    ['0 a', '0 b', '0 c', 'ok', 'ok.']
    """
    open_heads, done = _sequence(parser.parse(pattern), frozenset([""]), size)
    return open_heads | done


def _sequence(parts: Iterable[tuple[Any, Any]], heads: Heads, size: int) -> tuple[Heads, Heads]:
    """Return the heads that a next part may add to, and those that are full or may go on with anything."""
    done = _NONE
    for operator, argument in parts:
        heads, closed = _part(operator, argument, heads, size)
        full = frozenset(head for head in heads if len(head) == size)
        heads, done = heads - full, done | closed | full
        if not heads:
            break
    return heads, done


def _part(operator: Any, argument: Any, heads: Heads, size: int) -> tuple[Heads, Heads]:
    if operator is ops.LITERAL:
        return _added(heads, frozenset(signs(chr(argument)))), _NONE
    if operator is ops.IN:
        members = _members(argument)
        return (_added(heads, members), _NONE) if members else (_NONE, heads)
    if operator is ops.BRANCH:
        found = [_sequence(branch, heads, size) for branch in argument[1]]
        return _NONE.union(*(more for more, _ in found)), _NONE.union(*(done for _, done in found))
    if operator is ops.SUBPATTERN:
        return _sequence(argument[3], heads, size)
    if operator is ops.ATOMIC_GROUP:
        return _sequence(argument, heads, size)
    if operator in (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT):
        least, most, repeated = argument
        return _repeated(least, most, repeated, heads, size)
    if operator in (ops.AT, ops.ASSERT, ops.ASSERT_NOT):
        return heads, _NONE  # they take no character
    return _NONE, heads


def _added(heads: Heads, members: frozenset[str]) -> Heads:
    return frozenset(head + sign for head in heads for sign in members)


def _repeated(least: int, most: int, parts: Any, heads: Heads, size: int) -> tuple[Heads, Heads]:
    found = heads if least == 0 else _NONE
    done = _NONE
    for count in range(1, min(most, max(least, size)) + 1):
        heads, closed = _sequence(parts, heads, size)
        done |= closed
        if count >= least:
            found |= heads
        if not heads:
            break
    return found, done


def _members(argument: Iterable[tuple[Any, Any]]) -> frozenset[str]:
    """Return the signs of a set of characters, none when there are too many."""
    found: set[str] = set()
    for operator, value in argument:
        if operator is ops.LITERAL:
            found.update(signs(chr(value)))
        elif operator is ops.RANGE and value[1] - value[0] < _MANY:
            found.update(signs("".join(map(chr, range(value[0], value[1] + 1)))))
        elif operator is ops.CATEGORY and value is ops.CATEGORY_DIGIT:
            found.add("0")
        else:
            return _NONE
    return frozenset(found) if len(found) <= _MANY else _NONE
