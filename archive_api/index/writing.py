"""Writing into one tantivy folder: all or nothing, in one commit."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator

import tantivy

from archive_api.document import Record
from archive_api.errors import BusyError, StorageError
from archive_api.index.entries import CURSOR, cursor_entry, document_entry

_HEAP_BYTES = 192 * 1024 * 1024
_THREADS = 2


def write(index: tantivy.Index, records: Iterable[Record], seq: int, *, is_new: bool = False) -> int:
    """Replace these documents and the cursor; durable on return. Returns how many documents.

    Into an index that `is_new` only what comes a second time replaces anything: every deletion is kept in memory until
    the commit, about 1 KB of it (November 2026).

    A StorageError where the folder cannot be written; whatever goes wrong, the last commit stands as it was.
    """
    with _writer(index) as writer:
        done, written = 0, set[str]()
        for record in records:
            entry = document_entry(record)
            with storing():
                if record.until is None and (not is_new or record.id in written):
                    writer.delete_documents_by_term("id", record.id)
                done += record.until is None
                if is_new:
                    written.add(record.id)
                writer.add_document(entry)
        with storing():
            writer.delete_documents_by_term("entry", CURSOR)
            writer.add_document(cursor_entry(seq))
            writer.commit()
    return done


def refuse_gap(shown: str, now: int, after: int) -> None:
    """A BusyError where an index at `now` is given what changed since `after`: it would lack what lies between."""
    if now < after:
        raise BusyError(
            f"index {shown} was built anew or deleted meanwhile: it is at seq {now}, no longer at {after}; run it again"
        )


@contextlib.contextmanager
def storing() -> Iterator[None]:
    """What tantivy or the system says of a folder that cannot be written, as a StorageError."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise StorageError(f"the index cannot be written: {error}; it stays as it was") from error


@contextlib.contextmanager
def _writer(index: tantivy.Index) -> Iterator[tantivy.IndexWriter]:
    """A writer that is gone at the end, with its lock and with what it did not commit."""
    with storing():
        writer = index.writer(_HEAP_BYTES, _THREADS)
    try:
        yield writer
    except BaseException:
        with contextlib.suppress(ValueError):
            writer.wait_merging_threads()
        raise
    with storing():
        writer.wait_merging_threads()
