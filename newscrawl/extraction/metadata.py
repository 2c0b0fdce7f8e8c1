"""What a page says of itself to machines: JSON-LD, OpenGraph and meta tags. None of it is believed here."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from newscrawl.extraction.jsonld import ARTICLE_TYPES, load, tidy, types_of

__all__ = ["Metadata", "read_metadata"]

_PUBLISHED = (
    "article:published_time",
    "content_publisheddate",
    "content_date",
    "datepublished",
    "pubdate",
    "publishdate",
    "publish_date",
    "publish-date",
    "published_time",
    "jpnncom_news_pubdate",
    "og:published_time",
    "og:article:published_time",
    "dc.date.issued",
    "dc.date",
    "dcterms.created",
    "date",
    "datecreated",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "dable:published_time",
    "originalpublicationdate",
)
_MODIFIED = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "lastmod",
    "last-modified",
    "content_modifieddate",
)
_AUTHOR = (
    "author",
    "content_author",
    "article:author",
    "dable:author",
    "jpnncom_news_author",
    "dc.creator",
    "parsely-author",
)
_EDITOR = ("content_editor", "editor", "article:editor")
_OWN_TIME = re.compile(r"published|publish-?date|entry-date|post-?date", re.IGNORECASE)
_YEAR = re.compile(r"\d{4}")
_KEYWORD = re.compile(r"^\s*(?:topics?|topik|tags?|keywords?)\s?:\s*", re.IGNORECASE)
_SECTION = (
    "article:section",
    "article:section2",
    "article:section3",
    "section",
    "content_category",
    "content_subcategory",
)
_LINKS = {"canonical": "canonical", "amphtml": "amp", "next": "next"}
_TAGS = ("article:tag", "content_tag", "news_keywords", "parsely-tags")


@dataclass(slots=True)
class Metadata:
    """Texts as found, entities decoded, in order of appearance."""

    meta: dict[str, list[str]] = field(default_factory=dict)
    canonical: str | None = None
    amp: str | None = None
    next: str | None = None
    page_title: str | None = None
    lang: str | None = None
    base: str | None = None
    items: list[dict[str, Any]] = field(default_factory=list)
    """JSON-LD objects that are articles, the most article-like first."""
    crumbs: list[str] = field(default_factory=list)
    own_times: list[str] = field(default_factory=list)
    """`datetime` of `<time>` elements, `title` of `<abbr>`, that are called the publication's."""
    times: list[str] = field(default_factory=list)
    """`datetime` of the other `<time>` elements: mostly other articles'."""
    warnings: list[str] = field(default_factory=list)

    def first(self, *names: str) -> str | None:
        """Return the first meta of these names, in their order."""
        for name in names:
            for text in self.meta.get(name, ()):
                return text
        return None

    def ld(self, name: str) -> str | None:
        """Return the first text of a JSON-LD property of the article."""
        for item in self.items:
            for text in _texts(item.get(name)):
                return text
        return None

    @property
    def titles(self) -> list[str]:
        """Every form of the headline, the cleanest first."""
        found = [
            self.ld("headline"),
            *self.meta.get("og:title", ()),
            *self.meta.get("twitter:title", ()),
            self.page_title,
            *self.meta.get("title", ()),
        ]
        return list(dict.fromkeys(text for text in found if text))

    @property
    def published(self) -> list[tuple[str, str]]:
        """Pairs of source and text, the most specific first."""
        times = self.own_times or (self.times if len(set(self.times)) == 1 else [])
        found = [("time", text) for text in times[:1]]
        found += [("json-ld", text) for item in self.items for text in _texts(item.get("datePublished"))]
        found += [(f"meta:{name}", text) for name in _PUBLISHED for text in self.meta.get(name, ())]
        found += [("json-ld", text) for item in self.items for text in _texts(item.get("dateCreated"))]
        return found

    @property
    def modified(self) -> list[tuple[str, str]]:
        """Pairs of source and text."""
        found = [("json-ld", text) for item in self.items for text in _texts(item.get("dateModified"))]
        return found + [(f"meta:{name}", text) for name in _MODIFIED for text in self.meta.get(name, ())]

    @property
    def authors(self) -> list[str]:
        """Names from JSON-LD, then from metas; often the site's own."""
        return self._signed()[0]

    @property
    def houses(self) -> list[str]:
        """Names of newsrooms that JSON-LD gives in an author's place."""
        return self._signed()[1]

    def _signed(self) -> tuple[list[str], list[str]]:
        """Return the people and the newsrooms that sign."""
        own = {name.casefold() for item in self.items for name in _names(item.get("publisher"))}
        own.update(name.casefold() for name in self.meta.get("og:site_name", ()))
        people: list[str] = []
        houses: list[str] = []
        for item in self.items:
            writers = item.get("author") or item.get("creator")
            for writer in writers if isinstance(writers, list) else [writers]:
                for name in _names(writer):
                    (houses if name.casefold() in own or _is_house(writer) else people).append(name)
        return people, houses

    @property
    def meta_authors(self) -> list[str]:
        """Names in author metas."""
        return [text for name in _AUTHOR for text in self.meta.get(name, ()) if "://" not in text]

    @property
    def editors(self) -> list[str]:
        """Names that JSON-LD or metas call editors."""
        found = [name for item in self.items for name in _names(item.get("editor"))]
        return found + [text for name in _EDITOR for text in self.meta.get(name, ())]

    @property
    def section(self) -> list[str]:
        """The section path: breadcrumbs, else `articleSection`, else metas."""
        if self.crumbs:
            return self.crumbs
        found = [text for item in self.items for text in _texts(item.get("articleSection"))]
        found = found or [text for name in _SECTION for text in self.meta.get(name, ())]
        return list(
            dict.fromkeys(text for text in found if text.casefold() not in {"article", "news article"})
        )

    @property
    def tags(self) -> list[str]:
        """Keywords that belong to the article rather than to the site."""
        found = [text for name in _TAGS for text in self.meta.get(name, ())]
        if not found:
            found = [text for item in self.items for text in _texts(item.get("keywords"))]
        parts = [_KEYWORD.sub("", part).strip(" #") for text in found for part in text.split(",")]
        return list(dict.fromkeys(part for part in parts if part))

    @property
    def summary(self) -> str | None:
        """The deck as machines get it."""
        return self.ld("description") or self.first("og:description", "description", "twitter:description")

    @property
    def images(self) -> list[str]:
        """URLs of the main picture."""
        found = [url for item in self.items for url in _urls(item.get("image"))]
        found += [*self.meta.get("og:image", ()), *self.meta.get("twitter:image", ())]
        return list(dict.fromkeys(found))

    @property
    def body(self) -> str | None:
        """The whole text, where JSON-LD holds it, with its line ends."""
        found = (item.get("articleBody") for item in self.items)
        return next((text for text in found if isinstance(text, str) and text.strip()), None)

    @property
    def paywalled(self) -> bool:
        """Whether the page says that it is not free."""
        return any(str(item.get("isAccessibleForFree", "")).casefold() == "false" for item in self.items)

    @property
    def kinds(self) -> set[str]:
        """Types of the JSON-LD items and `og:type`, lower case."""
        kinds = {kind.casefold() for item in self.items for kind in types_of(item)}
        return kinds | {text.casefold() for text in self.meta.get("og:type", ())}


