"""Bringing an index up to the store: the only way that anything comes into it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import Protocol

from archive_api.document import Record
from archive_api.errors import DamagedError
from archive_api.index.base import SearchIndex

WINDOW = 2000
"""Documents read from the store, and committed to the index, at once."""

_log = logging.getLogger(__name__)


class Changes(Protocol):
    """What is needed of a store."""

    def changes(self, after: int, limit: int = 1000) -> list[Record]:
        """The current record of each document whose seq is above `after`, by seq."""

    def with_past(self, current: Sequence[Record], *, after: int | None = None) -> list[Record]:
        """The records, each followed by how its document stood before, and with `after` what else changed between."""

    def last_seq(self) -> int:
        """The seq of the latest change."""


def catch_up(store: Changes, index: SearchIndex) -> int:
    """Read the changes after the index's own cursor into it; returns how many documents were read.

    An index that is damaged, of other rules, or ahead of its store is built anew, and a warning says so. Durable
    window by window: what a crash leaves undone is done by the next call.
    """
    try:
        at = index.seq()
    except DamagedError as error:
        _log.warning("%s; building it anew from the store", error)
        return rebuild(store, index)
    last = store.last_seq()
    if at > last:
        _log.warning("the index is at seq %d, ahead of the store's %d; building it anew from the store", at, last)
        return rebuild(store, index)
    done = 0
    while records := store.changes(at, WINDOW):
        done += index.apply(store.with_past(records, after=at), seq=records[-1].seq, after=at)
        # another process may have moved it on, or put one that is less far into its place
        at = index.seq()
    if at < last:
        index.apply([], seq=last, after=at)
    return done


def rebuild(store: Changes, index: SearchIndex) -> int:
    """Build the index anew from the whole store; searches go on in the old one until it is done. Returns how many."""
    done = 0

    def everything() -> Iterator[Record]:
        nonlocal done
        at = 0
        while records := store.changes(at, WINDOW):
            yield from store.with_past(records)
            done += len(records)
            at = records[-1].seq

    last = store.last_seq()
    index.rebuild(everything(), seq=last)
    return done
