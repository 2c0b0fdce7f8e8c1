"""What stands around an article: style sheets, scripts, menus, side columns, footers; made once, reused."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from html import escape
from random import Random
from typing import Final

_PARTS: Final = [
    "header",
    "navbar",
    "menu",
    "submenu",
    "ticker",
    "hero",
    "grid",
    "card",
    "thumb",
    "meta",
    "badge",
    "sidebar",
    "popular",
    "related",
    "share",
    "social",
    "banner",
    "footer",
    "network",
    "comment",
    "form",
    "button",
    "modal",
    "tabs",
    "pager",
    "gallery",
    "caption",
    "byline",
    "tags",
    "search",
    "overlay",
]
_STATES: Final = ("", ":hover", "::before", " a", " li", " img", "-item", "-title", "-inner")


def style(seed: str, rules: int) -> str:
    """Return an inline style sheet of so many rules (about 90 bytes each)."""
    rng = Random(seed)
    lines = []
    for _ in range(rules):
        selector = f".{rng.choice(_PARTS)}{rng.choice(_STATES)}"
        lines.append(
            f"{selector}{{margin:{rng.randint(0, 24)}px {rng.randint(0, 12)}px;"
            f"padding:{rng.randint(0, 30)}px;color:#{rng.randrange(4096):03x};"
            f"font:{rng.randint(300, 800)} {rng.randint(11, 32)}px/1.{rng.randint(2, 6)} sans-serif;"
            f"display:{rng.choice(('block', 'flex', 'none', 'inline-block'))}}}"
        )
    return "<style>" + "\n".join(lines) + "</style>"


def script(seed: str, slots: int) -> str:
    """Return an inline script with an advertising set-up of so many slots (about 170 bytes each)."""
    rng = Random(seed)
    config = [
        {
            "slot": f"div-gpt-ad-{rng.randrange(10**13)}-{n}",
            "sizes": [[300, 250], [728, 90], [320, rng.choice((50, 100, 480))]],
            "position": rng.choice(_PARTS),
            "lazy": bool(rng.getrandbits(1)),
            "refresh": rng.choice((0, 30, 60)),
        }
        for n in range(slots)
    ]
    return (
        "<script>window.dataLayer=window.dataLayer||[];function gtag(){dataLayer.push(arguments);}\n"
        f"var slots={json.dumps(config)};\n"
        "document.addEventListener('DOMContentLoaded',function(){slots.forEach(function(s){var e=document."
        "getElementById(s.slot);if(e&&s.lazy){e.dataset.pos=s.position;}});});</script>"
    )


def icon(name: str) -> str:
    """Return a drawn icon."""
    rng = Random(f"icon/{name}")
    path = (
        "M"
        + " ".join(f"{rng.choice('LCQ')}{rng.randint(0, 24)} {rng.randint(0, 24)}" for _ in range(14))
        + "z"
    )
    return (
        f'<svg class="icon icon-{name}" viewBox="0 0 24 24" width="18" height="18"><path d="{path}"/></svg>'
    )


def link_list(links: Iterable[tuple[str, str]], css: str, *, heading: str | None = None) -> str:
    """Return a list of (words, URL) as a box of the page."""
    rows = "".join(f'<li><a href="{escape(url)}">{escape(words)}</a></li>' for words, url in links)
    head = f"<h3>{escape(heading)}</h3>" if heading else ""
    return f'<div class="{css}">{head}<ul>{rows}</ul></div>'


def menu(base: str, sections: Iterable[str], css: str) -> str:
    """Return the main menu: each section with a sub-menu."""
    entries = []
    for section in sections:
        below = ("terbaru", "terpopuler", "pilihan-redaksi", "wawancara", "opini", "foto", "video")
        subs = "".join(
            f'<li class="{css}-sub"><a href="{base}/{section}/{s}">{s.replace("-", " ").title()}</a></li>'
            for s in below
        )
        entries.append(
            f'<li class="{css}-item"><a href="{base}/{section}">{section.title()}</a><ul>{subs}</ul></li>'
        )
    return f'<nav class="{css}">{icon("menu")}<ul>{"".join(entries)}</ul></nav>'


def footer(title: str, networks: Mapping[str, str], css: str) -> str:
    """Return the foot of the page: the network, the company, the small print."""
    company = (
        "Tentang Kami",
        "Redaksi",
        "Pedoman Media Siber",
        "Karier",
        "Kontak",
        "Kebijakan Privasi",
        "Disclaimer",
    )
    icons = "".join(
        f'<a class="{css}-icon" href="https://{name}.example/{title.lower()}">{icon(name)}</a>'
        for name in ("facebook", "twitter", "instagram", "youtube", "tiktok")
    )
    return (
        f'<footer class="{css}">'
        + link_list(networks.items(), f"{css}-network", heading="Jaringan")
        + link_list(((c, "/" + c.lower().replace(" ", "-")) for c in company), f"{css}-company")
        + f"<div>{icons}</div><p>Hak cipta {escape(title)}. Dilarang mengutip tanpa izin.</p></footer>"
    )
