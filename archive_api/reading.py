"""What a request reads: the store, the index and the captures of one archive, opened once, written by none of this."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from archive_api.captures import CaptureStore
from archive_api.document import Record
from archive_api.errors import DamagedError, NotFoundError
from archive_api.index import open_index
from archive_api.index.base import Hit, Query, SearchIndex
from archive_api.index.views import Facet, facets
from archive_api.settings import Settings
from archive_api.snippets import Snippet, text_snippets, title_snippet
from archive_api.store import Store, open_store


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One hit with its document: the title with its matches marked, and pieces of the text."""

    hit: Hit
    record: Record
    title: Snippet
    snippets: tuple[Snippet, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of results, with their documents; `lag` counts the changes that the index has not read yet."""

    total: int
    found: tuple[Found, ...]
    cursor: str | None
    seq: int
    lag: int
    facets: tuple[Facet, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How far store and index are; `lag` counts the changes that the index has not read yet."""

    store_seq: int
    index_seq: int

    @property
    def lag(self) -> int:
        """Changes that a search does not know of yet."""
        return max(self.store_seq - self.index_seq, 0)


class Reading:
    """An archive, opened for reading."""

    def __init__(self, store: Store, index: SearchIndex, captures: CaptureStore) -> None:
        self.store, self.index, self.captures = store, index, captures
        self._regions: dict[str, str] = {}

    def search(self, query: Query, names: Sequence[str] = (), *, limit: int | None = None) -> Page:
        """One page of hits with their documents, and facets by name.

        DamagedError where the index names what the store does not hold.
        """
        shelf: dict[str, Record] = {}

        def read(ids: Sequence[str]) -> list[Record]:
            found = self.store.records(ids, as_of=query.as_of)
            shelf.update(zip(ids, found, strict=True))
            return found

        try:
            results = self.index.search(query, read)
            read([hit.id for hit in results.hits if hit.id not in shelf])
        except NotFoundError as error:
            raise DamagedError(f"the index lists what the store does not hold: {error}: run `league verify`") from error
        found = tuple(_found(hit, shelf[hit.id]) for hit in results.hits)
        lag = max(self.store.last_seq() - results.seq, 0) if query.as_of is None else 0
        counted = facets(self.index, query, names, limit=limit) if names else ()
        return Page(total=results.total, found=found, cursor=results.cursor, seq=results.seq, lag=lag, facets=counted)

    def region_name(self, code: str) -> str:
        """What a document of that region calls it; empty where none does."""
        plain = code.removeprefix("=")
        if plain not in self._regions:
            hits = self.index.search(Query(regions=(plain,), limit=1)).hits if plain.isdigit() else ()
            names = self.store.record(hits[0].id).document.region_names if hits else ()
            place = 0 if plain.endswith("0000") else 1 if plain.endswith("00") else len(names) - 1
            self._regions[plain] = names[place] if 0 <= place < len(names) else ""
        return self._regions[plain]

    def health(self) -> Health:
        """Both positions, the index's first: the lag is never understated."""
        index_seq = self.index.seq()
        return Health(store_seq=self.store.last_seq(), index_seq=index_seq)

    def close(self) -> None:
        """Let go of everything."""
        self.index.close()
        self.captures.close()
        self.store.close()


def open_reading(settings: Settings) -> Reading:
    """The archive that the settings name; errors as `open_store` and `open_index` raise them."""
    store = open_store(settings.store_url)
    index = open_index(settings.index_url)
    return Reading(store, index, CaptureStore(settings.captures_folder, max_bytes=settings.capture_file_bytes))


def _found(hit: Hit, record: Record) -> Found:
    document = record.document
    return Found(
        hit=hit,
        record=record,
        title=title_snippet(document, hit.spans),
        snippets=text_snippets(document, hit.spans),
    )
