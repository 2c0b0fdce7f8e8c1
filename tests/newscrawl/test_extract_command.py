"""`scrapy extract` as a user runs it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
TEXT = "Pemerintah kota memperbaiki jembatan gantung di Desa Sukaraja pekan ini, setelah warga lama mengeluh."
URL = "https://rmol.id/nusantara/read/2020/06/02/437642/jembatan-gantung-diperbaiki"
HTML = f"""<html><head><link rel="canonical" href="{URL}"></head><body><h1>Jembatan Gantung Diperbaiki</h1>
<div class="date">Selasa, 02 Juni 2020, 10:46 WIB</div><div>LAPORAN: SARI DEWI</div>
<div class="isi"><p>{TEXT}</p><p>Baca Juga: Lain</p><p>{TEXT[:-1]} sejak lama.</p></div></body></html>"""


def run(*words: str, page: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scrapy", "extract", *words]
    return subprocess.run(
        command, input=page, capture_output=True, text=True, cwd=ROOT, check=False, timeout=60
    )


def lines(ended: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    assert ended.returncode == 0, ended.stderr
    return [json.loads(line) for line in ended.stdout.splitlines()]


def test_a_page_from_standard_input_goes_through_the_whole_flow() -> None:
    (row,) = lines(run("-", page=HTML))
    assert (row["outlet"], row["url"]) == ("rmol", URL)
    assert row["title"] == "Jembatan Gantung Diperbaiki"
    assert row["text"].split("\n\n") == [TEXT, f"{TEXT[:-1]} sejak lama."]
    assert row["published"] == "2020-06-02T10:46:00+07:00"
    assert row["authors"] == ["Sari Dewi"]
    assert "file" not in row


def test_many_pages_a_line_each_without_outlet_rules(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "satu.html").write_text(HTML)
    (tmp_path / "dua.html").write_text("%PDF-1.4")
    (tmp_path / "tiga.html").write_text("<h1>Judul</h1>")
    ended = run("--generic", "--batch", str(tmp_path))
    rows = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [row["file"] for row in rows] == ["a/satu.html", "tiga.html"]
    assert rows[0]["outlet"] is None
    assert "refused.no-text" in rows[1]["extraction"]["warnings"]
    assert ended.returncode == 1
    assert ended.stderr.strip().splitlines()[-1] == "scrapy extract: dua.html: not a page: binary"
    assert {path.name for path in tmp_path.iterdir()} == {"a", "dua.html", "tiga.html"}


def test_bad_words_are_one_line() -> None:
    ended = run("/tiada/berkas.html")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.strip() == "scrapy extract: /tiada/berkas.html: No such file or directory"
