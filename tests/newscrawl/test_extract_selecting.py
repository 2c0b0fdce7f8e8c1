"""Selectors are matched as XPath would match them, only faster."""

from __future__ import annotations

import pytest
from cssselect import SelectorError
from lxml import etree

from newscrawl.extraction.selecting import Elements, compile_selector

PAGE = etree.HTML("""<body class="page">
<div id="utama" class="kolom kolom-8 isi"><h1 class="judul">Satu</h1>
 <div class="isi"><p class="isi teks">Dua</p><p data-x="baca-juga">Tiga
   <a class="isi" href="/4">Empat</a></p></div>
 <div class="Isi\u00a0teks
   kolom"><p>Lima</p></div></div>
<ul class="isi"><li class="kolom"><a href="#a">Enam</a></li><li class=""><a name="b">Tujuh</a></li></ul>
</body>""")

SELECTORS = (
    """
    .isi|.kolom|.kolom.isi|.kolom-8.isi|div.isi|p|#utama|div#utama.isi|*|.tidak|DIV.isi
    .isi .isi|.isi > .isi|.kolom > p|.isi p|div div > p.isi|.isi .isi a|body .kolom > a
    p.teks, h1|a, .isi|.isi a, .isi > a, .kolom|p, p
    [href]|a[href]|[href='/4']|[data-x*=juga]|[data-x^='baca']|[data-x$=juga]|[class='']|[href^='']|[HREF]
    [class~=isi]|li:first-child|h1 + div|h1 ~ div a|a:not(.isi)|.isi p:first-child|.kolom:not(:has(> .isi))
    .isi + .isi|.isi ~ .isi a|.isi > p + p|.isi p:first-child + p a|.isi:not(.kolom) a:not(.isi)|p:not(.isi) a
    .isi:has(a) > p, .kolom p:first-child|.kolom.isi > div:has(> p) p:first-child
""".replace("|", "\n")
    .strip()
    .splitlines()
)


@pytest.mark.parametrize("css", SELECTORS)
def test_finds_what_xpath_finds_in_any_part_of_a_page(css: str) -> None:
    page = Elements(PAGE)
    for scope in PAGE.iter():
        assert page.select(css, scope) == compile_selector(css)(scope)


@pytest.mark.parametrize(
    ("css", "tags"),
    [
        (".isi", ["div", "div", "p"]),
        ("#utama", ["div"]),
        ("ul.isi", []),
        (".isi > a", []),
        (".kolom a", ["a"]),  # what lies in one of them is found whatever it is
        (".isi p:first-child", ["p", "p"]),
    ],
)
def test_a_class_finds_elements_of_the_given_tags_alone(css: str, tags: list[str]) -> None:
    assert [element.tag for element in Elements(PAGE, "div", "p").select(css)] == tags


@pytest.mark.parametrize("css", ["", "..", "p[", ":tidak-ada", "p::before"])
def test_says_what_is_no_selector(css: str) -> None:
    with pytest.raises(SelectorError):
        Elements(PAGE).select(css, PAGE)
