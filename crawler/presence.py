"""Whether a document is still where it was published: what a capture of its address says, and when to look again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from archive_api.captures import Capture
from archive_api.document import Document, document_id
from archive_api.errors import NotFoundError
from archive_api.store import Absence, Outcome, Recheck, Store
from crawler.gone import OBSERVATIONS
from crawler.machine import written
from crawler.moves import moved_from
from crawler.urls import canonical

_MISSING: Final = {"http_404", "http_410", "soft_404"}
SECOND, THIRD, LATER = timedelta(days=3), timedelta(days=7), timedelta(days=30)
"""A document that was missed is looked for again so long after it was first missed; a gone one once a month."""


def own_document(store: Store, source: str, document: Document, now: str) -> Document:
    """The document under the address that it is known by: its own, or the one that it has moved from."""
    known = store.document_at(document.url)
    if known is None and store.state(document_id(document.url)) is None:
        known = _under_other_scheme(store, document.url) or moved_from(store, source, document)
        if known is not None:
            store.move(known, document.url, now)
    return document if known is None else replace(document, url=store.record(known).document.url)


def _under_other_scheme(store: Store, url: str) -> str | None:
    """The document at the same address by http in place of https, or the other way round: it is the same page."""
    scheme, mark, rest = url.partition("://")
    other = {"http": "https", "https": "http"}.get(scheme)
    if other is None:
        return None
    known = store.document_at(f"{other}{mark}{rest}") or document_id(f"{other}{mark}{rest}")
    return known if store.state(known) is not None else None


def note_absence(store: Store, source: str, capture: Capture, outcome: Outcome) -> None:
    """Writes that a document was not at its address, where the capture says so; a wall or a failure says nothing."""
    what = absence_of(outcome)
    key = None if what is None else _document_of(store, canonical(capture.url))
    if what is None or key is None or capture.run is None:
        return
    _note(store, source, Absence(document=key, run=capture.run, what=what, at=capture.fetched_at, url=capture.url))


def note_delisted(store: Store, source: str, document: str, capture: Capture) -> None:
    """Writes that a page is there whose row the lists do not show any more, where that is so."""
    if capture.run is None or store.row_vanished(source, canonical(capture.url)) is None:
        return
    absence = Absence(
        document=document, run=capture.run, what="delisted", at=capture.fetched_at, url=canonical(capture.url)
    )
    _note(store, source, absence)


def absence_of(outcome: Outcome) -> str | None:
    """How an answer does not show the document of its address, None where it is no sign of that."""
    if outcome.what == "missing" and outcome.reason in _MISSING:
        return outcome.reason
    if outcome.what == "redirect":
        return "home" if outcome.reason == "home" else "redirect"
    return "home" if (outcome.what, outcome.reason) == ("list", "home") else None


def _document_of(store: Store, url: str) -> str | None:
    """The document whose present address this is: a moved one is not missed where it was."""
    key = store.document_at(url) or document_id(url)
    if store.state(key) is None:
        return None
    moves = store.moves(key)
    return key if not moves or moves[-1].url == url else None


def _note(store: Store, source: str, absence: Absence) -> None:
    store.note_absence(absence)
    before = store.recheck(absence.document)
    if before is None or absence.what == "redirect":
        return
    missed = [
        one for one in store.absences(absence.document) if (one.what == "delisted") == (absence.what == "delisted")
    ]
    recent = [one for one in missed if absence.what == "delisted" or one.at > _last_seen(store, absence.document)]
    due = _look_again(recent, datetime.fromisoformat(absence.at))
    store.plan_recheck(replace(before, source=source, checked_at=absence.at, due_at=_earlier(before, due, absence)))


def _look_again(missed: list[Absence], now: datetime) -> datetime:
    if not missed:
        return now + SECOND
    first = datetime.fromisoformat(missed[0].at)
    planned = [first + wait for wait in (SECOND, THIRD) if first + wait > now]
    return planned[0] if planned else now + (SECOND if len(missed) < OBSERVATIONS else LATER)


def _earlier(before: Recheck, due: datetime, absence: Absence) -> str:
    is_planned = before.due_at > absence.at
    return min(before.due_at, written(due)) if is_planned else written(due)


def _last_seen(store: Store, document: str) -> str:
    try:
        return store.record(document).last_seen
    except NotFoundError:
        return ""
