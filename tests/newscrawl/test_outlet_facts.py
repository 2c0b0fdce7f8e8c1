"""What holds for every outlet file: one name, facts with their origin, sources of its own."""

import json
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from cssselect import HTMLTranslator
from lxml import etree

from newscrawl.discover import first_requests
from newscrawl.outlet import ArticleUrl, AssetHost, ListPage, Outlet, Selectors, Source
from newscrawl.urls import canonical, own_host
from tests.outlets.pages import NAMES as FILES
from tests.outlets.pages import outlet_of, spider_of

TODAY = date(2026, 11, 22)
URLS = json.loads((Path(__file__).parent / "data" / "platform_urls.json").read_text(encoding="utf-8"))


OUTLETS = pytest.mark.parametrize("outlet", [outlet_of(file) for file in FILES], ids=FILES)


@pytest.mark.parametrize("file", FILES)
def test_file_spider_and_outlet_have_one_name(file: str) -> None:
    spider = spider_of(file)
    assert spider.name == spider.outlet.name == file
    assert spider.__name__ == f"{file.title().replace('_', '')}Spider"


@OUTLETS
def test_facts_say_where_they_are_from(outlet: Outlet) -> None:
    facts: list[Source | ArticleUrl | Selectors | AssetHost] = []
    facts += [*outlet.sources, *outlet.articles, *outlet.selectors, *outlet.assets]
    assert [fact for fact in facts if not fact.known] == []


@OUTLETS
def test_sources_are_on_the_outlets_hosts_and_are_no_articles(outlet: Outlet) -> None:
    follows = first_requests(outlet, today=TODAY)
    assert {follow.source for follow in follows} == set(outlet.sources)
    for follow in follows:
        assert own_host(follow.url, outlet), follow
        assert canonical(follow.url, outlet) is None
        assert "{" not in follow.url


@OUTLETS
def test_asset_hosts_are_names_that_are_not_the_outlets_own(outlet: Outlet) -> None:
    for asset in outlet.assets:
        assert urlsplit(f"https://{asset.host}/").hostname == asset.host
        assert not own_host(f"https://{asset.host}/", outlet)


@OUTLETS
def test_selectors_compile(outlet: Outlet) -> None:
    links = [source.links for source in outlet.sources if isinstance(source, ListPage)]
    names = set(Selectors.__slots__) - {"name", "valid_until", "known"}
    fields = [getattr(template, name) for template in outlet.selectors for name in sorted(names)]
    for css in filter(None, [*links, *fields]):
        etree.XPath(HTMLTranslator().css_to_xpath(css))


@OUTLETS
def test_templates_stand_newest_first(outlet: Outlet) -> None:
    ends = [template.valid_until or date.max for template in outlet.selectors]
    assert ends == sorted(ends, reverse=True)
    assert len({template.name for template in outlet.selectors}) == len(ends)


@OUTLETS
def test_the_zone_exists(outlet: Outlet) -> None:
    assert ZoneInfo(outlet.zone)


@pytest.mark.parametrize(
    ("name", "url", "want"), [(name, *case) for name, cases in URLS.items() for case in cases]
)
def test_article_urls_of_platforms(name: str, url: str, want: str | None) -> None:
    assert canonical(url, outlet_of(name)) == want
