"""The search for cycles is left out of extraction, which makes none."""

import gc
import gzip
from datetime import UTC, datetime

import pytest

from newscrawl.collector import no_collector
from newscrawl.extract import Page, extract
from tests.outlets.pages import outlet_of, saved_pages


def test_extraction_makes_no_cycles() -> None:
    fetched = datetime(2026, 1, 20, tzinfo=UTC)
    pages = [
        (Page(saved.meta["url"], gzip.decompress(packed), fetched), outlet_of(saved.name))
        for saved in saved_pages()[:20]
        for packed in [(saved.folder / "page.html.gz").read_bytes()]
    ]
    for turn in range(2):  # the first compiles selectors and loads modules
        if turn:
            gc.collect()
        with no_collector():
            for page, outlet in pages:
                extract(page, outlet)
                extract(page, None)
    assert gc.collect() == 0


@pytest.mark.parametrize("before", [True, False])
def test_the_collector_is_as_it_was(before: bool) -> None:
    was_on = gc.isenabled()
    try:
        (gc.enable if before else gc.disable)()
        with pytest.raises(ValueError, match="broken"), no_collector():
            raise ValueError("broken")
        assert gc.isenabled() is before
    finally:
        (gc.enable if was_on else gc.disable)()
