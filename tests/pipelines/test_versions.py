import dataclasses

import pytest
from scrapy.exceptions import DropItem

from newscrawl.items import Article, Extraction
from pipelines.validate import ValidateStage, problem
from pipelines.versions import UNCHANGED, UNDER_WAY, VersionsStage, text_digest

LONG = "Sebuah kalimat yang cukup panjang untuk dianggap sebagai isi berita oleh siapa pun yang membacanya."


@dataclasses.dataclass
class Known:
    version: int
    text_digest: str


class Memory(dict[str, Known]):
    def latest_version(self, article_id: str) -> Known | None:
        return self.get(article_id)


def article(title: str | None = "Judul", text: str | None = LONG, **rest: object) -> Article:
    made = Article(
        id="x-1", outlet="x", url="u", extraction=Extraction("blocks"), fetched="2020-06-02T03:46:05Z"
    )
    return dataclasses.replace(made, title=title, text=text, **rest)  # type: ignore[arg-type]


def test_a_new_article_is_version_one() -> None:
    assert VersionsStage(versions=Memory()).process_item(article()).version == 1


def test_a_changed_text_is_the_next_version_of_the_same_article() -> None:
    known = Memory({"x-1": Known(3, "sha256:other")})
    assert VersionsStage(versions=known).process_item(article()).version == 4


@pytest.mark.parametrize("text", [LONG, LONG.replace(" ", "  "), LONG + "\n"])
def test_the_same_words_give_no_new_line(text: str) -> None:
    known = Memory({"x-1": Known(1, text_digest(article()))})
    with pytest.raises(DropItem, match=UNCHANGED):
        VersionsStage(versions=known).process_item(article(text=text))


def test_a_second_capture_may_come_before_the_state_knows_the_first() -> None:
    stage = VersionsStage(versions=Memory())
    assert stage.process_item(article()).version == 1
    with pytest.raises(DropItem, match=UNCHANGED):
        stage.process_item(article())
    assert stage.process_item(article(title="Judul baru")).version == 2


def test_what_is_under_way_is_remembered_not_all_that_passed() -> None:
    stage = VersionsStage(versions=Memory())
    for number in range(UNDER_WAY + 5):
        stage.process_item(article(id=f"x-{number}"))
    assert len(stage.passed) == UNDER_WAY


def test_a_changed_title_is_a_change() -> None:
    assert text_digest(article(title="Judul baru")) != text_digest(article())


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (article(), None),
        (article(title=None), "no-title"),
        (article(text=None), "no-text"),
        (article(text="Pendek."), "short-text"),
        (article(text=None, type="gallery"), None),
        (article(text="Pendek.", type="stub"), None),
    ],
)
def test_what_is_not_an_article_is_refused_with_a_reason(item: Article, reason: str | None) -> None:
    assert problem(item) == reason
    if reason:
        with pytest.raises(DropItem, match=reason):
            ValidateStage().process_item(item)
    else:
        assert ValidateStage().process_item(item) is item
