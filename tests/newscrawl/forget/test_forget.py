"""After `scrapy forget` nothing of the article is left, and all else is as it was."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newscrawl.forget import log
from newscrawl.forget.run import lift
from newscrawl.forget.search import NotForgotten
from newscrawl.index.cdxj import Capture, index_file, index_warc
from newscrawl.items import WarcPointer
from newscrawl.rebuild import rebuild_state
from newscrawl.state import State, state_file
from newscrawl.urls import canonical
from newscrawl.warc.payloads import RefersTo
from newscrawl.warc.reading import iter_exchanges, read_exchange
from newscrawl.warc.records import IDENTICAL, Revisit, exchange, record_id
from newscrawl.warc.records import Capture as Exchanged
from newscrawl.warc.writer import Writer
from tests.conftest import Desk
from tests.newscrawl.forget.conftest import AT, KINDS, RMOL, SETTINGS, damage, forget_in, verified


def url_of(archive: Desk, kind: str) -> str:
    assert archive.newsroom
    return archive.newsroom.newsroom.special("rmol", kind).url


def line_of(desk: Desk, url: str) -> dict[str, Any]:
    return next(row for row in reversed(desk.lines("rmol")) if row["url"] == url)


def plain_bytes(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield what is in each file, gzip members and the bodies in their records decoded."""
    for path in sorted(folder.rglob("*")):
        if path.name.endswith(".warc.gz"):
            rest = path.read_bytes()
            while rest:
                inflate = zlib.decompressobj(31)
                yield path, inflate.decompress(rest)
                rest = inflate.unused_data
            for found in iter_exchanges(path):
                yield path, found.body
        elif path.is_file():
            yield path, path.read_bytes()


def dump(data: Path) -> list[tuple[Any, ...]]:
    with State(state_file(data, "rmol"), zone=RMOL.zone) as state:
        return list(state.dump())


