"""Archives cut into stretches, and articles kept between tasks and merge."""

from __future__ import annotations

from pathlib import Path

import pytest

from newscrawl.extract import Page, extract
from newscrawl.extraction.paging import join_pages
from newscrawl.items import Article, WarcPointer
from newscrawl.reextract import sources
from newscrawl.reextract.parts import freeze, thaw
from newscrawl.reextract.run import Progress
from newscrawl.reextract.sources import find, seek_record, stretches
from newscrawl.reextract.task import Step, Task
from newscrawl.spiders.rmol import RmolSpider
from newscrawl.warc.reading import exchanges
from tests.newscrawl.reextract.archives import compressed, http, page, record, request, url


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Sixty exchanges, one of whose pages holds bytes that look like the start of a member."""
    records: list[bytes] = []
    for number in range(60):
        body = page(number) + (b"\x1f\x8b\x08" * 50 if number == 30 else b"")
        records += [record("response", url(number), http(body)), request(url(number))]
    path = tmp_path / "a.warc.gz"
    path.write_bytes(compressed(records))
    return path


@pytest.mark.parametrize("step", [100, 333, 1000, 4096, 20_000])
def test_each_exchange_is_in_one_stretch(archive: Path, step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "SMALLEST", step)
    monkeypatch.setattr(sources, "MOST", 1000)
    (source,) = find([str(archive)])
    with archive.open("rb") as file:
        want = [exchange.pointer.offset for exchange in exchanges(file, "a", size=source.size)]
    found: list[int] = []
    pieces = list(stretches(source))
    assert len(pieces) > 1 or step == 20_000
    for piece in pieces:
        with archive.open("rb") as file:
            if seek_record(file, piece.start):
                found += [e.pointer.offset for e in exchanges(file, "a", size=source.size, end=piece.end)]
    assert found == want
    assert len(want) == 60


def test_a_page_survives_being_put_away() -> None:
    from datetime import UTC, datetime

    first, second = (
        extract(Page(url(n), page(n), datetime(2020, 6, 2, tzinfo=UTC)), RmolSpider.outlet) for n in (1, 2)
    )
    for article in (first, second):
        article.warc = WarcPointer("a.warc.gz", 1, 2, "<urn:x:1>")
        article.evidence.next_page = url(3)
        again = thaw(freeze(article))
        assert isinstance(again, Article)
        assert again == article
        assert again.evidence == article.evidence
    assert join_pages([thaw(freeze(first)), thaw(freeze(second))]) == join_pages([first, second])


def test_progress_tells_share_rate_and_time_left() -> None:
    task = Task("a.warc.gz", 1000, 0, 400, "part", {}, {}, None, generic=False)
    other = Task("a.warc.gz", 1000, 400, None, "other", {}, {}, None, generic=False)
    progress = Progress([task, other])
    progress.note((task, Step(at=250, uri="", written=0, counts={"pages": 50})))
    assert progress.line(seconds=10) == "█████···············  25%  50 pages  5/s  0:30 left"
