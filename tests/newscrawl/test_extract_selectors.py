"""Outlet selectors: the fast path, what it falls back to, and which template is taken."""

import dataclasses
from datetime import UTC, date, datetime

import pytest

from newscrawl.extract import Page, extract
from newscrawl.extraction.document import parse
from newscrawl.extraction.metadata import read_metadata
from newscrawl.extraction.reading import read_page
from newscrawl.extraction.selecting import Elements
from newscrawl.extraction.templates import Template
from newscrawl.items import Article
from newscrawl.outlet import ArticleUrl, Outlet, Selectors

URL = "https://warta.example/read/2020/06/02/17/jembatan-gantung"
TEXT = "Pemerintah kota memperbaiki jembatan gantung di Desa Sukaraja pekan ini, setelah warga lama mengeluh."
HTML = f"""<html><head><title>Jembatan Gantung | Warta</title>
<meta property="og:title" content="Jembatan Gantung"></head>
<body><div class="kicker">DAERAH</div><h1 class="judul">Jembatan Gantung Diperbaiki</h1>
<div class="nama">Sari Dewi</div><div class="penyunting">Budi</div><time>2 Juni 2020 10:46</time>
<div class="badan"><p>{TEXT}</p><div class="sela">Ikuti kanal kami</div><p>{TEXT[:-1]} sejak lama.</p></div>
<div class="badan lanjutan"><p>Bagian kedua: {TEXT}</p></div>
<div class="topik"><a href="/t/1">jembatan</a><a href="/t/2">desa</a></div>
<a class="lanjut" href="?page=2">lanjut</a></body></html>"""

NEW = Selectors(
    name="2020",
    title="h1.judul",
    body="div.badan",
    author=".nama",
    editor=".penyunting",
    published="time",
    section=".kicker",
    tags=".topik a",
    next_page="a.lanjut",
    junk=".sela",
)


def article(*templates: Selectors, html: str = HTML, url: str = URL) -> Article:
    outlet = Outlet(
        name="warta",
        title="Warta",
        hosts=("warta.example",),
        sources=(),
        articles=(
            ArticleUrl(
                pattern=r"warta\.example/read/(?P<year>\d{4})/(?P<month>\d\d)/(?P<day>\d\d)/(?P<id>\d+)/[\w-]+"
            ),
        ),
        selectors=templates,
        zone="Asia/Makassar",
        date_order="MDY",
    )
    return extract(Page(url, html.encode(), datetime(2020, 6, 3, tzinfo=UTC)), outlet)


def test_every_field_from_its_selector() -> None:
    found = article(NEW)
    assert found.extraction.method == "selectors"
    assert found.extraction.template == "2020"
    assert found.extraction.warnings == []
    assert found.title == "Jembatan Gantung Diperbaiki"
    assert [p.text for p in found.evidence.paragraphs] == [
        TEXT,
        f"{TEXT[:-1]} sejak lama.",
        f"Bagian kedua: {TEXT}",
    ]
    assert [(r.text, r.rule) for r in found.removed] == [("Ikuti kanal kami", "box.junk")]
    assert [(b.text, b.role) for b in found.evidence.bylines] == [("Sari Dewi", "author"), ("Budi", "editor")]
    assert [(d.source, d.text) for d in found.evidence.published] == [
        ("printed", "2 Juni 2020 10:46"),
        ("url", "2020-06-02"),
    ]
    assert found.section == ["DAERAH"]
    assert found.tags == ["jembatan", "desa"]
    assert found.evidence.next_page == f"{URL}?page=2"
    assert (found.evidence.zone, found.evidence.date_order) == ("Asia/Makassar", "MDY")
    assert (found.url, found.outlet) == (URL, "warta")
    assert found.id.startswith("warta-")


def test_fields_without_a_selector_are_found_by_general_rules() -> None:
    found = article(Selectors(name="badan", body="div.badan", junk=".sela"))
    assert found.extraction.method == "selectors"
    assert found.title == "Jembatan Gantung Diperbaiki"
    assert [d.text for d in found.evidence.published] == ["2 Juni 2020 10:46", "2020-06-02"]
    assert "Sari Dewi" in [b.text for b in found.evidence.bylines]
    assert len(found.evidence.paragraphs) == 3


@pytest.mark.parametrize(
    "name", ["title", "body", "author", "editor", "published", "section", "tags", "image"]
)
def test_a_selector_that_matches_nothing_falls_back_and_says_so(name: str) -> None:
    base = Selectors(name="lama", title="h1.judul", body="div.badan", published="time", author=".nama")
    found = article(dataclasses.replace(base, **{name: ".tiada"}))  # type: ignore[arg-type] # a field's name
    assert f"selector.{name}.nothing" in found.extraction.warnings
    assert found.title == "Jembatan Gantung Diperbaiki"
    assert found.evidence.paragraphs[0].text == TEXT
    assert found.extraction.method == ("blocks" if name == "body" else "selectors")


