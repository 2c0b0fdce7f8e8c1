"""Make the skeleton of a test page: the boxes around headline and text, none of the words."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from newscrawl.extraction.templates import element_text
from newscrawl.new_outlet.pages import Reading
from newscrawl.outlet import Outlet

TODO = {
    "title": "TODO: tulis judul",
    "published": "TODO: tulis hari, tanggal dan jam seperti di halaman aslinya",
    "text": "TODO: tulis paragraf berita karangan sendiri, paling sedikit enam kalimat semuanya",
}
_KEPT = ("id", "class", "itemprop", "role")
_PARAGRAPHS = 3


def skeleton(reading: Reading, outlet: Outlet, folder: str) -> str:
    """Return an HTML page with a place for each thing that has to be written, and how to go on from there."""
    places = dict(_places(reading))
    body = etree.Element("body")
    page = next(iter(reading.root.iter("body")), None)
    if page is not None:
        _copy(page, body, places, {above for e in places for above in e.iterancestors()})
    etree.indent(body, "  ")
    form = outlet.articles[0].pattern
    template = outlet.selectors[0].name if outlet.selectors else folder[:4]
    return (
        "<!DOCTYPE html>\n"
        "<!--\n"
        f"A test page of {outlet.name}, to be written: no sentence of the outlet's own may be in it.\n"
        "1. Write an article of your own in each TODO; add the boxes that have to be left out (Baca Juga,\n"
        "   tags, share buttons) with the class names of the real page and words of your own.\n"
        "2. Take this comment away, move the file out of this folder, and save it with\n"
        f"     python -m tests.outlets.make {outlet.name} {folder} PAGE --template {template} \\\n"
        f"       --url URL --fetched {folder}T12:00:00Z\n"
        f"   where URL has the form {form.replace('--', '- -')}\n"
        "3. Read expected.json against the page and correct it.\n"
        "-->\n"
        f'<html lang="{outlet.language}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{TODO['title']}</title>\n"
        f'<meta property="og:title" content="{TODO["title"]}">\n</head>\n'
        f"{etree.tostring(body, encoding='unicode', method='html')}\n</html>\n"
    )


def _places(reading: Reading) -> Iterator[tuple[etree._Element, str]]:
    """Find the innermost elements that print the headline, the date and the first paragraphs."""
    article = reading.article
    wanted = [(article.title, "title"), (article.published_text, "published")]
    wanted += [(text, "text") for text in (article.text or "").split("\n\n")[:_PARAGRAPHS]]
    for text, name in wanted:
        found = [
            element
            for element in reading.root.iter("h1", "h2", "p", "div", "span", "time", "li", "td")
            if text and text in element_text(element)
        ]
        if found:
            innermost = min(reversed(found), key=lambda element: len(element_text(element)))
            yield innermost, TODO[name]


def _copy(
    element: etree._Element,
    copy: etree._Element,
    places: dict[etree._Element, str],
    above: set[etree._Element],
) -> None:
    for name in _KEPT:
        if value := element.get(name):
            copy.set(name, value)
    if element in places:
        copy.text = places[element]
    for child in element:
        if isinstance(child.tag, str) and (child in places or child in above):
            _copy(child, etree.SubElement(copy, child.tag), places, above)
