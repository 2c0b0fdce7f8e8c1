"""TurnBackHoax, a fact-checking site. No source of ours describes it: all here is a guess."""

from newscrawl.outlet import ArticleUrl, ListPage, Outlet
from newscrawl.spider import NewsSpider


class TurnbackhoaxSpider(NewsSpider):
    """Crawl turnbackhoax.id."""

    name = "turnbackhoax"
    outlet = Outlet(
        name=name,
        title="TurnBackHoax",
        hosts=("turnbackhoax.id",),
        sources=(
            ListPage(
                url="https://turnbackhoax.id/",
                known="a guess: every outlet has a home page; nothing better is known",
            ),
        ),
        articles=(
            ArticleUrl(
                pattern=r"(?:www\.)?turnbackhoax\.id/"
                r"(?P<path>(?P<year>\d{4})/(?P<month>\d\d)/(?P<day>\d\d)/[^/]+)/?",
                canonical="turnbackhoax.id/{path}",
                known="a guess: the form that WordPress gives by default",
            ),
        ),
        obstacles="unknown: check with the live site before use",
    )
