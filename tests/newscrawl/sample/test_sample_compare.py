from __future__ import annotations

import dataclasses
from datetime import UTC, date
from typing import Any

import pytest

from newscrawl.sample.article import SampleArticle
from newscrawl.sample.compare import differences
from newscrawl.sample.content import Newsroom


def line(article: SampleArticle) -> dict[str, Any]:
    """The JSONL line of a perfect crawl, as far as it is compared."""
    return {
        "url": article.url,
        "type": article.kind,
        "title": article.title,
        "text": "\n\n".join(article.paragraphs) + " (*)",
        "published": article.published.astimezone(UTC).replace(second=0).isoformat(),
        "authors": list(article.authors),
        "editors": list(article.editors),
        "section": ["Berita", article.section.title()],
        "tags": [tag.lower() for tag in article.tags],
        "dateline": article.dateline,
        "images": [dataclasses.asdict(image) for image in article.images],
        "related": [dataclasses.asdict(link) for link in article.related],
        "pages": article.pages,
        "syndicated_from": article.syndicated_from and dataclasses.asdict(article.syndicated_from),
    }


@pytest.fixture(scope="module")
def articles() -> list[SampleArticle]:
    newsroom = Newsroom(today=date(2026, 11, 20))
    return [
        newsroom.article("rmol", 80),
        newsroom.special("sosok", "syndicated"),
        newsroom.special("rmol", "pages"),
    ]


def test_a_perfect_line_has_no_differences(articles: list[SampleArticle]) -> None:
    assert [differences(a, line(a)) for a in articles] == [{}, {}, {}]


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("title", "Judul lain"),
        ("text", None),
        ("published", "2026-11-20T10:00:00Z"),
        ("authors", []),
        ("section", []),
        ("related", []),
        ("pages", 7),
    ],
)
def test_what_is_wrong_is_named(articles: list[SampleArticle], field: str, wrong: object) -> None:
    for article in articles:
        assert set(differences(article, {**line(article), field: wrong})) == {field}
