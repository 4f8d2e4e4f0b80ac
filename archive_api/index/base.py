"""The words a search is spoken in: queries, hits, results, and the interface that every engine implements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

from archive_api.document import Record
from archive_api.index.query import Tree


class Sort(StrEnum):
    """The order of hits. Documents without the date come last either way; ties are broken by `seq`, newest first."""

    RELEVANCE = "relevance"
    PUBLISHED = "published"
    PUBLISHED_DESC = "-published"
    PERIOD = "period"
    PERIOD_DESC = "-period"
    SEQ = "seq"
    SEQ_DESC = "-seq"


class Match(StrEnum):
    """How a query's text is read: in the query language, or as a question in plain language (see `related`)."""

    EXACT = "exact"
    RELATED = "related"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What documents must have: values of one field are alternatives, different fields must all hold.

    Values are words, the same in commands, addresses and facets; `none` is what is not known, in every field but
    `sources`, `states`, `attachments` and `first_seen`, where everything is. See `filters` for what each word means.
    """

    kinds: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    first_seen: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    issuers: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Query(Filters):
    """What is asked: the documents that `text` finds, that have what the filters say, and nothing of `without`.

    `text` is in the query language, or a question as `match` says; empty for every document. `cursor` comes from the
    results before. `as_of` is a `seq`: the answer is then that of the archive as it stood after that change, before the
    first one of nothing; a UserError where the index has not come that far.
    """

    text: str = ""
    match: Match = Match.EXACT
    without: Filters = Filters()
    as_of: int | None = None
    sort: Sort = Sort.RELEVANCE
    limit: int = 20
    cursor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Where a term stands: characters `start` to `end` of the document's own, unfolded title or text."""

    field: Literal["title", "text"]
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One document found. `score` is only meaningful within one result."""

    id: str
    seq: int
    score: float
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """One page of hits; `total` counts every match, `cursor` asks for the next page.

    `seq` is the one that it answers for: `as_of`, or else how far the index is.
    """

    total: int
    hits: tuple[Hit, ...]
    cursor: str | None
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Asks how many of a query's documents have each value of a field of `facts.COUNTED`, or each pair of two."""

    query: Query
    fields: tuple[str, ...]


Counts = Mapping[tuple[str | int, ...], int]
"""How many documents have each value, or each pair of values; what no document has is not there."""


Engine = Literal["tantivy", "elasticsearch"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One query, as it was read.

    `folded` is the query language again, with terms as they are compared: ǀ is any run of marks. `tree` has a line for
    each part, Chinese and English, set in under what it belongs to. `compiled` is what the engine is asked, filters
    included: JSON for Elasticsearch, tantivy's own words for tantivy.
    """

    text: str
    folded: str
    tree: tuple[str, ...]
    engine: Engine
    compiled: str


class SearchIndex(Protocol):
    """One engine. It holds what is needed to find documents, never the truth: that is the store's."""

    def apply(self, records: Iterable[Record], *, seq: int, after: int = 0) -> int:
        """Replace these documents and move the cursor to `seq`; durable on return. Returns how many.

        A current record replaces all that is there of its document; those with `until` follow theirs. The records are
        all that changed since `after`. A BusyError where the index is not that far: then it was built anew or deleted
        meanwhile, and would lack what lies between.
        """

    def seq(self) -> int:
        """The store's `seq` that this index has come to."""

    def search(self, query: Query, records: Callable[[Sequence[str]], list[Record]] | None = None) -> Results:
        """One page of hits. With `records` (the store's), each hit carries the spans that matched."""

    def count(self, query: Query) -> int:
        """How many documents match; equal to the number that `scan` yields."""

    def tree(self, query: Query) -> Tree:
        """How the query is read; a question's words with what they weigh now."""

    def explain(self, query: Query) -> Explanation:
        """How the query is read, folded and compiled."""

    def scan(self, query: Query) -> Iterator[str]:
        """The id of every match by `seq`, of one consistent snapshot, in constant memory."""

    def tally(self, asked: Sequence[Tally]) -> list[Counts]:
        """Exact numbers, all of one consistent snapshot; `views` makes facets and trends of them."""

    def rebuild(self, records: Iterable[Record], *, seq: int) -> None:
        """Fill a new index beside this one and swap; searches never see a half-filled one."""

    def check(self) -> list[str]:
        """What is wrong with the index's own files, a line each; empty where nothing is."""

    def close(self) -> None:
        """Let go of files and locks."""
