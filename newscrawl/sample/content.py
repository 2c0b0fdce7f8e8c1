"""What the sample newsroom has published: the ground truth that a crawl of it is compared with.

Everything follows from the seed, the day and the number of an article, so nothing is stored: article 19,999 is
written when somebody asks for it, and the server and a test that never met agree on every word.
"""

from __future__ import annotations

import dataclasses
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from random import Random
from typing import Final, Literal, overload
from zoneinfo import ZoneInfo

from newscrawl.items import ArticleType, Image, Link, Syndication
from newscrawl.sample.outlets import OUTLETS, RMOL, SampleOutlet, article_url, old_url, slug, variants
from newscrawl.sample.phrases import FIRST_NAMES, LAST_NAMES
from newscrawl.sample.prose import Writer

WIB: Final = ZoneInfo("Asia/Jakarta")
NEW_TEMPLATE_SINCE: Final = date(2022, 1, 1)
ARCHIVED: Final = 30
OLD_DOMAIN_ARTICLE: Final = datetime(2017, 11, 20, 16, 21, tzinfo=WIB)
ARCHIVE_FROM: Final = datetime(2020, 5, 31, 7, 5, tzinfo=WIB)
ARCHIVE_UNTIL: Final = datetime(2020, 7, 2, 21, 0, tzinfo=WIB)

SPECIALS: Final = (
    "variants",  # listed as AMP, mobile, tracked and plain URL
    "redirect",  # listed under an old URL that answers 301
    "flaky",  # 500 at the first request, then fine
    "pages",  # in three pages
    "syndicated",
    "gallery",  # pictures and captions, no text
    "charset",  # UTF-8 bytes declared as iso-8859-1
    "live",  # goes on: a change adds a paragraph on top
    "corrected",  # a change alters a paragraph and adds a note
    "markup",  # quotes, ampersands and angle brackets in title and text
    "wrong_zone",  # metadata gives local time with a Z; the printed time is right
    "breaks",  # paragraphs parted by <br><br>, no <p>
    "headings",  # sub-headings and a list in the body
    "video",
)
"""Special cases, counted back two by two from the newest article of the opening stock."""
ARCHIVE_SPECIALS: Final = {
    0: "redirect",
    5: "syndicated",
    9: "pages",
    13: "charset",
    17: "gallery",
    21: "markup",
}

