"""Documents and their versions, captures' addresses, list rows, sources, runs: on SQLite or PostgreSQL, by URL."""

from archive_api.store.lists import LEFT_FOR_NOW
from archive_api.store.rows import (
    Absence,
    By,
    Capture,
    CaptureRow,
    HostRow,
    ListPage,
    ListRow,
    Move,
    Outcome,
    Problem,
    Reading,
    Recheck,
    RowSeen,
    RunRow,
    Saved,
    Skipped,
    SourceRow,
    What,
)
from archive_api.store.store import Store, open_store

__all__ = [
    "LEFT_FOR_NOW",
    "Absence",
    "By",
    "Capture",
    "CaptureRow",
    "HostRow",
    "ListPage",
    "ListRow",
    "Move",
    "Outcome",
    "Problem",
    "Reading",
    "Recheck",
    "RowSeen",
    "RunRow",
    "Saved",
    "Skipped",
    "SourceRow",
    "Store",
    "What",
    "open_store",
]