def read_metadata(root: etree._Element) -> Metadata:
    """Collect metadata from all over the tree: broken heads spill theirs into the body."""
    data = Metadata(
        lang=root.get("lang")
        or root.get("{http://www.w3.org/XML/1998/namespace}lang")
        or root.get("xml:lang")
    )
    scripts = []
    for element in root.iter("meta", "link", "script", "title", "base", "time", "abbr"):
        tag = element.tag
        if tag == "meta":
            _read_meta(data, element)
        elif tag == "link":
            _read_link(data, element)
        elif tag == "title":
            _read_title(data, element)
        elif tag == "time" or tag == "abbr":
            _read_time(data, element)
        elif tag == "base":
            data.base = data.base or element.get("href")
        elif "ld+json" in (element.get("type") or "") and element.text:
            scripts.append(element.text)
    objects = [thing for script in scripts for thing in load(script, data.warnings)]
    data.items = sorted((o for o in objects if types_of(o) & ARTICLE_TYPES), key=_rank)
    for thing in objects:
        if "BreadcrumbList" in types_of(thing) and not data.crumbs:
            data.crumbs = _crumbs(thing)
    return data


def _read_meta(data: Metadata, element: etree._Element) -> None:
    given = dict(element.items())
    name = given.get("property") or given.get("name") or given.get("itemprop")
    content = given.get("content")
    if name and content and content.strip():
        data.meta.setdefault(name.strip().casefold(), []).append(tidy(content))


def _read_title(data: Metadata, element: etree._Element) -> None:
    if data.page_title is None and element.text and _in_head(element):
        data.page_title = tidy(element.text) or None


def _read_time(data: Metadata, element: etree._Element) -> None:
    text = (element.get("datetime") or element.get("title") or "").strip()
    if text and _YEAR.match(text):
        named = element.get("itemprop") == "datePublished" or _OWN_TIME.search(element.get("class") or "")
        (data.own_times if named else data.times).append(text)


def _read_link(data: Metadata, element: etree._Element) -> None:
    name = _LINKS.get((element.get("rel") or "").casefold())
    href = (element.get("href") or "").strip() if name else ""
    if name and href and getattr(data, name) is None:
        setattr(data, name, href)


def _in_head(element: etree._Element) -> bool:
    parent = element.getparent()
    return parent is None or parent.tag in {"head", "html", "body"}  # not the <title> of an inline SVG


def _rank(thing: dict[str, Any]) -> int:
    kinds = types_of(thing)
    if "NewsArticle" in kinds:
        return 0
    return 2 if kinds & {"VideoObject", "ImageGallery", "MediaGallery"} else 1


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        text = tidy(value)
        return [text] if text else []
    if isinstance(value, list):
        return [text for v in value for text in _texts(v) if isinstance(v, str)]
    return []


def _names(value: Any) -> list[str]:
    if isinstance(value, dict):
        return _texts(value.get("name"))
    if isinstance(value, list):
        return [name for v in value if isinstance(v, (str, dict)) for name in _names(v)]
    return [text for text in _texts(value) if "://" not in text]


def _is_house(value: Any) -> bool:
    return isinstance(value, dict) and any(kind.endswith("Organization") for kind in types_of(value))


def _urls(value: Any) -> list[str]:
    if isinstance(value, dict):
        return _urls(value.get("url") or value.get("contentUrl"))
    if isinstance(value, list):
        return [url for v in value if isinstance(v, (str, dict)) for url in _urls(v)]
    return _texts(value)


def _crumbs(thing: dict[str, Any]) -> list[str]:
    elements = thing.get("itemListElement")
    names = []
    for element in elements if isinstance(elements, list) else ():
        if isinstance(element, dict):
            item = element.get("item")
            found = _texts(element.get("name")) or (
                _texts(item.get("name")) if isinstance(item, dict) else []
            )
            names += found[:1]
    return names
