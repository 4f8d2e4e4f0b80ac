"""`league why URL`: what became of an address."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from archive_api.document import document_id
from archive_api.errors import NotFoundError
from archive_api.store import CaptureRow, Store
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


def explain(store: Store, url: str) -> Answer:
    """What is known of an address, from the strongest statement (it is a document) to the weakest (never heard of)."""
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
    return _never_fetched(store, url)


def _captured(url: str, row: CaptureRow) -> Answer:
    if row.outcome is None:
        return Answer(
            url=url, what="pending", because="fetched, not read yet: 'league index' reads it", at=row.fetched_at
        )
    reason = f" ({row.reason})" if row.reason else ""
    asked = f"; asked for as {row.asked}" if row.asked else ""
    because = REASONS.get(row.outcome, row.outcome) + reason + asked
    return Answer(url=url, what=row.outcome, because=because, at=row.fetched_at)


def _never_fetched(store: Store, url: str) -> Answer:
    skipped = store.skipped(url)
    if skipped is not None:
        because = f"seen, and not fetched: {SKIPPED.get(skipped.reason, skipped.reason)}"
        return Answer(url=url, what=skipped.reason, because=because, at=skipped.at)
    seen = store.rows_for(url)
    if seen:
        return Answer(url=url, what="seen", because=f"seen on a list of {seen[0].source}, not fetched yet")
    return Answer(url=url, what="unknown", because="no list and no link has ever led here")
