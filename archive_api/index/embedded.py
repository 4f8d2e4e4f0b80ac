"""The embedded engine: tantivy in a folder, no server.

Searches take no lock: each works on one committed state, and looks first whether a newer one is there. One writer at a
time; what it does not commit never was. The store's seq is committed with the documents that it covers.
"""

from __future__ import annotations

import contextlib
import logging
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import tantivy
from tantivy import Order

from archive_api.document import Record
from archive_api.errors import ArchiveError, DamagedError, UserError
from archive_api.index import spans
from archive_api.index.base import Counts, Explanation, Hit, Query, Results, Sort, Tally
from archive_api.index.compiling import compiled, ranged
from archive_api.index.counting import counted
from archive_api.index.entries import CURSOR, DOCUMENT, create_in, field_names, open_in, schema
from archive_api.index.explaining import explained, indented
from archive_api.index.filters import refuse_future
from archive_api.index.folder import Current, Folder
from archive_api.index.paging import Row, Snapshot, from_cursor, to_cursor
from archive_api.index.query import Node, Tree, positive_terms
from archive_api.index.related import tree_of
from archive_api.index.writing import refuse_gap, storing, write

LOCK_SECONDS = 10.0
"""How long a writer waits for another one before it gives up with a BusyError."""

_SCAN_ROWS = 5000
_TOO_MANY_WORDS = "exceeded max expansions"  # what tantivy says of a phrase with a pattern

_log = logging.getLogger(__name__)