GOOGLE_NEWS: Final = "Ikuti kabar hangat dan terpercaya dari Kantor Berita Politik RMOL di Google News."
STAR: Final = "Untuk mengikuti, silakan klik tanda bintang."
PROMO: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("rmol", "2020"): (GOOGLE_NEWS, STAR, "FOLLOW US", "ARTIKEL LAINNYA", "BERITA TERKAIT :"),
    ("rmol", "2026"): (GOOGLE_NEWS, STAR, "FOLLOW US", "ARTIKEL LAINNYA", "BERITA TERKAIT :"),
    ("sosok", "2020"): ("(*)", "Halaman Selanjutnya"),
    ("sosok", "2026"): (
        "(*)",
        "Video Pilihan",
        "Simak kabar terbaru Sosok.ID di Google News dan saluran WhatsApp kami.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a list shows of an article. `special` is one of `SPECIALS`, `aliases` are other URLs it is listed under."""

    outlet: str
    index: int
    id: str
    url: str
    aliases: tuple[str, ...]
    title: str
    published: datetime
    era: Literal["2020", "2026"]
    kind: ArticleType
    section: str
    tags: tuple[str, ...]
    special: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleArticle(Card):
    """One article as a perfect crawl would have it.

    `paragraphs` are the clean text in order, with sub-headings and list items (also named in `headings` and
    `items`). `promo` are lines of the page that are not text. `published` and `modified` are aware, in WIB;
    of `published` the pages of 2020 show minutes only. `revision` counts changes of the text, `touched` changes
    of the page around it.
    """

    paragraphs: tuple[str, ...]
    headings: frozenset[str]
    items: tuple[str, ...]
    dateline: str | None
    summary: str
    modified: datetime | None
    authors: tuple[str, ...]
    editors: tuple[str, ...]
    images: tuple[Image, ...]
    related: tuple[Link, ...]
    promo: tuple[str, ...]
    syndicated_from: Syndication | None
    pages: int
    revision: int
    touched: int


class Articles(Sequence[SampleArticle]):
    """The articles of an outlet in the order of publication, written when asked for; a slice is one too."""

    def __init__(self, newsroom: Newsroom, outlet: str, numbers: range) -> None:
        self._newsroom, self._outlet, self._numbers = newsroom, outlet, numbers

    @overload
    def __getitem__(self, at: int) -> SampleArticle: ...
    @overload
    def __getitem__(self, at: slice) -> Articles: ...
    def __getitem__(self, at: int | slice) -> SampleArticle | Articles:
        if isinstance(at, slice):
            return Articles(self._newsroom, self._outlet, self._numbers[at])
        return self._newsroom.article(self._outlet, self._numbers[at])

    def __len__(self) -> int:
        return len(self._numbers)


@dataclass(slots=True)
class _Change:
    """What was done to an article after it was published."""

    revision: int = 0
    touched: int = 0
    at: datetime | None = None


class Newsroom:
    """Two outlets, each with an archive of 30 old articles and `articles` recent ones over the last `days` days.

    `today` is the newest day; its articles come out in the first ten minutes after midnight, so that nothing is
    dated after the moment it is fetched. `days` grows with the number of articles, to 100 at most.
    """

    def __init__(
        self,
        *,
        seed: str = "newsroom",
        today: date | None = None,
        articles: int = 72,
        days: int | None = None,
    ) -> None:
        if articles < 1 or (days is not None and days < 1):
            raise ValueError("a newsroom has at least one article and one day")
        self.seed = seed
        self.today = today or default_today()
        self.days = days or min(100, max(6, articles // 12))
        self.stock = articles
        self._end = datetime.combine(self.today, time(0, 10), WIB)
        self._extra: dict[str, list[datetime]] = {name: [] for name in OUTLETS}
        self._changes: dict[tuple[str, int], _Change] = {}
        self._cards = lru_cache(maxsize=8192)(self._make_card)
        self._articles = lru_cache(maxsize=512)(self._write)

    # What there is

    def articles(self, outlet: str) -> Articles:
        """Return everything the outlet has published, the archive first."""
        return Articles(self, outlet, range(self.count(outlet)))

    def archive(self, outlet: str) -> Articles:
        """Return the old articles, of 2017 and 2020."""
        return Articles(self, outlet, range(ARCHIVED))

    def recent(self, outlet: str) -> Articles:
        """Return the articles of the last days, those published since the start included."""
        return Articles(self, outlet, range(ARCHIVED, self.count(outlet)))

    def count(self, outlet: str) -> int:
        """Return the number of articles of an outlet, archive included."""
        return ARCHIVED + self.stock + len(self._extra[outlet])

    def between(self, outlet: str, since: date, until: date) -> range:
        """Return the numbers of the articles published from one day to another, both included."""

        def first_of(day: date) -> int:
            midnight = datetime.combine(day, time(), WIB)
            return bisect_left(
                range(self.count(outlet)), midnight, key=lambda index: self.published(outlet, index)
            )

        return range(first_of(since), first_of(until + timedelta(days=1)))

    def special(self, outlet: str, name: str, *, archive: bool = False) -> SampleArticle:
        """Return the article that shows a special case (see `SPECIALS`)."""
        numbers = range(ARCHIVED) if archive else range(self.count(outlet) - 1, ARCHIVED - 1, -1)
        for index in numbers:
            if self._special(index) == name:
                return self.article(outlet, index)
        raise KeyError(f"{outlet} has no article of the kind {name!r}")

    def find(self, outlet: str, number: str) -> Card | None:
        """Return the article with an id, or `None`."""
        facts = OUTLETS[outlet]
        if not number.isascii() or not number.isdigit() or len(number) > 12:
            return None
        for first, start, stop in (
            (facts.first_id[0], 0, ARCHIVED),
            (facts.first_id[1], ARCHIVED, self.count(outlet)),
        ):
            offset, rest = divmod(int(number) - first, facts.id_step)
            if not rest and start <= start + offset < stop:
                card = self.card(outlet, start + offset)
                return card if card.id == number else None
        return None

    def published(self, outlet: str, index: int) -> datetime:
        """Return when an article came out; it rises with the number."""
        wobble = Random(f"{self.seed}/{outlet}/{index}/time").random()
        if index == 0:
            return OLD_DOMAIN_ARTICLE
        if index < ARCHIVED:
            step = (ARCHIVE_UNTIL - ARCHIVE_FROM) / (ARCHIVED - 1)
            return (ARCHIVE_FROM + step * (index - 1 + wobble)).replace(second=0, microsecond=0)
        if index < ARCHIVED + self.stock:
            step = timedelta(days=self.days) / self.stock
            if index == ARCHIVED + self.stock - 1:
                wobble = 0.999  # today has an article
            return (self._end - step * (ARCHIVED + self.stock - index - wobble)).replace(microsecond=0)
        return self._extra[outlet][index - ARCHIVED - self.stock]

    def last_change(self, outlet: str, index: int) -> datetime:
        """Return when the page of an article last changed."""
        change = self._changes.get((outlet, index))
        return change.at if change and change.at else self.published(outlet, index)

    def card(self, outlet: str, index: int) -> Card:
        """Return what a list shows of an article."""
        return self._cards(outlet, index)

    def article(self, outlet: str, index: int) -> SampleArticle:
        """Return an article as it stands now."""
        change = self._changes.get((outlet, index), _Change())
        return self._articles(outlet, index, change.revision, change.touched, change.at)

    def dead_links(self, outlet: str) -> dict[str, int]:
        """Return URLs that the lists show although there is no article, with the status they answer."""
        facts = OUTLETS[outlet]
        day = self._end - timedelta(days=1)
        number = facts.first_id[1] - 2 * facts.id_step
        section = next(iter(facts.sections))
        return {
            article_url(facts, section, str(number), "Halaman yang Sudah Dihapus", day): 404,
            article_url(facts, section, str(number - 1), "Berita yang Ditarik Redaksi", day): 410,
        }

    def trap(self, outlet: str) -> str:
        """Return the URL that the lists show and robots.txt forbids; it looks like an article's."""
        facts = OUTLETS[outlet]
        number = str(facts.first_id[1] + 999_999)
        url = article_url(facts, "jebakan", number, "Halaman Terlarang bagi Robot", self._end)
        return url if outlet == RMOL.name else url.replace("/read/", "/read/99")

    # What happens

    def publish(self, outlet: str, count: int = 1, *, at: datetime | None = None) -> Articles:
        """Publish new articles, a minute apart, after the newest (or from `at` on, when that is later)."""
        before = self.count(outlet)
        for _ in range(count):
            moment = self.published(outlet, self.count(outlet) - 1) + timedelta(minutes=1)
            self._extra[outlet].append(max(moment, at.astimezone(WIB)) if at else moment)
        return Articles(self, outlet, range(before, before + count))

    def change(self, outlet: str, index: int, *, at: datetime) -> SampleArticle:
        """Change the text of an article: a live one goes on, any other is corrected."""
        return self._changed(outlet, index, at, revision=1)

    def touch(self, outlet: str, index: int, *, at: datetime) -> SampleArticle:
        """Change the page of an article but not its text."""
        return self._changed(outlet, index, at, touched=1)

    def _changed(
        self, outlet: str, index: int, at: datetime, revision: int = 0, touched: int = 0
    ) -> SampleArticle:
        if not 0 <= index < self.count(outlet):
            raise KeyError(f"{outlet} has no article {index}")
        change = self._changes.setdefault((outlet, index), _Change())
        change.revision += revision
        change.touched += touched
        change.at = at.astimezone(WIB).replace(microsecond=0)
        return self.article(outlet, index)

    def shift_today(self, today: date) -> None:
        """Let days go by: each new day brings as many articles as the days before, spread over the day."""
        a_day = max(1, self.stock // self.days)
        while self.today < today:
            self.today += timedelta(days=1)
            midnight = datetime.combine(self.today, time(), WIB)
            for name in OUTLETS:
                moments = (midnight + timedelta(days=1) * ((n + 0.5) / a_day) for n in range(a_day))
                self._extra[name].extend(m.replace(microsecond=0) for m in moments)

    # How it is written

    def _rng(self, outlet: str, index: int, what: str) -> Random:
        return Random(f"{self.seed}/{outlet}/{index}/{what}")

    def _special(self, index: int) -> str | None:
        if index < ARCHIVED:
            return ARCHIVE_SPECIALS.get(index)
        back, odd = divmod(ARCHIVED + self.stock - 1 - index, 2)
        return SPECIALS[back] if not odd and 0 <= back < len(SPECIALS) else None

    def _writer(self, outlet: SampleOutlet, index: int) -> tuple[Writer, str]:
        rng = self._rng(outlet.name, index, "cast")
        section = rng.choice(list(outlet.sections))
        day = self.published(outlet.name, index).date()
        return Writer(rng, outlet.sections[section], day, year=outlet.year_in_text, sign=outlet.sign), section

    def _make_card(self, outlet: str, index: int) -> Card:
        facts = OUTLETS[outlet]
        writer, section = self._writer(facts, index)
        published, special = self.published(outlet, index), self._special(index)
        title = writer.title()
        if special == "markup":
            title = f"{title}: \"Jangan <Dipotong>\" & 'Jangan Ditutup'"
        old = index < ARCHIVED
        number = facts.first_id[not old] + facts.id_step * (index if old else index - ARCHIVED)
        url = article_url(facts, section, str(number), title, published)
        aliases: tuple[str, ...] = ()
        if special == "variants":
            aliases = variants(facts, url)
        elif special == "redirect":
            aliases = (old_url(facts, url, title),)
        kinds: dict[str, ArticleType] = {"gallery": "gallery", "video": "video", "live": "live"}
        return Card(
            outlet=outlet,
            index=index,
            id=str(number),
            url=url,
            aliases=aliases,
            title=title,
            published=published,
            era="2026" if published.date() >= NEW_TEMPLATE_SINCE else "2020",
            kind=kinds.get(special or "", "article"),
            section=section,
            tags=(*facts.every_tag, *writer.rng.sample(writer.topic["tag"], 3), writer.cast["kota"]),
            special=special,
        )

    def _write(
        self, outlet: str, index: int, revision: int, touched: int, at: datetime | None
    ) -> SampleArticle:
        facts, card = OUTLETS[outlet], self.card(outlet, index)
        writer, _ = self._writer(facts, index)
        writer.rng = rng = self._rng(outlet, index, "text")
        paragraphs = writer.paragraphs(self._length(facts, card, rng), facts.sentences)
        summary = paragraphs[0]
        headings: frozenset[str] = frozenset()
        items: tuple[str, ...] = ()
        if card.special == "headings":
            items = tuple(writer.update() for _ in range(3))
            first, second = writer.subheading(), "Tiga Hal yang Perlu Diketahui"
            headings = frozenset((first, second))
            paragraphs[1:1] = [first]
            paragraphs += [second, *items]
        if card.special == "markup":
            paragraphs[1] += ' Kalimat ini memuat tanda <kurung> & "kutip", juga 5 < 7.'
        if card.special == "charset":
            paragraphs[1] += " “Kafé Señora” di Jalan Dr. Curaçao – buka sejak pagi…"
        if card.kind == "gallery":
            paragraphs, summary = [], "Foto-foto " + card.title
        if facts.dateline and paragraphs:
            paragraphs[0] = f"{facts.dateline} - {paragraphs[0]}"
        paragraphs = _revised(paragraphs, writer, card, revision)
        related = self._related(card, 3 if card.era == "2020" else 4)
        names = _staff(facts)
        return SampleArticle(
            **{f.name: getattr(card, f.name) for f in dataclasses.fields(Card)},
            paragraphs=tuple(paragraphs),
            headings=headings,
            items=items,
            dateline=facts.dateline if paragraphs else None,
            summary=summary,
            modified=at if revision else None,
            authors=tuple(rng.sample(names[:8], 2 if index % 11 == 4 else 1)),
            editors=() if outlet == RMOL.name and card.era == "2020" else (rng.choice(names[8:]),),
            images=_images(facts, card, writer),
            related=related,
            promo=_promo(card, related),
            syndicated_from=_source(facts, card),
            pages=3 if card.special == "pages" else 1,
            revision=revision,
            touched=touched,
        )

    @staticmethod
    def _length(facts: SampleOutlet, card: Card, rng: Random) -> int:
        least, most = facts.paragraphs
        if card.special == "pages":
            return 12
        return 2 if card.kind == "video" else rng.randint(least, most)

    def _related(self, card: Card, count: int) -> tuple[Link, ...]:
        first, size = (0, ARCHIVED) if card.index < ARCHIVED else (ARCHIVED, self.stock)
        if size < 8:
            return ()
        numbers = (first + (card.index - first + 3 + 2 * n) % size for n in range(count))
        cards = (self.card(card.outlet, number) for number in numbers)
        return tuple(Link(title=c.title, url=c.url) for c in cards)


def default_today() -> date:
    """Return the newest day of which the sample's articles are all in the past: today after one in the morning."""
    return (datetime.now(WIB) - timedelta(hours=1)).date()


def _revised(paragraphs: list[str], writer: Writer, card: Card, revision: int) -> list[str]:
    """Apply the changes: a live article grows on top, another gets a corrected paragraph and a note."""
    for number in range(1, revision + 1):
        if card.kind == "live":
            paragraphs = [f"Pembaruan ke-{number}: {writer.update()}", *paragraphs]
        else:
            where = len(paragraphs) // 2
            paragraphs = [
                *paragraphs[:where],
                *(f"{p} {writer.update()}" for p in paragraphs[where : where + 1]),
                *paragraphs[where + 1 :],
            ]
            paragraphs.append(f"Catatan redaksi: bagian tengah tulisan ini telah diperbaiki {number} kali.")
    return paragraphs


def _staff(facts: SampleOutlet) -> list[str]:
    """Return the names of the newsroom's people: eight reporters, then three editors."""
    rng = Random(f"staff/{facts.name}")
    return [f"{a} {b}" for a, b in zip(rng.sample(FIRST_NAMES, 11), rng.sample(LAST_NAMES, 11), strict=True)]


def _images(facts: SampleOutlet, card: Card, writer: Writer) -> tuple[Image, ...]:
    count = 6 if card.kind == "gallery" else 1
    credits_ = ("Net", "RMOL", "Ist") if facts is RMOL else ("Instagram/@akuncontoh", "Dok. Sosok.ID")
    when = card.published
    if facts is RMOL:
        name = f"images/berita/normal/{when:%Y/%m}/{card.id}_{when:%H%M%S%d%m%Y}"
        url = f"{facts.base}/{name}_{{n}}.jpg"
    else:
        url = f"https://asset-a.grid.id/crop/0x0:0x0/700x465/photo/{when:%Y/%m/%d}/{card.id}{{n}}.jpg"
    return tuple(
        Image(url=url.format(n=n), caption=writer.caption(), credit=writer.rng.choice(credits_))
        for n in range(1, count + 1)
    )


def _promo(card: Card, related: Sequence[Link]) -> tuple[str, ...]:
    lines = PROMO[card.outlet, card.era]
    if card.outlet == "sosok":
        return tuple(f"Baca Juga: {link.title}" for link in related[:2]) + lines
    return lines


def _source(facts: SampleOutlet, card: Card) -> Syndication | None:
    if card.special != "syndicated":
        return None
    title = f"{card.title.split(',')[0]}, begini ceritanya"
    if facts is RMOL:
        return Syndication(outlet="RMOLJabar", title=title, url=f"https://www.rmoljabar.id/{slug(title)}")
    url = None if card.era == "2020" else f"https://nasional.kontan.co.id/news/{slug(title)}"
    return Syndication(outlet="Kontan", title=title, url=url)
