"""Take promo lines, bylines, printed dates and other furniture out of the paragraphs of an article."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from newscrawl.items import Article, Link, Paragraph, Removed
from pipelines import Counter, Stage
from pipelines.lexicon import TAIL, Found, Lexicon, Rule, fold, is_headline, lexicon, squeeze

HEADLINE = "headline.repeated"

BODY = 80
"""Characters from which a line that ends like a sentence counts as a paragraph of the body."""


@dataclass(slots=True)
class Cleaned:
    """What is left of the paragraphs, what was taken out with its rule, and what the promo lines pointed at.

    `sources` are the removed lines that say where the article was published first, with their links.
    """

    kept: list[Paragraph] = field(default_factory=list)
    removed: list[Removed] = field(default_factory=list)
    related: list[Link] = field(default_factory=list)
    sources: list[Paragraph] = field(default_factory=list)


def strip_promo(
    paragraphs: Sequence[Paragraph], *, title: str | None = None, outlet: str | None = None
) -> Cleaned:
    """Separate the text of an article from what the newsroom put around and between it.

    Nothing is lost and nothing invented: the words of `kept` and `removed` are the words of the paragraphs.
    Doing it again changes nothing. A line feed in a paragraph parts lines that are judged on their own.

    >>> cleaned = strip_promo([Paragraph("Baca Juga: Pasar Pindah"), Paragraph("Nelayan libur. (*)")])
    >>> [p.text for p in cleaned.kept]
    ['Nelayan libur.']
    >>> [(r.text, r.rule) for r in cleaned.removed]
    [('Baca Juga: Pasar Pindah', 'promo.baca-juga'), ('(*)', 'end-mark.star-glued')]
    """
    rules = lexicon(outlet)
    split = [_lines(paragraph) for paragraph in paragraphs]
    lines = [line for part in split for line in part]
    for line in lines:
        line.clean(rules)
    headline = _words(title or "")
    left = -1
    # What is at the edge, and what a heading may take, depends on what is gone: again until nothing goes.
    while left != (left := sum(bool(line.text) for line in lines)):
        _clean_edges(lines, rules, headline)
        _clean_lists(lines)
    kept = (_rejoin(paragraph, part) for paragraph, part in zip(paragraphs, split, strict=True))
    related: dict[str, Link] = {}
    for line in lines:
        for link in line.related:
            related.setdefault(link.url, link)
    return Cleaned(
        kept=[paragraph for paragraph in kept if paragraph is not None],
        removed=[removed for line in lines for removed in line.removed],
        related=list(related.values()),
        sources=[source for line in lines for source in line.sources],
    )


class PromoStage(Stage):
    """Clean the paragraphs of an article and join them as its text."""

    def __init__(self, stats: Counter | None = None, outlet: str | None = None) -> None:
        super().__init__(stats)
        lexicon(outlet)  # read now: a quarter of a second that must not stop the running crawl

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        """Build the stage for a crawl of one outlet."""
        return cls(crawler.stats, crawler.spider.name)

    def process_item(self, item: Article) -> Article:
        """Set `text`, add to `removed` and `related`; `evidence` keeps the rest and the source lines."""
        cleaned = strip_promo(item.evidence.paragraphs, title=item.title, outlet=item.outlet)
        item.evidence.paragraphs = cleaned.kept
        item.evidence.sources += cleaned.sources
        item.text = "\n\n".join(p.text for p in cleaned.kept) or None
        item.removed += cleaned.removed
        known = {link.url for link in item.related}
        item.related += [link for link in cleaned.related if link.url not in known]
        self.count("promo/lines", len(cleaned.removed))
        for removed in cleaned.removed:
            self.count(f"promo/{removed.rule}")
        return item


@dataclass(slots=True)
class _Line:
    """A line of a paragraph, what was taken out of it, and the rule that took it when others go with it."""

    text: str
    links: tuple[Link, ...]
    removed: list[Removed] = field(default_factory=list)
    related: list[Link] = field(default_factory=list)
    sources: list[Paragraph] = field(default_factory=list)
    opens: Rule | None = None

    @property
    def is_body(self) -> bool:
        return len(self.text) >= BODY and self.text.rstrip("\"'”’)]").endswith((".", "!", "?", "…"))

    def clean(self, rules: Lexicon) -> None:
        """Apply the rules that need nothing but the line, until none applies."""
        while self.text:
            found = rules.whole(self.text)
            if found is not None and not (
                self._text_follows(found) and self._cut_links(rules, fold(self.text))
            ):
                self.take(found)
            elif found is None and not self._cut(rules):
                return

    def take(self, found: Found) -> None:
        """Remove the whole line."""
        title = found.part(self.text, "title")
        self._remove(0, len(self.text), found.rule, self.links, title)
        self.opens = found.rule if found.rule.takes and not title else None

    def take_as(self, rule_id: str, *, related: bool = False) -> None:
        """Remove the whole line because of what stands around it."""
        self.removed.append(Removed(self.text, rule_id))
        self.related += _targets(self.links, None) if related else []
        self.text = ""

    def _text_follows(self, found: Found) -> bool:
        """Tell whether the title of a promo line is a link and a sentence of the text comes after it."""
        title = fold(found.part(self.text, "title") or "")
        end, _ = _links_at(title, 0, self.links)
        return end > 0 and title.endswith(".") and title.count(" ", end) >= 3

    def _cut(self, rules: Lexicon) -> bool:
        """Remove one part of the line; say whether there was one."""
        folded = fold(self.text)
        for rule in rules.inside(folded, "start", "inside", "end"):
            tail = max(0, len(folded) - TAIL) if rule.where == "end" else 0
            match = rule.pattern.search(self.text if rule.cased else folded, tail)
            if match:
                part = fold(match[0])
                links = tuple(link for link in self.links if _title(link) and _title(link) in part)
                self._remove(*match.span(), rule, links, Found(rule, match).part(self.text, "title"))
                return True
        return bool(self.links) and self._cut_links(rules, folded)

    def _cut_links(self, rules: Lexicon, folded: str) -> bool:
        for rule in rules.inside(folded, "only-link"):
            match = rule.pattern.match(folded)
            if match and (_only_links(folded[match.end() :], self.links) or _only_links(folded, self.links)):
                self._remove(0, len(folded), rule, self.links)
                return True
        for rule in rules.inside(folded, "before-link"):
            for match in rule.pattern.finditer(folded):
                end, links = _links_at(folded, match.end(), self.links)
                if links:
                    self._remove(match.start(), _closed(folded, match.start(), end), rule, links)
                    return True
        return False

    def _remove(
        self, start: int, end: int, rule: Rule, links: tuple[Link, ...], title: str | None = None
    ) -> None:
        text = self.text[start:end].strip()
        self.removed.append(Removed(text, rule.id))
        if rule.related:
            self.related += _targets(links, title)
        if rule.id.startswith("syndication."):
            self.sources.append(Paragraph(text, links))
        left, right = self.text[:start].rstrip(), self.text[end:].lstrip()
        self.text = (left + right if right[:1] in tuple(".,;:!?") else f"{left} {right}").strip()
        self.links = tuple(link for link in self.links if link not in links)


def _lines(paragraph: Paragraph) -> list[_Line]:
    if "\n" not in paragraph.text:
        return [_Line(squeeze(paragraph.text), paragraph.links)]
    lines = [_Line(squeeze(text), ()) for text in paragraph.text.split("\n")]
    for link in paragraph.links:
        home = next((line for line in lines if _title(link) in fold(line.text)), lines[0])
        home.links += (link,)
    return lines


def _rejoin(paragraph: Paragraph, lines: Sequence[_Line]) -> Paragraph | None:
    if lines[0].text == paragraph.text and lines[0].links == paragraph.links:
        return paragraph if paragraph.text else None  # most are a line of which nothing was taken
    kept = [line for line in lines if line.text]
    text = "\n".join(line.text for line in kept)
    if not text:
        return None
    return replace(paragraph, text=text, links=tuple(link for line in kept for link in line.links))


def _clean_edges(lines: Sequence[_Line], rules: Lexicon, headline: str) -> None:
    """Apply the rules that hold only above the first or below the last paragraph of the body."""
    body = [i for i, line in enumerate(lines) if line.is_body and not _says(line, headline)]
    first, last = (body[0], body[-1]) if body else (len(lines), -1)
    for i, line in enumerate(lines):
        if not line.text or first <= i <= last:
            continue
        if i < first and _says(line, headline):
            line.take_as(HEADLINE)
        elif found := (i < first and rules.whole(line.text, "top")) or rules.whole(line.text, "edge"):
            line.take(found)


def _clean_lists(lines: Sequence[_Line]) -> None:
    """Remove what a removed heading takes with it."""
    for i, line in enumerate(lines):
        rule, line.opens = line.opens, None
        if rule is None:
            continue
        below = [other for other in lines[i + 1 :] if other.text]
        if rule.takes == "teaser":
            taken = [
                other for other in below[:1] if len(other.text) <= 160 and other.text.endswith(("…", "..."))
            ]
        elif rule.takes == "rest" and all(_is_listed(other) for other in below):
            taken = below
        else:
            end = next((n for n, other in enumerate(below) if not _is_link(other)), len(below))
            # Where the link is lost, its title still goes: nothing else in a text is set like one.
            taken = below[:end] or [other for other in below[:1] if is_headline(other.text)]
        for other in taken:
            other.take_as(rule.id, related=rule.related)


def _says(line: _Line, headline: str) -> bool:
    """Tell whether a line is the headline, of three words or more."""
    alike = len(headline) <= len(line.text) < 2 * len(headline)
    return alike and headline.count(" ") >= 2 and _words(line.text) == headline


def _is_link(line: _Line) -> bool:
    return bool(line.links) and _only_links(fold(line.text), line.links)


def _is_listed(line: _Line) -> bool:
    """Tell whether a line may be the headline of another article: a link, or a few words and no sentence."""
    few = 3 <= line.text.count(" ") < 25 and not line.text[0].isdigit()
    return _is_link(line) or (few and not line.text.endswith((".", ":", ",", ";")))


def _title(link: Link) -> str:
    return fold(squeeze(link.title or ""))


def _only_links(folded: str, links: Sequence[Link]) -> bool:
    """Tell whether a text holds words of links and no other."""
    rest = folded
    for title in sorted(filter(None, map(_title, links)), key=len, reverse=True):
        rest = rest.replace(title, "", 1)
    return rest != folded and not any(c.isalnum() for c in rest)


def _links_at(folded: str, start: int, links: Sequence[Link]) -> tuple[int, tuple[Link, ...]]:
    """Return where the run of links that begins at `start` ends, and these links."""
    found: list[Link] = []
    end = start
    while True:
        at = end + len(folded[end:]) - len(folded[end:].lstrip(" \"'([•|,;-"))
        titled = [link for link in links if _title(link) and folded.startswith(_title(link), at)]
        if not titled:
            return end, tuple(found)
        found.append(max(titled, key=lambda link: len(_title(link))))
        end = at + len(_title(found[-1]))
        if folded[end : end + 1] in tuple("\"'"):
            end += 1


def _closed(folded: str, start: int, end: int) -> int:
    """Return the end of a part with the bracket that closes it, or the full stop of a sentence of its own."""
    closing = (
        ")]" if folded[start] in "([" else "." if folded[:start].rstrip()[-1:] in tuple(".!?\"'") else ""
    )
    return end + 1 if folded[end : end + 1] in tuple(closing) else end


def _targets(links: Sequence[Link], title: str | None) -> list[Link]:
    """Return what the links of a promo line point at; the words of the line name a single target better."""
    targets = {link.url: link for link in links if link.url.startswith(("http:", "https:"))}
    if len(targets) == 1 and title:
        (url,) = targets
        return [Link(title.strip(" \"'“”"), url)]
    return list(targets.values())


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text)))
