"""Runs that say they are running, and the processes that ought to be at it."""

from __future__ import annotations

import os

from archive_api.store import Store
from crawler.machine import now

_LOOKED_AT = 200
"""Of the newest runs: an older one that is still running was looked at by the runs since."""


def mark_died(store: Store) -> int:
    """Ends the runs that say `running` although their process is gone; returns how many there were."""
    dead = [row for row in store.runs(limit=_LOOKED_AT) if row.status == "running" and not is_alive(row.pid)]
    for row in dead:
        store.end_run(row.id, status="died", now=now(), counts=row.counts, error="the process ended without a word")
    return len(dead)


def is_alive(pid: int) -> bool:
    """Whether a process of that id runs on this machine."""
    if pid == os.getpid():
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
