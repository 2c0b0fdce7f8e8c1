"""Learn what an outlet's article URLs look like from a pile of its links."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from newscrawl.outlet import ArticleUrl

MAX_FORMS = 3
ENOUGH = 3  # links before a form is believed
SHARE = 0.1  # of the links of the main form, for a further one
DEVICE = re.compile(r"(?:www|m|amp)\.")
_LISTS = re.compile(
    r"tags?|topi[ck]|label|kategori|category|inde(?:ks|x)|page|search|cari|authors?|penulis|reporter|profile?"
    r"|user|member|login|about|tentang|redaksi|rss|feed"
)
_FILES = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|pdf|mp[34]|css|js|xml|json|zip|apk)$", re.IGNORECASE)
_PAGE = re.compile(r"(.+?)(\.html?|\.php|\.shtml)?")
_PLAIN = re.compile(r"[a-z0-9-]+")
_SLUG_WORDS = 3
_TELLING = frozenset(("id", "date", "month", "numbers", "code"))


@dataclass(frozen=True, slots=True)
class Link:
    """A link taken apart: the kind of each segment of its path.

    Kinds are `year`, `month`, `day` where they follow each other, `date` (20261122), `id`, `numbers`
    (20261122093000-20-1234), `code` (d-1234567), `slug`, `word`.
    """

    scheme: str
    host: str
    segments: tuple[str, ...]
    kinds: tuple[str, ...]
    ending: str
    slash: bool

    @property
    def weight(self) -> int:
        """How much like an article it looks: 0 is none."""
        if "slug" not in self.kinds or any(map(_LISTS.fullmatch, self.segments[:2])):
            return 0
        return 3 if _TELLING & set(self.kinds) or self.has_number else 1

    @property
    def has_number(self) -> bool:
        """Whether the slug carries an id: `1234567-judul` or `judul-1234567`."""
        slug = self.segments[-1]
        return re.search(r"(?:^|-)\d{4,}(?:-|$)", slug) is not None


def take_apart(url: str) -> Link | None:
    """Return a link's parts, `None` for one that cannot be an article's.

    >>> take_apart("https://rmol.id/politik/read/2020/06/02/437642/judul-yang-cukup-panjang").kinds
    ('word', 'word', 'year', 'month', 'day', 'id', 'slug')
    >>> take_apart("https://contoh.id/logo.png")
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    segments = [segment for segment in parts.path.split("/") if segment]
    if parts.scheme not in {"http", "https"} or not parts.hostname or not segments:
        return None
    if _FILES.search(segments[-1]):
        return None
    last = _PAGE.fullmatch(segments[-1])
    assert last is not None  # it matches any text
    segments[-1], ending = last[1], last[2] or ""
    kinds: list[str] = []
    for segment in segments:
        kinds.append(_kind(segment, kinds[-1] if kinds else ""))
    slash = parts.path.endswith("/")
    return Link(parts.scheme, parts.hostname, tuple(segments), tuple(kinds), ending, slash)


def _kind(segment: str, before: str) -> str:
    if segment.isascii() and segment.isdigit():
        if before == "year" and len(segment) <= 2 and 1 <= int(segment) <= 12:
            return "month"
        if before == "month" and len(segment) <= 2 and 1 <= int(segment) <= 31:
            return "day"
        if re.fullmatch(r"(?:19|20)\d\d", segment):
            return "year"
        if re.fullmatch(r"20\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])", segment):
            return "date"
        return "id"
    if re.fullmatch(r"\d+(?:-\d+)+", segment):
        return "numbers"
    if re.fullmatch(r"[a-z]{1,2}-?\d{4,}", segment):
        return "code"
    words = [word for word in re.split(r"[-_.]+", segment) if word]
    return "slug" if len(words) >= _SLUG_WORDS else "word"


