"""What a night misses on the lists: rows that vanished, lists that are not there, rows that came back elsewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from archive_api.document import document_id
from archive_api.store import ListRow, Store
from crawler.urls import canonical

MOST_LOOKS = 30
"""So many vanished rows of one list are looked at in a night; the others are due in the next."""


class Losses:
    """Gathers what a night's list pages do not show any more, until each list was read as far as the night reads it."""

    def __init__(self, store: Store, source: str) -> None:
        self._store, self._source = store, source
        self._missing: defaultdict[str, list[str]] = defaultdict(list)
        self._shown: set[str] = set()

    def note(self, head: str, missing: Sequence[str], shown: Sequence[str]) -> None:
        """One page of the list that begins at `head`: rows it has lost, and those it shows."""
        self._missing[head] += missing
        self._shown.update(shown)

    def of(self, head: str, now: str) -> list[str]:
        """The documents' addresses to look at, once the list was read: what vanished is written down."""
        gone = [url for url in dict.fromkeys(self._missing.pop(head, [])) if url not in self._shown]
        if not gone:
            return []
        with self._store.batch():
            self._store.vanish_rows(self._source, gone, now)
            for url in gone:
                self._store.recheck_by(self._store.document_at(url) or document_id(url), now)
        return gone[:MOST_LOOKS]

    def twins(self, url: str) -> Iterator[str]:
        """Addresses of documents that had this row's title and date before it, and are on no list of this night."""
        row = self._store.row_for(self._source, url)
        if row is None or row.title is None:
            return
        for other in self._store.twins(self._source, ListRow(url=canonical(url), title=row.title, date=row.date)):
            if other not in self._shown and self._store.state(document_id(other)) is not None:
                yield other
