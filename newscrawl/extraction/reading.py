"""Read a parsed page: headline, body, head; by an outlet's template where it fits, else by general rules."""

from __future__ import annotations

import html
import itertools
import re
from dataclasses import dataclass, field

from lxml import etree

from newscrawl.extraction.blocks import SKIPPED, Block, Layout, clean, lay_out
from newscrawl.extraction.body import find_body
from newscrawl.extraction.furnish import furnish
from newscrawl.extraction.furniture import label_of, points_on
from newscrawl.extraction.headline import Head, clean_title, find_headline, read_head
from newscrawl.extraction.metadata import Metadata
from newscrawl.extraction.paragraphs import Body, assemble
from newscrawl.extraction.state import read_state
from newscrawl.extraction.templates import Template, element_text
from newscrawl.items import Byline, DateText, Link, Paragraph

__all__ = ["Reading", "read_page"]

_MANY_BOXES = 8000  # ten times a large page; trafilatura takes a time that grows with the square
_BREAK = re.compile(r"<(?:/p|br\s?/?|/div|/h\d)>", re.IGNORECASE)
_MARKUP = re.compile(r"<[^<>]{1,300}>")
_NEAR = 4  # elements
_DEEPEST = 5  # sections of a path: more links are a menu
_CATEGORY = re.compile("categor|kategori|cat-links|crumb|breadcome|kanal|rubrik|kicker|channel")
_CRUMBS = re.compile(r"crumb|breadc|sitemap|site-map|jejak|path")  # over names in lower case


def _crumb_texts(block: Block) -> list[str]:
    return [text for text, _ in block.links] or [
        part.strip() for part in re.split(r"[>»/|]", block.text) if part.strip()
    ]


@dataclass(slots=True)
class Reading:
    """What was found on a page; `headline` is the block that prints the title."""

    layout: Layout
    body: Body
    head: Head
    title: str | None
    headline: int | None
    method: str
    versions: dict[str, str] = field(default_factory=dict)
    kicker: list[str] = field(default_factory=list)
    """The category printed above the headline."""

    def crumbs(self) -> list[str]:
        """Return the breadcrumb printed above the headline."""
        boxes, blocks = self.layout.boxes, self.layout.blocks
        last = self.headline if self.headline is not None else self.body.first
        for box in boxes:
            if (
                box.furniture == "nav"
                and box.chars < 200
                and box.first <= last + 2
                and _CRUMBS.search(box.names.lower())
            ):
                return [text for block in blocks[box.first : box.end] for text in _crumb_texts(block)]
        return []

    def tags(self) -> list[str]:
        """Return the tags printed around the text."""
        texts: list[str] = []
        last = self.body.end + 60
        for box in self.layout.boxes:
            if box.furniture != "tags" or not 0 < box.linked <= box.chars < 800:
                continue
            if box.inside and box.outer not in {"nav", "tags"}:  # the foot of a post is no foot of a page
                continue
            if self.body.end - 3 <= box.first <= last:
                links = [text for block in self.layout.blocks[box.first : box.end] for text, _ in block.links]
                texts += [text for text in links if len(text) <= 60 and label_of(text) is None]
                last = box.end + 3 if links else last  # what follows at a distance is another list
        return texts

    def whole(self) -> bool:
        """Tell whether the text's later pages are in this one, hidden until the reader asks for them."""
        boxes, body = self.layout.boxes, self.body
        return any(
            box.hidden and box.prose >= 100 and body.first < box.first and box.end <= body.end
            for box in boxes
        )


def read_page(root: etree._Element, data: Metadata, template: Template | None) -> Reading:
    """Read a page whose metadata is known."""
    bodies = _outermost(template.select("body")) if template else []
    region, last = (_region(bodies, root, data.titles), bodies[-1]) if bodies else (root, None)
    if template:
        template.narrow(region)
    printed = next(iter(template.texts("title")), None) if template else None
    head = _declared_head(template) if template else Head()
    layout = furnish(lay_out(region, _junk(template), last))
    headline = find_headline(layout, [printed] if printed else data.titles)
    title = printed or _title(layout, headline, data)
    body = None
    if bodies:
        wanted = set(bodies)
        chosen = [index for index, box in enumerate(layout.boxes) if box.element in wanted]
        spans = [(layout.boxes[index].first, layout.boxes[index].end) for index in chosen]
        body = assemble(layout, spans, frozenset(chosen), title) if chosen else Body()
        if not body.paragraphs:
            body = None
    method = "selectors" if body else "blocks"
    reading = Reading(layout, body or find_body(layout, headline, title), head, title, headline, method)
    if method == "blocks" and not reading.body.confident:
        _second_opinion(reading, root, data)
    if headline is not None:
        reading.kicker = _kicker(layout.boxes[layout.blocks[headline].box].element)
    _complete_head(reading)
    _add_related(reading)
    return reading


def _kicker(headline: etree._Element) -> list[str]:
    """Return the category or breadcrumb that stands right above a headline, or around that."""
    element: etree._Element | None = headline
    for _ in range(_NEAR):
        if element is None or element.tag == "body":
            break
        for above in itertools.islice(element.itersiblings(preceding=True), _NEAR):
            texts = _category(above)
            if texts:
                return texts
        element = element.getparent()
    return []


def _category(element: etree._Element) -> list[str]:
    if element.tag in SKIPPED or element.tag in {"nav", "header"}:
        return []
    named = (e for e in element.iter("*") if (names := e.get("class")) and _CATEGORY.search(names))
    found = next(named, None)
    texts = [text for link in (() if found is None else found.iter("a")) if (text := element_text(link))]
    return texts if 0 < len(texts) <= _DEEPEST else []


