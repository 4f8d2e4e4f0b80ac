"""Asking one index: a page of rows in a total order, or every row of one point in time."""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace

from elasticsearch import Elasticsearch, NotFoundError

from archive_api.errors import BusyError
from archive_api.index.base import Counts, Query, Sort
from archive_api.index.elastic_compiling import Clause
from archive_api.index.elastic_entries import Json, document_of
from archive_api.index.elastic_errors import speaking
from archive_api.index.paging import Row

BATCH = 5000
"""Rows of one answer; the server refuses more than 10,000."""

_KEPT_ALIVE = "5m"
_LEAST, _MOST = -(1 << 63), (1 << 63) - 1
"""The server sorts an unknown date as one of these, last in either order."""

_FIELDS = {
    Sort.PUBLISHED: ("published", "asc"),
    Sort.PUBLISHED_DESC: ("published", "desc"),
    Sort.PERIOD: ("period", "asc"),
    Sort.PERIOD_DESC: ("period", "desc"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """How many documents match, and the ids and rows of some of them in order."""

    total: int
    rows: list[tuple[str, Row]]


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of the server, in which order. `copy` picks a copy of each shard: scores differ between copies."""

    query: Clause
    sort: Sort
    copy: str

    @classmethod
    def of(cls, query: Query, compiled: Clause, sort: Sort) -> Request:
        """The request for a query; all of its pages ask the same copies."""
        asked = repr(replace(query, cursor=None, limit=0)).encode("utf-8", "surrogatepass")
        return cls(compiled, sort, f"query{zlib.crc32(asked)}")

    def order(self) -> list[dict[str, Json]]:
        """The sort's key, ties by seq, newest first."""
        match self.sort:
            case Sort.RELEVANCE:
                return [{"_score": {"order": "desc"}}, {"seq": {"order": "desc"}}]
            case Sort.SEQ | Sort.SEQ_DESC:
                return [{"seq": {"order": "asc" if self.sort is Sort.SEQ else "desc"}}]
            case _:
                field, order = _FIELDS[self.sort]
                return [{field: {"order": order, "missing": "_last"}}, {"seq": {"order": "desc"}}]

    def after(self, row: Row) -> list[float | None]:
        """A row as the server is told of it."""
        match self.sort:
            case Sort.RELEVANCE:
                return [row.key, row.seq]
            case Sort.SEQ | Sort.SEQ_DESC:
                return [row.seq]
            case _ if row.key is not None:
                return [int(row.key), row.seq]
            case _:
                return [_MOST if _FIELDS[self.sort][1] == "asc" else _LEAST, row.seq]

    def row(self, values: Sequence[int | float]) -> Row:
        """A row as the server tells of it."""
        key = values[0]
        if self.sort in {Sort.SEQ, Sort.SEQ_DESC}:
            return Row(key, int(key), 0)
        return Row(None if key in {_LEAST, _MOST} else key, int(values[1]), 0)


class Asking:
    """Reads through one client. No answer is made of some of the shards only."""

    def __init__(self, client: Elasticsearch, shown: str) -> None:
        self._client = client
        self._shown = shown

    def page(self, index: str, request: Request, limit: int, after: Row | None) -> Answer:
        """The rows after that one: one more than the limit, if there are so many."""
        if limit < BATCH:
            return self._ask(request, limit + 1 if limit else 0, after, index=index)
        rows: list[tuple[str, Row]] = []
        total = 0
        with contextlib.closing(self._batches(self.open_point(index), request, after)) as batches:
            for answer in batches:
                rows, total = rows + answer.rows, answer.total
                if len(rows) > limit:
                    break
        return Answer(total, rows)

    def counts(self, index: str, queries: Sequence[Clause]) -> list[int]:
        """How many documents each of these finds, in one request."""
        answer = self._client.search(
            index=index,
            allow_partial_search_results=False,
            size=0,
            track_total_hits=False,
            aggregations={"each": {"filters": {"filters": [*queries]}}},
        )
        return [int(bucket["doc_count"]) for bucket in answer["aggregations"]["each"]["buckets"]]

    def open_point(self, index: str) -> str:
        """A point in time, to be read by `ids`; it ends by itself once nothing is asked of it for five minutes."""
        return str(self._client.open_point_in_time(index=index, keep_alive=_KEPT_ALIVE)["id"])

    def ids(self, point: str, request: Request) -> Iterator[str]:
        """The id of every match at that point, in constant memory. A BusyError where the cluster has ended it."""
        for answer in self._batches(point, request):
            for key, _ in answer.rows:
                yield key

    def tallies(self, point: str, asked: Sequence[tuple[Clause, tuple[str, ...]]]) -> list[Counts]:
        """How many documents have each value of the fields: every value, whatever their number, page by page."""
        try:
            with speaking(self._shown):
                return [self._counted(point, query, fields) for query, fields in asked]
        finally:
            with contextlib.suppress(Exception):  # it would end by itself
                self._client.close_point_in_time(id=point)

    def _counted(self, point: str, query: Clause, fields: tuple[str, ...]) -> Counts:
        counts: dict[tuple[str | int, ...], int] = {}
        composite: dict[str, Json] = {
            "size": BATCH,
            "sources": [{field: {"terms": {"field": field}}} for field in fields],
        }
        while True:
            answer = self._client.search(
                pit={"id": point, "keep_alive": _KEPT_ALIVE},
                allow_partial_search_results=False,
                query=query,
                size=0,
                aggs={"values": {"composite": composite}},
            )["aggregations"]["values"]
            for bucket in answer["buckets"]:
                counts[tuple(bucket["key"][field] for field in fields)] = bucket["doc_count"]
            if len(answer["buckets"]) < BATCH:
                return counts
            composite["after"] = answer["after_key"]

    def _batches(self, point: str, request: Request, after: Row | None = None) -> Generator[Answer, None, None]:
        try:
            while True:
                with speaking(self._shown):
                    try:
                        answer = self._ask(request, BATCH, after, point=point)
                    except NotFoundError as error:
                        raise BusyError(f"index {self._shown}: this reading was cut off; begin it anew") from error
                yield answer
                if len(answer.rows) < BATCH:
                    return
                after = answer.rows[-1][1]
        finally:
            with contextlib.suppress(Exception):  # it would end by itself
                self._client.close_point_in_time(id=point)

    def _ask(
        self, request: Request, size: int, after: Row | None, *, index: str | None = None, point: str | None = None
    ) -> Answer:
        answer = self._client.search(
            index=index,
            pit={"id": point, "keep_alive": _KEPT_ALIVE} if point else None,
            preference=None if point else request.copy,
            search_type="dfs_query_then_fetch" if request.sort is Sort.RELEVANCE else None,
            allow_partial_search_results=False,
            query=request.query,
            sort=request.order(),
            search_after=request.after(after) if after else None,
            size=size,
            track_total_hits=True,
            source=False,
        )
        hits = answer["hits"]
        return Answer(
            hits["total"]["value"], [(document_of(hit["_id"]), request.row(hit["sort"])) for hit in hits["hits"]]
        )
