"""The article stays the same when its page changes around it: extraction without rules knows no template."""

import gzip
from datetime import datetime

import pytest

from newscrawl import settings
from newscrawl.extract import Page, extract
from newscrawl.flow import TextFlow
from newscrawl.items import Article
from tests.outlets.metamorphoses import METAMORPHOSES, changed
from tests.outlets.pages import SavedPage, saved_pages

PAGES = [
    page for page in saved_pages() if page.exists() and not page.meta.get("generic") and page.expected["text"]
]
ALONE = [(name,) for name in METAMORPHOSES]
PAIRS = [
    ("names that tell nothing", name)
    for name in (
        "no metadata",
        "paragraphs as divs",
        "cards",
        "a lone link",
        "comments below the box",
        "the next article below the box",
    )
]
KNOWN = {  # pages whose text changes, and why
    "names that tell nothing": {
        "kompas/2023-11-02",  # a promo line without a link, told by its class alone
        "liputan6/2021-04-12",  # a caption that only its class calls so
        "liputan6/2021-04-26",  # a section of one sentence, the last of a list
        "sosok/2020-03-11",  # the label "Adv", which is a rule of the outlet's
    },
    "metadata of the site": {"rmol/2015-08-18"},  # repeats a headline that nothing on the page tells
    "unclosed paragraphs": {  # run into the promo line or the signature below
        "cnbcindonesia/2026-01-21",
        "detik/2026-01-20",
        "rmolbanten/2018-09-14",
    },
    "tags in the box": {"tempo/2022-07-30"},  # come between the text and the name that signs it
    "a channel below the box": {"tempo/2022-07-30"},
    "more cards in the box": {"merdeka/2021-06-17"},  # are more than its two sentences
    "the next article in the box": {  # two sentences, or the text goes on in another box
        "liputan6/2021-04-12",
        "merdeka/2021-06-17",
        "merdeka/2021-06-18",
        "turnbackhoax/2025-03-14",
    },
    "the next article below the box": {"merdeka/2021-06-17", "turnbackhoax/2025-03-14"},
}
FLOW = TextFlow(settings.ITEM_PIPELINES)


def article(page: SavedPage, names: tuple[str, ...]) -> Article:
    body = gzip.decompress((page.folder / "page.html.gz").read_bytes())
    html = changed(body, page.expected["text"].split("\n\n"), *reversed(names))
    return FLOW(extract(Page(page.meta["url"], html, datetime.fromisoformat(page.meta["fetched"])), None))


@pytest.mark.parametrize("names", [*ALONE, *PAIRS], ids=" + ".join)
def test_text_stays(names: tuple[str, ...]) -> None:
    wrong = {page.id for page in PAGES if article(page, names).text != page.expected["text"]}
    assert wrong == set().union(*(KNOWN.get(name, set()) for name in names))


def test_what_is_known_to_change_is_of_a_change_that_is_made() -> None:
    assert KNOWN.keys() <= METAMORPHOSES.keys()
