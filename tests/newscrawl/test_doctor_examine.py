"""What filled each field of a page that doctor examines, and what of a round a screen shows."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from newscrawl.doctor.examine import examine
from newscrawl.doctor.findings import RobotsRow, Round
from newscrawl.doctor.show import screen
from newscrawl.extract import Page
from newscrawl.flow import TextFlow
from newscrawl.outlet import ArticleUrl, Outlet, Selectors
from newscrawl.settings import ITEM_PIPELINES

URL = "https://warta.example/daerah/read/2020/06/02/17/jembatan-gantung-diperbaiki"
TEXT = "Pemerintah kota memperbaiki jembatan gantung di Desa Sukaraja pekan ini, setelah warga lama mengeluh."
LD = """{"@type": "NewsArticle", "datePublished": "2020-06-02T10:46:00+07:00",
"author": {"name": "Sari Dewi"}}"""
PAGE = f"""<html><head><title>Jembatan Gantung Diperbaiki | Warta</title>
<meta name="description" content="Warga lama mengeluh."><meta property="og:image" content="/utama.jpg">
<meta name="news_keywords" content="jembatan"><meta property="article:section" content="Daerah">
<script type="application/ld+json">{LD}</script></head><body><div class="kolom">%s</div></body></html>"""
SHOWN = f"""<h1 class="judul">Jembatan Gantung Diperbaiki</h1><div class="kop">Penulis: Sari Dewi<br>
<span class="waktu">Selasa, 2 Juni 2020 10:46 WIB</span></div><div class="isi"><img src="/jembatan.jpg">
<p>{TEXT}</p><p>{TEXT[:-1]} sejak lama.</p><p>Editor: Budi Santoso</p></div>
<div class="tags"><a href="/t/1">jembatan</a><a href="/t/2">desa</a></div>"""
HIDDEN = f'<div class="isi"><p>{TEXT}</p><p>{TEXT[:-1]} sejak lama.</p></div>'
ALL = Selectors(
    name="2020", title=".judul", body=".isi", published=".waktu", author=".kop", tags=".tags a", image="img"
)


def fields(shown: str, *templates: Selectors) -> dict[str, str | None]:
    form = ArticleUrl(
        pattern=r"warta\.example/(?P<section>[a-z]+)/read/(?P<year>\d{4})/(?P<month>\d\d)/(?P<day>\d\d)/\d+/[\w-]+"
    )
    outlet = Outlet(
        name="warta",
        title="Warta",
        hosts=("warta.example",),
        sources=(),
        articles=(form,),
        selectors=templates,
    )
    page = Page(URL, (PAGE % shown).encode(), datetime(2020, 6, 3, tzinfo=UTC))
    return examine(page, outlet, TextFlow(ITEM_PIPELINES)).fields


@pytest.mark.parametrize(
    ("shown", "templates", "expected"),
    [
        (
            SHOWN,
            (ALL,),
            {
                **dict.fromkeys(("title", "text", "published", "authors", "tags", "images"), "selector"),
                "editors": "printed",
                "section": "metadata",
                "summary": "metadata",
            },
        ),
        (
            SHOWN,
            (),
            {
                "title": "headline",
                "text": "blocks",
                "published": "printed",
                "authors": "printed",
                "editors": "printed",
                "section": "metadata",
                "tags": "printed",
                "summary": "metadata",
                "images": "page",
            },
        ),
        (
            HIDDEN,
            (ALL,),  # of which nothing but the text's is on the page
            {
                "title": "metadata",
                "text": "selector",
                "published": "json-ld",
                "authors": "json-ld",
                "editors": None,
                **dict.fromkeys(("section", "tags", "summary"), "metadata"),
                "images": "metadata",
            },
        ),
    ],
    ids=["selectors", "general rules", "metadata"],
)
def test_each_field_has_the_rule_that_filled_it(
    shown: str, templates: tuple[Selectors, ...], expected: dict[str, Any]
) -> None:
    assert fields(shown, *templates) == expected


def test_a_screen_names_few_of_many_sitemaps() -> None:
    unused = [f"https://warta.example/sitemap-{number}.xml" for number in range(30)]
    robots = [RobotsRow("https://warta.example/robots.txt", 200, 2.5, unused)]
    shown = screen(Round("warta", "2020-06-03T00:00:00Z", date(2020, 6, 3), robots=robots), []).splitlines()
    assert shown[2:7] == [
        "robots      https://warta.example/robots.txt 200, obeyed, 2.5 s between requests",
        *(f"            names a sitemap that is no source: {url}" for url in unused[:3]),
        "            and 27 more; --json names all",
    ]
