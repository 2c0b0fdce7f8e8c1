"""A page and what its outlet declares become an article: no network, no Scrapy, the same answer every time.

What is found here is evidence; the text stages in `pipelines` clean and normalise it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from lxml import etree

from newscrawl import __version__
from newscrawl.collector import no_collector
from newscrawl.extraction.document import Document, Unextractable, parse
from newscrawl.extraction.fields import images_of, nothing, section_of, summary_of, tags_of, title_by
from newscrawl.extraction.kinds import article_type
from newscrawl.extraction.language import guess_language
from newscrawl.extraction.lines import dateline_of
from newscrawl.extraction.metadata import Metadata, read_metadata
from newscrawl.extraction.paging import following_page, join_pages
from newscrawl.extraction.reading import Reading, read_page
from newscrawl.extraction.templates import Template, choose_template
from newscrawl.items import Article, Byline, DateText, Evidence, Extraction, Link, Paragraph, iso
from newscrawl.outlet import Outlet
from newscrawl.urls import Identity, absolute, article_id, identify

__all__ = ["Page", "Unextractable", "extract", "join_pages"]

MAX_PAGES = 30  # of one article

_NUMBERED = re.compile(r"[/=]\d{1,3}(?:[/&#].*)?$")
_WORD = re.compile(r"\w+")
_PATH_DAY = re.compile(
    r"(?<!\d)(?P<year>20[0-4]\d)(?P<joint>[/-]?)(?P<month>0[1-9]|1[0-2])(?P=joint)(?P<day>0[1-9]|[12]\d|3[01])(?=\D|\d{6}(?!\d))"
)


@dataclass(slots=True, frozen=True)
class Page:
    """A fetched page: `body` with its content coding undone, `fetched` with a zone.

    `document` is for who parsed it already; no extraction changes it.
    """

    url: str
    body: bytes
    fetched: datetime
    content_type: str | None = None
    document: Document | None = None


@no_collector()  # an eighth of the time
def extract(page: Page, outlet: Outlet | None) -> Article:
    """Return the page's article, its evidence filled; without an outlet by general rules alone.

    Raise `Unextractable` for what cannot be a page; never anything else, however broken the page.
    """
    document = page.document or parse(page.body, page.content_type)
    data = read_metadata(document.root)
    base = (absolute(data.base, base=page.url) if data.base else None) or page.url
    place = _place(page.url, base, data, outlet)
    template = choose_template(document.root, outlet.selectors, place.day) if outlet else None
    reading = read_page(document.root, data, template)
    return _assemble(page, outlet, document, data, place, reading, template)


@dataclass(slots=True, frozen=True)
class _Place:
    """Where a page is: `base` resolves its links, `url` stands for the article, `urls` are other forms.

    `day` and `section` are what the URL tells by the outlet's forms, the day also as most newsrooms write it.
    """

    base: str
    url: str
    urls: list[str]
    day: date | None
    section: str | None


def _place(fetched: str, base: str, data: Metadata, outlet: Outlet | None) -> _Place:
    named = [absolute(link, base=base) for link in (data.canonical, data.first("og:url")) if link]
    forms = [link for link in named if link]
    day, section = None, None
    if outlet is None:
        own = (link for link in forms if _same_site(link, fetched) and urlsplit(link).path.strip("/"))
        chosen = next(own, fetched)
        day = _path_day(chosen)
    else:
        chosen, told = _article(fetched, forms, outlet)
        if told:
            day, section = told.day, told.section
    amp = absolute(data.amp, base=base) if data.amp else None
    others = [link for link in (fetched, *forms, amp) if link and link != chosen]
    return _Place(base, chosen, list(dict.fromkeys(others)), day, section)


def _article(fetched: str, forms: list[str], outlet: Outlet) -> tuple[str, Identity | None]:
    """Return the URL that stands for the article, and what it says by the outlet's forms."""
    told = {link: identify(link, outlet) for link in {fetched, *forms}}  # mostly one, told three times
    own = [identity.url if (identity := told[link]) else None for link in (fetched, *forms)]
    # The fetched form decides which article this is; a canonical link that names another page is wrong.
    chosen = own[0] or next((link for link in own[1:] if link), None) or fetched
    if own[0] and len(own) > 1 and own[1] and _slugless(own[1]) == _slugless(own[0]):
        chosen = own[1]
    return chosen, told[chosen] if chosen in told else identify(chosen, outlet)


def _slugless(url: str) -> str:
    return url.rsplit("/", 1)[0]


def _same_site(one: str, other: str) -> bool:
    first, second = (urlsplit(link).hostname or "" for link in (one, other))
    shared = ".".join(first.split(".")[-2:])
    return (
        bool(first)
        and (second == shared or second.endswith(f".{shared}"))
        and shared not in {"co.id", "go.id"}
    )