def test_a_selector_that_is_none_is_a_warning() -> None:
    found = article(Selectors(name="salah", body="div.badan", title="h1..judul"))
    assert "selector.title.invalid" in found.extraction.warnings


def test_a_box_that_the_outlet_names_is_text_whatever_its_class_says() -> None:
    html = HTML.replace('class="badan lanjutan"', 'class="badan pagination" style="display:none"')
    texts = [p.text for p in article(NEW, html=html).evidence.paragraphs]
    assert texts[-1] == f"Bagian kedua: {TEXT}"


@pytest.mark.parametrize(
    ("headline", "read"),
    [
        ("<h2>Jembatan  <b>Gantung</b></h2>", False),  # says what the metadata says
        ("<h1>Jembatan Gantung</h1>", False),
        ("<h2>Warga Kembali Menyeberang</h2>", True),
    ],
)
def test_only_what_holds_text_and_headline_is_read(headline: str, read: bool) -> None:
    """A menu whose site name is an `<h1>` is left out, unless nothing nearer can be the headline."""
    column = f'<div class="kolom">{headline}<div class="badan"><p>{TEXT}</p></div></div>'
    menu = '<ul class="menu"><li><a href="/">Beranda</a><li><h1>Warta</h1></ul>'
    title = '<title>Jembatan Gantung | Warta</title><meta property="og:title" content="Jembatan Gantung">'
    root = parse(f"<html><head>{title}</head><body>{menu}{column}</body></html>".encode()).root
    template = Template(Elements(root), Selectors(name="badan", body="div.badan"))
    reading = read_page(root, read_metadata(root), template)
    assert ("Beranda" in [block.text for block in reading.layout.blocks]) is read
    assert reading.title == "Jembatan Gantung"
    assert [p.text for p in reading.body.paragraphs] == [TEXT]


def test_a_title_that_the_text_repeats_is_not_the_headline_alone() -> None:
    title = "Jembatan Gantung Diperbaiki"
    html = HTML.replace('content="Jembatan Gantung"', f'content="{title}"').replace(" lanjutan", "-lain")
    html = html.replace('<div class="badan"><p>', f'<div class="badan"><h2>{title}</h2><p>')
    found = article(Selectors(name="badan", body="div.badan", junk=".sela"), html=html)
    assert "Sari Dewi" in [b.text for b in found.evidence.bylines]
    assert [d.text for d in found.evidence.published] == ["2 Juni 2020 10:46", "2020-06-02"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("</h1>", '</h1><a href="/read/2020/06/02/17/jembatan-gantung/2">2</a>'),
        ("</body>", '<div><a href="/read/2020/06/02/17/jembatan-gantung/2">2</a></div></body>'),
    ],
)
def test_the_following_page_is_linked_in_the_article_or_below_it(old: str, new: str) -> None:
    rules = dataclasses.replace(NEW, next_page=None)
    column = HTML.replace("<h1", "<main><h1").replace('<div class="topik">', '</main><div class="topik">')
    html = column.replace('<a class="lanjut" href="?page=2">lanjut</a>', "").replace(old, new)
    assert article(rules, html=html).evidence.next_page == f"{URL}/2"


def test_a_text_in_an_odd_element_is_found_too() -> None:
    html = f'<h1>Jembatan Gantung Diperbaiki</h1><center class="badan"><p>{TEXT}</p></center>'
    found = article(Selectors(name="badan", body=".badan"), html=html)
    assert found.extraction.method == "selectors"
    assert [p.text for p in found.evidence.paragraphs] == [TEXT]


OLD = Selectors(name="2018", valid_until=date(2018, 12, 31), body="td.isi")


def test_the_template_of_the_day_comes_first() -> None:
    both = HTML.replace(
        '<div class="topik">',
        f'<table><tr><td class="isi"><p>Lama. {TEXT}</p></td></tr></table><div class="topik">',
    )
    assert article(NEW, OLD, html=both).extraction.template == "2020"
    in_2018 = URL.replace("2020", "2018")
    assert article(NEW, OLD, html=both, url=in_2018).extraction.template == "2018"


def test_an_old_article_in_the_new_template() -> None:
    assert article(NEW, OLD, url=URL.replace("2020", "2018")).extraction.template == "2020"


def test_canonical_link_of_another_page_is_not_believed() -> None:
    other = HTML.replace(
        "<head>", '<head><link rel="canonical" href="https://warta.example/read/2020/06/01/3/lain">'
    )
    found = article(NEW, html=other)
    assert found.url == URL
    assert found.urls == ["https://warta.example/read/2020/06/01/3/lain"]


def test_other_forms_of_the_url_are_kept() -> None:
    amp = HTML.replace("<head>", '<head><link rel="amphtml" href="/amp/17">')
    found = article(NEW, html=amp, url=f"{URL}?utm_source=x")
    assert found.url == URL
    assert found.urls == [f"{URL}?utm_source=x", "https://warta.example/amp/17"]
