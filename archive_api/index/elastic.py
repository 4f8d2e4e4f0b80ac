"""The engine for a cluster: Elasticsearch 9, by its own client, with nothing to install on the cluster.

The index's name is an alias; behind it is one index of a generation, whose name carries the rules that made it. A
search looks up the generation together with the cursor, and then asks that very one. A rebuild fills another one and
swaps the alias; one that is no longer current is removed by the next writer that finds nobody reading in it.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from elasticsearch import NotFoundError

from archive_api.document import Record
from archive_api.errors import BusyError, DamagedError, UserError
from archive_api.index import spans
from archive_api.index.base import Counts, Explanation, Hit, Query, Results, Sort, Tally
from archive_api.index.elastic_address import Address
from archive_api.index.elastic_asking import Asking, Request
from archive_api.index.elastic_checking import problems_of
from archive_api.index.elastic_compiling import compiled
from archive_api.index.elastic_errors import speaking
from archive_api.index.elastic_generations import Current, Generations
from archive_api.index.elastic_writing import Writer
from archive_api.index.explaining import explained
from archive_api.index.filters import refuse_future
from archive_api.index.paging import Row, from_cursor, to_cursor
from archive_api.index.query import Node, Tree, positive_terms
from archive_api.index.related import tree_of
from archive_api.index.writing import refuse_gap

PATIENCE_SECONDS = 120.0
"""How long a writer waits for a cluster that is away or has too much to do."""

_Found = TypeVar("_Found")


class ElasticIndex:
    """A `SearchIndex` in a cluster, made when it is first written. Threads may share one.

    Creating it asks nothing of the cluster. Every method raises a SettingsError where the cluster refuses us or holds
    what a newer version wrote, and a StorageError where it does not answer; all but `rebuild`, `check` and `close`
    a DamagedError where the index has to be built anew.
    """

    def __init__(self, address: Address, *, patience: float = PATIENCE_SECONDS) -> None:
        self._address = address
        self._patience = patience
        self._client = address.client()
        self._generations = Generations(self._client, address)
        self._asking = Asking(self._client, address.shown)

    def apply(self, records: Iterable[Record], *, seq: int, after: int = 0) -> int:
        """Replace these documents and move the cursor to `seq`, never back; durable on return. Returns how many.

        A BusyError where the index is not at `after` yet (see `SearchIndex`).

        A record older than the indexed one (of a writer that was overtaken) is left out. Where it fails in the middle
        some documents may be there already; the cursor stays, and doing it again changes nothing else.
        """
        with self._speaking():
            current = self._generations.current()
            refuse_gap(self._address.shown, current.seq if current else 0, after)
            if current is None:
                return self._fill(records, seq)
            self._generations.remove_old(current.index)
            return self._writer(current.index).write(records, seq)

    def seq(self) -> int:
        """The store's `seq` that this index has come to; 0 where nothing was indexed yet."""
        with self._speaking():
            current = self._generations.current()
        return current.seq if current else 0

    def search(self, query: Query, records: Callable[[Sequence[str]], list[Record]] | None = None) -> Results:
        """One page of hits. With `records` (the store's), each hit carries the spans that matched."""
        if query.limit < 0:
            raise UserError(f"limit {query.limit} is below 0 / limit 不能小于 0")
        tree, after = self.tree(query), from_cursor(query)
        # nothing scores: the newest first
        sort = query.sort if query.sort is not Sort.RELEVANCE or any(positive_terms(tree)) else Sort.SEQ_DESC
        request = Request.of(query, compiled(tree, query), sort)

        def ask(current: Current) -> Results:
            refuse_future(query, current.seq)
            found = self._asking.page(current.index, request, query.limit, after)
            rows = found.rows[: query.limit]
            hits = tuple(_hit(key, row, scored=sort is Sort.RELEVANCE) for key, row in rows)
            cursor = to_cursor(query, rows[-1][1]) if rows and len(found.rows) > query.limit else None
            seq = current.seq if query.as_of is None else query.as_of
            return Results(total=found.total, hits=hits, cursor=cursor, seq=seq)

        results = self._on_current(ask)
        if results is None:
            refuse_future(query, 0)
            results = Results(total=0, hits=(), cursor=None, seq=0)
        if records is None:
            return results
        return replace(results, hits=spans.with_spans(results.hits, tree, records([hit.id for hit in results.hits])))

    def count(self, query: Query) -> int:
        """How many documents match; equal to the number that `scan` yields."""
        return self.search(replace(query, limit=0, cursor=None)).total

    def tree(self, query: Query) -> Tree:
        """How the query is read; a question's words with what they weigh now."""
        return tree_of(query, lambda nodes: self._holders(nodes, query.as_of))

    def explain(self, query: Query) -> Explanation:
        """How the query is read, folded and compiled."""
        tree = self.tree(query)
        sent = json.dumps(compiled(tree, query), ensure_ascii=False, indent=2)
        return explained(query, tree, sent, "elasticsearch")

    def scan(self, query: Query) -> Iterator[str]:
        """The id of every match by `seq`, of the state at this call, in constant memory."""
        request = Request.of(query, compiled(self.tree(query), query), Sort.SEQ)
        point = self._open(query)
        return iter(()) if point is None else self._asking.ids(point, request)

    def tally(self, asked: Sequence[Tally]) -> list[Counts]:
        """Exact numbers, all of one point in time."""
        read = {query: compiled(self.tree(query), query) for query in dict.fromkeys(one.query for one in asked)}
        point = self._open(*read)
        if point is None:
            return [{} for _ in asked]
        return self._asking.tallies(point, [(read[one.query], one.fields) for one in asked])

    def rebuild(self, records: Iterable[Record], *, seq: int) -> None:
        """Fill a new generation beside this one and swap; searches never see a half-filled one."""
        with self._speaking():
            with contextlib.suppress(DamagedError):
                self._generations.current()
            self._fill(records, seq)

    def check(self) -> list[str]:
        """What is wrong with the index in the cluster: shards that are missing, a mapping or entries not of ours."""
        try:
            lines = self._on_current(lambda current: problems_of(self._client, current.index))
        except DamagedError as error:
            return [str(error)]
        return [f"index {self._address.shown}: {line}" for line in lines or ()]

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _holders(self, nodes: Sequence[Node], as_of: int | None) -> list[int]:
        """How many documents each of these finds."""
        found = [compiled(node, Query(as_of=as_of)) for node in nodes]
        return self._on_current(lambda current: self._asking.counts(current.index, found)) or [0] * len(nodes)

    def _fill(self, records: Iterable[Record], seq: int) -> int:
        index = self._generations.create()
        try:
            done = self._writer(index).write(records, seq)
        except BaseException:
            with contextlib.suppress(Exception):
                self._generations.remove(index)
            raise
        # a swap that was not answered may have been done: then the index stays, and a later rebuild removes it
        self._generations.swap(index)
        self._generations.remove_old(index)
        return done

    def _writer(self, index: str) -> Writer:
        return Writer(self._client, index, shown=self._address.shown, patience=self._patience)

    def _open(self, *queries: Query) -> str | None:
        """A point in time to ask these at; None where nothing was indexed yet."""

        def opened(current: Current) -> str:
            for query in queries:
                refuse_future(query, current.seq)
            return self._asking.open_point(current.index)

        point = self._on_current(opened)
        if point is None:
            for query in queries:
                refuse_future(query, 0)
        return point

    def _on_current(self, ask: Callable[[Current], _Found]) -> _Found | None:
        """What the current generation answers; None where nothing was indexed yet."""
        for _ in range(3):
            with self._speaking():
                current = self._generations.current()
                if current is None:
                    return None
                # a rebuild may have swapped the generation away between the two looks
                with contextlib.suppress(NotFoundError):
                    return ask(current)
        raise BusyError(f"index {self._address.shown} is rebuilt faster than it can be asked; try again")

    def _speaking(self) -> contextlib.AbstractContextManager[None]:
        return speaking(self._address.shown)


def _hit(key: str, row: Row, *, scored: bool) -> Hit:
    return Hit(id=key, seq=row.seq, score=float(row.key or 0) if scored else 0.0)
