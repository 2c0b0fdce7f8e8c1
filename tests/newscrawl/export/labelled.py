"""A labelled set of articles: copies as outlets make them of each other, and texts that only look alike."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass
from pathlib import Path

LEADS = (
    "Kabar ini ramai dibicarakan warganet sejak semalam dan memancing beragam tanggapan.",
    "Peristiwa tersebut menjadi perhatian banyak pihak dalam beberapa hari terakhir.",
    "Berikut ulasan selengkapnya yang dihimpun redaksi dari berbagai sumber di lapangan.",
)
PROMO = (
    "Simak kabar lain setiap pagi dengan mengikuti saluran kami.",
    "Unduh aplikasi kami untuk membaca tanpa jeda.",
    "Tulis pendapat pembaca di kolom komentar di bawah ini.",
)
WORDING = {
    "mengatakan": "menyebutkan",
    "menyatakan": "menegaskan",
    "sekitar": "kurang lebih",
    "setelah": "usai",
    "hanya": "cuma",
    "karena": "sebab",
    "dengan": "bersama",
    "diminta": "diimbau",
    "masih": "tetap",
}


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text, which event it tells of, and how it came to be."""

    event: int
    how: str
    text: str


def labelled() -> list[Labelled]:
    """Return the whole set: each event's original and its copies."""
    data = tomllib.loads(Path(__file__).with_name("stories.toml").read_text(encoding="utf-8"))
    texts = [news[part] for news in data["news"] for part in ("text", "follow_up")]
    texts += [_filled(kind["text"], fill) for kind in data["templates"] for fill in kind["fills"]]
    found = []
    for event, text in enumerate(texts):
        lines = text.strip().split("\n")
        rng = random.Random(event)
        found.append(Labelled(event, "original", "\n\n".join(lines)))
        found += [Labelled(event, how, "\n\n".join(copy)) for how, copy in copies(lines, rng).items()]
    return found


def copies(lines: list[str], rng: random.Random) -> dict[str, list[str]]:
    """Return the copies that outlets make of a text, by what was done to it."""
    half = lines[: (len(lines) + 1) // 2]
    reworded = [" ".join(WORDING.get(word, word) for word in line.split(" ")) for line in lines]
    return {
        "promo lines": [*lines[:3], rng.choice(PROMO), *lines[3:], rng.choice(PROMO)],
        "edited lead": [rng.choice(LEADS), *lines[1:]],
        "truncated": half,
        "lead and end cut": [rng.choice(LEADS), *lines[1 : (len(lines) * 2) // 3]],
        "reworded": reworded,
        "merged paragraphs": [" ".join(lines[:4]), " ".join(lines[4:])],
        "reworded and truncated": [*reworded[: (len(lines) * 2) // 3], rng.choice(PROMO)],
    }


def _filled(text: str, values: dict[str, str]) -> str:
    for slot, value in values.items():  # not str.format: a slot may be a digit
        text = text.replace(f"{{{slot}}}", value)
    return text
