"""Write the articles of the sample newsroom: a pure function of seed, outlet and number."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from random import Random
from typing import Final

from newscrawl.items import ArticleType, Image, Link, Syndication
from newscrawl.sample.article import ARCHIVED, NEW_TEMPLATE_SINCE, PROMO, Card, SampleArticle
from newscrawl.sample.outlets import OUTLETS, RMOL, SOSOK, SampleOutlet, article_url, old_url, slug, variants
from newscrawl.sample.phrases import FIRST_NAMES, LAST_NAMES
from newscrawl.sample.prose import Writer

REPORTERS: Final = 8
EDITORS: Final = 3
PAGES: Final = 3
KINDS: Final[dict[str | None, ArticleType]] = {"gallery": "gallery", "video": "video", "live": "live"}
PHOTO_CREDITS: Final = {"rmol": ("Net", "RMOL", "Ist"), "sosok": ("Instagram/@akuncontoh", "Dok. Sosok.ID")}


def make_card(seed: str, outlet: str, index: int, published: datetime, special: str | None) -> Card:
    """Write what lists show of an article."""
    facts = OUTLETS[outlet]
    section, writer = _writer(seed, facts, index, published)
    title = writer.title()
    if special == "markup":
        title = f"{title}: \"Jangan <Dipotong>\" & 'Jangan Ditutup'"
    old = index < ARCHIVED
    number = facts.first_id[not old] + facts.id_step * (index if old else index - ARCHIVED)
    url = article_url(facts, section, str(number), title, published)
    aliases: tuple[str, ...] = ()
    if special == "variants":
        aliases = variants(facts, url)
    elif special == "redirect":
        aliases = (old_url(facts, url, title),)
    return Card(
        outlet=outlet,
        index=index,
        id=str(number),
        url=url,
        aliases=aliases,
        title=title,
        published=published,
        era="2026" if published.date() >= NEW_TEMPLATE_SINCE else "2020",
        kind=KINDS.get(special, "article"),
        section=section,
        tags=(*facts.every_tag, *writer.rng.sample(writer.topic["tag"], 3), writer.cast["kota"]),
        special=special,
    )


def write_article(
    seed: str, card: Card, others: Sequence[Card], revision: int, touched: int, changed: datetime | None
) -> SampleArticle:
    """Write an article; `others` are the ones it leads to, `changed` is when it got its last revision."""
    facts = OUTLETS[card.outlet]
    _, writer = _writer(seed, facts, card.index, card.published)
    writer.rng = rng = Random(f"{seed}/{card.outlet}/{card.index}/text")
    paragraphs = writer.paragraphs(_length(facts, card, rng), facts.sentences)
    summary = paragraphs[0]
    headings, items = _structure(card, writer, paragraphs)
    if card.special == "markup":
        paragraphs[1] += ' Kalimat ini memuat tanda <kurung> & "kutip", juga 5 < 7.'
    if card.special == "charset":
        paragraphs[1] += " “Kafé Señora” di Jalan Dr. Curaçao – buka sejak pagi…"
    if card.kind == "gallery":
        paragraphs, summary = [], f"Foto-foto {card.title}"
    if facts.dateline and paragraphs:
        paragraphs[0] = f"{facts.dateline} - {paragraphs[0]}"
    paragraphs = _revise(paragraphs, writer, card, revision)
    names = _staff(facts)
    related = tuple(Link(title=other.title, url=other.url) for other in others)
    has_editor = facts is SOSOK or card.era == "2026"
    pages = PAGES if card.special == "pages" else 1
    return SampleArticle(
        **{f.name: getattr(card, f.name) for f in dataclasses.fields(Card)},
        paragraphs=tuple(paragraphs),
        headings=headings,
        items=items,
        dateline=facts.dateline if paragraphs else None,
        summary=summary,
        modified=changed if revision else None,
        authors=tuple(rng.sample(names[:REPORTERS], 2 if card.index % 11 == 4 else 1)),
        editors=(rng.choice(names[REPORTERS:]),) if has_editor else (),
        images=_images(facts, card, writer),
        related=related,
        promo=_promo(card, related, pages),
        syndicated_from=_source(facts, card),
        pages=pages,
        revision=revision,
        touched=touched,
    )


def _writer(seed: str, facts: SampleOutlet, index: int, published: datetime) -> tuple[str, Writer]:
    """Return the section of an article and a writer that knows its cast."""
    rng = Random(f"{seed}/{facts.name}/{index}/cast")
    section = rng.choice(list(facts.sections))
    writer = Writer(rng, facts.sections[section], published.date(), year=facts.year_in_text, sign=facts.sign)
    return section, writer


def _length(facts: SampleOutlet, card: Card, rng: Random) -> int:
    if card.special == "pages":
        return 4 * PAGES
    return 2 if card.kind == "video" else rng.randint(*facts.paragraphs)


def _structure(card: Card, writer: Writer, paragraphs: list[str]) -> tuple[frozenset[str], tuple[str, ...]]:
    """Put sub-headings and a list into the text of the article that shows them; return both."""
    if card.special != "headings":
        return frozenset(), ()
    items = tuple(writer.update() for _ in range(3))
    first, second = writer.subheading(), "Tiga Hal yang Perlu Diketahui"
    paragraphs.insert(1, first)
    paragraphs += [second, *items]
    return frozenset((first, second)), items


def _revise(paragraphs: list[str], writer: Writer, card: Card, revision: int) -> list[str]:
    """Apply the changes: a live article grows on top, another has a paragraph corrected and says so."""
    for number in range(1, revision + 1):
        if card.kind == "live" or not paragraphs:
            paragraphs = [f"Pembaruan ke-{number}: {writer.update()}", *paragraphs]
            continue
        where = len(paragraphs) // 2
        paragraphs[where] += f" {writer.update()}"
        paragraphs.append(f"Catatan redaksi: bagian tengah tulisan ini telah diperbaiki {number} kali.")
    return paragraphs


def _staff(facts: SampleOutlet) -> list[str]:
    """Return the names of the outlet's people: the reporters, then the editors."""
    rng, count = Random(f"staff/{facts.name}"), REPORTERS + EDITORS
    names = zip(rng.sample(FIRST_NAMES, count), rng.sample(LAST_NAMES, count), strict=True)
    return [" ".join(name) for name in names]