def captures(desk: Desk) -> list[Capture]:
    return [
        Capture.parse(line)
        for index in sorted((desk.data / "cdxj" / "rmol").glob("*.cdxj"))
        for line in index.read_bytes().splitlines()
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_of_it_is_left_and_all_else_is_as_it_was(archive: Desk, desk: Desk, kind: str) -> None:
    url = url_of(archive, kind)
    row, before = line_of(desk, url), desk.lines("rmol")
    others = "".join(one["text"] or "" for one in before if one["url"] != url)
    told = [paragraph for paragraph in row["text"].split("\n\n")[1:] if paragraph not in others]
    assert told
    sizes = {path: path.stat().st_size for path in desk.warcs("rmol")}
    captured = captures(desk)
    own = [c for c in captured if canonical(c.url, RMOL) == url or c.url in {i["url"] for i in row["images"]}]
    assert len(own) >= 3

    done = forget_in(desk.data, url)

    (entry,) = done.entries
    assert (entry.id, entry.at, entry.reason) == (row["id"], AT, "diminta penulisnya")
    assert entry.records >= len(own)
    assert entry.lines == len([one for one in before if one["url"] == url])
    assert damage(desk.data) == []
    assert desk.lines("rmol") == [one for one in before if one["url"] != url]
    assert {path: path.stat().st_size for path in desk.warcs("rmol")} == sizes
    left = captures(desk)
    assert set(left) <= set(captured) - set(own)
    assert len(left) == len(captured) - entry.records
    for warc in desk.warcs("rmol"):
        assert index_file(warc, desk.data, "rmol").read_bytes() == b"".join(index_warc(warc))
    for one in desk.lines("rmol"):
        found = read_exchange(desk.data / "warc" / "rmol", WarcPointer(**one["warc"]))
        assert found.pointer.length == one["warc"]["length"]
    for path, content in plain_bytes(desk.data):
        assert not [paragraph for paragraph in told if paragraph.encode() in content], path
        if path.parent.name in ("state", "cdxj", "manifest", "forgotten"):
            assert url.rpartition("/")[2].encode() not in content, path
    assert not list(desk.data.rglob("*.new")) + list(desk.data.rglob("*.plan"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_rebuilt_state_is_the_same_and_brings_nothing_back(archive: Desk, desk: Desk, kind: str) -> None:
    lines = len([row for row in desk.lines("rmol") if row["url"] != url_of(archive, kind)])
    rebuild_state(desk.data, RMOL, SETTINGS)
    forget_in(desk.data, url_of(archive, kind))
    known = dump(desk.data)
    recovered, _ = rebuild_state(desk.data, RMOL, SETTINGS)
    assert recovered.lines_made == 0
    assert dump(desk.data) == known
    assert len(desk.lines("rmol")) == lines


def test_a_copy_that_is_put_back_is_not_read_again(archive: Desk, desk: Desk) -> None:
    url = url_of(archive, "variants")
    rows = [row for row in desk.lines("rmol") if row["url"] == url]
    forget_in(desk.data, url)
    for kind in ("warc", "jsonl"):
        for path in (archive.data / kind / "rmol").iterdir():
            (desk.data / kind / "rmol" / path.name).write_bytes(path.read_bytes())
    rebuild_state(desk.data, RMOL, SETTINGS)
    assert not [row for row in dump(desk.data) if url in map(str, row)]
    assert {"line.forgotten", "manifest.changed"} <= verified(desk.data).findings.kinds
    with pytest.raises(NotForgotten, match="is not what it was: see scrapy verify; nothing was changed"):
        forget_in(desk.data, url)
    (desk.data / "manifest" / "rmol.jsonl").unlink()  # the copy is what is wanted, but for the article
    (entry,) = forget_in(desk.data, url).entries
    assert entry.lines == len(rows)
    assert damage(desk.data) == []


@pytest.mark.parametrize("form", ["http://www.{}?utm_source=x#atas", "https://{}?page=2"])
def test_any_form_of_the_url_will_do(archive: Desk, desk: Desk, form: str) -> None:
    url = url_of(archive, "pages")
    given = canonical(form.format(url.removeprefix("https://")), RMOL)
    assert given
    forget_in(desk.data, given)
    assert url not in {row["url"] for row in desk.lines("rmol")}


def test_the_url_that_was_redirected_stands_for_the_article(archive: Desk, desk: Desk) -> None:
    assert archive.newsroom
    article = archive.newsroom.newsroom.special("rmol", "redirect")
    old = {canonical(alias, RMOL) for alias in article.aliases} - {article.url, None}
    assert old
    (given,) = old
    assert given
    (entry,) = forget_in(desk.data, given).entries
    assert entry.lines == 1
    assert article.url not in {row["url"] for row in desk.lines("rmol")}
    assert {log.key_of(url, RMOL) for url in (given, article.url)} <= set(log.forgotten(desk.data, "rmol"))
    assert damage(desk.data) == []


def test_two_articles_and_one_that_is_forgotten_already(archive: Desk, desk: Desk) -> None:
    first, second, third = (url_of(archive, kind) for kind in ("variants", "pages", "redirect"))
    forget_in(desk.data, first)
    done = forget_in(desk.data, first, second, third)
    assert [entry.id for entry in done.entries] == [log.key_of(url, RMOL) for url in (second, third)]
    assert done.before[first].at == AT
    assert not {row["url"] for row in desk.lines("rmol")} & {first, second, third}
    assert damage(desk.data) == []


def test_one_that_is_not_here_keeps_the_others(archive: Desk, desk: Desk) -> None:
    unknown = "https://rmol.id/politik/read/2020/06/02/1/tidak-ada"
    with pytest.raises(NotForgotten, match=f"{unknown}: nothing of it is in the archive"):
        forget_in(desk.data, url_of(archive, "pages"), unknown)
    assert url_of(archive, "pages") in {row["url"] for row in desk.lines("rmol")}
    assert not list(log.read(desk.data, "rmol"))


def test_a_page_that_another_url_shares_byte_for_byte(archive: Desk, desk: Desk) -> None:
    """Our recorder never stores one article's page as a revisit of another's; an archive may have it."""
    url, other = url_of(archive, "syndicated"), "https://rmol.id/politik/read/2020/06/02/7/halaman-yang-sama"
    pointer = WarcPointer(**line_of(desk, url)["warc"])
    page = read_exchange(desk.data / "warc" / "rmol", pointer)
    asked, digest = b"GET / HTTP/1.1\r\n\r\n", page.payload_digest
    capture = Exchanged(uri=other, date=AT, request=asked, head=page.head, payload=b"", digest=digest)
    target = Revisit(IDENTICAL, RefersTo(page.uri, page.date, page.record_id))
    writer = Writer(desk.data / "warc" / "rmol", "rmol", {}, 1 << 30)
    writer.append([record.member() for record in exchange(capture, record_id(), target)])
    writer.close()
    with pytest.raises(NotForgotten, match=f"byte for byte, is that of {other}: name that as well"):
        forget_in(desk.data, url)
    assert url in {row["url"] for row in desk.lines("rmol")}
    done = forget_in(desk.data, url, other)
    assert len(done.entries) == 2
    assert damage(desk.data) == []


def test_pictures_that_another_line_shows_stay(archive: Desk, desk: Desk) -> None:
    url = url_of(archive, "variants")
    (picture,) = (image["url"] for image in line_of(desk, url)["images"])
    (path, *_) = sorted((desk.data / "jsonl" / "rmol").iterdir())
    rows = [json.loads(line) for line in path.read_bytes().splitlines()]
    next(row for row in rows if row["url"] != url)["images"] = [
        {"url": picture, "caption": None, "credit": None}
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (desk.data / "manifest" / "rmol.jsonl").unlink()
    forget_in(desk.data, url)
    assert picture in {capture.url for capture in captures(desk)}
    assert log.key_of(picture, RMOL) not in log.forgotten(desk.data, "rmol")


def test_leftovers_go_too(archive: Desk, desk: Desk) -> None:
    names = (
        "warc/rmol/a.warc.gz.torn",
        "jsonl/rmol/a.jsonl.torn",
        "jsonl/rmol/a.jsonl.new",
        "cdxj/rmol/a.cdxj.9.new",
    )
    for name in names:
        (desk.data / name).write_bytes(b"siapa tahu")
    forget_in(desk.data, url_of(archive, "pages"))
    assert not [name for name in names if (desk.data / name).exists()]


def test_what_was_lifted_is_known_no_more(archive: Desk, desk: Desk) -> None:
    url = url_of(archive, "pages")
    forget_in(desk.data, url)
    lift(desk.data, RMOL, [url], "keliru", "2026-11-29T00:00:00Z")
    assert log.forgotten(desk.data, "rmol") == {}
    assert [entry.lifted for entry in log.read(desk.data, "rmol")] == [False, True]
    with pytest.raises(NotForgotten, match=f"{url}: was not forgotten; nothing was changed"):
        lift(desk.data, RMOL, [url], "lagi", AT)
