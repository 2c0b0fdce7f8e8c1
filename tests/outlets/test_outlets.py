"""Each outlet's pages give the lines reviewed beside them, by its rules and without any."""

from datetime import datetime

import jsonschema
import pytest

from newscrawl.items import json_schema
from newscrawl.urls import canonical
from tests.outlets.pages import FILES, META, NAMES, OPTIONAL, ROOT, SavedPage, outlet_of, saved_pages

FOLDERS = saved_pages()
PAGES = [page for page in FOLDERS if page.exists()]


def wrong(page: SavedPage, key: str) -> dict[str, str]:
    """Return the fields that are known to come out wrong, and why."""
    known: dict[str, str] = page.meta.get(key, {}) if page.exists() else {}
    return known


def known_wrong(key: str) -> list[object]:
    """Return each page and field known to come out wrong, to be told when it no longer does."""
    return [
        pytest.param(page, field, id=f"{page.id}-{field}", marks=pytest.mark.xfail(reason=why, strict=True))
        for page in PAGES
        for field, why in wrong(page, key).items()
    ]


@pytest.mark.parametrize("name", NAMES)
def test_outlet_has_a_page(name: str) -> None:
    assert [page.id for page in FOLDERS if page.name == name]


def test_pages_are_of_outlets() -> None:
    folders = {folder.name for folder in ROOT.iterdir() if folder.is_dir()} - {"__pycache__"}
    assert folders <= set(NAMES)


@pytest.mark.parametrize("page", FOLDERS, ids=lambda page: page.id)
def test_page_is_complete(page: SavedPage) -> None:
    assert page.exists(), "a skeleton: write the page as its first comment says"
    assert {file.name for file in page.folder.iterdir()} == FILES
    assert set(META) <= page.meta.keys() <= {*META, *OPTIONAL}
    assert datetime.fromisoformat(page.meta["fetched"]).tzinfo
    assert (page.folder / "page.html.gz").stat().st_size < 10_000


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.id)
def test_expected_line_follows_the_schema(page: SavedPage) -> None:
    schema = json_schema()
    properties = {name: rule for name, rule in schema["properties"].items() if name in page.expected}
    properties["extraction"] = {**properties["extraction"], "required": ["method", "template", "warnings"]}
    whole = {**schema, "properties": properties, "required": list(properties)}
    jsonschema.validate(page.expected, whole, format_checker=jsonschema.FormatChecker())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.id)
def test_page_has_an_article_url_of_its_outlet(page: SavedPage) -> None:
    assert canonical(page.meta["url"], outlet_of(page.name)) == page.expected["url"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.id)
def test_rules_give_the_expected_line(page: SavedPage) -> None:
    line, expected = page.line(outlet_of(page.name)), page.expected
    for field in wrong(page, "xfail"):
        del line[field], expected[field]
    assert line == expected


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.id)
def test_text_and_title_need_no_rules(page: SavedPage) -> None:
    line, expected = page.line(None), page.expected
    fields = {"title", "text"} - wrong(page, "generic").keys()
    assert {field: line[field] for field in fields} == {field: expected[field] for field in fields}


@pytest.mark.parametrize(("page", "field"), known_wrong("xfail"))
def test_field_is_still_wrong_by_the_rules(page: SavedPage, field: str) -> None:
    assert page.line(outlet_of(page.name))[field] == page.expected[field]


@pytest.mark.parametrize(("page", "field"), known_wrong("generic"))
def test_field_is_still_wrong_without_rules(page: SavedPage, field: str) -> None:
    assert page.line(None)[field] == page.expected[field]
