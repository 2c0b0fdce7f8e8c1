"""What an outlet may declare. Facts only: an outlet file holds one `Outlet` and no code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A page that lists article URLs. `section` serves `-a section=`; `known` says where the fact is from."""

    url: str
    section: str | None = None
    known: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed(Source):
    """An RSS or Atom feed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap(Source):
    """A sitemap or a sitemap index, `news:` fields included; gzip is understood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage(Source):
    """A page of links, newest first.

    `url` may hold `{page}`: pages 1 to `max_pages` are walked while they show new articles. `links` is a CSS
    selector of the article links; without it each link that is an article URL counts.
    """

    links: str | None = None
    max_pages: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedIndex(ListPage):
    """A list page of one day: `url` also holds the day, `{day:%Y/%m/%d}` or `{day.day}` (no leading zero).

    Walked only with `-a since=`; without it an index is asked for the last `days` days.
    """

    days: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleUrl:
    """A form of article URL.

    `pattern` must match host and path (`rmol.id/politik/read/2020/06/02/437642/judul`, no scheme, no query)
    as a whole; its named groups `year` (`16` is 2016), `month`, `day` give the day, `section` the section.
    `canonical` is a format string of the named groups, https unless it says `http://`; `None` keeps host and
    path as they are.
    `valid_until` refuses URLs whose day is later (a domain that changed hands).
    """

    pattern: str
    canonical: str | None = None
    valid_until: date | None = None
    known: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selectors:
    """CSS selectors of one template, used for articles published up to `valid_until` (`None`: today's).

    Each field may be `None`: generic extraction finds it. `body` selects the element(s) that hold the
    paragraphs, `junk` what is taken out of it, `next_page` the link to the following page.
    """

    name: str
    valid_until: date | None = None
    title: str | None = None
    body: str | None = None
    author: str | None = None
    editor: str | None = None
    published: str | None = None
    section: str | None = None
    tags: str | None = None
    summary: str | None = None
    image: str | None = None
    caption: str | None = None
    next_page: str | None = None
    junk: str | None = None
    known: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetHost:
    """A host of another name that serves the outlet's pictures, style sheets or scripts, as a CDN does."""

    host: str
    known: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """One news outlet: everything that differs from the defaults.

    `hosts` are its own registered names; their subdomains are its own too, and only these are fetched.
    `assets` are asked for what pages need to be shown (setting ARCHIVE_ASSETS), never for a page.
    `selectors` stand newest template first. `all_in_one` is the query that shows an article of several pages
    on one (`page=all`). `keep_query` names query parameters that belong to an article's identity.
    `obstacles` says what an operator must know (a browser is needed, plain HTTP gets 403).
    `checked` is the day somebody last compared the file with the live site; `None`: never.
    """

    name: str
    title: str
    hosts: tuple[str, ...]
    sources: tuple[Source, ...]
    articles: tuple[ArticleUrl, ...]
    selectors: tuple[Selectors, ...] = ()
    assets: tuple[AssetHost, ...] = ()
    all_in_one: str | None = None
    keep_query: tuple[str, ...] = ()
    zone: str = "Asia/Jakarta"
    date_order: Literal["DMY", "MDY", "YMD"] = "DMY"
    language: str = "id"
    platform: str | None = None
    obstacles: str | None = None
    checked: date | None = None
