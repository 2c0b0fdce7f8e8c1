"""Changes of a page that leave its article the same: other names, another template, other things around."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

from lxml import etree

__all__ = ["METAMORPHOSES", "changed"]

Change = Callable[[etree._Element, list[str]], None]
METAMORPHOSES: dict[str, Change] = {}

_WORD = re.compile(r"\w+")
_OTHERS = (
    "Harga Ikan Tongkol di Muara Melati Turun Tiga Hari Beruntun",
    "Pembangunan Dermaga Baru Tertunda karena Cuaca Buruk",
    "Bupati Meresmikan Sekolah Nelayan di Pulau Seberang",
)
_TEASER = "Kepala dinas mengatakan perkara itu akan dibahas pekan depan bersama warga setempat."
_LINKS = [f'<a href="/lain/{n}/judul-lain-{n}">{title}</a>' for n, title in enumerate(_OTHERS)]


def changed(page: bytes, paragraphs: list[str], *names: str) -> bytes:
    """Return a page after changes; `paragraphs` are those of its article."""
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True)
    root = etree.fromstring(page, parser)
    for name in names:
        METAMORPHOSES[name](root, paragraphs)
    html = b"<!DOCTYPE html>" + etree.tostring(root, method="html", encoding="utf-8")
    return html.replace(b"</p>", b"") if "unclosed paragraphs" in names else html


def _metamorphosis(name: str) -> Callable[[Change], Change]:
    def add(change: Change) -> Change:
        METAMORPHOSES[name] = change
        return change

    return add


# What a page says of itself


@_metamorphosis("names that tell nothing")
def _hash_names(root: etree._Element, _: list[str]) -> None:
    for element in root.iter(etree.Element):
        for key in {"class", "id"} & set(element.keys()):
            names = (hashlib.sha1(name.encode()).digest()[:4] for name in (element.get(key) or "").split())
            element.set(key, " ".join(f"x{int.from_bytes(name, 'big')}" for name in names))


@_metamorphosis("no metadata")
def _no_metadata(root: etree._Element, _: list[str]) -> None:
    for element in list(root.iter("meta", "script")):
        _drop(element)
    for element in root.iter(etree.Element):
        for key in {"itemprop", "itemtype", "itemscope", "datetime"} & set(element.keys()):
            del element.attrib[key]


@_metamorphosis("metadata of the site")
def _site_metadata(root: etree._Element, paragraphs: list[str]) -> None:
    _no_metadata(root, paragraphs)
    title = root.find(".//head/title")
    if title is not None:
        title.text = "Kabar Melati - Berita Terkini Hari Ini"


# How the text is set


@_metamorphosis("wrapped")
def _wrapped(root: etree._Element, paragraphs: list[str]) -> None:
    for box in _boxes(root, paragraphs)[:1]:
        inner = etree.Element("div")
        inner.text, box.text = box.text, None
        inner.extend(list(box))
        box.append(inner)


@_metamorphosis("paragraphs wrapped each")
def _wrapped_each(root: etree._Element, paragraphs: list[str]) -> None:
    for element in _elements(root, paragraphs):
        wrapper = etree.Element("div")
        wrapper.tail, element.tail = element.tail, None
        above = element.getparent()
        assert above is not None
        above.replace(element, wrapper)
        wrapper.append(element)


@_metamorphosis("paragraphs as divs")
def _divs(root: etree._Element, paragraphs: list[str]) -> None:
    for element in _elements(root, paragraphs):
        element.tag = "div"


@_metamorphosis("unclosed paragraphs")
def _unclosed(root: etree._Element, paragraphs: list[str]) -> None:
    """`changed` takes the end tags away."""


# What stands in the text, and below it


def _in_the_middle(name: str, html: str) -> None:
    @_metamorphosis(name)
    def change(root: etree._Element, paragraphs: list[str]) -> None:
        elements = _elements(root, paragraphs)
        if len(elements) > 2:
            _add_after(elements[len(elements) // 2 - 1], html)


def _below(name: str, html: str) -> None:
    @_metamorphosis(f"{name} in the box")
    def inside(root: etree._Element, paragraphs: list[str]) -> None:
        for element in _elements(root, paragraphs)[-1:]:
            _add_after(element, html)

    @_metamorphosis(f"{name} below the box")
    def below(root: etree._Element, paragraphs: list[str]) -> None:
        for box in _boxes(root, paragraphs)[:1]:
            _add_after(box, html)


_CARDS = "".join(
    f'<div><a href="/k"><img src="/k.jpg"></a><h4>{link}</h4><p>{_TEASER}</p></div>' for link in _LINKS
)
_in_the_middle(
    "headed list", f"<div><h3>Berita Terkait</h3><ul><li>{'</li><li>'.join(_LINKS)}</li></ul></div>"
)
_in_the_middle("bare links", f"<div><div>{'</div><div>'.join(_LINKS)}</div></div>")
_in_the_middle("cards", f"<div>{_CARDS}</div>")
_in_the_middle("a link in bold", f"<p><strong>Baca juga: {_LINKS[0]}</strong></p>")
_in_the_middle("a table", f"<table><tr><td>Baca Juga</td></tr><tr><td>{_LINKS[0]}</td></tr></table>")
_in_the_middle("a quotation", f"<blockquote><p>Baca Juga: {_LINKS[0]}</p></blockquote>")
_in_the_middle("a lone link", f"<p>{_LINKS[0]}</p>")
_in_the_middle("a label", f"<p>Artikel Terkait: {_LINKS[0]}</p>")
_in_the_middle("an advert", "<div><span>ADVERTISEMENT</span></div><div>SCROLL TO CONTINUE WITH CONTENT</div>")
_below(
    "tags", '<div><span>Tags:</span> <a href="/t/1">ikan tongkol</a>, <a href="/t/2">muara melati</a></div>'
)
_comment = f"<div><b>Joko</b><p>{_TEASER}</p></div>"
_below("comments", f"<div><h3>2 Komentar</h3>{_comment}{_comment}</div>")
_below(
    "a comment form",
    "<div><h3>Tinggalkan Balasan</h3>"
    "<p>Alamat email Anda tidak akan dipublikasikan. Ruas yang wajib ditandai *</p></div>",
)
_below("more cards", f"<div>{_CARDS}</div>")
_below(
    "a channel",
    "<p>Ikuti WhatsApp Channel kami untuk update berita terbaru: https://www.whatsapp.com/channel/x</p>",
)
_below(
    "the next article",
    f"<div><h2>{_OTHERS[0]}</h2><div>Senin, 1 Juni 2020 08:00 WIB</div>"
    f"<p>{_TEASER}</p><p>{_TEASER}</p></div>",
)


# Where the article stands on a page


def _elements(root: etree._Element, paragraphs: list[str]) -> list[etree._Element]:
    """Return the `<p>` that hold paragraphs of the article."""
    wanted = {_bare(text)[:80] for text in paragraphs}
    return [p for p in root.iter("p") if _bare("".join(p.itertext()))[:80] in wanted]


def _boxes(root: etree._Element, paragraphs: list[str]) -> list[etree._Element]:
    """Return the box of the first paragraph, where it holds most of them."""
    elements = _elements(root, paragraphs)
    above = [element.getparent() for element in elements]
    return [box for box in above[:1] if box is not None and above.count(box) * 2 > len(paragraphs)]


def _add_after(element: etree._Element, html: str) -> None:
    above = element.getparent()
    assert above is not None
    body = etree.fromstring(f"<html><body>{html}</body></html>", etree.HTMLParser()).find("body")
    assert body is not None
    position = above.index(element) + 1
    for offset, added in enumerate(list(body)):
        above.insert(position + offset, added)


def _drop(element: etree._Element) -> None:
    above = element.getparent()
    if above is not None:
        element.tail = None
        above.remove(element)


def _bare(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))
