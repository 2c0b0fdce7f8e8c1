"""Pages of one article joined into one line."""

import dataclasses
from datetime import UTC, datetime

import pytest

from newscrawl.extract import Page, extract, join_pages
from newscrawl.extraction.paging import following_page, page_number
from newscrawl.items import Article, WarcPointer

URL = "https://warta.example/berita/17/jembatan"
SENTENCES = [
    f"Bagian {n} berita ini menceritakan perbaikan jembatan gantung, yang menurut warga lama ditunggu."
    for n in range(8)
]


def page(number: int, *sentences: str, more: str = "") -> Article:
    body = "".join(f"<p>{text}</p>" for text in sentences)
    html = f'<h1>Jembatan Gantung Diperbaiki</h1><div class="isi"><img src="/{number}.jpg">{body}</div>{more}'
    url = URL if number == 1 else f"{URL}?page={number}"
    article = extract(Page(url, html.encode(), datetime(2020, 6, 3, tzinfo=UTC)), None)
    return dataclasses.replace(article, warc=WarcPointer("a.warc.gz", number, 1, "<urn:x>"))


def test_paragraphs_in_order_without_the_repeated_lead() -> None:
    one = page(1, *SENTENCES[:4], more='<a href="?page=2">2</a>')
    two = page(2, SENTENCES[0], *SENTENCES[4:], more="<p>Editor: Sari Dewi</p>")
    assert one.evidence.next_page == f"{URL}?page=2"
    joined = join_pages([one, two])
    assert [p.text for p in joined.evidence.paragraphs] == SENTENCES
    assert joined.pages == 2
    assert joined.evidence.next_page is None
    assert joined.warc == one.warc
    assert joined.warc_pages == [two.warc]
    assert [image.url for image in joined.images] == [
        "https://warta.example/1.jpg",
        "https://warta.example/2.jpg",
    ]
    assert "Editor: Sari Dewi" in [b.text for b in joined.evidence.bylines]
    assert f"{URL}?page=2" in joined.urls
    assert len(one.evidence.paragraphs) == 4, "the pages themselves stay as they were"


def test_one_page_stays_itself() -> None:
    one = page(1, *SENTENCES)
    assert join_pages([one]) is one


@pytest.mark.parametrize(
    ("url", "number"),
    [
        (URL, 1),
        (f"{URL}?page=2", 2),
        (f"{URL}?halaman=3&utm_source=x", 3),
        (f"{URL}/2", 2),
        (f"{URL}/page/4", 4),
        (f"{URL}?page=all", None),
        (f"{URL}?page=²", None),
        ("https://warta.example/berita/18/lain?page=2", None),
        ("https://lain.example/berita/17/jembatan?page=2", None),
        ("https://m.warta.example/berita/17/jembatan?page=2", 2),
        ("http://[salah", None),
    ],
)
def test_page_number(url: str, number: int | None) -> None:
    assert page_number(url, URL) == number


def test_the_next_number_only() -> None:
    links = [f"{URL}?page=1", f"{URL}?page=3", f"{URL}?page=all", "https://warta.example/berita/18/lain"]
    assert following_page(URL, URL, links) is None
    assert following_page(f"{URL}?page=2", URL, links) == f"{URL}?page=3"
