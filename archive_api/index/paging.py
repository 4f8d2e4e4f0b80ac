"""One page of hits in a total order: by a sort's key, ties by seq, newest first.

tantivy orders by one key and leaves ties in its own order, so pages are put together from whole groups of ties.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol, cast

import tantivy
from tantivy import FieldType, Occur, Order

from archive_api.errors import UserError
from archive_api.index.base import Query, Sort
from archive_api.index.compiling import ranged

_TOO_LARGE = 1 << 63
_AT_ONCE = 1000
"""Rows that are looked up together with their number."""

_TIES = 100
"""Rows that are looked at beyond a page: most groups of ties end there, and no second look is needed."""

_BY_FIELD = {
    Sort.PUBLISHED: ("published", Order.Asc),
    Sort.PUBLISHED_DESC: ("published", Order.Desc),
    Sort.PERIOD: ("period", Order.Asc),
    Sort.PERIOD_DESC: ("period", Order.Desc),
    Sort.SEQ: ("seq", Order.Asc),
    Sort.SEQ_DESC: ("seq", Order.Desc),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A document's place in the order: its key (None for an unknown date), its seq, how many come before it."""

    key: float | None
    seq: int
    rank: int
    address: tantivy.DocAddress | None = None  # None in a row read back from a cursor

    def within(self, total: int) -> Row:
        """The same row, with a rank that can be one of so many."""
        return replace(self, rank=min(self.rank, total))


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One consistent state of the index, and what is asked of it."""

    searcher: tantivy.Searcher
    schema: tantivy.Schema
    query: tantivy.Query

    def total(self) -> int:
        """How many documents match."""
        # in the order of a field nothing has to be scored; the library's type stub does not know `count`
        return cast("_Counted", self.searcher.search(self.query, 1, order_by_field="seq")).count

    def first(self, sort: Sort, limit: int, after: Row | None = None) -> tuple[int, list[Row]]:
        """How many documents match, and the first rows, or the first after a row: one more than the limit."""
        if sort is Sort.RELEVANCE and after is None and 0 < limit <= _AT_ONCE:
            # looking for documents and scoring them costs most: both figures come from one search
            found = self.searcher.search(self.query, limit + 2 + _TIES)
            return cast("_Counted", found).count, _by_score(self.searcher, self.query, limit + 1, None, found.hits)
        total = self.total()
        # tantivy makes room for as many rows as it is asked for, and for those that it skips
        size = min(limit, total)
        return total, self.page(sort, size + 1, after and after.within(total)) if size else []

    def page(self, sort: Sort, size: int, after: Row | None = None) -> list[Row]:
        """The first `size` rows in the sort's order, or the first after a row."""
        if sort is Sort.RELEVANCE:
            return _by_score(self.searcher, self.query, size, after)
        return _ByField(self.searcher, self.schema, self.query, *_BY_FIELD[sort]).page(size, after)


class _Counted(Protocol):
    count: int


def to_cursor(query: Query, row: Row) -> str:
    """The row as an opaque word that asks for what comes after it."""
    data = json.dumps([_mark(query), row.key, row.seq, row.rank], separators=(",", ":"))
    return base64.urlsafe_b64encode(data.encode()).decode().rstrip("=")


def from_cursor(query: Query) -> Row | None:
    """The row that the query's cursor stands for; a UserError where it is none, or another query's."""
    if query.cursor is None:
        return None
    try:
        data = base64.b64decode(query.cursor + "=" * (-len(query.cursor) % 4), altchars=b"-_", validate=True)
        mark, key, seq, rank = json.loads(data)
        row = Row(key if key is None else float(key), int(seq), int(rank))
    except (ValueError, TypeError, OverflowError, binascii.Error, RecursionError) as error:
        raise UserError("this is no cursor of a search / 翻页标记无效") from error
    # written so that a NaN fails it too
    if mark != _mark(query) or not all(0 <= number < _TOO_LARGE for number in (row.key or 0, row.seq, row.rank)):
        raise UserError("this cursor belongs to another query / 翻页标记不属于这个查询")
    return row


