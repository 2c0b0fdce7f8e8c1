"""What the sample newsroom has published: the ground truth that a crawl of it is compared with.

Everything follows from the seed, the day and the number of an article, so nothing is stored: article
19,999 is written when somebody asks for it, and the server and a test that never met agree on every word.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from random import Random
from typing import overload

from newscrawl.sample.article import (
    ARCHIVE_FROM,
    ARCHIVE_SPECIALS,
    ARCHIVE_UNTIL,
    ARCHIVED,
    OLD_DOMAIN_ARTICLE,
    SPECIALS,
    WIB,
    Card,
    SampleArticle,
)
from newscrawl.sample.outlets import OUTLETS, RMOL, article_url
from newscrawl.sample.writing import make_card, write_article


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
    """Two outlets, each with 30 old articles and `articles` recent ones of the last `days` days.

    `today` is the newest day; its articles come out in the first ten minutes after midnight, so that nothing
    is dated after the moment it is fetched. `days` grows with the number of articles, to 100 at most.
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
        self._cards = lru_cache(maxsize=8192)(self._card)
        self._articles = lru_cache(maxsize=512)(self._article)

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
            if self.special_of(index) == name:
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

    def special_of(self, index: int) -> str | None:
        """Return which special case the article with a number shows, in every outlet the same."""
        if index < ARCHIVED:
            return ARCHIVE_SPECIALS.get(index)
        back, odd = divmod(ARCHIVED + self.stock - 1 - index, 2)
        return SPECIALS[back] if not odd and 0 <= back < len(SPECIALS) else None

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

    def _card(self, outlet: str, index: int) -> Card:
        return make_card(self.seed, outlet, index, self.published(outlet, index), self.special_of(index))

    def _article(
        self, outlet: str, index: int, revision: int, touched: int, at: datetime | None
    ) -> SampleArticle:
        card = self.card(outlet, index)
        others = [self.card(outlet, number) for number in self._related(outlet, card)]
        return write_article(self.seed, card, others, revision, touched, at)

    def _related(self, outlet: str, card: Card) -> list[int]:
        """Return the numbers of the articles that an article leads to: fixed ones, so that its page stays."""
        first, size = (0, ARCHIVED) if card.index < ARCHIVED else (ARCHIVED, self.stock)
        count = 4 if outlet == RMOL.name else 2
        if size <= 2 * count + 2:
            return []
        return [first + (card.index - first + 3 + 2 * n) % size for n in range(count)]


def default_today() -> date:
    """Return the newest day whose articles are all in the past: today, after one in the morning."""
    return (datetime.now(WIB) - timedelta(hours=1)).date()
