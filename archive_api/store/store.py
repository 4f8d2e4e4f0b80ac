"""The store: one object in front of the tables."""

import socket
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager

from archive_api.document import Attachment, Document, Record
from archive_api.store import (
    addresses,
    attachments,
    captures,
    checks,
    counting,
    documents,
    lists,
    readings,
    records,
    runs,
    sources,
)
from archive_api.store.database import Database, open_database
from archive_api.store.nights import NightStore
from archive_api.store.rows import (
    By,
    Capture,
    CaptureRow,
    ListRow,
    Outcome,
    Problem,
    Reading,
    RowSeen,
    RunRow,
    Saved,
    Skipped,
    SourceRow,
)


class Store(NightStore):
    """Documents and their versions, captures' addresses, list rows, sources, runs. Made by `open_store`.

    Every method is one transaction of its own, durable on return, unless it is called inside `batch`. Readers never
    wait. Writers go one at a time; BusyError after 30 s of waiting, StorageError where nothing can be written. Threads
    may share a Store, processes open their own.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def batch(self) -> AbstractContextManager[None]:
        """One transaction around many calls of this thread: committed together at the end, or none of them.

        Other writers wait meanwhile, so read and parse before it, not inside. A NotFoundError about what was asked for
        may be caught inside it; an error of the database, even a caught one, undoes all of it.
        """
        return self._database.batch()

    def close(self) -> None:
        """Gives the connections back."""
        self._database.close()

    def add_captures(self, captures_: Iterable[Capture]) -> list[int]:
        """The captures' ids, in their order; those not known yet are added.

        Those of one file must come in the file's order: `registered_until` counts on it.
        """
        with self._database.write() as connection:
            return captures.add(connection, list(captures_))

    def registered_until(self, file: str) -> int:
        """The byte offset up to which the captures of a WARC file are known and have an outcome; scan on from there."""
        with self._database.read() as connection:
            return captures.registered_until(connection, file)

    def finish_capture(self, capture_id: int, outcome: Outcome) -> None:
        """Writes what became of a capture; a later call replaces it."""
        with self._database.write() as connection:
            captures.finish(connection, capture_id, outcome)

    def pending_captures(self) -> Iterator[CaptureRow]:
        """Captures without an outcome, by file and offset. They may be finished while this is walked."""
        after = ("", -1)
        while True:
            with self._database.read() as connection:
                page = captures.pending(connection, after)
            if not page:
                return
            yield from page
            after = (page[-1].address.file, page[-1].address.offset)

    def capture(self, capture_id: int) -> CaptureRow:
        """The capture by that id; NotFoundError where there is none."""
        with self._database.read() as connection:
            return captures.capture(connection, capture_id)

    def captures_of(self, url: str) -> list[CaptureRow]:
        """Every capture of an address, newest first."""
        with self._database.read() as connection:
            return captures.captures_of(connection, url)

    def save(self, capture_id: int, source: str, document: Document, *, by: By = "publisher") -> Saved:
        """Writes what a capture says of its document: a new document, a new version, or an unchanged observation.

        Idempotent, and the same texts are kept in whatever order captures come: one that is older than the current
        version's makes an earlier version. `source` is written once, with the document's first version.
        """
        with self._database.write() as connection:
            return documents.save(connection, capture_id, source, document, by)

    def reread(self, capture_id: int, document: Document) -> Saved:
        """Writes what a newer extractor reads in a capture: a new version, marked as the extractor's, or nothing.

        Evidence alone makes no version. NotFoundError where the capture was never saved as this document.
        """
        with self._database.write() as connection:
            return documents.reread(connection, capture_id, document)

    def document_ids(self, source: str | None = None, *, after: str = "", holding: str | None = None) -> Iterator[str]:
        """The ids of all documents, or of a source's, in their order, after one. They may change meanwhile.

        `holding`: only those whose current version, as the JSON that is kept, contains this.
        """
        while True:
            with self._database.read() as connection:
                page = readings.documents_after(connection, after, source, holding)
            if not page:
                return
            yield from page
            after = page[-1]

    def readings(self, document: str) -> list[Reading]:
        """What the versions in force of a document (by id) were read from, in the order of time."""
        with self._database.read() as connection:
            return readings.of(connection, document)

    def captures_without_document(
        self, outcomes: Sequence[str], source: str | None = None, *, after: int = 0
    ) -> Iterator[CaptureRow]:
        """The captures that are no document's and have one of these outcomes, by id. They may change meanwhile."""
        while True:
            with self._database.read() as connection:
                page = readings.captures_after(connection, after, source, outcomes)
            if not page:
                return
            yield from page
            after = page[-1].id

    def attach(self, capture_id: int, document_url: str, attachment: Attachment) -> Saved:
        """Writes what was read from an attachment into the document that lists it; NotFoundError where none does.

        In place (`refreshed`) where it was not read before; other bytes than before make a new version.
        """
        with self._database.write() as connection:
            return attachments.attach(connection, capture_id, document_url, attachment)

    def record(self, key: str, *, version: int | None = None) -> Record:
        """The current record of a document, by id or URL, or one version of it.

        Of a version, `first_seen`, `last_seen` and `seq` are its own.
        """
        with self._database.read() as connection:
            return records.record(connection, key, version)

    def records(self, ids: Sequence[str], *, as_of: int | None = None) -> list[Record]:
        """The current records of these ids in their order, or as they stood at a `seq` (but for `last_seen`).

        NotFoundError where one is missing, or was not there yet.
        """
        with self._database.read() as connection:
            return records.records(connection, ids, as_of)

    def with_past(self, current: Sequence[Record], *, after: int | None = None) -> list[Record]:
        """What an index holds of these documents: each record, followed by how the document stood before it.

        With `after`, also of the documents that changed after that `seq` and up to the last of these records, and again
        since: then an index that was at `after` can answer for every `seq` up to the last of these records.
        """
        with self._database.read() as connection:
            return records.with_past(connection, current, after)

    def versions(self, key: str) -> list[Record]:
        """Every version of a document in the order of time; `first_seen`, `last_seen` and `seq` are each one's own."""
        with self._database.read() as connection:
            return records.history(connection, key)

    def changes(self, after: int, limit: int = 1000) -> list[Record]:
        """The current record of each document that changed after a `seq`, by `seq`; each document once."""
        with self._database.read() as connection:
            return records.changes(connection, after, limit)

    def document_urls(self, source: str) -> list[str]:
        """The addresses of the documents that are the source's."""
        with self._database.read() as connection:
            return records.urls(connection, source)

    def last_seq(self) -> int:
        """The last number given; 0 in an empty store."""
        with self._database.read() as connection:
            return records.last_seq(connection)

    def save_rows(self, source: str, list_url: str, rows: Sequence[ListRow], *, now: str | None = None) -> int:
        """Writes what a list page shows, now where that is told; the number of rows never seen before."""
        with self._database.write() as connection:
            return lists.save_rows(connection, source, list_url, rows, now)

    def row_for(self, source: str, url: str) -> ListRow | None:
        """What the source's lists say of an address, None where no list named it."""
        with self._database.read() as connection:
            return lists.row_for(connection, source, url)

    def known_urls(self, source: str, urls: Sequence[str]) -> set[str]:
        """Those that this source has fetched to an end; a failed or blocked fetch is worth another."""
        with self._database.read() as connection:
            return lists.known_urls(connection, source, urls)

    def put_source(self, name: str, config: Mapping[str, object]) -> None:
        """Writes a source's configuration (JSON values); when it is due and who holds it stay as they are."""
        with self._database.write() as connection:
            sources.put(connection, name, config)

    def sources(self) -> list[SourceRow]:
        """All sources, by name."""
        with self._database.read() as connection:
            return sources.every(connection)

    def source(self, name: str) -> SourceRow:
        """The source by that name; NotFoundError where there is none."""
        with self._database.read() as connection:
            return sources.one(connection, name)

    def due_sources(self, now: str) -> list[SourceRow]:
        """The sources whose time has come and that nobody holds; those that wait longest first."""
        with self._database.read() as connection:
            return sources.due(connection, now)

    def lease(self, name: str, *, owner: str, now: str, until: str) -> bool:
        """Whether the owner holds the source from now until then; the holder may prolong it."""
        with self._database.write() as connection:
            return sources.lease(connection, name, owner, now, until)

    def release(self, name: str, *, owner: str, next_due_at: str | None) -> None:
        """Gives a source back and says when it is due again (None: as before); a no-op for who does not hold it."""
        with self._database.write() as connection:
            sources.release(connection, name, owner, next_due_at)

    def start_run(self, source: str | None, *, command: str, pid: int, now: str, plan: str | None = None) -> int:
        """The id of a run of this machine that begins now; its status is `running`. `plan` is a crawl's."""
        machine = socket.gethostname()
        new = {
            "source": source,
            "command": command,
            "pid": pid,
            "started_at": now,
            "plan": plan,
            "machine": machine,
        }
        with self._database.write() as connection:
            return runs.start(connection, new)

    def end_run(
        self,
        run: int,
        *,
        status: str,
        now: str,
        counts: Mapping[str, int],
        error: str | None = None,
    ) -> None:
        """Writes how a run ended."""
        with self._database.write() as connection:
            runs.end(connection, run, {"status": status, "ended_at": now, "error": error}, counts)

    def runs(self, *, source: str | None = None, limit: int = 50) -> list[RunRow]:
        """Runs, newest first."""
        with self._database.read() as connection:
            return runs.latest(connection, source, limit)

    def run(self, run: int) -> RunRow:
        """The run by that id; NotFoundError where there is none."""
        with self._database.read() as connection:
            return runs.one(connection, run)

    def add_problem(  # noqa: PLR0913 (one row, its columns named by the caller)
        self,
        *,
        run: int | None,
        source: str | None,
        url: str | None,
        reason: str,
        detail: str,
        now: str,
    ) -> None:
        """Writes a failure that has no capture: no address for the host, a time-out, a redirect loop."""
        found = Problem(at=now, run=run, source=source, url=url, reason=reason, detail=detail, capture=None)
        with self._database.write() as connection:
            runs.add_problem(connection, found)

    def problems(self, limit: int = 1000) -> list[Problem]:
        """What failed and was not made good since, newest first; of several failures of one address the newest."""
        with self._database.read() as connection:
            return runs.open_problems(connection, limit)

    def problem_of(self, url: str) -> Problem | None:
        """The last failure without a capture of an address, made good since or not; None where there was none."""
        with self._database.read() as connection:
            return addresses.newest_problem(connection, url)

    def add_skipped(self, *, run: int | None, source: str, url: str, reason: str, now: str) -> None:
        """Writes that a source saw an address and did not fetch it on purpose; the last reason stays."""
        with self._database.write() as connection:
            addresses.skip(connection, Skipped(at=now, run=run, source=source, url=url, reason=reason))

    def skipped(self, url: str) -> Skipped | None:
        """The newest reason, over all sources, for which an address was not fetched."""
        with self._database.read() as connection:
            return addresses.skipped_one(connection, url)

    def rows_for(self, url: str) -> list[RowSeen]:
        """Where lists named an address, by source."""
        with self._database.read() as connection:
            return addresses.rows_of(connection, url)

    def counts(self) -> Mapping[str, int]:
        """How much there is: documents, versions, captures (and by outcome), rows, sources, runs, problems, pending."""
        with self._database.read() as connection:
            return counting.counts(connection)

    def check(self) -> list[str]:
        """One line for each thing between the tables that does not hold; empty for a sound store."""
        with self._database.read() as connection:
            return checks.check(connection)


def open_store(url: str) -> Store:
    """The store at an address, created or brought to this version where needed.

    SettingsError: the address is wrong, or nobody answers there. DamagedError: a file that is no store, or one from a
    newer version. StorageError: a folder that cannot be written.
    """
    return Store(open_database(url))
