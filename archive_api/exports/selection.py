"""One pass over one query: the documents as they stood at one `seq`, in that order, in constant memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Protocol

from archive_api.document import Record
from archive_api.errors import DamagedError, NotFoundError
from archive_api.index.base import Query, SearchIndex

CHUNK = 100  # documents in memory at once: the longest texts seen have 100,000 characters, so 10 million of them


class Shelf(Protocol):
    """What an export needs of the store."""

    def records(self, ids: Sequence[str], *, as_of: int | None = None) -> list[Record]:
        """The records in the order asked, as they stood at that `seq`."""


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
            yield from self._read(ids)
            done += len(ids)
        if done != self.total:
            raise DamagedError(
                f"the index counted {self.total} documents and listed {done}: run `league index --rebuild`"
            )

    def _read(self, ids: list[str]) -> list[Record]:
        try:
            return self._shelf.records(ids, as_of=self.seq)
        except NotFoundError as error:
            raise DamagedError(f"the index lists what the store does not hold: {error}: run `league verify`") from error


def select(shelf: Shelf, index: SearchIndex, query: Query) -> Selection:
    """The query's documents at its `as_of`, or the index's present `seq`; writers make no difference to it."""
    seq = index.seq() if query.as_of is None else query.as_of
    pinned = replace(query, as_of=seq)
    return Selection(seq, index.count(pinned), index.scan(pinned), shelf)
