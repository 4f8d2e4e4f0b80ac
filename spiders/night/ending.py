"""What a full crawl that came to its end has shown: the rows that no list has any more, the lists that are no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive_api.document import document_id

if TYPE_CHECKING:
    from crawler.session import Session


def conclude_full(session: Session) -> None:
    """Rows that were not seen have vanished, and their documents are looked at next; so have list pages."""
    store, source, now = session.store, session.source.name, session.now()
    began = store.run(store.full_crawl_began(source, session.run)).started_at
    unseen = store.rows_not_seen_since(source, began)
    store.drop_list_pages(source, began)
    with store.batch():
        store.vanish_rows(source, unseen, now)
        for url in unseen:
            store.recheck_by(store.document_at(url) or document_id(url), now)
    if unseen:
        session.counts["rows_vanished"] += len(unseen)