class EmbeddedIndex:
    """A `SearchIndex` in a folder, made when it is first written. Threads may share one.

    A SettingsError where the folder holds something else, or what a newer version wrote. Where it is damaged, every
    method but `rebuild`, `check` and `close` raises a DamagedError.
    """

    def __init__(self, path: Path, *, wait: float = LOCK_SECONDS) -> None:
        self._folder = Folder(path)
        self._wait = wait
        self._schema = schema()
        self._mutex = threading.Lock()
        self._open: tuple[Current, tantivy.Index] | None = None
        with contextlib.suppress(DamagedError):
            self._folder.current()

    def apply(self, records: Iterable[Record], *, seq: int, after: int = 0) -> int:
        """Replace these documents and move the cursor to `seq`, never back; durable on return. Returns how many.

        A BusyError where the index is not at `after` yet (see `SearchIndex`). A record older than the indexed one (of a
        writer that was overtaken) is left out.
        """
        with self._folder.lock(self._wait):
            current, now = self._folder.current(), self.seq()
            refuse_gap(str(self._folder.path), now, after)
            if current is None:
                return self._fill(records, seq)
            self._folder.remove_rubbish(current.generation)
            with self._reading():
                index = open_in(self._folder.generation(current))
            return write(index, self._fresh(records, now), max(seq, now))

    def seq(self) -> int:
        """The store's `seq` that this index has come to; 0 where nothing was indexed yet."""
        searcher = self._searcher()
        return 0 if searcher is None else self._cursor(searcher)

    def search(self, query: Query, records: Callable[[Sequence[str]], list[Record]] | None = None) -> Results:
        """One page of hits. With `records` (the store's), each hit carries the spans that matched."""
        if query.limit < 0:
            raise UserError(f"limit {query.limit} is below 0 / limit 不能小于 0")
        after = from_cursor(query)
        tree, snapshot = self._asked(query)
        if snapshot is None:
            return Results(total=0, hits=(), cursor=None, seq=0)
        # nothing scores: the newest first
        sort = query.sort if query.sort is not Sort.RELEVANCE or any(positive_terms(tree)) else Sort.SEQ_DESC
        with self._reading():
            total, rows = snapshot.first(sort, query.limit, after)
            more = len(rows) > query.limit
            rows = rows[: query.limit]
            hits = tuple(_hit(snapshot.searcher, row, scored=sort is Sort.RELEVANCE) for row in rows)
            seq = self._cursor(snapshot.searcher) if query.as_of is None else query.as_of
        if records is not None:
            hits = spans.with_spans(hits, tree, records([hit.id for hit in hits]))
        return Results(total=total, hits=hits, cursor=to_cursor(query, rows[-1]) if more else None, seq=seq)

    def count(self, query: Query) -> int:
        """How many documents match; equal to the number that `scan` yields."""
        snapshot = self._snapshot(query)
        if snapshot is None:
            return 0
        with self._reading():
            return snapshot.total()

    def tree(self, query: Query) -> Tree:
        """How the query is read; a question's words with what they weigh now."""
        return self._asked(query)[0]

    def explain(self, query: Query) -> Explanation:
        """How the query is read, folded and compiled."""
        tree, wanted = self._read(self._searcher(), query)
        return explained(query, tree, indented(str(wanted), field_names(self._schema)), "tantivy")

    def scan(self, query: Query) -> Iterator[str]:
        """The id of every match by `seq`, of the state at this call, in constant memory."""
        snapshot = self._snapshot(query)
        return iter(()) if snapshot is None else self._scan(snapshot)

    def tally(self, asked: Sequence[Tally]) -> list[Counts]:
        """Exact numbers, all of one committed state."""
        searcher = self._searcher()
        read = {one.query: self._read(searcher, one.query)[1] for one in asked}
        if searcher is None:
            return [{} for _ in asked]
        with self._reading():
            return [counted(searcher, read[one.query], one.fields) for one in asked]

    def rebuild(self, records: Iterable[Record], *, seq: int) -> None:
        """Fill a new generation beside this one and swap; searches never see a half-filled one."""
        with self._folder.lock(self._wait):
            try:
                current = self._folder.current()
            except DamagedError:
                _log.info("index %s: building a new generation beside a damaged one", self._folder.path)
            else:
                self._folder.remove_rubbish(current.generation if current else None)
            self._fill(records, seq)

    def check(self) -> list[str]:
        """What is wrong with the files: by their own checksums, and the schema, which has none, beside ours."""
        try:
            current = self._folder.current()
            if current is None:
                return []
            self.seq()
            with self._reading():
                is_ours = tantivy.Index.open(str(self._folder.generation(current))).schema == self._schema
        except DamagedError as error:
            return [str(error)]
        changed = (
            [] if is_ours else [f"{self._folder.generation(current)}: meta.json has another schema than this format"]
        )
        return [*changed, *self._folder.broken_files(current)]

    def close(self) -> None:
        """Let go of the files. A later call opens them again."""
        with self._mutex:
            self._open = None

    def _fill(self, records: Iterable[Record], seq: int) -> int:
        self._folder.refuse_foreign()
        with storing():
            generation = self._folder.next_generation()
        try:
            with storing():
                index = create_in(generation)
            done = write(index, records, seq, is_new=True)
            with storing():
                self._folder.switch(generation)
        except BaseException:
            shutil.rmtree(generation, ignore_errors=True)
            raise
        return done

    def _fresh(self, records: Iterable[Record], now: int) -> Iterator[Record]:
        """The records but for those of documents that are there with a newer seq."""
        overtaken = None
        for record in records:
            if record.until is None:
                overtaken = record.id if record.seq <= now and self._is_overtaken(record) else None
            if record.id != overtaken:
                yield record

    def _is_overtaken(self, record: Record) -> bool:
        searcher = self._searcher()
        if searcher is None:
            return False
        parts = [
            (tantivy.Occur.Must, tantivy.Query.term_query(self._schema, name, value, index_option="basic"))
            for name, value in (("id", record.id), ("entry", DOCUMENT))
        ]
        found = searcher.search(tantivy.Query.boolean_query(parts), 1).hits
        seqs = searcher.fast_field_values("seq", [address for _, address in found])
        return any(int(seq or 0) > record.seq for seq in seqs)

    def _snapshot(self, query: Query) -> Snapshot | None:
        return self._asked(query)[1]

    def _asked(self, query: Query) -> tuple[Tree, Snapshot | None]:
        searcher = self._searcher()
        tree, wanted = self._read(searcher, query)
        return tree, None if searcher is None else Snapshot(searcher, self._schema, wanted)

    def _read(self, searcher: tantivy.Searcher | None, query: Query) -> tuple[Tree, tantivy.Query]:
        if query.as_of is not None:
            refuse_future(query, 0 if searcher is None else self._cursor(searcher))
        tree = tree_of(query, lambda nodes: self._holders(searcher, nodes, query.as_of))
        return tree, compiled(self._schema, tree, query)

    def _holders(self, searcher: tantivy.Searcher | None, nodes: Sequence[Node], as_of: int | None) -> list[int]:
        """How many documents each of these finds."""
        if searcher is None:
            return [0] * len(nodes)
        with self._reading():
            found = [
                Snapshot(searcher, self._schema, compiled(self._schema, node, Query(as_of=as_of))) for node in nodes
            ]
            return [one.total() for one in found]

    def _searcher(self) -> tantivy.Searcher | None:
        """The latest committed state; None where nothing was indexed yet."""
        for _ in range(3):
            current = self._folder.current()
            if current is None:
                return None
            try:
                with self._reading(), self._mutex:
                    return self._latest(current)
            except DamagedError:
                # a rebuild may have swapped the generation away between the two looks
                if self._folder.current() == current:
                    raise
        raise DamagedError(f"index {self._folder.path} is rebuilt faster than it can be opened: try again")

    def _latest(self, current: Current) -> tantivy.Searcher:
        if self._open is None or self._open[0] != current:
            index = open_in(self._folder.generation(current))
            index.config_reader("manual")
            self._open = current, index
        index = self._open[1]
        index.reload()
        return index.searcher()

    def _cursor(self, searcher: tantivy.Searcher) -> int:
        with self._reading():
            entry = tantivy.Query.term_query(self._schema, "entry", CURSOR, index_option="basic")
            found = [address for _, address in searcher.search(entry, 2).hits]
            if len(found) != 1:
                raise DamagedError(f"index {self._folder.path} has no cursor: run league index --rebuild")
            return int(searcher.fast_field_values("cursor", found)[0] or 0)

    def _scan(self, snapshot: Snapshot) -> Iterator[str]:
        done = -1
        while True:
            left = [
                (tantivy.Occur.Must, snapshot.query),
                (tantivy.Occur.Must, ranged(self._schema, "seq", low=done + 1)),
            ]
            with self._reading():
                hits = snapshot.searcher.search(
                    tantivy.Query.boolean_query(left), _SCAN_ROWS, order_by_field="seq", order=Order.Asc, count=False
                ).hits
            for _, address in hits:
                yield _id(snapshot.searcher, address)
            if len(hits) < _SCAN_ROWS:
                return
            done = hits[-1][0]

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        """What tantivy says of broken files, in our words."""
        try:
            yield
        except ArchiveError:
            raise
        except BaseException as error:
            # a panic of the Rust side derives from BaseException and cannot be imported
            if not isinstance(error, ValueError | OSError) and type(error).__name__ != "PanicException":
                raise
            reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
            if _TOO_MANY_WORDS in reason:
                raise UserError(
                    f"too many words begin so: write more before the * ({reason}) / * 前多写几个字母"
                ) from error
            raise DamagedError(
                f"index {self._folder.path} cannot be read ({reason}): run league index --rebuild"
            ) from error


def _hit(searcher: tantivy.Searcher, row: Row, *, scored: bool) -> Hit:
    assert row.address is not None, "the row was found in this index"
    return Hit(id=_id(searcher, row.address), seq=row.seq, score=float(row.key or 0) if scored else 0.0)


def _id(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> str:
    return str(searcher.doc(address).get_first("id"))
