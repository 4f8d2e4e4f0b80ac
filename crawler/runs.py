"""Runs that say they are running, and the processes that ought to be at it."""

from __future__ import annotations

import os
import socket
from datetime import datetime
from pathlib import Path

from archive_api.store import RunRow, Store
from crawler.machine import now, written

_LOOKED_AT = 200
"""Of the newest runs: an older one that is still running was looked at by the runs since."""
_SKEW = 60.0
"""Seconds that a process may seem to have begun after its run: boot time and the clock are not kept together."""


def running(store: Store) -> list[RunRow]:
    """The runs whose process is still there. Those that say so although it is gone are marked `died`.

    A run of another machine is there as long as its process holds a host.
    """
    alive = []
    owners = {tuple(owner.split(":")[:2]) for owner in store.held_hosts(written(store.clock())).values()}
    for row in store.runs(limit=_LOOKED_AT):
        if row.status != "running":
            continue
        if _is_at_it(row, owners):
            alive.append(row)
        else:
            error = "the process ended without a word"
            store.end_run(row.id, status="died", now=now(), counts=row.counts, error=error)
    return alive


def is_alive(pid: int) -> bool:
    """Whether a process of that id runs on this machine."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _is_at_it(row: RunRow, owners: set[tuple[str, ...]]) -> bool:
    """The process is there, and was before the run began: a younger one only has the number of a dead one."""
    if row.machine not in {None, socket.gethostname()}:
        return (row.machine, str(row.pid)) in owners
    if not is_alive(row.pid):
        return False
    began = _began(row.pid)
    return began is None or began <= datetime.fromisoformat(row.started_at).timestamp() + _SKEW


def _began(pid: int) -> float | None:
    """When a process began, in seconds since 1970; None where there is no /proc to tell (proc(5), field 22)."""
    try:
        ticks = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
        boot = next(line for line in Path("/proc/stat").read_text().splitlines() if line.startswith("btime "))
    except (OSError, StopIteration, ValueError, IndexError):
        return None
    return int(boot.split()[1]) + ticks / os.sysconf("SC_CLK_TCK")
