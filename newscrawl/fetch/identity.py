"""Say who is crawling."""

from __future__ import annotations

import re

from newscrawl import __version__

PRODUCT = "newscrawl"  # the token that robots.txt may name
_URL = re.compile(r"https?://[a-z0-9.-]+(?::\d+)?(?:/[!-'*-~]*)?", re.IGNORECASE)
_EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.IGNORECASE)


class ContactError(ValueError):
    """No usable contact; the message is one line for the operator."""


def user_agent(contact: str | None) -> str:
    """Return the User-Agent with a contact, which is a URL or an e-mail address. Raise `ContactError`.

    >>> user_agent("https://example.org/crawl")  # doctest: +ELLIPSIS
    'newscrawl/... (+https://example.org/crawl)'
    """
    contact = (contact or "").strip()
    if not contact:
        msg = "NEWSCRAWL_CONTACT is not set: give a URL or an e-mail address under which sites can reach you"
        raise ContactError(msg)
    if not (_URL.fullmatch(contact) or _EMAIL.fullmatch(contact)):
        msg = f"NEWSCRAWL_CONTACT: {contact!r} is neither a URL nor an e-mail address"
        raise ContactError(msg)
    return f"{PRODUCT}/{__version__} (+{contact})"
