from __future__ import annotations

import re
import sys
from collections.abc import Callable
from re import _casefix  # type: ignore[attr-defined]

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

from pipelines.beginnings import beginnings, signs
from pipelines.lexicon import Rule, fold, plain, table

EVERY = "".join(chr(point) for point in range(sys.maxunicode + 1) if not 0xD800 <= point < 0xE000)
WHOLE = [rule for rule in table() if rule.where in {"line", "top", "edge"}]
SIZE = 3

CASES = [
    ("baca", ["bac"]),
    ("ya", ["ya"]),
    ("", [""]),
    ("^ya$", ["ya"]),
    ("(?:baca|lihat) juga", ["bac", "lih"]),
    ("a?b?c", ["abc", "ac", "bc", "c"]),
    ("a*", ["", "a", "aa", "aaa"]),
    ("a{2}b+?", ["aab"]),
    (r"a{4,}", ["aaa"]),
    (r"(?P<x>a)(?i:B)(?>c)", ["abc"]),
    (r"\d\d/", ["00/"]),
    ("[1-9a]x", ["0x", "ax"]),
    ("[^a]x", [""]),
    (r"x[\w.]y", ["x"]),
    (r"x[a-z0-9_]", ["x"]),
    (".", [""]),
    (r"(?=ab)\w", [""]),
    (r"(?<!a)b|c\s", ["b", "c"]),
    (r"(ab|\w.)c", ["", "abc"]),
    (r"(?:a.)?bc", ["a", "bc"]),
    (r"(a)\1", ["a"]),
]


@pytest.mark.parametrize(("pattern", "expected"), CASES)
def test_beginnings(pattern: str, expected: list[str]) -> None:
    assert sorted(beginnings(pattern, SIZE)) == expected


@pytest.mark.parametrize("rule", WHOLE, ids=lambda rule: rule.id)
@given(data=st.data())
@settings(max_examples=10, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
def test_what_a_rule_takes_begins_as_it_says(rule: Rule, data: st.DataObject) -> None:
    try:
        text = data.draw(st.from_regex(rule.source, fullmatch=True))
    except Unsatisfiable:
        assume(False)
    assert not {signs(text)[:size] for size in range(SIZE + 1)}.isdisjoint(beginnings(rule.source, SIZE))


@pytest.mark.parametrize("change", [str.lower, str.upper, str.swapcase])
def test_what_is_the_same_in_another_case_has_the_same_sign(change: Callable[[str], str]) -> None:
    changed = "".join(other if len(other := change(c)) == 1 else c for c in EVERY)
    assert signs(changed) == signs(EVERY)


def test_what_re_takes_for_the_same_has_the_same_sign() -> None:
    pairs = {chr(c): "".join(map(chr, others)) for c, others in _casefix._EXTRA_CASES.items()}
    assert [c for c, others in pairs.items() if set(signs(others)) != {signs(c)}] == []


def test_every_digit_has_the_same_sign() -> None:
    digits = re.findall(r"\d", EVERY)
    assert len(digits) > 600
    assert {signs(digit) for digit in digits} == {"0"}


def test_folding_changes_no_sign() -> None:
    assert signs(fold(EVERY)) == signs(plain(EVERY))