def _mark(query: Query) -> str:
    asked = repr(replace(query, cursor=None, limit=0))
    return hashlib.sha256(asked.encode("utf-8", "surrogatepass")).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class _ByField:
    searcher: tantivy.Searcher
    schema: tantivy.Schema
    query: tantivy.Query
    field: str
    order: Order

    def page(self, size: int, after: Row | None) -> list[Row]:
        rows: list[Row] = []
        rank = 0
        if after:
            rank = after.rank + 1
            rows = self._ties(after.key, size, rank, below=after.seq)
            if after.key is None:
                return rows
        if len(rows) < size:
            rows += self._beyond(after, size - len(rows), rank + len(rows))
        return rows

    def _beyond(self, after: Row | None, size: int, rank: int) -> list[Row]:
        """The first rows whose key comes after that row's; documents without a key come last."""
        left = self.query if after is None or after.key is None else self._without_passed(int(after.key))
        hits = self.searcher.search(left, size, order_by_field=self.field, order=self.order, count=False).hits
        if not hits:
            return []
        last = hits[-1][0]
        seqs = _seqs(self.searcher, [address for _, address in hits])
        whole = [(key, seq, address) for (key, address), seq in zip(hits, seqs, strict=True) if key != last]
        sign = 1 if self.order == Order.Asc else -1
        whole.sort(key=lambda row: (sign * row[0], -row[1]))
        rows = [Row(key, seq, rank + at, address) for at, (key, seq, address) in enumerate(whole)]
        return rows + self._ties(last, size - len(rows), rank + len(rows))

    def _ties(self, key: float | None, size: int, rank: int, *, below: int | None = None) -> list[Row]:
        """The newest rows with this key, of those older than `below`."""
        clauses = [(Occur.Must, self.query), self._with_key(key)]
        if below is not None:
            if below == 0:
                return []
            clauses.append((Occur.Must, ranged(self.schema, "seq", high=below - 1)))
        query = tantivy.Query.boolean_query(clauses)
        hits = self.searcher.search(query, size, order_by_field="seq", order=Order.Desc, count=False).hits
        return [Row(key, seq, rank + at, address) for at, (seq, address) in enumerate(hits)]

    def _with_key(self, key: float | None) -> tuple[Occur, tantivy.Query]:
        if key is None:
            return Occur.MustNot, ranged(self.schema, self.field, low=0)
        return Occur.Must, ranged(self.schema, self.field, low=int(key), high=int(key))

    def _without_passed(self, key: int) -> tantivy.Query:
        bounds = (None, key) if self.order == Order.Asc else (key, None)
        passed = tantivy.Query.range_query(self.schema, self.field, FieldType.Unsigned, *bounds)
        return tantivy.Query.boolean_query([(Occur.Must, self.query), (Occur.MustNot, passed)])


def _by_score(
    searcher: tantivy.Searcher,
    query: tantivy.Query,
    size: int,
    after: Row | None,
    known: Sequence[tuple[float, tantivy.DocAddress]] | None = None,
) -> list[Row]:
    """A document's rank among ties is tantivy's own, but a group of ties has the same ranks in every order.

    So the window of ranks is widened until it holds whole groups, put in order, and cut. The row's rank is a hint
    only: in an index that moved on, the window is widened until it begins before the row. `known` are the hits of the
    first window, where they are known already.
    """
    first = after.rank + 1 if after else 0
    low, high = first, first + size + _TIES
    while True:
        hits = known or searcher.search(query, high - low + 1, offset=low, count=False).hits
        known = None
        step = high - low + 1
        if low and not (after and after.key is not None and hits and hits[0][0] > after.key):
            low = max(0, low - step)
            continue
        ended = len(hits) <= high - low
        rows = _ranked(searcher, hits, low, after, ended=ended)
        if ended or len(rows) >= size:
            return rows[:size]
        high += step


def _ranked(
    searcher: tantivy.Searcher,
    hits: Sequence[tuple[float, tantivy.DocAddress]],
    low: int,
    after: Row | None,
    *,
    ended: bool,
) -> list[Row]:
    """The hits after the row, in order; the last group of ties is left out unless the hits ended with it."""
    known = [hit for hit in hits if ended or hit[0] > hits[-1][0]]
    seqs = _seqs(searcher, [address for _, address in known])
    order = sorted((-score, -seq, at) for at, ((score, _), seq) in enumerate(zip(known, seqs, strict=True)))
    rows = [Row(-score, -seq, low + rank, known[at][1]) for rank, (score, seq, at) in enumerate(order)]
    if after is None or after.key is None:
        return rows
    return [row for row in rows if row.key is not None and (-row.key, -row.seq) > (-after.key, -after.seq)]


def _seqs(searcher: tantivy.Searcher, addresses: list[tantivy.DocAddress]) -> list[int]:
    return [int(seq or 0) for seq in searcher.fast_field_values("seq", addresses)]