def _images(facts: SampleOutlet, card: Card, writer: Writer) -> tuple[Image, ...]:
    when = card.published
    if facts is RMOL:
        stem = f"{facts.base}/images/berita/normal/{when:%Y/%m}/{card.id}_{when:%H%M%S%d%m%Y}_"
    else:
        stem = f"https://asset-a.grid.id/crop/0x0:0x0/700x465/photo/{when:%Y/%m/%d}/{card.id}"
    credit = PHOTO_CREDITS[facts.name]
    return tuple(
        Image(url=f"{stem}{n}.jpg", caption=writer.caption(), credit=writer.rng.choice(credit))
        for n in range(1, 7 if card.kind == "gallery" else 2)
    )


def _promo(card: Card, related: Sequence[Link], pages: int) -> tuple[str, ...]:
    lines = list(PROMO[card.outlet, card.era])
    if card.outlet == SOSOK.name:
        lines += [f"Baca Juga: {link.title}" for link in related]
    elif related:
        lines.append("BERITA TERKAIT :")
    if pages > 1:
        lines.append("Halaman Selanjutnya")
    return tuple(lines)


def _source(facts: SampleOutlet, card: Card) -> Syndication | None:
    if card.special != "syndicated":
        return None
    title = f"{card.title.split(',')[0]}, begini ceritanya"
    if facts is RMOL:
        return Syndication(outlet="RMOLJabar", title=title, url=f"https://www.rmoljabar.id/{slug(title)}")
    url = None if card.era == "2020" else f"https://nasional.kontan.co.id/news/{slug(title)}"
    return Syndication(outlet="Kontan", title=title, url=url)
