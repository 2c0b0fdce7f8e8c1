"""What holds for every outlet file: one name, facts with their origin, sources of its own."""

import importlib
import pkgutil
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from cssselect import HTMLTranslator
from lxml import etree

from newscrawl import spiders
from newscrawl.discover import first_requests
from newscrawl.outlet import ArticleUrl, ListPage, Outlet, Selectors, Source
from newscrawl.spider import NewsSpider
from newscrawl.urls import canonical, own_host

FILES = [module.name for module in pkgutil.iter_modules(spiders.__path__)]
TODAY = date(2026, 11, 22)


def spider_of(file: str) -> type[NewsSpider]:
    module = importlib.import_module(f"newscrawl.spiders.{file}")
    (spider,) = (
        thing
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, NewsSpider) and thing.__module__ == module.__name__
    )
    return spider


OUTLETS = pytest.mark.parametrize("outlet", [spider_of(file).outlet for file in FILES], ids=FILES)


@pytest.mark.parametrize("file", FILES)
def test_file_spider_and_outlet_have_one_name(file: str) -> None:
    spider = spider_of(file)
    assert spider.name == spider.outlet.name == file
    assert spider.__name__ == f"{file.title().replace('_', '')}Spider"


@OUTLETS
def test_facts_say_where_they_are_from(outlet: Outlet) -> None:
    facts: list[Source | ArticleUrl | Selectors] = [*outlet.sources, *outlet.articles, *outlet.selectors]
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
