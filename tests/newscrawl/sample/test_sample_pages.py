"""The pages say what the ground truth says, in the shape of the templates."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest
from lxml import etree

from newscrawl.sample.article import SampleArticle
from newscrawl.sample.content import Newsroom
from newscrawl.sample.outlets import OUTLETS
from newscrawl.sample.site import Site

TODAY = date(2026, 11, 20)
outlets = pytest.mark.parametrize("outlet", OUTLETS)


@pytest.fixture(scope="module")
def site() -> Site:
    return Site(Newsroom(today=TODAY))


def page(site: Site, url: str) -> str:
    host, slash, path = url.partition("://")[2].partition("/")
    answer = site.answer(host, slash + path)
    assert answer.status == 200, url
    return answer.body.decode()


def tree_of(source: str) -> Any:
    return etree.fromstring(source, etree.HTMLParser())


def words(source: str) -> str:
    tree = tree_of(source)
    return " ".join("".join(tree.xpath("//text()[not(parent::script or parent::style)]")).split())


def whole(site: Site, article: SampleArticle) -> list[str]:
    return [page(site, article.url + (f"?page={n}" if n > 1 else "")) for n in range(1, article.pages + 1)]


@outlets
def test_each_truth_stands_on_its_page(site: Site, outlet: str) -> None:
    for article in site.newsroom.articles(outlet):
        sources = whole(site, article)
        source, text = "".join(sources), " ".join(words(s) for s in sources)
        for line in (article.title, *article.paragraphs, *article.promo):
            assert " ".join(line.split()) in text, (article.url, line)
        for link in article.related:
            assert link.url in source
        for image in article.images:
            assert image.url in source
            assert (image.caption or "") in text
        for name in (*article.authors, *article.editors):
            assert name.casefold() in text.casefold()
        assert f"{article.published:%H:%M} WIB" in text


@outlets
def test_pages_have_the_size_of_real_ones(site: Site, outlet: str) -> None:
    sizes = [len(page(site, a.url).encode()) for a in site.newsroom.articles(outlet)]
    assert min(sizes) > 30_000
    assert max(sizes) < 60_000


SHAPES = {
    ("rmol", "2020"): [
        '//li[contains(., "LAPORAN: <a href=\'https://rmol.id/about/")]',
        "//li[contains(., 'LAPORAN: ')]/a[contains(@href, '/about/')]",
        "//img[@alt='rmol news logo']",
        "//img[@alt='rmol news logo article']",
        "//*[text()='BERITA TERKAIT :']",
        "//*[text()='FOLLOW US']",
        "//*[text()='ARTIKEL LAINNYA']",
        "//*[contains(., 'klik tanda bintang')]",
    ],
    ("rmol", "2026"): [
        "//*[@class='single_post_heading']/h1",
        "//*[@id='fontResizableText']/p",
        "//*[@id='fontResizableText']//*[text()='BERITA TERKAIT :']",
        "//meta[@name='author']",
        "//meta[@property='article:published_time']",
        "//*[@class='author']/li/a[contains(@href, '/about/')]",
        "//*[@class='author']/li[contains(., 'WIB')]",
        "//p[starts-with(., 'EDITOR: ')]",
        "//*[contains(@class, 'adsbygoogle')]",
    ],
    ("sosok", "2020"): [
        "//div[@class='read__article clearfix']/div[@class='read__right']/p[starts-with(., 'Sosok.ID - ')]",
        "//p/strong[starts-with(., 'Baca Juga:')]/a",
        "//meta[@name='content_date']",
        "//meta[@name='content_author']",
        "//meta[@name='content_tag']",
    ],
    ("sosok", "2026"): [
        "//*[@class='read__article']/p[starts-with(., 'Sosok.ID - ')]",
        "//p[@class='bacajuga']/strong",
        "//meta[@property='article:published_time']",
        "//meta[@property='og:title']",
        "//*[@class='read__date']",
    ],
}


@pytest.mark.parametrize(("outlet", "era"), SHAPES)
def test_the_template_has_the_marks_of_its_era(site: Site, outlet: str, era: str) -> None:
    article = site.newsroom.archive(outlet)[20] if era == "2020" else site.newsroom.recent(outlet)[20]
    tree = tree_of(page(site, article.url))
    for path in SHAPES[outlet, era]:
        assert tree.xpath(path), path
    blocks = [json.loads(s.text) for s in tree.xpath("//script[@type='application/ld+json']")]
    assert bool(blocks) == (era == "2026")
    if blocks:
        assert blocks[-1]["headline"] == article.title
        assert blocks[-1]["datePublished"] == article.published.isoformat()


@outlets
def test_wrong_zone_is_only_in_the_metadata(site: Site, outlet: str) -> None:
    article = site.newsroom.special(outlet, "wrong_zone")
    source = page(site, article.url)
    assert f"{article.published:%Y-%m-%dT%H:%M:%S}Z" in source
    assert f"{article.published:%H:%M} WIB" in source


@outlets
def test_breaks_instead_of_paragraphs(site: Site, outlet: str) -> None:
    article = site.newsroom.special(outlet, "breaks")
    assert page(site, article.url).count("<br><br>") == len(article.paragraphs) - 1


@outlets
@pytest.mark.parametrize("archive", [False, True])
def test_syndication_line(site: Site, outlet: str, archive: bool) -> None:
    article = site.newsroom.special(outlet, "syndicated", archive=archive)
    source = article.syndicated_from
    assert source is not None
    verb = "telah" if outlet == "rmol" else "pernah"
    line = f'Artikel ini {verb} tayang di {source.outlet} dengan judul "{source.title}"'
    assert line in words(page(site, article.url))


@outlets
def test_pages_of_an_article_share_out_its_text(site: Site, outlet: str) -> None:
    article = site.newsroom.special(outlet, "pages")
    parts = [words(page(site, f"{article.url}?page={n}")) for n in (1, 2, 3)]
    for at, paragraph in enumerate(article.paragraphs):
        assert [paragraph in part for part in parts] == [n == at // 4 for n in range(3)]
    assert site.answer(OUTLETS[outlet].host, article.url.split(".id", 1)[1] + "?page=4").status == 404


def test_sosok_shows_all_pages_on_one(site: Site) -> None:
    article = site.newsroom.special("sosok", "pages")
    text = words(page(site, f"{article.url}?page=all"))
    assert all(p in text for p in article.paragraphs)
    assert f"{article.url}?page=all" in page(site, article.url)


def test_rmol_leads_from_page_to_page(site: Site) -> None:
    article = site.newsroom.special("rmol", "pages")
    assert tree_of(page(site, article.url)).xpath("//a[@rel='next']/@href") == [f"{article.url}?page=2"]
    assert site.answer("rmol.id", article.url.removeprefix("https://rmol.id") + "?page=all").status == 404


@outlets
def test_every_variant_names_the_canonical_url(site: Site, outlet: str) -> None:
    article = site.newsroom.special(outlet, "variants")
    for url in article.aliases:
        source = page(site, url.partition("#")[0])
        assert f'<link rel="canonical" href="{article.url}">' in source
        assert article.paragraphs[1] in words(source)


@outlets
def test_a_redesign_changes_class_names(site: Site, outlet: str) -> None:
    article = site.newsroom.recent(outlet)[20]
    other = Site(site.newsroom, redesigned={outlet}, bare={outlet})
    source = page(other, article.url)
    assert not re.search(
        "fontResizableText|read__article|single_post_heading|ld\\+json|published_time", source
    )
    assert all(p in words(source) for p in article.paragraphs)


def test_a_mirror_shows_an_outlet_under_its_own_name(site: Site) -> None:
    other = Site(site.newsroom, mirrors={"h7.example.org": "rmol"})
    article = site.newsroom.recent("rmol")[20]
    source = page(other, article.url.replace("rmol.id", "h7.example.org"))
    assert '<link rel="canonical" href="https://h7.example.org/' in source
    assert '"https://rmol.id' not in source
    assert "h7.example.org" in other.hosts


@pytest.mark.parametrize(
    ("host", "target"),
    [
        ("rmol.id", "//["),
        ("rmol.id", "/?page=0"),
        ("rmol.id", "/politik?page=99999999999999999999"),
        ("rmol.id", "/indeks/2020/02/31"),
        ("rmol.id", "/sitemap-artikel-0.xml"),
        ("sosok.grid.id", "/index?day=1&month=1&year=99999999999"),
        ("sosok.grid.id", "/index?day=x"),
        ("sosok.grid.id", "/read/٤١/slug"),
        ("sosok.grid.id", f"/read/{'9' * 5000}/slug"),
    ],
)
def test_nonsense_is_not_found(site: Site, host: str, target: str) -> None:
    assert site.answer(host, target).status == 404


def test_another_host_is_misdirected(site: Site) -> None:
    assert site.answer("example.org", "/").status == 421
