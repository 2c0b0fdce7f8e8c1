import json

import jsonschema
import pytest

from newscrawl.items import (
    FIELDS,
    SCHEMA,
    Article,
    Extraction,
    Image,
    Link,
    Removed,
    Syndication,
    WarcPointer,
    json_schema,
    to_line,
)

FULL = Article(
    id="rmol-0123456789abcdef",
    outlet="rmol",
    url="https://rmol.id/politik/read/2020/06/02/437642/judul",
    title="Judul",
    authors=["Reni"],
    published="2020-06-02T10:46:00+07:00",
    published_precision="minute",
    images=[Image("https://rmol.id/a.jpg", "Keterangan", "Net")],
    syndicated_from=Syndication("Kontan", "Judul lain", None),
    related=[Link("Berita lain", "https://rmol.id/b")],
    removed=[Removed("FOLLOW US", "promo.follow-us")],
    text="Satu.\n\nDua.",
    extraction=Extraction("selectors", "2020", {"newscrawl": "0.1.0"}, []),
    fetched="2020-06-02T03:46:05Z",
    warc=WarcPointer("a.warc.gz", 512, 1024, "<urn:uuid:1>", "sha1:ABC"),
)
BARE = Article(
    id="x-1", outlet=None, url="u", extraction=Extraction("blocks"), fetched="2020-06-02T03:46:05Z"
)


@pytest.mark.parametrize("article", [FULL, BARE], ids=["full", "bare"])
def test_a_line_is_valid_against_the_published_schema(article: Article) -> None:
    row = json.loads(to_line(article))
    jsonschema.Draft202012Validator(json_schema()).validate(row)
    assert tuple(row) == FIELDS


def test_the_schema_refuses_what_is_not_a_line() -> None:
    row = json.loads(to_line(FULL))
    for broken in ({**row, "extra": 1}, {**row, "schema": SCHEMA + 1}, {k: row[k] for k in FIELDS[1:]}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(broken, json_schema())


def test_absent_is_null_and_evidence_is_not_written() -> None:
    row = json.loads(to_line(BARE))
    assert row["title"] is None
    assert row["published"] is None
    assert "evidence" not in row


@pytest.mark.parametrize(
    "title",
    [
        "dua\nbaris\r\n",
        'kutip " dan \\',
        "</script>",
        "nol \x00 di sini",
        "sendiri \ud800 ",
        "baris\u2028\u2029\x85",
    ],
)
def test_any_title_gives_one_valid_line(title: str) -> None:
    BARE.title = title
    line = to_line(BARE)
    assert line.endswith(b"\n")
    assert len(line.decode().splitlines()) == 1
    assert json.loads(line)["title"] == title.replace("\ud800", "�")