def _outermost(elements: list[etree._Element]) -> list[etree._Element]:
    if len(elements) < 2:
        return elements
    chosen = set(elements)
    return [e for e in elements if not any(above in chosen for above in e.iterancestors())]


def _region(bodies: list[etree._Element], root: etree._Element, titles: list[str]) -> etree._Element:
    """Return the smallest element with the bodies and the headline: the rest need not be read.

    The headline is a heading that says the title, else an `<h1>`: many a site's first is its own name.
    """
    region = bodies[0]
    last = bodies[-1]
    while last is not region and region not in last.iterancestors():
        above = region.getparent()
        if above is None:
            break
        region = above
    wanted = {clean_title(title, titles).casefold() for title in titles}
    seen: set[etree._Element] = set()
    with_h1 = None
    for above in (region, *region.iterancestors()):
        for heading in above.iterdescendants("h1", "h2"):
            if heading in seen:
                continue
            seen.add(heading)
            if above in bodies and heading.tag != "h1":
                continue  # a text may repeat its title
            if element_text(heading).casefold() in wanted:
                return above
            if with_h1 is None and heading.tag == "h1":
                with_h1 = above
        if with_h1 is not None and not wanted:
            break
    return root if with_h1 is None else with_h1


def _junk(template: Template | None) -> frozenset[etree._Element]:
    return frozenset(template.select("junk")) if template else frozenset()


def _declared_head(template: Template) -> Head:
    """Read what the template's own selectors say of dates and names."""
    head = Head()
    head.published = [DateText("printed", text) for text in template.texts("published")]
    head.bylines = [Byline(text, "author", "printed") for text in template.texts("author")]
    head.bylines += [Byline(text, "editor", "printed") for text in template.texts("editor")]
    return head


def _complete_head(reading: Reading) -> None:
    """Add what is printed around headline and body."""
    body = reading.body
    if body.end <= body.first and reading.headline is None:
        return
    first = body.first if body.end > body.first else (reading.headline or 0) + 12
    found = read_head(reading.layout, reading.headline, first, max(body.end, first))
    if not reading.head.published:
        reading.head.published = found.published
    reading.head.modified = reading.head.modified or found.modified
    known = {line.text for line in reading.head.bylines}
    declared = bool(known)  # then only what print says in so many words is worth adding
    reading.head.bylines += [b for b in found.bylines if b.text not in known and (b.source or not declared)]


def _add_related(reading: Reading) -> None:
    """Add the links of related boxes that stand beside the text rather than in it."""
    body, headline, layout = reading.body, reading.headline, reading.layout
    if headline is None:
        return
    last = body.end + 1 if body.end > body.first else headline + 12
    known = {link.url for link in body.related}
    for box in layout.boxes:
        if box.furniture != "related" or box.outer != "related" or not headline < box.first <= last:
            continue
        last = max(last, box.end - 1)  # what it holds belongs to it
        if points_on(" ".join((box.names, layout.heading(box)))):
            links = [link for block in layout.blocks[box.first : box.end] for link in block.links]
            body.related += [Link(text, url) for text, url in links if len(text) > 12 and url not in known]


def _title(layout: Layout, headline: int | None, data: Metadata) -> str | None:
    if headline is not None:
        return layout.blocks[headline].text
    titles = data.titles
    return clean_title(titles[0], titles) if titles else None


def _second_opinion(reading: Reading, root: etree._Element, data: Metadata) -> None:
    """Take the text from JSON-LD, a script's state or trafilatura where they have clearly more of it."""
    if _take_declared(reading, data.body, "json-ld"):
        return
    state = read_state(root)
    if state is not None and _take_declared(reading, state["articleBody"], "state"):
        data.items.append(state)  # who fills a page by a script names its article there too
        if reading.headline is None:
            reading.title = data.ld("headline") or reading.title
        return
    boxes = reading.layout.boxes
    if data.kinds & {"imagegallery", "videoobject"} or boxes[0].prose < 150 or len(boxes) > _MANY_BOXES:
        return
    import trafilatura  # here: it costs start-up time, and most pages never need it

    found = trafilatura.extract(
        etree.tostring(root, encoding="unicode", method="html"),
        include_comments=False,
        include_formatting=False,
        favor_precision=True,
    )
    layout = reading.layout
    others = {block.text for block in layout.blocks if layout.furniture(block) is not None}
    lines = [line for line in (found or "").splitlines() if clean(line) not in others]
    if sum(len(line) for line in lines if len(line) >= 60) > max(200, 1.3 * reading.body.prose):
        reading.versions["trafilatura"] = trafilatura.__version__
        _replace(reading, "trafilatura", lines)


def _take_declared(reading: Reading, text: str | None, method: str) -> bool:
    """Take a text that the page gives to machines, where it is clearly more than what was found."""
    if text is None or len(text) <= max(150.0, 1.3 * reading.body.prose):
        return False
    lines = _BREAK.sub("\n", html.unescape(text)).splitlines()
    _replace(reading, method, [_MARKUP.sub(" ", line) for line in lines])
    return True


def _replace(reading: Reading, method: str, lines: list[str]) -> None:
    reading.method = method
    reading.body.paragraphs = [Paragraph(text) for line in lines if (text := clean(line))]
    reading.body.removed = []
    reading.body.prose = sum(map(len, lines))
