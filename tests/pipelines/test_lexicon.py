from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from newscrawl.items import Paragraph
from pipelines import lexicon as lexicon_module
from pipelines.beginnings import beginnings
from pipelines.lexicon import LONGEST, Rule, fold, lexicon, plain, table
from pipelines.promo import strip_promo

KINDS = {"promo", "pager", "ad", "embed", "byline", "date-line", "caption", "end-mark", "syndication"}
GLUED = {"start", "end", "inside", "before-link"}
WHOLE = {"line", "top", "edge"}
RULES = pytest.mark.parametrize("rule", table(), ids=lambda rule: rule.id)


@contextmanager
def no_longer_than(seconds: int) -> Iterator[None]:
    """Turn a pattern that never comes back into a failure instead of a suite that hangs."""

    def give_up(*_: object) -> None:
        raise AssertionError("a pattern backtracks without end")

    previous = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)


@RULES
def test_a_rule_has_an_id_of_its_own_and_takes_its_examples(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z-]+\.[a-z-]+", rule.id)
    assert rule.id.split(".")[0] in KINDS
    assert [r.id for r in table()].count(rule.id) == 1
    assert rule.examples
    rules = lexicon(next(iter(rule.outlets), None))
    for example in rule.examples:
        if rule.where in WHOLE:
            found = rules.whole(plain(example).strip(), rule.where)
            assert found is not None
            assert found.rule is rule
        else:
            assert rule.pattern.search(example if rule.cased else fold(example)), example


@RULES
def test_a_rule_has_a_key_where_it_may_begin_anywhere_and_its_examples_hold_it(rule: Rule) -> None:
    assert rule.key or rule.where not in GLUED
    assert not rule.key or rule.where not in WHOLE or "" in beginnings(rule.source, 1)
    assert rule.key == fold(rule.key)
    assert all(rule.key in fold(example) for example in rule.examples)


@RULES
def test_a_rule_of_few_outlets_says_why_or_is_their_own_furniture(rule: Rule) -> None:
    assert not rule.outlets or rule.why or rule.id == "ad.grid"


FILLERS = [
    "a ", "A ", "1 ", "• ", "a, ", "A. ", "dan ", "baca ", '" ', ": ", "di ", "/", "x", "X", "1", "a.b ", ".",
    "ini ", "(", " [a", "@a ", "kami ", "berita ", "Editor: ", "A/B ", "1/1 ", "detik ", "-", " ", "#a ", "|",
    "1 | ", "Mei 2020 ",
]  # fmt: skip


@RULES
def test_no_line_makes_a_pattern_backtrack_without_end(rule: Rule) -> None:
    with no_longer_than(20):
        for example in rule.examples:
            words = example.split(" ")
            for head in {" ".join(words[:n]) for n in (1, 2, len(words))}:
                for filler in FILLERS:
                    line = f"{head} {filler * LONGEST}"[: LONGEST - 2] + " \x01"
                    rule.pattern.search(line if rule.cased else fold(line))


@pytest.mark.parametrize(
    "filler", ["Baca juga: ", "(baca: ", "scroll to ", "(*) ", "rmol news logo ", "Editor: A ", "\n"]
)
def test_a_very_long_paragraph_is_cleaned_all_the_same(filler: str) -> None:
    with no_longer_than(20):
        strip_promo([Paragraph(filler * 2_000 + "akhir")])


def test_folding_keeps_every_offset() -> None:
    text = "İSTANBUL “Jum’at” – 5\u00a0Mei ẞ ﬁ"
    assert len(fold(text)) == len(plain(text)) == len(text)


def test_rules_of_an_outlet_are_those_of_all_and_its_own() -> None:
    everywhere = {rule.id for rule in lexicon().rules}
    assert {rule.id for rule in lexicon("sosok").rules} - everywhere == {"ad.grid"}


def test_a_mistake_in_the_table_is_named() -> None:
    with pytest.raises(ValueError, match=r"promo.x: unknown where"):
        lexicon_module._rule({"id": "promo.x", "where": "nowhere", "pattern": "x", "examples": ["x"]}, {})
