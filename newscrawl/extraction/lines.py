"""Recognise lines that are a date, a byline or a dateline: their form only, not their meaning."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = [
    "bare_name",
    "byline_parts",
    "dateline_of",
    "find_date",
    "has_role",
    "is_byline",
    "is_date_line",
    "is_name_line",
    "is_role_line",
    "is_source_line",
    "is_update",
]

_DAY = (
    r"(?:senin|selasa|rabu|kamis|jum['’‘`]?at|sabtu|minggu|ahad"
    r"|sunday|monday|tuesday|wednesday|thursday|friday|saturday)"
)
_MONTH = (
    r"(?:januari|january|jan|februari|pebruari|february|feb|maret|march|mar|april|apr|mei|may|juni|june|jun|juli"
    r"|july|jul|agustus|august|agust|agst|agt|agu|aug|september|sept|sep|oktober|october|okt|oct|november|nopember"
    r"|nov|nop|desember|december|des|dec)\.?"
)
_ZONE = r"(?:wib|wita|wit|gmt(?:\s?[+-]\d+)?|utc)"
_NUMERIC = r"(?:\d{1,2}[/-]\d{1,2}[/-]\d{4}|\d{2}\.\d{2}\.\d{4}|\d{4}[/-]\d{2}[/-]\d{2})"
_WORDED = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)?[\s-]{{1,3}}{_MONTH},?[\s-]{{0,3}}\d{{4}}"
    rf"|{_MONTH}\s{{1,3}}\d{{1,2}},?\s{{1,3}}\d{{4}})"
)
_GAP = r"[\s,|\-–—•·/()]{0,6}"
_TIME = rf"(?:{_GAP}(?:at|pukul|jam|pkl\.?|@)?{_GAP}\d{{1,2}}[:.]\d{{2}}(?:[:.]\d{{2}})?(?:\s?[ap]m\b)?)"
_TIME_FIRST = rf"(?:(?<![\d:.])\d{{1,2}}[:.]\d{{2}}(?:\s?{_ZONE})?\s?[,|–—-]\s?)"
# Over lines in lower case: a pattern that ignores case takes three times as long.
_DATE = re.compile(
    rf"(?:\b{_DAY}\b[\s,./|–—-]{{0,4}})?{_TIME_FIRST}?(?<![\d/])(?:{_NUMERIC}|{_WORDED})\b{_TIME}?(?:\s?\(?\s?{_ZONE}\b\)?)?"
)
_AGO = re.compile(
    r"(?:sekitar\s)?\b\d{1,3}\s(?:detik|menit|jam|hari|minggu)\s(?:yang\s)?lalu\b|\bbaru saja\b"
    r"|\b(?:hari ini|kemarin),?\s\d{1,2}[:.]\d{2}"
)
_NEAR_WORDS = ("lalu", "baru saja", "hari ini", "kemarin")
_UPDATED = re.compile(
    r"\b(?:di\s?perbar[ui]{1,2}|diupdate|updated?|terakhir diubah|pembaruan)\b", re.IGNORECASE
)
# Words that may stand beside the date in a date line.
_AROUND = re.compile(
    rf"\b(?:views?|dibaca|kali|komentar|comments?|tayang|diterbitkan|dipublikasikan|published|posted|pada|on|at"
    rf"|diperbar\w+|updated?|terbit|tanggal|pukul|publish|last|by|oleh|edition|edisi|{_ZONE})\b",
    re.IGNORECASE,
)

_DIGIT, _YEAR = re.compile(r"\d"), re.compile(r"\d{4}")
_LETTERS = re.compile(r"[^\W\d_]{2,}")

_ROLES = (
    r"penulis|reporter|pewarta|wartawan|jurnalis|laporan|editor|redaktur|red|penyunting|kontributor|oleh|by|author"
    r"|report|penerjemah|sumber|source|fotografer|tim redaksi|copywriter|uploader|content writer|rep|foto"
    r"|photographer|teks|naskah"
)
_PERSON = r"(?-i:[A-Z])[\w.'’-]+(?:\s(?-i:[A-Z])[\w.'’-]*){0,5}"
_BYLINE = re.compile(
    rf"^\W*(?:{_ROLES})(?:\s?(?:/|&|dan)\s?(?:{_ROLES}))?\s?[:\-–|]\s?\S.{{0,140}}$"
    rf"|^(?:(?:(?:ditulis|diposting|diposkan|dilaporkan|disunting|diedit|posted|written)\s)?(?:oleh|by)|laporan"
    rf"|(?:penulis|reporter|pewarta|editor),?)\s{_PERSON}(?:(?:,|\s&|\sdan)\s{_PERSON}){{0,3}}"
    rf"(?:\s?[(\[][^()\[\]]{{2,40}}[)\]])?$"
    rf"|^\W*(?:copyright|hak cipta|©)\b.{{0,80}}$|^©.{{0,80}}$",
    re.IGNORECASE,
)
_NAME_LINE = re.compile(
    r"^[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]*){0,4}"
    r"(?:(?:, ?| & | dan )(?:[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]*){0,4}))*$"
)
_ROLES_AFTER = ("jurnalis", "kontributor", "penulis", "reporter", "wartawan", "author")
_ROLE_AFTER = re.compile(rf"\s?[,(/|–—-]?\s?\b(?:{'|'.join(_ROLES_AFTER)})\b\W{{0,3}}$", re.IGNORECASE)
_NO_WORD = "".join(char for char in map(chr, range(128)) if not (char.isalnum() or char == "_"))
_HOUSE_AFTER = re.compile(r"\s[–—-]\s.{2,30}$")
_ROLE_ALONE = re.compile(rf"\W*(?:{_ROLES})\s?:?", re.IGNORECASE)
_ROLE_AT = re.compile(rf"(?<!\w)(?<!& )(?=(?:{_ROLES})(?:\s?&\s?(?:{_ROLES}))?\s?[:|]\s?\S)", re.IGNORECASE)
_SOURCE = re.compile(r"\W*(?:sumber|source)\s?[:|]", re.IGNORECASE)

_POSTED = re.compile(
    r"(?:(?:ditulis|diterbitkan|dipublikasikan|diunggah|written|published)\s(?:oleh|by)|diposting|diposkan|posted)\b",
    re.IGNORECASE,
)
_DASH = re.compile(r"\s*(?:\s[-–—]{1,2}|[–—]|--)\s*|\s*:\s|-\s")
_NAME = r"[A-Z0-9][\w.'’/]*"
_DOMAIN = r"[\w-]+\.(?:com|co\.id|id|co|net|tv|news|info)"
_FIRST = rf"(?:{_DOMAIN}|{_NAME}(?:[ -]{_NAME}){{0,3}})"
_SECOND = rf"(?:{_DOMAIN}|\([^()]{{2,40}}\)|{_NAME}(?:[ -]{_NAME}){{0,2}})"
_DATELINE = re.compile(rf"{_FIRST}(?:,? ?{_SECOND}){{0,3}}")
_OUTLET_FIRST = re.compile(rf"({_DOMAIN}, (?:[A-Z][a-z]+)(?= [A-Z]))|^(RMOL[A-Za-z]*)\. (?=[A-Z])")


@lru_cache(maxsize=32)  # a page's lines are asked for their date by one question after the other
def find_date(line: str) -> str | None:
    """Return the part of a line that is a date, its weekday, time and zone included.

    >>> find_date("GAYA | Kamis, 17 Juni 2021 06:04 WIB | 3 komentar")
    'Kamis, 17 Juni 2021 06:04 WIB'
    >>> find_date("Tayang 02/06/2020, 10:46 WIB"), find_date("3 jam yang lalu"), find_date("Harga naik")
    ('02/06/2020, 10:46 WIB', '3 jam yang lalu', None)
    """
    low = line.replace("İ", "I").lower()  # of the same length: İ alone becomes two characters
    match = _DATE.search(low) if _YEAR.search(low) else None
    if match is None and any(word in low for word in _NEAR_WORDS):
        match = _AGO.search(low)
    return line[match.start() : match.end()].strip(" ,|-–—(") if match else None


def is_date_line(line: str) -> bool:
    """Tell whether a line is a date and little else.

    >>> is_date_line("Selasa, 16 Februari 2016 | 14:38 WIB"), is_date_line("Medan, 2 Juni 2020 - Hujan.")
    (True, False)
    """
    if len(line) > 110 or _DIGIT.search(line) is None or line.endswith(("-", "–", "—", ".")):
        return False
    date = find_date(line)
    if date is None:
        return False
    rest = _AROUND.sub("", line.replace(date, " ", 1))
    return len(_LETTERS.findall(rest)) <= 3


def is_update(line: str) -> bool:
    """Tell whether a date line speaks of a change.

    >>> is_update("Diperbarui 26 Jun 2020, 13:58 WIB")
    True
    """
    return _UPDATED.search(line) is not None


@lru_cache(maxsize=32)  # asked of a line as a whole, and again of the name in it
def is_byline(line: str) -> bool:
    """Tell whether a line only names people or a source.

    >>> is_byline("Penulis : Sari Dewi"), is_byline("Editor masuk ke ruang rapat, lalu pergi.")
    (True, False)
    """
    return len(line) <= 160 and _BYLINE.match(line) is not None


def has_role(line: str) -> bool:
    """Tell whether a line begins with the role of whom it names.

    >>> has_role("Redaktur : Sari Dewi"), has_role("Redaktur itu pulang.")
    (True, False)
    """
    return _ROLE_AT.match(line) is not None and is_byline(line)


def is_source_line(line: str) -> bool:
    """Tell whether a line names where the article was published first, or a source of its facts.

    >>> is_source_line("Sumber : Antara"), is_source_line("Sumber air itu kering.")
    (True, False)
    """
    return _SOURCE.match(line) is not None


def is_role_line(line: str) -> bool:
    """Tell whether a line is a role alone; the name follows on the next.

    >>> is_role_line("Oleh :"), is_role_line("Oleh karena itu")
    (True, False)
    """
    return len(line) < 24 and _ROLE_ALONE.fullmatch(line) is not None


def is_name_line(line: str) -> bool:
    """Tell whether a line has the form of a person's name, or of some.

    >>> is_name_line("Sari Dewi, Budi Santoso"), is_name_line("Bagikan"), is_name_line("Warga mengungsi")
    (True, False, False)
    """
    return len(line) < 40 and len(line.split()) > 1 and _NAME_LINE.match(line.rstrip(" ,;")) is not None


def bare_name(line: str) -> str:
    """Return a line that names somebody without the role or the newsroom that follows the name.

    >>> bare_name("Sari Dewi, Jurnalis"), bare_name("Sari Dewi - Warta Contoh"), bare_name("Sari Dewi")
    ('Sari Dewi', 'Sari Dewi', 'Sari Dewi')
    """
    plain = line.isascii() and not line.lower().rstrip(_NO_WORD).endswith(_ROLES_AFTER)  # no `ſ`, no `ı`
    name = line if plain else _ROLE_AFTER.sub("", line) or line
    short = _HOUSE_AFTER.sub("", name) if any(dash in name for dash in "-–—") else name
    return short if is_name_line(short) else name


def is_signed_date(line: str) -> bool:
    """Tell whether a line is a name, a role maybe, and the day it was published.

    >>> is_signed_date("Sari Dewi Kusuma, Jurnalis-Selasa, 2 Juni 2020 |10:46 WIB")
    True
    >>> is_signed_date("Ditulis oleh Sari Dewi pada 2 Juni 2020 Kategori: Kota")
    True
    >>> is_signed_date("Sari Dewi tiba di Medan pada Selasa, 2 Juni 2020")
    False
    """
    date = find_date(line) if len(line) < 120 and _DIGIT.search(line) else None
    if date is None:
        return False
    if _POSTED.match(line):
        return not line.endswith(".")
    name = bare_name(line.replace(date, " ", 1).strip(" ,|-–—•"))
    return is_byline(name) or is_name_line(name)


def byline_parts(line: str) -> list[str]:
    """Divide a line at its roles.

    >>> byline_parts("BISNIS | 2 Juni 2020 Reporter : Sari Dewi Editor: Budi")
    ['BISNIS | 2 Juni 2020', 'Reporter : Sari Dewi', 'Editor: Budi']
    >>> byline_parts("Redaktur & Reporter : Sari Dewi")
    ['Redaktur & Reporter : Sari Dewi']
    """
    parts = _ROLE_AT.split(line) if ":" in line or "|" in line else [line]
    return [part.strip(" ,|;") for part in parts if part.strip(" ,|;")]


def dateline_of(text: str) -> str | None:
    """Return the place and outlet that an article opens with, without the dash.

    >>> dateline_of("JAKARTA, KOMPAS.com - Hujan turun."), dateline_of("Merdeka.com - Hujan turun.")
    ('JAKARTA, KOMPAS.com', 'Merdeka.com')
    >>> dateline_of("Bandung (ANTARA) - Hujan turun.")
    'Bandung (ANTARA)'
    >>> dateline_of("Hujan turun di Bandung - lagi.") is None
    True
    """
    parts = _DASH.split(text[:110], maxsplit=1)
    head = parts[0].strip()
    if len(parts) == 2 and 2 < len(head) <= 70 and _DATELINE.fullmatch(head):
        colon = text[len(parts[0]) :].lstrip().startswith(":")
        return head if not colon or re.search(_DOMAIN, head) else None
    match = _OUTLET_FIRST.match(text)
    return (match[1] or match[2]) if match else None