def _assemble(
    page: Page,
    outlet: Outlet | None,
    document: Document,
    data: Metadata,
    place: _Place,
    reading: Reading,
    template: Template | None,
) -> Article:
    body, head = reading.body, reading.head
    paragraphs = [_resolved(p, place.base) for p in body.paragraphs]
    selected = template.texts if template else nothing
    images_by, images = images_of(reading, data, place.base, template)
    tags_by, tags = tags_of(reading, data, selected)
    section_by, section = section_of(place.url, place.section, reading, data, selected, outlet)
    summary_by, summary = summary_of(data, selected, reading.title)
    rules = {"title": title_by(reading, selected), "images": images_by, "tags": tags_by}
    rules |= {"section": section_by, "summary": summary_by}
    after = [block.text for block in reading.layout.blocks[body.end : body.end + 12]]
    title = reading.title
    told = [("url", place.day.isoformat())] if place.day else []
    article = Article(
        id=article_id(outlet.name if outlet else urlsplit(place.url).hostname or "page", place.url),
        outlet=outlet.name if outlet else None,
        url=place.url,
        urls=place.urls,
        type=article_type(place.url, title, data, paragraphs, after, len(images)),
        title=title,
        section=section,
        tags=tags,
        language=guess_language(
            (p.text for p in paragraphs), data.lang or (outlet.language if outlet else None)
        ),
        dateline=dateline_of(paragraphs[0].text) if paragraphs else None,
        summary=summary,
        images=images,
        related=_links(body.related, place.base),
        removed=body.removed,
        extraction=Extraction(
            method=reading.method,
            template=template.selectors.name if template and reading.method == "selectors" else None,
            versions={"newscrawl": __version__, **reading.versions},
        ),
        fetched=iso(page.fetched),
        evidence=Evidence(
            paragraphs=paragraphs,
            published=_dates(head.published, data.published + told),
            modified=_dates(head.modified, data.modified),
            bylines=_bylines(head.bylines, data),
            zone=outlet.zone if outlet else "Asia/Jakarta",
            date_order=outlet.date_order if outlet else "DMY",
            next_page=_next_page(page.url, place, data, reading, template),
            rules={name: rule for name, rule in rules.items() if rule},
        ),
    )
    warnings = [*document.warnings, *data.warnings]
    if template:  # now that every selector was used
        warnings += template.warnings
        fell_back = template.selectors.body is not None and reading.method != "selectors"
        warnings += ["template.fallback"] if fell_back else []
    article.extraction.warnings = list(dict.fromkeys(warnings))
    return article


def _path_day(url: str) -> date | None:
    """Return the day in a path.

    >>> _path_day("https://contoh.id/read/2020/06/02/17/judul"), _path_day("https://contoh.id/d/20200602174512/1")
    (datetime.date(2020, 6, 2), datetime.date(2020, 6, 2))
    """
    match = _PATH_DAY.search(urlsplit(url).path)
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"])) if match else None
    except ValueError:  # 31 February
        return None


def _dates(printed: list[DateText], declared: list[tuple[str, str]]) -> list[DateText]:
    found = [*printed, *(DateText(source, text) for source, text in declared)]
    return list({(date.source, date.text): date for date in found}.values())


def _bylines(printed: list[Byline], data: Metadata) -> list[Byline]:
    found = list(printed)
    found += [Byline(name, "author", "json-ld") for name in data.authors]
    found += [Byline(name, None, "json-ld") for name in data.houses]  # the author only where nobody else is
    found += [Byline(name, "author", "meta") for name in data.meta_authors]
    found += [Byline(name, "editor", "meta") for name in data.editors]
    unique: dict[tuple[str, str | None], Byline] = {}
    for line in found:
        unique.setdefault((line.text.casefold(), line.role), line)
    return list(unique.values())


def _resolved(paragraph: Paragraph, base: str) -> Paragraph:
    if not paragraph.links:
        return paragraph
    links = tuple(Link(link.title, url) for link in paragraph.links if (url := absolute(link.url, base=base)))
    return Paragraph(paragraph.text, links, paragraph.kind)


def _links(links: Iterable[Link], base: str) -> list[Link]:
    found = {url: Link(link.title, url) for link in links if (url := absolute(link.url, base=base))}
    return list(found.values())


def _next_page(
    fetched: str,
    place: _Place,
    data: Metadata,
    reading: Reading,
    template: Template | None,
) -> str | None:
    if template and template.selectors.next_page:
        links = [e.get("href") for e in template.select("next_page")]
        return next(
            (url for link in links if link and (url := absolute(link, base=place.base)) and url != fetched),
            None,
        )
    if reading.whole():
        return None
    stem = (_WORD.findall(urlsplit(place.url).path) or [""])[-1]
    boxes = reading.layout.boxes
    hrefs = _links_from(boxes[0].element) if boxes else []
    own = [href for href in hrefs if stem in href or href.startswith("?")]  # most lead to other articles
    near = (
        absolute(href, base=place.base)
        for href in [data.next or "", *own]
        if href.startswith("?") or _NUMBERED.search(href)
    )
    pages = [url for url in near if url]
    return following_page(fetched, place.url, pages) if pages else None


def _links_from(element: etree._Element) -> list[str]:
    """Return the links in an element and after it: a following page's are in the article or below."""
    after = (below for above in (element, *element.iterancestors()) for below in above.itersiblings())
    links = itertools.chain.from_iterable(part.iter("a") for part in (element, *after))
    return [href for link in links if (href := link.get("href"))]
