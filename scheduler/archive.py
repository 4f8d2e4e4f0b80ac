"""An archive opened: its captures, its store and its index, by the settings, closed together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive_api.captures import CaptureStore
from archive_api.errors import BusyError, SettingsError, StorageError
from archive_api.index import open_index
from archive_api.index.catchup import catch_up
from archive_api.store import Store, open_store
from crawler.machine import make_home

if TYPE_CHECKING:
    from archive_api.index.base import SearchIndex
    from archive_api.settings import Settings
    from crawler.ingest import Ingest


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """What a command works on. Everything is open; nothing was recovered or caught up yet."""

    settings: Settings
    captures: CaptureStore
    store: Store
    index: SearchIndex

    def ingest(self) -> Ingest:
        """A new way in, with the crawler's own limit of size; close it before the index is caught up."""
        from crawler.ingest import Ingest  # noqa: PLC0415 - a search need not wait for the readers of pages

        return Ingest(self.captures, self.store, limit=self.settings.page_bytes)

    def catch_up(self) -> int:
        """Bring the index up to the store; returns how many documents it took in."""
        return catch_up(self.store, self.index)

    def freshen(self) -> int:
        """Bring the index up before it is asked; returns how many changes it is behind all the same.

        Behind it stays only where another process is writing it, or this one may not.
        """
        # the answer is given as far as the index is, and says how far; a setting that is wrong for reading speaks below
        with suppress(BusyError, StorageError, SettingsError):
            self.catch_up()
        return max(0, self.store.last_seq() - self.index.seq())


@contextmanager
def open_archive(settings: Settings) -> Iterator[Archive]:
    """The archive below `settings.home`, made if it is not there. ArchiveError says what stands in the way."""
    make_home(settings.home)
    captures = CaptureStore(settings.captures_folder, max_bytes=settings.capture_file_bytes)
    store = open_store(settings.store_url)
    index = open_index(settings.index_url)
    try:
        yield Archive(settings=settings, captures=captures, store=store, index=index)
    finally:
        index.close()
        store.close()
        captures.close()
