"""In which charset a page is read."""

import pytest

from newscrawl.extraction.document import decode, parse

TEXT = "Café di Jalan Ahmad Yani – “ramai”"
LATIN = "Café di Jalan Ahmad Yani"

CASES = {
    "nothing declared": (TEXT.encode(), None, "utf-8", []),
    "header": (LATIN.encode("cp1252"), "text/html; charset=ISO-8859-1", "cp1252", []),
    "windows quotes in latin-1": (TEXT.encode("cp1252"), "text/html; charset=iso-8859-1", "cp1252", []),
    "UTF-8 called latin-1": (
        TEXT.encode(),
        "text/html; charset=iso-8859-1",
        "utf-8",
        ["charset.declared-latin1"],
    ),
    "UTF-8 called something else": (
        TEXT.encode(),
        "text/html; charset=gbk",
        "utf-8",
        ["charset.declared-wrong"],
    ),
    "header before meta": ("Ж".encode("koi8-r"), "text/html; charset=koi8-r", "koi8-r", []),
    "quoted header": (LATIN.encode("cp1252"), 'text/html; charset="windows-1252"', "cp1252", []),
    "latin-1 called UTF-8": (
        (LATIN * 3).encode("cp1252"),
        "text/html; charset=utf-8",
        "cp1252",
        ["charset.declared-wrong"],
    ),
    "one stray byte": (
        TEXT.encode() * 20 + b"\xff",
        "text/html; charset=utf-8",
        "utf-8",
        ["charset.invalid-bytes"],
    ),
    "cut inside a character": (TEXT.encode()[:-1], "text/html; charset=utf-8", "utf-8", []),
    "unknown": (LATIN.encode("cp1252"), "text/html; charset=x-ngawur", "cp1252", ["charset.unknown"]),
    "ASCII called latin-1": (b"Kafe", "text/html; charset=iso-8859-1", "utf-8", []),
    "BOM before header": ("\ufeff".encode() + TEXT.encode(), "text/html; charset=koi8-r", "utf-8", []),
}


@pytest.mark.parametrize(("body", "header", "charset", "warnings"), CASES.values(), ids=CASES)
def test_charset(body: bytes, header: str | None, charset: str, warnings: list[str]) -> None:
    text, found, notes = decode(body, header)
    assert (found, notes) == (charset, warnings)
    assert text.decode()


def test_meta_is_read_where_there_is_no_header() -> None:
    head = b'<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">'
    assert decode(head + LATIN.encode("cp1252"))[1] == "cp1252"


def test_the_text_comes_through() -> None:
    document = parse(b"<p>" + TEXT.encode("cp1252"), "text/html; charset=iso-8859-1")
    assert "".join(document.root.itertext()) == TEXT
