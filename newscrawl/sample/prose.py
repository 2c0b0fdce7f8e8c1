"""Write Indonesian news from the phrase grammar: the same random state gives the same words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import Final

from newscrawl.sample.phrases import COMMON, FIRST_NAMES, LAST_NAMES, TOPICS, TOWNS

DAYS: Final = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS: Final = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
]
_SLOT: Final = re.compile(r"\{(\w+)(?::([tk]))?\}")
_SMALL_WORDS: Final = frozenset(["di", "ke", "dari", "dan", "yang", "untuk", "atas", "pada", "dalam", "ke-"])

_NUMBERS: Final[dict[str, Callable[[Random], str]]] = {
    "angka": lambda r: f"{r.randint(101, 9899):,}".replace(",", "."),
    "angka_kecil": lambda r: str(r.randint(12, 98)),
    "persen": lambda r: f"{r.randint(2, 48)},{r.randint(1, 9)} persen",
    "rupiah": lambda r: f"Rp {r.randint(1, 94)},{r.randint(1, 9)} miliar",
    "rupiah_kecil": lambda r: f"Rp {r.randint(2, 48)} juta",
    "harga": lambda r: f"Rp {r.randint(11, 96)}.{r.choice(('000', '250', '500', '750'))}",
    "menit": lambda r: str(r.randint(11, 89)),
    "usia": lambda r: str(r.randint(13, 24)),
}


def long_date(day: date, *, pad: bool = True) -> str:
    """Return a date as the outlets print it.

    >>> long_date(date(2020, 6, 2)), long_date(date(2020, 6, 2), pad=False)
    ('Selasa, 02 Juni 2020', 'Selasa, 2 Juni 2020')
    """
    number = f"{day.day:02}" if pad else str(day.day)
    return f"{DAYS[day.weekday()]}, {number} {MONTHS[day.month - 1]} {day.year}"


def in_text_date(day: date, *, year: bool) -> str:
    """Return a date as it stands inside a sentence.

    >>> in_text_date(date(2020, 6, 2), year=False), in_text_date(date(2020, 6, 2), year=True)
    ('Selasa (2/6)', 'Selasa (2/6/2020)')
    """
    return f"{DAYS[day.weekday()]} ({day.day}/{day.month}{f'/{day.year}' if year else ''})"


def title_case(words: str) -> str:
    """Write a phrase as headlines do.

    >>> title_case("sengketa lahan di pasar lama")
    'Sengketa Lahan di Pasar Lama'
    """
    return " ".join(
        w if i and w in _SMALL_WORDS else w[:1].upper() + w[1:] for i, w in enumerate(words.split())
    )


class Writer:
    """Writes one article: the cast (people, town, subject) is drawn once and kept through the text.

    `sign` is the agency's signature after a quotation ("kepada Kantor Berita …"); it belongs to the text.
    """

    def __init__(self, rng: Random, topic: str, day: date, *, year: bool, sign: str) -> None:
        self.rng = rng
        self.topic = TOPICS[topic]
        self.sign = sign
        first, second = rng.sample(FIRST_NAMES, 2)
        town, other_town = rng.sample(TOWNS, 2)
        self.cast = {
            "nama": first,
            "nama2": second,
            "kota": town,
            "kota2": other_town,
            "hari": in_text_date(day - timedelta(days=rng.choice((0, 0, 1))), year=year),
            "hari_lalu": in_text_date(day - timedelta(days=rng.randint(2, 9)), year=year),
        }
        for role in ("klub", "jabatan", "lembaga", "isu"):
            if role in self.topic:
                self.cast[role] = self.expand(rng.choice(self.topic[role]))
        self.cast["tokoh"] = f"{self.cast['jabatan']} {first} {rng.choice(LAST_NAMES)}"

    def expand(self, pattern: str) -> str:
        """Fill the slots of a pattern from the cast, the numbers and the rules."""
        return _SLOT.sub(self._fill, pattern)

    def _fill(self, slot: re.Match[str]) -> str:
        name, form = slot[1], slot[2]
        if name in self.cast:
            words = self.cast[name]
        elif name in _NUMBERS:
            words = _NUMBERS[name](self.rng)
        else:
            rules: Mapping[str, Sequence[str]] = self.topic if name in self.topic else COMMON
            words = self.expand(self.rng.choice(rules[name]))
        if form == "t":
            return title_case(words)
        return words[:1].upper() + words[1:] if form == "k" else words

    def sentence(self, pattern: str) -> str:
        """Expand a pattern and begin it with a capital."""
        words = self.expand(pattern)
        return words[:1].upper() + words[1:]

    def title(self) -> str:
        """Write the headline."""
        return self.sentence(self.rng.choice(self.topic["judul"]))

    def paragraphs(self, count: int, sentences: tuple[int, int]) -> list[str]:
        """Write `count` paragraphs of so many sentences (least, most) each."""
        facts = self._stock("isi", "umum")
        quotes = self._stock("kutip", "kutip_umum")
        written = [self.sentence(self.rng.choice(self.topic["pembuka"])) + " " + self.sentence(next(facts))]
        while len(written) < count - 1:
            if self.rng.random() < 0.4:
                written.append(self._quotation(next(quotes)))
                continue
            wanted = self.rng.randint(*sentences)
            written.append(" ".join(self.sentence(next(facts)) for _ in range(wanted)))
        written.append(self.sentence(self.rng.choice(COMMON["penutup"])))
        return written

    def caption(self) -> str:
        """Write the words under a photograph, without credit."""
        return self.sentence(self.rng.choice(COMMON["keterangan"]))

    def subheading(self) -> str:
        """Write a subheading."""
        return self.expand(self.rng.choice(COMMON["subjudul"]))

    def update(self) -> str:
        """Write one more sentence, for an article that goes on or is corrected."""
        return self.sentence(self.rng.choice(self.topic["isi"]))

    def _stock(self, own: str, common: str) -> Iterator[str]:
        """Give the patterns of the topic and the common ones mixed, again from the start when used up."""
        patterns = self.topic[own] + COMMON[common]
        while True:
            self.rng.shuffle(patterns := list(patterns))
            yield from patterns

    def _quotation(self, pattern: str) -> str:
        """Put a saying into somebody's mouth, in one of the ways of the trade."""
        words, says = self.sentence(pattern), self.rng.choice(COMMON["kata"])
        who = self.rng.choice(("{nama}", "{nama}", "{nama2}"))
        more = self.sentence(self.rng.choice(COMMON["kutip_umum"]))
        form = self.rng.choice(
            (
                f'"{words}," {says} {who}, {{hari}}.',
                f'"{words}," {says} {who} {self.sign}, {{hari}}.',
                f'{who} menambahkan, "{words}."',
                f'"{words}," {says}nya saat ditemui di {{kota2}}.',
                f'"{words}," {says} {who} di {{kota}}. "{more}."',
            )
        )
        return self.sentence(form)
