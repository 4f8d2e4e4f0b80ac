"""Documents that were given another address: the same text under the same title, date and number."""

from __future__ import annotations

from typing import Final

from archive_api.document import Document, document_id
from archive_api.errors import NotFoundError
from archive_api.store import ListRow, Store
from crawler.similarity import alike

NEAR_EQUAL: Final = 0.9
"""Share of the two texts' runs of four characters that both have: 30 edits in 1,243 characters leave .83 (measured)."""


def moved_from(store: Store, source: str, document: Document) -> str | None:
    """The id of the document of the same source that this is, found at a new address while the old one is dead.

    Old and new have the same title, document number and date of publication, and nearly equal texts; and the old
    address was missed since it was last seen, or the lists have dropped it. Two live addresses are two documents.
    """
    row = store.row_for(source, document.url)
    titles = {row.title if row else None, document.title} - {None}
    dates = {row.date if row else None, (document.published or "")[:10] or None}
    wanted = {ListRow(url=document.url, title=title, date=date) for title in titles for date in dates}
    for url in dict.fromkeys(url for one in sorted(wanted, key=str) for url in store.twins(source, one)):
        key = store.document_at(url) or document_id(url)
        if _is_same(store, key, document) and is_dead(store, source, key, url):
            return key
    return None


def is_dead(store: Store, source: str, document: str, url: str) -> bool:
    """Whether a document is not at its address any more, or not on the lists, as far as the last look tells."""
    if store.row_vanished(source, url) is not None:
        return True
    try:
        last_seen = store.record(document).last_seen
    except NotFoundError:
        return False
    return any(one.at > last_seen for one in store.absences(document))


def _is_same(store: Store, key: str, document: Document) -> bool:
    try:
        old = store.record(key).document
    except NotFoundError:
        return False
    same = (
        (old.title or "").split() == (document.title or "").split()
        and old.document_number == document.document_number
        and (old.published or "")[:10] == (document.published or "")[:10]
    )
    return same and alike(old.text, document.text) >= NEAR_EQUAL
