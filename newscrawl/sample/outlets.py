"""The two outlets of the sample newsroom: their names, sections, ways of writing and forms of URL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleOutlet:
    """Facts of one outlet. `sections` maps a section to the topic its articles are written about.

    `paragraphs` and `sentences` are (least, most). `sign` follows a quotation. Ids of the archive and of
    recent articles count up from `first_id[0]` and `first_id[1]`. `every_tag` stands
    on all articles, so that one tag list leads to the whole archive.
    """

    name: str
    title: str
    host: str
    also: tuple[str, ...]
    sections: Mapping[str, str]
    paragraphs: tuple[int, int]
    sentences: tuple[int, int]
    sign: str
    dateline: str | None
    year_in_text: bool
    first_id: tuple[int, int]
    id_step: int
    every_tag: tuple[str, ...]

    @property
    def base(self) -> str:
        """Scheme and host of the outlet."""
        return f"https://{self.host}"


RMOL: Final = SampleOutlet(
    name="rmol",
    title="RMOL.ID",
    host="rmol.id",
    also=("www.rmol.id", "m.rmol.id", "rmol.co", "www.rmol.co"),
    sections={
        "politik": "politik",
        "hukum": "hukum",
        "bisnis": "bisnis",
        "nusantara": "nusantara",
        "dunia": "dunia",
        "olahraga": "olahraga",
    },
    paragraphs=(4, 9),
    sentences=(1, 3),
    sign="kepada Kantor Berita Politik RMOL",
    dateline=None,
    year_in_text=False,
    first_id=(437600, 720000),
    id_step=3,
    every_tag=("Politik",),
)
SOSOK: Final = SampleOutlet(
    name="sosok",
    title="Sosok.ID",
    host="sosok.grid.id",
    also=("sosok.id", "www.sosok.id"),
    sections={"selebriti": "selebriti", "viral": "viral", "news": "nusantara", "kisah": "dunia"},
    paragraphs=(6, 12),
    sentences=(1, 2),
    sign="seperti dikutip Sosok.ID",
    dateline="Sosok.ID",
    year_in_text=True,
    first_id=(412170100, 414300000),
    id_step=7,
    every_tag=(),
)
OUTLETS: Final = {o.name: o for o in (RMOL, SOSOK)}


def slug(title: str) -> str:
    r"""Write a headline as both outlets' URLs do.

    >>> slug("Soal Sengketa Lahan, Bima: \"Tahan Diri!\"")
    'soal-sengketa-lahan-bima-tahan-diri'
    """
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def article_url(outlet: SampleOutlet, section: str, number: str, title: str, published: datetime) -> str:
    """Return the canonical URL of an article."""
    if outlet is RMOL:
        return f"{outlet.base}/{section}/read/{published:%Y/%m/%d}/{number}/{slug(title)}"
    return f"{outlet.base}/read/{number}/{slug(title)}"


def variants(outlet: SampleOutlet, url: str) -> tuple[str, ...]:
    """Return other URLs of the same article in lists: AMP, mobile host, tracked, with a fragment."""
    path = url.removeprefix(outlet.base)
    if outlet is RMOL:
        return (
            f"https://m.rmol.id{path}",
            f"https://www.rmol.id{path}?utm_source=twitter&utm_medium=sosmed&fbclid=IwAR0contoh",
            f"{url}?utm_source=rss",
            f"{url}#komentar",
            f"{outlet.base}/amp{path}",
        )
    return (
        f"{outlet.base}/amp{path.removeprefix('/read')}",
        f"{url}?utm_source=rss&utm_medium=feed",
        f"{url}?page=1",
        f"{url}#goog_rewarded",
    )


def old_url(outlet: SampleOutlet, url: str, title: str) -> str:
    """Return the old form of an article's URL, which the sample answers with a redirect.

    rmol.co kept capitals and punctuation in its URLs and served articles up to 2018; after that, and for
    sosok, the old form is the one without section, or on the old host.
    """
    path = url.removeprefix(outlet.base)
    if outlet is SOSOK:
        return f"https://sosok.id{path}"
    path = path[path.index("/read/") :]
    if path[6:10] <= "2018":
        return f"http://rmol.co{path.rpartition('/')[0]}/{re.sub(r'[^A-Za-z0-9,:]+', '-', title)}-"
    return f"{outlet.base}{path}"
