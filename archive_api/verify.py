"""Whether the four layers agree: captures, store, index, each with the one above it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from archive_api.captures import Capture, CaptureStore
from archive_api.errors import ArchiveError, DamagedError
from archive_api.index.base import Query
from archive_api.store import Store

_PAGE: Final = 500


class Index(Protocol):
    """What is asked of an index here."""

    def seq(self) -> int:
        """How far it has come."""

    def scan(self, query: Query) -> Iterator[str]:
        """The id of every match."""

    def check(self) -> list[str]:
        """What is wrong with its own files, a line each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was found: `problems`, a line each, none for a sound archive, and `counts` of what was looked at.

    A layer behind the one above it is no problem, only not finished: `counts` has `captures_not_in_store`,
    `captures_pending` and `index_behind` for that. `files_in_use` are being written and were read to their last record.
    """

    problems: tuple[str, ...]
    counts: Mapping[str, int]


def verify(captures: CaptureStore, store: Store, index: Index) -> Report:
    """Walk every WARC file, every row of the store, and the index's cursor and documents.

    Every record's digests are computed again; each capture that the store knows is at its address, with the same URL
    and digest; each document's capture is there; the tables agree; the index is not ahead of the store, and where it
    is not behind either, it holds the same documents.
    """
    known = store.counts()  # first: what is added meanwhile is in the files as well
    walk = _Walk(captures, store)
    for file in captures.files():
        walk.file(file)
    walk.rows(known["captures"])
    walk.problems += store.check()
    walk.documents()
    walk.index(index)
    return Report(problems=tuple(walk.problems), counts={**walk.counts, "captures_pending": known["pending"]})


class _Walk:
    """One walk through the layers: what it found so far."""

    def __init__(self, captures: CaptureStore, store: Store) -> None:
        self.problems: list[str] = []
        self.counts = Counter({"files": 0, "captures": 0, "captures_not_in_store": 0, "documents": 0})
        self._captures, self._store = captures, store
        self._offsets: dict[str, set[int]] = {}
        self._documents: set[str] = set()

    def file(self, file: str) -> None:
        """Read a WARC file to its end, and compare each capture with its row."""
        self.counts["files"] += 1
        self.counts["files_in_use"] += self._captures.is_open(file)
        offsets = self._offsets.setdefault(file, set())
        try:
            for capture, problems in self._captures.inspect(file):
                self.problems += problems
                self.counts["captures"] += 1
                if self._has_row(capture):
                    offsets.add(capture.address.offset)
                else:
                    self.counts["captures_not_in_store"] += 1
        except DamagedError as error:
            self.problems.append(str(error))

    def rows(self, known: int) -> None:
        """Every row was met in a file: else one leads to a place where its capture is not."""
        met = sum(map(len, self._offsets.values()))
        if met < known:
            self.problems.append(
                f"{known - met} captures of the store are not where it says, in no file or another's place"
            )

    def documents(self) -> None:
        """Each current document's capture is there."""
        after = 0
        while page := self._store.changes(after, _PAGE):
            for record in page:
                self.counts["documents"] += 1
                self._documents.add(record.id)
                if record.capture.offset not in self._offsets.get(record.capture.file, ()):
                    self.problems.append(
                        f"document {record.id} ({record.document.url}): no capture at {record.capture.file} "
                        f"offset {record.capture.offset}, where its text was read from"
                    )
            after = page[-1].seq

    def index(self, index: Index) -> None:
        """The index's files are whole, and it is a function of the store up to its own cursor."""
        try:
            damage = index.check()
            self.problems += [f"{line}: rebuild the index" for line in damage]
            if not damage:
                self._cursor_and_documents(index)
        except ArchiveError as error:  # a cluster that is away, or refuses us, takes nothing from the other layers
            self.problems.append(str(error))

    def _cursor_and_documents(self, index: Index) -> None:
        last, reached = self._store.last_seq(), index.seq()
        self.counts["index_behind"] = max(0, last - reached)
        if reached > last:
            self.problems.append(f"the index is at seq {reached}, ahead of the store's {last}: rebuild it")
        elif reached == last:
            held = set(index.scan(Query()))
            for these, how in ((self._documents - held, "lacks"), (held - self._documents, "alone holds")):
                if these:
                    self.problems.append(
                        f"the index {how} {len(these)} documents, first {min(these)}: rebuild the index"
                    )

    def _has_row(self, capture: Capture) -> bool:
        rows = self._store.captures_of(capture.url)
        row = next((one for one in rows if one.address == capture.address), None)
        if row is None:
            return False
        place = f"{capture.address.file} offset {capture.address.offset}"
        if row.payload_sha256 != capture.payload_sha256:
            self.problems.append(f"{place}: the store has another digest of its payload")
        if row.end != capture.end:
            self.problems.append(f"{place}: the store has another end of it, {row.end} in place of {capture.end}")
        return True
