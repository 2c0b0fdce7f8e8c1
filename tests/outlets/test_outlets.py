"""Each outlet's pages give the lines reviewed beside them, by its rules and without any."""

from datetime import datetime

import jsonschema
import pytest

from newscrawl.items import json_schema
from tests.outlets.pages import FILES, META, NAMES, OPTIONAL, ROOT, SavedPage, outlet_of, saved_pages

PAGES = saved_pages()


def marked(page: SavedPage, key: str) -> object:
    """Mark a page that is known to fail with the reason it gives."""
    whole = (page.folder / "meta.json").exists()  # a missing file has its own test
    reason = page.meta.get(key) if whole else None
    marks = pytest.mark.xfail(reason=reason, strict=True) if reason else ()
    return pytest.param(page, id=page.id, marks=marks)


@pytest.mark.parametrize("name", NAMES)
def test_outlet_has_a_page(name: str) -> None:
    assert [page.id for page in PAGES if page.name == name]


def test_pages_are_of_outlets() -> None:
    folders = {folder.name for folder in ROOT.iterdir() if folder.is_dir()} - {"__pycache__"}
    assert folders <= set(NAMES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.id)
def test_page_is_complete(page: SavedPage) -> None:
    assert {file.name for file in page.folder.iterdir()} == FILES
    assert META <= page.meta.keys() <= META | OPTIONAL
    assert datetime.fromisoformat(page.meta["fetched"]).tzinfo
    assert (page.folder / "page.html.gz").stat().st_size < 10_000


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.id)
def test_expected_line_follows_the_schema(page: SavedPage) -> None:
    schema = json_schema()
    properties = {name: rule for name, rule in schema["properties"].items() if name in page.expected}
    properties["extraction"] = {**properties["extraction"], "required": ["method", "template", "warnings"]}
    whole = {**schema, "properties": properties, "required": list(properties)}
    jsonschema.validate(page.expected, whole, format_checker=jsonschema.FormatChecker())


@pytest.mark.parametrize("page", [marked(page, "xfail") for page in PAGES])
def test_rules_give_the_expected_line(page: SavedPage) -> None:
    assert page.line(outlet_of(page.name)) == page.expected


@pytest.mark.parametrize("page", [marked(page, "generic") for page in PAGES])
def test_text_and_title_need_no_rules(page: SavedPage) -> None:
    line = page.line(None)
    assert (line["title"], line["text"]) == (page.expected["title"], page.expected["text"])
