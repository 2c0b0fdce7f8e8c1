"""Read where a syndicated article says that it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from newscrawl.items import Article, Link, Syndication
from pipelines import Stage
from pipelines.lexicon import lexicon, plain, squeeze

_AROUND = " \"'“”„‟«»‘’.,;:()[]"


def syndication(line: str, links: Sequence[Link] = ()) -> Syndication | None:
    """Read a line that says where the article was published first; `None` when it says no such thing.

    The line has to be nothing else: inside a sentence of the text the same words are attribution. `links` are
    those of the line; one that leads to an article, not to a front page, gives the URL when none is printed.

    >>> syndication("Artikel ini pernah tayang di Kontan dengan judul “Emas Turun, Rupiah Naik”")
    Syndication(outlet='Kontan', title='Emas Turun, Rupiah Naik', url=None)
    >>> syndication("sumber : Antara")
    Syndication(outlet='Antara', title=None, url=None)
    >>> syndication("Harga emas turun, dikutip dari Kontan, Senin (1/6).")
    """
    text = squeeze(line)
    found = lexicon().whole(text)
    if found is None or not found.rule.id.startswith("syndication."):
        return None
    outlet = found.part(text, "outlet") or found.part(text, "known")
    title = found.part(text, "title")
    url = found.part(text, "url")
    return Syndication(
        outlet=outlet.strip(_AROUND) if outlet else None,
        title=_unquoted(title) if title else None,
        url=url.rstrip(".,;") if url else _article_url(links),
    )


class SourcesStage(Stage):
    """Set `syndicated_from` from the lines that the promo stage put aside."""

    def process_item(self, item: Article) -> Article:
        """Take the line that says most; the first of those that say as much."""
        read = [s for line in item.evidence.sources if (s := syndication(line.text, line.links))]
        if read and item.syndicated_from is None:
            item.syndicated_from = max(
                read, key=lambda s: sum(v is not None for v in (s.outlet, s.title, s.url))
            )
            self.count("sources/syndicated")
        return item


def _unquoted(title: str) -> str:
    """Take off a quote that has no partner; the others belong to a quotation in the title."""
    bare = title.strip(" ,;:")
    return bare.strip('"“”„') if plain(bare).count('"') == 1 else bare


def _article_url(links: Sequence[Link]) -> str | None:
    return next((link.url for link in links if urlsplit(link.url).path.strip("/")), None)
