"""Nakita, of the Grid network."""

from newscrawl.platforms.grid import grid
from newscrawl.spider import NewsSpider


class NakitaSpider(NewsSpider):
    """Crawl nakita.grid.id."""

    name = "nakita"
    outlet = grid(
        name=name,
        title="Nakita",
        host="nakita.grid.id",
        sitemap_known="public code, year unknown, for the network",
    )
