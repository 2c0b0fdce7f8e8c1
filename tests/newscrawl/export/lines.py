"""Lines to export, made here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from newscrawl.items import Article, Extraction, WarcPointer, to_line


def article(number: int, **facts: Any) -> Article:
    """Return an article of rmol's, `number` days after 1 November 2026."""
    day = 1 + number % 28
    given: dict[str, Any] = {
        "id": f"rmol-{number:04}",
        "outlet": "rmol",
        "url": f"https://rmol.id/politik/read/{number}",
        "title": f"Rapat ke-{number} di Balai Desa Wanasari",
        "authors": ["Ratna Pangestuaji"],
        "published": f"2026-11-{day:02}T08:00:00+07:00",
        "published_precision": "minute",
        "section": ["Politik"],
        "language": "id",
        "text": f"Rapat ke-{number} dihadiri warga.\n\nHasilnya dibacakan sore ini.",
        "extraction": Extraction("selectors", "2026", {"newscrawl": "0.1.0"}),
        "fetched": "2026-11-30T01:00:00Z",
        "warc": WarcPointer("rmol-1.warc.gz", number * 100, 90, f"<urn:uuid:{number}>"),
    }
    return Article(**{**given, **facts})


def write(folder: Path, *articles: Article, name: str = "run-1") -> list[Path]:
    """Write one JSONL file an outlet into a data folder; return them."""
    files = []
    for outlet in sorted({a.outlet or "" for a in articles}):
        path = folder / "jsonl" / outlet / f"{outlet}-{name}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(to_line(a) for a in articles if (a.outlet or "") == outlet))
        files.append(path)
    return files
