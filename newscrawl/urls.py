"""Tell article URLs from others, and many forms of one article's URL from many articles."""

from __future__ import annotations

import functools
import hashlib
import re
import string
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit

from newscrawl.outlet import ArticleUrl, Outlet

MAX_LENGTH = 2000  # characters; longer ones are junk or an attack, and browsers cut them too

# White space and control characters, which sloppy templates leave around an href, and the invisible ones.
_ENDS = "".join(map(chr, (*range(0x21), *range(0x7F, 0xA1)))) + "\u200b\u200e\u200f\u2028\u2029\u3000\ufeff"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_AMBIGUOUS = re.compile(r"[@\\]")
_HOST = re.compile(r"[a-z0-9.-]+")
_PLAIN_START = re.compile(r"https?://[A-Za-z0-9.-]+(?=[/?#]|\Z)")
_PLAIN_PATH = re.compile(r"[A-Za-z0-9/_.~-]*")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})|%")
_ESCAPED_END = re.compile(r"(?:%20|%0[9AD])+\Z")
_ESCAPED_CONTROL = re.compile(r"%[01][0-9A-F]|%7F")
_UNRESERVED = frozenset(string.ascii_letters + string.digits + "-._~")
_PATH_SAFE = "/%!$&'()*+,;=:@"  # `%`: escapes are in order by then
_PORTS = (None, 80, 443)


@dataclass(frozen=True, slots=True)
class Identity:
    """An article URL, understood. `seen` is the absolute form it had, `day` and `section` what it says."""

    url: str
    seen: str
    day: date | None
    section: str | None


def canonical(url: str, outlet: Outlet, *, base: str | None = None) -> str | None:
    """Return the URL that stands for the article, `None` when it is no article URL of the outlet.

    Relative ones are joined with `base`. The result is its own canonical form.
    """
    identity = identify(url, outlet, base=base)
    return identity.url if identity else None


def url_day(url: str, outlet: Outlet) -> date | None:
    """Return the day that an article URL tells, in the outlet's zone."""
    identity = identify(url, outlet)
    return identity.day if identity else None


def identify(url: str, outlet: Outlet, *, base: str | None = None) -> Identity | None:
    """Understand an article URL, `None` when it is not one of the outlet's."""
    seen = absolute(url, base=base)
    if seen is None:
        return None
    try:
        parts = urlsplit(seen)
        if parts.port not in _PORTS:
            return None
        host, path = _host(seen), _encode(parts.path)
        query = _kept_query(parts.query, outlet.keep_query)
    except ValueError:  # a port that is no number, a lone surrogate
        return None
    if host is None or path is None:
        return None
    for form, regex in _compiled(outlet.articles):
        match = regex.fullmatch(host + path)
        if match is None:
            continue
        groups = match.groupdict()
        day = _day(groups)
        if form.valid_until and "year" in groups and (day is None or day > form.valid_until):
            return None
        found = _fill(form, match) + query
        return Identity(found, seen, day, groups.get("section")) if len(found) <= MAX_LENGTH else None
    return None


def absolute(url: str, *, base: str | None = None) -> str | None:
    r"""Return a link as an absolute web address, `None` when it is not one or is unfit to be asked for.

    >>> absolute(" /read/1/a-b \n", base="https://sosok.grid.id/index?page=2")
    'https://sosok.grid.id/read/1/a-b'
    >>> absolute("javascript:void(0)", base="https://sosok.grid.id/")
    """
    url = url.strip(_ENDS)
    if not url or len(url) > MAX_LENGTH or (not url.isprintable() and _CONTROL.search(url)):
        return None
    if _PLAIN_START.match(url):  # as most links are: there is nothing to join, and no doubt of the host
        return url
    try:
        joined = urljoin(base, url) if base and not url.startswith(("https://", "http://")) else url
        parts = urlsplit(joined)
    except ValueError:  # brackets that are no IPv6 address
        return None
    # `@` and `\` make browsers and libraries disagree on which host is meant.
    if (
        parts.scheme not in ("http", "https")
        or not parts.netloc
        or "@" in parts.netloc
        or "\\" in parts.netloc
    ):
        return None
    return joined if len(joined) <= MAX_LENGTH else None


def own_host(url: str, outlet: Outlet) -> bool:
    """Tell whether a URL is on one of the outlet's hosts or their subdomains."""
    seen = absolute(url)
    host = _host(seen) if seen else None
    return host is not None and any(host == own or host.endswith(f".{own}") for own in outlet.hosts)


def article_id(outlet_name: str, canonical_url: str) -> str:
    """Return an article's id, the same in every run.

    >>> article_id("rmol", "https://rmol.id/politik/read/2020/06/02/437642/judul")
    'rmol-7d8ba3c51d14c8b4'
    """
    return f"{outlet_name}-{hashlib.sha256(canonical_url.encode()).hexdigest()[:16]}"


def all_in_one(url: str, outlet: Outlet) -> str:
    """Return the URL that shows all pages of an article on one, the URL itself where there is none."""
    if not outlet.all_in_one:
        return url
    return f"{url}{'&' if '?' in url else '?'}{outlet.all_in_one}"


@functools.cache
def _compiled(articles: tuple[ArticleUrl, ...]) -> tuple[tuple[ArticleUrl, re.Pattern[str]], ...]:
    return tuple((form, re.compile(form.pattern)) for form in articles)


def _fill(form: ArticleUrl, match: re.Match[str]) -> str:
    if form.canonical is None:
        return f"https://{match[0]}"
    target = form.canonical.format_map({name: text or "" for name, text in match.groupdict().items()})
    return target if form.canonical.startswith(("http://", "https://")) else f"https://{target}"


def _day(groups: dict[str, str | None]) -> date | None:
    try:
        year, month, day = (int(groups[name] or "") for name in ("year", "month", "day"))
        return date(year + 2000 if year < 100 else year, month, day)  # 16 is 2016
    except (KeyError, ValueError):  # the form has no day; 31 February
        return None


def _host(url: str) -> str | None:
    host = (urlsplit(url).hostname or "").removesuffix(".")  # lower-case already
    return host if _HOST.fullmatch(host) else None


def _encode(path: str) -> str | None:
    """Percent-encode a path so that equal ones are equal and a second time changes nothing."""
    if not _PLAIN_PATH.fullmatch(path):
        path = quote(_ESCAPE.sub(_tidy_escape, path), safe=_PATH_SAFE)
        path = _ESCAPED_END.sub("", path)
    if _ESCAPED_CONTROL.search(path) or "/./" in path + "/" or "/../" in path + "/":
        return None
    return path


def _tidy_escape(match: re.Match[str]) -> str:
    if match[1] is None:
        return "%25"
    character = chr(int(match[1], 16))
    return character if character in _UNRESERVED else match[0].upper()


def _kept_query(query: str, names: tuple[str, ...]) -> str:
    if not names or not query:
        return ""
    values: dict[str, str] = {}
    for name, value in parse_qsl(query):
        values.setdefault(name, value)
    kept = {name: values[name] for name in names if name in values}
    return f"?{urlencode(kept, quote_via=quote)}" if kept else ""
