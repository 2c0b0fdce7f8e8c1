from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from newscrawl.sample.article import ARCHIVE_SPECIALS, SPECIALS, WIB
from newscrawl.sample.content import Newsroom, default_today
from newscrawl.sample.outlets import OUTLETS

TODAY = date(2026, 11, 20)
outlets = pytest.mark.parametrize("outlet", OUTLETS)


@pytest.fixture(scope="module")
def newsroom() -> Newsroom:
    return Newsroom(today=TODAY)


def test_same_seed_same_day_same_words(newsroom: Newsroom) -> None:
    other = Newsroom(today=TODAY)
    assert [other.article("sosok", n) for n in (99, 3, 50)] == [
        newsroom.article("sosok", n) for n in (99, 3, 50)
    ]
    assert Newsroom(today=TODAY, seed="lain").article("rmol", 60) != newsroom.article("rmol", 60)


@outlets
def test_articles_differ_and_have_the_length_of_news(newsroom: Newsroom, outlet: str) -> None:
    articles = newsroom.articles(outlet)
    assert len(articles) == 102
    assert len({a.url for a in articles}) == len({a.id for a in articles}) == 102
    texts = {a.paragraphs for a in articles if a.paragraphs}
    assert len(texts) == len([a for a in articles if a.kind != "gallery"])
    assert all(4 <= len(a.paragraphs) <= 17 for a in articles if a.kind in {"article", "live"})
    assert all("{" not in line and "  " not in line for a in articles for line in (a.title, *a.paragraphs))


@outlets
def test_publication_times_rise_to_the_first_minutes_of_today(newsroom: Newsroom, outlet: str) -> None:
    times = [a.published for a in newsroom.articles(outlet)]
    assert all(earlier < later for earlier, later in pairwise(times))
    assert times[-1].date() == TODAY
    assert times[-1].astimezone(WIB).hour == 0
    assert {t.date() for t in times[30:]} >= {TODAY - timedelta(days=n) for n in range(6)}


def test_nothing_is_dated_in_the_future() -> None:
    assert Newsroom().articles("rmol")[-1].published < datetime.now(WIB)
    assert default_today() <= datetime.now(WIB).date()


@outlets
def test_the_archive_lies_in_june_2020_with_a_margin(newsroom: Newsroom, outlet: str) -> None:
    june = newsroom.between(outlet, date(2020, 6, 1), date(2020, 6, 30))
    assert len(june) >= 24
    days = [newsroom.card(outlet, n).published.date() for n in june]
    assert all(date(2020, 6, 1) <= day <= date(2020, 6, 30) for day in days)
    archived = [a.published.date() for a in newsroom.archive(outlet)]
    assert any(date(2020, 1, 1) < day < date(2020, 6, 1) for day in archived)
    assert any(date(2020, 6, 30) < day < date(2020, 12, 31) for day in archived)
    assert {a.era for a in newsroom.archive(outlet)} == {"2020"}
    assert {a.era for a in newsroom.recent(outlet)} == {"2026"}


@outlets
def test_every_special_case_is_there(newsroom: Newsroom, outlet: str) -> None:
    assert {a.special for a in newsroom.recent(outlet)} == {*SPECIALS, None}
    assert {a.special for a in newsroom.archive(outlet)} == {*ARCHIVE_SPECIALS.values(), None}
    assert newsroom.special(outlet, "pages").pages == 3
    assert newsroom.special(outlet, "gallery").paragraphs == ()
    assert newsroom.special(outlet, "syndicated").syndicated_from is not None
    assert len(newsroom.special(outlet, "variants").aliases) >= 4
    with pytest.raises(KeyError, match="no article of the kind"):
        newsroom.special(outlet, "unheard-of")


@outlets
def test_related_articles_exist(newsroom: Newsroom, outlet: str) -> None:
    urls = {a.url for a in newsroom.articles(outlet)}
    for article in newsroom.articles(outlet):
        assert {link.url for link in article.related} <= urls - {article.url}


@outlets
def test_found_by_id(newsroom: Newsroom, outlet: str) -> None:
    for index in (0, 29, 30, 101):
        card = newsroom.card(outlet, index)
        assert newsroom.find(outlet, card.id) == card
    assert newsroom.find(outlet, "1") is None
    assert newsroom.find(outlet, f"0{newsroom.card(outlet, 40).id}") is None


def test_twenty_thousand_articles_are_written_one_by_one() -> None:
    newsroom = Newsroom(today=TODAY, articles=20_000)
    assert len(newsroom.recent("rmol")) == 20_000
    assert newsroom.recent("rmol")[-1].special == "variants"
    assert newsroom.recent("rmol")[0].published.date() >= TODAY - timedelta(days=101)


def test_a_newsroom_of_one_article() -> None:
    (article,) = Newsroom(today=TODAY, articles=1).recent("sosok")
    assert article.related == ()
    with pytest.raises(ValueError, match="at least one"):
        Newsroom(articles=0)


def test_a_slice_is_a_sequence_of_articles(newsroom: Newsroom) -> None:
    assert [a.index for a in newsroom.articles("rmol")[28:32]] == [28, 29, 30, 31]


def test_publishing_appends() -> None:
    newsroom = Newsroom(today=TODAY)
    before = list(newsroom.articles("rmol"))
    (new,) = newsroom.publish("rmol")
    assert new.published == before[-1].published + timedelta(minutes=1)
    assert list(newsroom.articles("rmol")) == [*before, new]
    assert newsroom.count("sosok") == 102


def test_a_live_article_grows_and_another_is_corrected() -> None:
    newsroom, now = Newsroom(today=TODAY), datetime.now(WIB)
    live = newsroom.special("rmol", "live")
    changed = newsroom.change("rmol", live.index, at=now)
    assert changed.paragraphs[1:] == live.paragraphs
    assert changed.modified == now.replace(microsecond=0)

    draft = newsroom.special("sosok", "corrected")
    corrected = newsroom.change("sosok", draft.index, at=now)
    assert corrected.url == draft.url
    assert corrected.paragraphs != draft.paragraphs
    assert len(corrected.paragraphs) == len(draft.paragraphs) + 1

    touched = newsroom.touch("sosok", 50, at=now)
    assert touched.touched == 1
    assert touched.paragraphs == Newsroom(today=TODAY).article("sosok", 50).paragraphs


def test_days_go_by() -> None:
    newsroom = Newsroom(today=TODAY)
    newsroom.shift_today(TODAY + timedelta(days=2))
    assert newsroom.count("rmol") == 102 + 2 * 12
    assert newsroom.articles("rmol")[-1].published.date() == TODAY + timedelta(days=2)
