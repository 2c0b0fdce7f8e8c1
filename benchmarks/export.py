"""Export a million lines: rows a second and the most memory, for JSONL.zst, Parquet and stories.

    .venv/bin/python -m benchmarks.export [ROWS [FORMAT …]]

FORMAT is `jsonl.zst`, `parquet` or `stories`; without one all three.

Each export is a process of its own, so that its peak memory is its own. The lines are made here: words from a
fixed seed, about 2.4 kB a line.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import re
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from newscrawl.export.describe import Facts
from newscrawl.export.run import Order, export
from newscrawl.export.selection import Selection
from newscrawl.items import Article, Extraction, Link, Removed, WarcPointer, iso, to_line

ROWS = 1_000_000
FILES = 40
MOST_MEMORY = 400  # MB
STORIES_ROWS = 50_000


def template() -> bytes:
    """Return a line whose slots are words in angle brackets."""
    line = to_line(
        Article(
            id="<ID>",
            outlet="<OUTLET>",
            url="https://<OUTLET>.id/politik/<ID>/judul-yang-panjang-seperti-biasanya-di-alamat-berita",
            title="<TITLE>",
            authors=["Ratna Pangestuaji"],
            published="<PUBLISHED>",
            published_precision="minute",
            published_text="Senin, 6 Januari 2020, 10:00 WIB",
            published_source="printed",
            section=["Politik"],
            tags=["Desa", "Pupuk", "Panen", "Irigasi"],
            language="id",
            text="<TEXT>",
            related=[Link("Baca juga ini", "https://<OUTLET>.id/2")] * 2,
            removed=[Removed("Baca Juga:", "promo.also")],
            text_digest="sha256:<DIGEST>",
            extraction=Extraction("selectors", "2020", {"newscrawl": "0.1.0"}),
            fetched="2026-01-01T00:00:00Z",
            warc=WarcPointer("<OUTLET>.warc.gz", 1, 9000, "<urn:uuid:<DIGEST>>", "sha1:" + "A" * 32),
        )
    )
    return line.replace(b'"version":1', b'"version":<VERSION>')


def make(folder: Path, rows: int) -> Iterator[Path]:
    """Write the lines, of four outlets and five years; every twentieth is a second version."""
    rng = random.Random(1)
    words = ["".join(rng.choices("abdegiklmnprstu", k=rng.randint(3, 10))) for _ in range(20_000)]
    paragraphs = [" ".join(rng.choices(words, k=30)).capitalize() + "." for _ in range(30_000)]
    parts = re.split(r"<([A-Z]+)>", template().decode())
    slots: dict[str, str] = {}
    number = 0
    for part in range(FILES):
        path = folder / f"run-{part:02}.jsonl"
        with path.open("w", encoding="utf-8", newline="") as file:
            for _ in range(rows // FILES):
                if number % 20 == 19:
                    slots |= {"VERSION": "2", "TITLE": "Diperbarui"}
                else:
                    outlet = ("rmol", "sosok", "detik", "tempo")[number % 4]
                    at = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=rng.randrange(5 * 365 * 86400))
                    slots = {
                        "ID": f"{outlet}-{rng.getrandbits(64):016x}",
                        "OUTLET": outlet,
                        "TITLE": rng.choice(paragraphs)[:70],
                        "PUBLISHED": iso(at),
                        "TEXT": "\\n\\n".join(rng.choices(paragraphs, k=6)),
                        "DIGEST": f"{rng.getrandbits(256):064x}",
                        "VERSION": "1",
                    }
                file.write("".join(slots[p] if n % 2 else p for n, p in enumerate(parts)))
                number += 1
        yield path


def measure(order: Order) -> None:
    """Export, and print what it took; run in a process of its own."""
    facts = Facts("news", date(2026, 1, 1), "bench", "everything", order.versions, None, {}, {}, 0)
    begun, cpu = time.monotonic(), time.process_time()
    tally, (out, *_) = export(order, facts)
    seconds, cpu = time.monotonic() - begun, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = sum(p.stat().st_size for p in ([out] if out.is_file() else out.rglob("*.parquet"))) / 1e6
    what = f"{order.format}{' --stories' if order.stories else ''}"
    speed = f"{tally.lines / seconds:>7.0f} rows/s {tally.lines / cpu:>7.0f} rows/cpu-s"
    print(f"{what:<22}{tally.lines:>9} rows {speed} {peak:>5.0f} MB most memory {size:>7.0f} MB", flush=True)
    sys.exit(peak >= MOST_MEMORY)


def main() -> int:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    wanted = sys.argv[2:] or ["jsonl.zst", "parquet", "stories"]
    missed = 0
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as name:
        folder = Path(name)
        files = list(make(folder, rows))
        print(f"{rows} lines, {sum(f.stat().st_size for f in files) / 1e6:.0f} MB", flush=True)
        few = files[: max(1, STORIES_ROWS * FILES // rows)]
        orders = {
            "jsonl.zst": Order(folder / "a.jsonl.zst", "jsonl.zst", files, Selection()),
            "parquet": Order(folder / "b.parquet", "parquet", files, Selection()),
            "stories": Order(folder / "c.jsonl.zst", "jsonl.zst", few, Selection(), stories=True),
        }
        for what in wanted:
            process = multiprocessing.get_context("spawn").Process(target=measure, args=(orders[what],))
            process.start()
            process.join()
            missed |= process.exitcode or 0
    return missed


if __name__ == "__main__":
    sys.exit(main())
