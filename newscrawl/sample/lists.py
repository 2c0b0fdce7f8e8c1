"""The pages and files that list articles: feeds, sitemaps, home, section, tag and index pages, robots.txt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from email.utils import format_datetime
from html import escape
from itertools import islice, takewhile
from typing import Final

from newscrawl.sample.article import ARCHIVED, Card
from newscrawl.sample.content import Newsroom
from newscrawl.sample.furniture import footer, menu, style
from newscrawl.sample.outlets import OUTLETS, RMOL, SampleOutlet
from newscrawl.sample.prose import long_date

PER_PAGE: Final = 20
SITEMAP_SIZE: Final = 1000
SCANNED: Final = 1200

Entry = tuple[str, str, datetime]
"""What a list page shows of an article: URL, title, time."""


def newest(
    newsroom: Newsroom, outlet: str, *, section: str | None = None, tag: str | None = None
) -> Iterator[Card]:
    """Give the articles of an outlet, newest first.

    Of a section, or with a tag that not every article has, only the newest `SCANNED` articles and the archive
    are looked through, so that a list of a large newsroom stays cheap.
    """
    facts, last = OUTLETS[outlet], newsroom.count(outlet) - 1
    everything = section is None and tag in {None, *(t.lower() for t in facts.every_tag)}
    for index in range(last, -1, -1):
        if not everything and last - SCANNED > index >= ARCHIVED:
            continue
        card = newsroom.card(outlet, index)
        slugs = {t.lower().replace(" ", "-") for t in card.tags}
        if everything or card.section == section or tag in slugs:
            yield card


def recent(newsroom: Newsroom, outlet: str, *, section: str | None = None) -> Iterator[Card]:
    """Give the articles that are not in the archive, newest first."""
    return takewhile(lambda card: card.index >= ARCHIVED, newest(newsroom, outlet, section=section))


def entries(newsroom: Newsroom, outlet: str, cards: Iterable[Card], *, oddities: bool = False) -> list[Entry]:
    """Return the links of a list: articles under all their URLs; with `oddities`, dead links and the trap."""
    cards = list(cards)
    rows = [(url, card.title, card.published) for card in cards for url in (card.url, *card.aliases)]
    if oddities and cards:
        when = cards[0].published
        rows += [(url, "Artikel yang tidak ada lagi", when) for url in newsroom.dead_links(outlet)]
        rows.append((newsroom.trap(outlet), "Jangan diikuti", when))
    return rows


def paged(cards: Iterator[Card], page: int) -> tuple[list[Card], bool]:
    """Return one page of a list, and whether another follows."""
    found = list(islice(cards, (page - 1) * PER_PAGE, page * PER_PAGE + 1))
    return found[:PER_PAGE], len(found) > PER_PAGE


def list_page(
    outlet: SampleOutlet, heading: str, rows: Sequence[Entry], css: str, following: str | None
) -> str:
    """Return a page of links; `css` names the box of each, `following` is the URL of the next page."""
    cards = "".join(_card_html(outlet, row, css) for row in rows)
    more = f'<a class="next" rel="next" href="{escape(following)}">Selanjutnya</a>' if following else ""
    menus = menu(outlet.base, tuple(outlet.sections), "main_menu")
    return (
        f'<!DOCTYPE html>\n<html lang="id"><head><meta charset="utf-8">'
        f"<title>{escape(heading)} - {outlet.title}</title>"
        f"{style(f'{outlet.name}-list', 60)}</head><body>{menus}<h1>{escape(heading)}</h1>"
        f'<div class="news-list"><div class="news-list__list">{cards}</div>'
        f'<ul class="pagination pagination_number"><li>{more}</li></ul></div>'
        f"{footer(outlet.title, {}, 'footer')}</body></html>\n"
    )


def _card_html(outlet: SampleOutlet, row: Entry, css: str) -> str:
    url, title, when = row
    date_line = f"{long_date(when.date())}, {when:%H:%M} WIB"
    if outlet is RMOL:
        return (
            f'<div class="post-item"><div class="{css}"><a href="{escape(url)}">{escape(title)}</a></div>'
            f'<span class="date">{date_line}</span></div>'
        )
    return (
        f'<div class="news-list__item l-index clearfix"><a class="news-list__link" href="{escape(url)}">'
        f'<h2 class="news-list__title">{escape(title)}</h2></a>'
        f'<span class="news-list__date">{date_line}</span></div>'
    )


def feed(outlet: SampleOutlet, name: str, cards: Sequence[Card], *, aliases: bool) -> str:
    """Return an RSS 2.0 feed."""
    items = "".join(
        f"<item><title>{escape(card.title)}</title><link>{escape(url)}</link>"
        f'<guid isPermaLink="false">{outlet.name}-{card.id}</guid>'
        f"<pubDate>{format_datetime(card.published)}</pubDate><category>{card.section}</category>"
        f"<description><![CDATA[<p>{escape(card.title)}.</p>]]></description></item>\n"
        for card in cards
        for url in ((card.url, *card.aliases) if aliases else (card.url,))
    )
    built = f"<lastBuildDate>{format_datetime(cards[0].published)}</lastBuildDate>" if cards else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>'
        f"<title>{outlet.title} - {name}</title><link>{outlet.base}/</link><description>{name}</description>"
        f"<language>id</language>{built}\n{items}</channel></rss>\n"
    )


def news_sitemap(outlet: SampleOutlet, cards: Iterable[Card]) -> str:
    """Return a sitemap with the `news:` fields."""
    rows = "".join(
        f"<url><loc>{escape(card.url)}</loc><lastmod>{card.published.isoformat()}</lastmod><news:news>"
        f"<news:publication><news:name>{outlet.title}</news:name><news:language>id</news:language>"
        f"</news:publication><news:publication_date>{card.published.isoformat()}</news:publication_date>"
        f"<news:title>{escape(card.title)}</news:title><news:keywords>{escape(', '.join(card.tags))}"
        "</news:keywords></news:news></url>\n"
        for card in cards
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n{rows}</urlset>\n'
    )


def sitemap(cards: Iterable[Card]) -> str:
    """Return a plain sitemap."""
    rows = "".join(
        f"<url><loc>{escape(c.url)}</loc><lastmod>{c.published.isoformat()}</lastmod></url>\n" for c in cards
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}</urlset>\n'
    )


def sitemap_index(newsroom: Newsroom, outlet: SampleOutlet, news: str) -> str:
    """Return the sitemap index: the news sitemap at path `news`, then all articles by the thousand."""
    count = -(-newsroom.count(outlet.name) // SITEMAP_SIZE)
    paths = [news, *(f"/sitemap-artikel-{n}.xml" for n in range(1, count + 1))]
    rows = "".join(f"<sitemap><loc>{outlet.base}{path}</loc></sitemap>\n" for path in paths)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}</sitemapindex>\n'
    )


def robots(outlet: SampleOutlet, trap_path: str, news: str, crawl_delay: float) -> str:
    """Return robots.txt; without a delay (0) it names none."""
    delay = f"Crawl-delay: {crawl_delay:g}\n" if crawl_delay else ""
    return (
        f"User-agent: *\n{delay}Disallow: {trap_path}\nDisallow: /cari\nAllow: /\n\n"
        f"Sitemap: {outlet.base}/sitemap.xml\nSitemap: {outlet.base}{news}\n"
    )
