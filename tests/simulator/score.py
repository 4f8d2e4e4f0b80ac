"""A crawl measured against the truth."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Self
from urllib.parse import urlsplit

from archive_api.document import Record, State
from tests.simulator.model import Article
from tests.simulator.server import Seen, Served

SOONEST, LATEST = 7, 15
"""Nights after which a deleted article may be gone, and after which it must be."""


@dataclass(slots=True)
class Score:
    """Sums over sites. Documents are counted at the end of the night; requests are those of the night."""

    published: int = 0
    """Articles that stood on some night on which their site had no wall."""
    found: int = 0
    false: int = 0
    """Documents that no article is."""
    duplicates: int = 0
    """Documents beyond the first of one article."""
    titles: int = 0
    dates: int = 0
    texts: int = 0
    """Documents found that have every paragraph of the article as it stands tonight."""
    requests: int = 0
    fewest: int = 0
    due: int = 0
    """Looks at known articles that their schedule asks for: they come on top of the fewest."""
    states: int = 0
    """Documents found whose state is right: live, or gone once their article has been missing for long enough."""
    most_at_once: int = 0
    """The most requests under way at one time on one site: a maximum, not a sum."""
    shortest_gap: float = float("inf")
    """Seconds between the beginnings of two requests to one site: a minimum."""
    robots: int = 0
    traps: int = 0

    def __iadd__(self, other: Score) -> Self:
        """The sums of both."""
        at_once, gap = max(self.most_at_once, other.most_at_once), min(self.shortest_gap, other.shortest_gap)
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))
        self.most_at_once, self.shortest_gap = at_once, gap
        return self


def score_site(served: Served, records: Iterable[Record]) -> Score:
    """The score of one site after a night: `records` are the archive's, of this site or of any."""
    site, score = served.site, _manners(served)
    own = f"127.0.0.1:{served.port}"
    of_article: defaultdict[int, list[Record]] = defaultdict(list)
    for record in records:
        parts = urlsplit(record.document.url)
        if parts.netloc != own:
            continue
        article = site.article_at(parts.path + (f"?{parts.query}" if parts.query else ""))
        if article is None:
            score.false += 1
        else:
            of_article[article.number].append(record)
    published = site.published()
    score.published = len(published)
    for article in published:
        _judge(score, article, of_article.get(article.number, []), site.night)
    return score


def _judge(score: Score, article: Article, records: Sequence[Record], night: int) -> None:
    if not records:
        return
    score.found += 1
    score.duplicates += len(records) - 1
    document = max(records, key=lambda record: record.seq).document
    score.titles += _squeezed(document.title or "") == _squeezed(article.title)
    score.dates += (document.published or "")[:10] == article.day
    score.states += _is_right(article, max(records, key=lambda record: record.seq).state, night)
    text = _squeezed(document.text)
    score.texts += all(_squeezed(paragraph) in text for paragraph in article.paragraphs)


def _is_right(article: Article, state: State, night: int) -> bool:
    """Three looks over seven days prove that an article is gone; a wall, an error or a weekly look may put one off."""
    if not article.is_deleted:
        return state in {State.LIVE, State.RESTORED}
    missing = night - article.lost
    if missing < SOONEST:
        return state is not State.GONE
    return state is State.GONE or missing <= LATEST


def _manners(served: Served) -> Score:
    log = served.log
    begun = sorted(one.began for one in log)
    return Score(
        requests=len(log),
        fewest=served.site.fewest(),
        due=served.site.looks_due(),
        most_at_once=_most_at_once(log),
        shortest_gap=min((b - a for a, b in pairwise(begun)), default=float("inf")),
        robots=sum(served.site.is_disallowed(one.target) for one in log),
        traps=sum(one.role == "trap" for one in log),
    )


def _most_at_once(log: Sequence[Seen]) -> int:
    steps = Counter[float]()
    for one in log:
        steps[one.began] += 1
        steps[one.ended] -= 1
    running = most = 0
    for moment in sorted(steps):
        running += steps[moment]
        most = max(most, running)
    return most


def _squeezed(text: str) -> str:
    return "".join(text.split())
