"""The quick looks that spare a line its long expressions let every line through that these take."""

import random
import re

from newscrawl.extraction import lines

PIECES = (
    *(
        "Sari Dewi",
        "Jurnalis",
        "JURNALIS",
        "jurnaliſ",
        "KONTRİBUTOR",
        "kontrıbutor",
        "penulis_",
        "Reporter",
        "By",
    ),
    *(", ", " - ", "/", "(", ")", " – ", " |", ":", "...", " ", "•", "_", "2", "2 Juni 2020", "02/06/2020"),
    *("2020-06-02", "10.46", "02.06.2020", "KAMIS, İ 2 JUNI 2020 WIB", "3 jam lalu", "٢٠٢٠", "Editor", "By"),
)


def drawn() -> list[str]:
    draw = random.Random(7)
    return ["".join(draw.choices(PIECES, k=draw.randint(1, 6))) for _ in range(5000)]


def test_bare_name_is_what_its_expression_leaves() -> None:
    for text in ("", *drawn()):
        name = lines._ROLE_AFTER.sub("", text) or text
        short = lines._HOUSE_AFTER.sub("", name)
        assert lines.bare_name(text) == (short if lines.is_name_line(short) else name)


def test_a_date_is_what_its_expressions_find_whatever_the_case() -> None:
    date, ago = (re.compile(form.pattern, re.IGNORECASE) for form in (lines._DATE, lines._AGO))
    for text in drawn():
        match = date.search(text) or ago.search(text)
        assert lines.find_date(text) == (match[0].strip(" ,|-–—(") if match else None)


def test_a_role_is_followed_by_a_mark() -> None:
    for text in drawn():
        parts = (part.strip(" ,|;") for part in lines._ROLE_AT.split(text))
        assert lines.byline_parts(text) == [part for part in parts if part]