def learn(urls: Iterable[str], host: str, *, known: str) -> list[ArticleUrl]:
    r"""Return the forms of the article URLs among links, the most frequent first; empty when none is seen.

    `host` is the registered name; links elsewhere do not count.

    >>> urls = [f"https://www.contoh.id/read/{n}/judul-yang-cukup-panjang-{n}" for n in range(3)]
    >>> learn(urls, "contoh.id", known="")[0].pattern
    '(?:(?:www|m|amp)\\.)?contoh\\.id/(?P<path>read/(?P<id>\\d+)/[^/]+?)/?'
    """
    groups: defaultdict[tuple[tuple[str, ...], str], list[Link]] = defaultdict(list)
    for url in dict.fromkeys(urls):
        link = take_apart(url)
        if link and link.weight and (link.host == host or link.host.endswith(f".{host}")):
            groups[link.kinds, link.ending].append(link)
    ranked = sorted(groups.values(), key=lambda links: -sum(link.weight for link in links))
    forms: list[ArticleUrl] = []
    for links in ranked:
        if forms and len(links) < max(ENOUGH, SHARE * len(ranked[0])):
            continue
        if len(forms) < MAX_FORMS and not all(_is_known(link, forms) for link in links):
            forms.append(_form(links, host, known))
    return forms


def _is_known(link: Link, forms: Sequence[ArticleUrl]) -> bool:
    place = f"{link.host}/{'/'.join(link.segments)}{link.ending}"
    return any(re.fullmatch(form.pattern, place) for form in forms)


def _form(links: list[Link], host: str, known: str) -> ArticleUrl:
    """Generalise links of the same kinds."""
    used = Counter(link.host for link in links)
    bare = {DEVICE.sub("", name, count=1) for name in used}
    end = "/" if 2 * sum(link.slash for link in links) > len(links) else ""
    scheme = "" if any(link.scheme == "https" for link in links) else "http://"
    path = f"(?P<path>{_path(links)})/?"
    if bare == {host}:
        site = rf"(?:(?:www|m|amp)\.)?{re.escape(host)}"
        shown = used.most_common(1)[0][0]
        return ArticleUrl(pattern=f"{site}/{path}", canonical=f"{scheme}{shown}/{{path}}{end}", known=known)
    site = rf"(?P<host>(?:[a-z0-9-]+\.)*{re.escape(host)})"
    return ArticleUrl(pattern=f"{site}/{path}", canonical=f"{scheme}{{host}}/{{path}}{end}", known=known)


def _slug_start(links: list[Link]) -> str:
    """Return what tells a slug from a section's name where nothing else in the path does."""
    if _TELLING & set(links[0].kinds):
        return ""
    return r"(?=[^/]*\d{4})" if all(link.has_number for link in links) else "(?:[^/-]+-){2,}"


_FIXED = {"year": r"\d{4}", "id": r"\d+"}
_LOOSE = {"numbers": r"[\d-]+", "code": r"[a-z]+-?\d+"}
_DATE = r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)"


def _path(links: list[Link]) -> str:
    seen: set[str] = set()

    def named(name: str, pattern: str) -> str:
        if name in seen:
            return pattern
        seen.add(name)
        return f"(?P<{name}>{pattern})"

    parts = []
    for position, kind in enumerate(links[0].kinds):
        values = {link.segments[position] for link in links}
        if kind in {"month", "day"}:
            two = all(len(value) == 2 for value in values)
            parts.append(named(kind, r"\d\d" if two else r"\d\d?"))
        elif kind in _FIXED:
            parts.append(named(kind, _FIXED[kind]))
        elif kind in _LOOSE:
            parts.append(_LOOSE[kind])
        elif kind == "date":
            parts.append(_DATE if not seen & {"year", "month", "day"} else r"\d{8}")
            seen |= {"year", "month", "day"}
        elif kind == "slug":
            last = position == len(links[0].kinds) - 1
            parts.append(_slug_start(links) + ("[^/]+?" if last else "[^/]+"))
        elif len(values) == 1:
            parts.append(re.escape(values.pop()).replace(r"\-", "-"))
        else:
            plain = all(_PLAIN.fullmatch(value) for value in values)
            parts.append(named("section", "[a-z0-9-]+") if plain else "[^/]+")
    return "/".join(parts) + re.escape(links[0].ending)
