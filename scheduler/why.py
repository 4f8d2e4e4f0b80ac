"""`league why URL`: what became of an address."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from archive_api.document import document_id
from archive_api.errors import NotFoundError, SourceError
from archive_api.store import CaptureRow, Store
from crawler.scope import Scope, host_of
from crawler.source import Source, parse_source
from crawler.urls import canonical

REASONS = {
    "list": "fetched: it is a list of other pages",
    "not_article": "fetched, but it is no article",
    "redirect": "fetched: it leads elsewhere",
    "robots": "the site's robots.txt",
    "attachment": "fetched as an attachment",
    "missing": "the site answered that there is no such page",
    "blocked": "the site's wall refused the request; walls are never bypassed",
    "failed": "fetched, but it could not be read; it stays captured",
    "ignored": "fetched, and left alone on purpose",
}

SKIPPED = {
    "robots": "the site's robots.txt disallows it",
    "robots_unavailable": "the site's robots.txt could not be had, so nothing of it was fetched",
    "outside": "it leads outside the source",
    "depth": "it is more links away from the start than the source allows",
    "budget": "its host had been asked as often as it may in a night; the next one goes on",
    "window": "the night's window had closed; the next one goes on",
    "max_pages": "the crawl had fetched as many pages as it may",
    "barren": "many addresses like it gave nothing new: an endless calendar or the like",
    "media": "its ending says that it is no page: a picture, a film, a style",
    "function": "it does something: print, log in, comment, count",
    "host_given_up": "its host had failed too often in this crawl",
}
"""The commoner reasons for which the crawler leaves an address alone, as sentences."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`what` is one stable word for programs, `because` a sentence for people."""

    url: str
    what: str
    because: str
    id: str | None = None
    at: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The answer as one JSON object; what does not apply is left out."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def explain(store: Store, url: str, catalogue: Sequence[Source] = ()) -> Answer:
    """What is known of an address, from the strongest statement (it is a document) to the weakest (never heard of).

    `catalogue` are the sources that could hold an address that was never seen, besides those that were crawled.
    """
    url = canonical(url)
    captures = store.captures_of(url)
    try:
        record = store.record(document_id(url))
    except NotFoundError:
        pass
    else:
        because = (
            f"here it is: {record.document.title or '（无题）'}, version {record.version}, last seen {record.last_seen}"
        )
        asked = next((f"; last asked for as {row.asked}" for row in captures if row.asked), "")
        return Answer(url=url, what="document", because=because + asked, id=record.id, at=record.last_seen)
    problem = store.problem_of(url)
    if captures and (problem is None or problem.at <= captures[0].fetched_at):
        return _captured(url, captures[0])
    if problem is not None:
        detail = f": {problem.detail}" if problem.detail else ""
        return Answer(
            url=url, what="failed", because=f"it could not be fetched: {problem.reason}{detail}", at=problem.at
        )
    return _never_fetched(store, url) or _never_seen(store, url, catalogue)


def _captured(url: str, row: CaptureRow) -> Answer:
    if row.outcome is None:
        return Answer(
            url=url, what="pending", because="fetched, not read yet: 'league index' reads it", at=row.fetched_at
        )
    reason = f" ({row.reason})" if row.reason else ""
    asked = f"; asked for as {row.asked}" if row.asked else ""
    because = REASONS.get(row.outcome, row.outcome) + reason + asked
    return Answer(url=url, what=row.outcome, because=because, at=row.fetched_at)


def _never_fetched(store: Store, url: str) -> Answer | None:
    skipped = store.skipped(url)
    if skipped is not None:
        because = f"seen, and not fetched: {SKIPPED.get(skipped.reason, skipped.reason)}"
        return Answer(url=url, what=skipped.reason, because=because, at=skipped.at)
    seen = store.rows_for(url)
    if seen:
        return Answer(url=url, what="seen", because=f"seen on a list of {seen[0].source}, not fetched yet")
    return None


def _never_seen(store: Store, url: str, catalogue: Sequence[Source]) -> Answer:
    crawled = {row.name: row.config for row in store.sources()}
    named = {source.name: source for source in catalogue}
    for name, config in crawled.items():
        with contextlib.suppress(SourceError):  # one that an older version wrote
            named[name] = parse_source({**config}, where=name)
    holding = [source for source in named.values() if _host_is_in(source, url)]
    if not holding:
        because = "no source of the catalogue has this host: 'league sources add URL' looks at it"
        return Answer(url=url, what="not_in_catalogue", because=because)
    inside = [source for source in holding if Scope.of(source).holds(url)]
    if not inside:
        because = f"it lies outside the paths of {holding[0].name}, the source that has this host"
        return Answer(url=url, what="outside", because=because)
    source = inside[0]
    if source.name not in crawled:
        because = f"it belongs to {source.name}, which was never crawled" + ("" if source.enabled else ": switched off")
        return Answer(url=url, what="not_crawled", because=because)
    condition = store.condition(source.name)
    how = (
        ""
        if condition is None or condition.state == "ok"
        else f"; {source.name} is {condition.state}: {condition.reason}"
    )
    return Answer(url=url, what="unknown", because=f"no list and no link of {source.name} has ever led here{how}")


def _host_is_in(source: Source, url: str) -> bool:
    try:
        return host_of(urlsplit(url)) in Scope.of(source).hosts
    except ValueError:
        return False
