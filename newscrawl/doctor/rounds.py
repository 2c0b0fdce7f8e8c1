"""Make the round of an outlet: its sources, then its newest articles, a page at a time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from newscrawl.discover import Follow, Found, Listing, first_requests, read
from newscrawl.doctor.examine import examine
from newscrawl.doctor.findings import ArticleRow, RobotsRow, Round, SourceRow
from newscrawl.extract import Page
from newscrawl.flow import TextFlow
from newscrawl.items import iso
from newscrawl.outlet import DatedIndex, Feed, ListPage, Outlet, Sitemap, Source
from newscrawl.urls import all_in_one
from newscrawl.visit import NOT_ASKED, Answer, RobotsAnswer, Visit

ARTICLES = 5
SPARE = 3  # more are asked for when some of the newest cannot be had
KINDS: dict[type[Source], str] = {Feed: "feed", Sitemap: "sitemap", DatedIndex: "index", ListPage: "list"}


async def make_round(visit: Visit, outlet: Outlet, flow: TextFlow) -> Round:
    """Ask for each source once and for the newest articles; return what was found."""
    now = datetime.now(UTC)
    today = now.astimezone(ZoneInfo(outlet.zone)).date()
    result = Round(outlet.name, iso(now), today, obstacles=outlet.obstacles)
    found: dict[str, Found] = {}
    follows = first_requests(outlet, today=today)
    for source in outlet.sources:
        days = [follow for follow in follows if follow.source == source]
        row, articles = await _ask_source(visit, outlet, days, result)
        result.sources.append(row)
        found |= {article.url: article for article in articles if article.url not in found}
    for article in newest_first(found.values())[: ARTICLES + SPARE]:
        if len(result.read) == ARTICLES:
            break
        answer = await visit.fetch(all_in_one(article.url, outlet))
        if answer.problem == NOT_ASKED:
            break
        examined = _article(answer, article.url, outlet, flow)
        if examined.url not in {row.url for row in result.articles}:  # two forms may lead to one article
            result.articles.append(examined)
    result.robots = robots_rows(visit.robots, outlet)
    result.asked, result.stopped, result.refused = visit.asked, visit.stopped, visit.refused
    return result


async def _ask_source(
    visit: Visit, outlet: Outlet, follows: list[Follow], result: Round
) -> tuple[SourceRow, list[Found]]:
    """Read a source: of a dated index the newest day with articles, of a sitemap index the newest file."""
    answer, listing, url = Answer("", datetime.now(UTC), problem=NOT_ASKED), Listing(), ""
    for follow in follows[:2]:
        url = url or follow.url
        answer, listing = await _list(visit, outlet, follow, result)
        if listing.more:
            answer, listing = await _list(visit, outlet, listing.more[0], result)
        if listing.found or answer.problem:
            break
    source = follows[0].source
    row = SourceRow(
        kind=KINDS[type(source)],
        url=url,
        section=source.section,
        status=answer.status,
        found=len(listing.found),
        newest=max((article.published for article in listing.found if article.published), default=None),
        problem=answer.problem,
        blocked=answer.blocked,
        doubts=listing.problems,
    )
    return row, listing.found


async def _list(visit: Visit, outlet: Outlet, follow: Follow, result: Round) -> tuple[Answer, Listing]:
    answer = await visit.fetch(follow.url)
    if answer.problem:
        return answer, Listing()
    return answer, read(
        follow,
        answer.url,
        answer.body,
        outlet=outlet,
        content_type=answer.content_type,
        today=result.today,
    )


def _article(answer: Answer, url: str, outlet: Outlet, flow: TextFlow) -> ArticleRow:
    if answer.problem:
        return ArticleRow(url, answer.status, answer.problem, answer.blocked)
    return examine(Page(answer.url, answer.body, answer.at, answer.content_type), outlet, flow)


def newest_first(articles: Iterable[Found]) -> list[Found]:
    """Sort articles by the publication that their source tells; those without one stand last.

    >>> found = [Found("a"), Found("b", "2026-11-20"), Found("c", "2026-11-21T10:00:00+07:00")]
    >>> [article.url for article in newest_first(found)]
    ['c', 'b', 'a']
    """
    return sorted(articles, key=lambda article: article.published or "", reverse=True)


def robots_rows(answers: list[RobotsAnswer], outlet: Outlet) -> list[RobotsRow]:
    """Return what the hosts' robots.txt say, and the sitemaps in them that are no source of the outlet."""
    used = {source.url for source in outlet.sources}
    return [
        RobotsRow(a.url, a.status, a.rules.delay, [url for url in a.sitemaps if url not in used])
        for a in {answer.url: answer for answer in answers}.values()
    ]
