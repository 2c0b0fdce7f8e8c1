"""The words of bylines and the patterns made of them; the words themselves are in byline_words.toml."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Literal, get_args

Role = Literal["author", "editor", "other"]

_TABLE = tomllib.loads(Path(__file__).with_name("byline_words.toml").read_text(encoding="utf-8"))


def _words(table: str, name: str = "words") -> frozenset[str]:
    return frozenset(_TABLE[table][name].split())


def _phrases(table: str, name: str = "phrases") -> list[str]:
    return [" ".join(phrase.split()) for phrase in _TABLE[table][name].split(",")]


ROLES: dict[str, Role] = {word: role for role in get_args(Role) for word in _phrases("roles", role)}
NEWSROOMS = _words("newsrooms")
OFFICES = _words("offices")
PLACES = frozenset(_phrases("places"))
DEGREES = _words("degrees")
CAPITAL_DEGREES = _words("degrees", "capitals")
TITLES = _words("degrees", "titles")
PARTICLES = _words("particles", "always")
LOWER_WORDS = PARTICLES | _words("particles", "printed")
NEVER = _words("never")

_ROLE = "(?:" + "|".join(re.escape(word) for word in sorted(ROLES, key=len, reverse=True)) + ")"
_ROLES = rf"{_ROLE}(?:\s?(?:&|/|,|\bdan\b|\band\b)\s?{_ROLE})*"
_PART_START = r"(?:^|(?<=[|;•·,/(\n])|(?<=[|;•·,/)]\s))"
LABEL = re.compile(  # "Penulis:" anywhere, "Penulis Siti" only where a part begins
    rf"(?<![\w@])(?P<words>(?i:{_ROLES}))\s?(?P<colon>[:：])"
    rf"|{_PART_START}(?P<bare>(?i:{_ROLES}))(?:\s[-–—])?\s+(?=[A-Z\"'@])"
)
BARRED = re.compile(rf"^((?i:{_ROLES}))\s?[|]\s?(?=[A-Z])")  # "Penulis | Siti"
LABEL_AFTER = re.compile(
    r"(?:\s?[-–—,|(/]\s?|\s)(?:(?P<author>penulis|reporter|author|wartawan|jurnalis|pewarta|kontributor)"
    r"|(?P<editor>editor|redaktur|penyunting))\)?$",
    re.IGNORECASE,
)
STATIONED = re.compile(  # "Kontributor Lhokseumawe, Siti": where somebody works stands before the name
    r"(?:(?:langsung|khusus|dari)\s+)*(?P<who>kontributor|koresponden|wartawan|reporter|jurnalis|pewarta)\s+(?=[A-Z])",
    re.IGNORECASE,
)
NEWSROOM = re.compile(
    r"^(?:detik\w*|kompas(?:com|oto\w+|iana|cybermedia)?|tribun\w*|liputan6\w*|okezone\w*|sindonews\w*|republika\w*"
    r"|rmol\w*|kumparan\w*|antaranews\w*|metrotv\w*|beritasatu\w*|mediaindonesia\w*"
    r"|\w+(?:network|dotcom|developer|newsroom))$"
)
DOMAIN = re.compile(r"\w\.(?:com|co\.id|co|id|net|tv|org|news|info)\b", re.IGNORECASE)
NOBODY = re.compile(  # the desk itself, and nobody in it
    r"^(?:tim|team|the)?(?:redaksi\w*|liputan|penulis|editor\w*|admin\w*|superadmin|newsroom|humas|staf\w*|user|guest"
    r"|webmaster|operator|advertorial|kontributor|reporter|wartawan|jurnalis|anonim\w*|anonymous|unknown|noname|null"
    r"|none|pressrelease|siaranpers|kreatif|digital)$"
)
