"""Save a page as a test of its outlet and propose the line it should give.

    python -m tests.outlets.make rmol 2026-01-20 page.html --url https://rmol.id/… \
        --fetched 2026-01-20T12:00:00Z --template 2026 --note "Written for this project."

writes page.html.gz, meta.json and a proposed expected.json, and says what extraction without rules gives
otherwise. Read expected.json against the page and correct it: it says what should be, not what the code
gives. What it gets wrong is named in meta.json, "xfail": {"field": "why"} and, without rules, "generic":
{"text": "why"}. Without a page the line is proposed again from the files that are there.
"""

from __future__ import annotations

import argparse
import gzip
import json
from pathlib import Path
from typing import Any

from scrapy.exceptions import DropItem

from tests.outlets.pages import META, OPTIONAL, ROOT, SavedPage, outlet_of


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("name", help="the outlet")
    parser.add_argument("date", help="folder: the day of the page, YYYY-MM-DD")
    parser.add_argument("page", nargs="?", type=Path, help="the HTML as served")
    parser.add_argument("--url")
    parser.add_argument("--fetched", help="ISO 8601 with zone")
    parser.add_argument("--content-type", default="text/html; charset=utf-8")
    parser.add_argument("--template", help="the name of the selector set, or of the era")
    parser.add_argument("--note", default="Written for this project in the shape of the template.")
    wanted = parser.parse_args()
    page = SavedPage(ROOT / wanted.name / wanted.date)
    if wanted.page:
        for option in ("url", "fetched", "template"):
            if not getattr(wanted, option):
                parser.error(f"a page needs --{option}")
        page.folder.mkdir(parents=True, exist_ok=True)
        (page.folder / "page.html.gz").write_bytes(gzip.compress(wanted.page.read_bytes(), 9, mtime=0))
        kept = {name: why for name, why in page.meta.items() if name in OPTIONAL} if page.exists() else {}
        meta = {name: getattr(wanted, name) for name in META}
        write(page.folder / "meta.json", meta | kept)
    try:
        line = page.line(outlet_of(wanted.name))
        generic = page.line(None)
    except DropItem as dropped:
        parser.exit(1, f"{page.id}: the page gives no line: {dropped}\n")
    write(page.folder / "expected.json", line)
    print(page.folder / "expected.json")
    for field in sorted(line.keys() - {"id", "outlet", "extraction"}):
        if generic[field] != line[field]:
            print(f"without rules, {field}: {json.dumps(generic[field], ensure_ascii=False)}")


def write(file: Path, content: dict[str, Any]) -> None:
    file.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
