"""One pass over one query: the documents as they stood at one `seq`, in that order, in constant memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Protocol

from archive_api.document import Record
from archive_api.errors import BusyError, DamagedError, NotFoundError
from archive_api.index.base import Query, SearchIndex

CHUNK = 100  # documents in memory at once: the longest texts seen have 100,000 characters, so 10 million of them
_TRIES = 5


class Shelf(Protocol):
    """What an export needs of the store."""

    def records(self, ids: Sequence[str]) -> list[Record]:
        """The current records, in the order asked."""

    def versions(self, key: str) -> list[Record]:
        """Every version of a document, oldest first."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What a query matches at `seq`: `total` documents. Iterating is the one pass; it can be made once."""

    seq: int
    total: int
    _ids: Iterator[str]
    _shelf: Shelf

    def __iter__(self) -> Iterator[Record]:
        """Each matching document once. DamagedError where store or index do not keep what `total` promises."""
        done = 0
        while ids := list(islice(self._ids, CHUNK)):
            for record in self._read(ids):
                yield self._as_of(record)
            done += len(ids)
        if done != self.total:
            raise DamagedError(
                f"the index counted {self.total} documents and listed {done}: run `league index --rebuild`"
            )

    def _read(self, ids: list[str]) -> list[Record]:
        try:
            return self._shelf.records(ids)
        except NotFoundError as error:
            raise DamagedError(f"the index lists what the store does not hold: {error}: run `league verify`") from error

    def _as_of(self, record: Record) -> Record:
        """The record as it stood at `seq`; the current one where the store keeps nothing that old."""
        if record.seq <= self.seq:
            return record
        earlier = [version for version in self._shelf.versions(record.id) if version.seq <= self.seq]
        return earlier[-1] if earlier else record


def select(shelf: Shelf, index: SearchIndex, query: Query) -> Selection:
    """The query's documents at the index's present `seq`; BusyError where the index will not hold still."""
    for _ in range(_TRIES):
        seq, total, ids = index.seq(), index.count(query), index.scan(query)
        first = list(islice(ids, 1))  # a scan's snapshot is taken with its first id
        if index.seq() == seq:
            return Selection(seq, total, chain(first, ids), shelf)
    raise BusyError("the index is being written too fast to take a snapshot of it: try again")
