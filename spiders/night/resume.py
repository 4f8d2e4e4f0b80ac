"""A full crawl that was cut off goes on: what it has fetched is read from the archive again, not from the site."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive_api.errors import DamagedError
from archive_api.store import CaptureRow
from crawler.urls import canonical

if TYPE_CHECKING:
    from crawler.extraction import Extraction
    from crawler.session import Session

_AGAIN = {"failed", "blocked", None}
"""Outcomes after which a page is asked for once more."""
_LEADS_ON = {"document", "list", "not_article"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A page that an earlier run of the same crawl fetched; `extraction` is None for what leads nowhere."""

    url: str
    extraction: Extraction | None


def kept_pages(session: Session) -> Iterator[Kept]:
    """What the unfinished full crawls of the source have fetched since the last one that came to its end, by time.

    Not what is only whole with other pages: an article in several parts is asked for again, with all of them.
    """
    runs = [run for run in session.store.unfinished_crawls(session.source.name) if run != session.run]
    if not runs:
        return
    for row in session.store.captures_of_runs(runs):
        if row.source != session.source.name or row.outcome in _AGAIN or row.outcome == "robots" or _is_of_another(row):
            continue
        extraction = _read(session, row)
        if extraction is None or not extraction.pieces:
            yield Kept(url=canonical(row.url), extraction=extraction)


def _is_of_another(row: CaptureRow) -> bool:
    """Whether it is asked for again by the page that it belongs to: a form's answer, an article's part, a script."""
    return "#" in row.url or row.reason in {"part", "script"}


def _read(session: Session, row: CaptureRow) -> Extraction | None:
    if row.outcome not in _LEADS_ON:
        return None
    try:
        return session.ingest.read_again(row)
    except DamagedError as error:
        session.problem(row.url, "damaged_capture", str(error))
        return None
