"""Keys that sort captures by host and path: SURT, as pywb and the Internet Archive form it.

Own code, because the package `surt` is AGPL. The tests compare the two.
"""

from __future__ import annotations

import re
from contextlib import suppress
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlsplit

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_TWICE = re.compile(r"^(https?://)+")
_BREAKS = re.compile(r"[\r\n\t]")
_WWW = re.compile(r"www\d*\.")
_SAFE = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"
_PORTS = {"http": 80, "https": 443}
_PATH_SESSIONS = [
    re.compile(r"^(.*/)" + session + r"/([^?]+\.aspx.*)$", re.IGNORECASE)
    for session in (r"\((?:[a-z]\([0-9a-z]{24}\))+\)", r"\([0-9a-z]{24}\)")
]
_QUERY_SESSIONS = [
    re.compile(f"^(.*)(?:{session})(?:&(.*))?$", re.IGNORECASE)
    for session in (
        *(rf"{name}=[0-9a-zA-Z]{{32}}" for name in ("jsessionid", "phpsessid", "sid")),
        "aspsessionid[a-zA-Z]{8}=[a-zA-Z]{24}",
        "cfid=[^&]+&cftoken=[^&]+",
    )
]


def surt(url: str) -> str:
    """Return the key under which an index has a URL; one that is no web address is its own key.

    >>> surt("https://www.Rmol.id:443/politik//read/?b=2&a=1#atas")
    'id,rmol)/politik/read?a=1&b=2'
    """
    text = _BREAKS.sub("", url.strip())
    text = _TWICE.sub(r"\1", text if _SCHEME.match(text) else f"http://{text}")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:  # a port that is no number, brackets that are no IPv6 address
        return url
    if not parts.hostname:
        return url
    key = ",".join(reversed(_host(parts.hostname).split(".")))
    if port and port != _PORTS.get(parts.scheme):
        key += f":{port}"
    query = _query(parts.query)
    return f"{key}){_path(parts.path)}" + (f"?{query}" if query else "")


def _host(name: str) -> str:
    host = _unescape(name)
    with suppress(UnicodeError):  # a label that is empty or too long
        host = host.decode("utf-8", "ignore").encode("idna")
    text = _escape(host.replace(b"..", b".").strip(b".").lower())
    return _WWW.sub("", text, count=1) if _WWW.match(text) else text


def _path(path: str) -> str:
    kept: list[bytes] = []
    steps = _unescape(path).split(b"/")[1:]
    for step in steps:
        if step == b".." and kept:
            kept.pop()
        elif step != b".":
            kept.append(step)
    *folders, last = kept or [b""]
    whole = b"/" + b"".join(folder + b"/" for folder in folders if folder) + last
    text = _escape(whole).lower()
    for session in _PATH_SESSIONS:
        text = session.sub(r"\1\2", text)
    return text.removesuffix("/") or "/"


def _query(query: str) -> str:
    text = _escape(_unescape(query))
    for session in _QUERY_SESSIONS:
        if found := session.match(text):
            text = found[1] + (found[2] or "")
    return "&".join("=".join(pair) for pair in sorted(item.split("=", 1) for item in text.lower().split("&")))


def _unescape(text: str) -> bytes:
    """Undo percent-encoding until nothing is left to undo."""
    plain = text.encode("utf-8", "surrogatepass")
    while (again := unquote_to_bytes(plain)) != plain:
        plain = again
    return plain


def _escape(plain: bytes) -> str:
    return quote_from_bytes(plain, safe=_SAFE)
