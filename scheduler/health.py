"""`league status` and `league doctor`: how the archive stands, and whether this machine can run it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from ctypes.util import find_library
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from archive_api.errors import ArchiveError, DamagedError
from archive_api.index import open_index
from archive_api.store import open_store

if TYPE_CHECKING:
    from archive_api.settings import Settings
    from scheduler.archive import Archive

FREE_BYTES = 1024**3
"""With less free space, a night's crawl may not fit: a league site with its attachments is about that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that `league doctor` looked at; `ok` None is a thing to know of, not one that is wrong."""

    name: str
    ok: bool | None
    says: str


def status(archive: Archive) -> dict[str, Any]:
    """Counts of every layer, how far the index is behind, and the last runs; plain JSON values."""
    store = archive.store
    seq, index_seq = store.last_seq(), archive.index.seq()
    runs = [
        {
            "run": run.id,
            "source": run.source,
            "status": run.status,
            "started_at": run.started_at,
            "ended_at": run.ended_at,
            "counts": dict(run.counts),
        }
        for run in store.runs(limit=10)
    ]
    counts = dict(store.counts())
    return {
        **counts,
        "seq": seq,
        "index_seq": index_seq,
        "index_behind": seq - index_seq,
        "conditions": [asdict(one) for one in store.conditions()],
        "distrusted_hosts": {host.name: host.distrusted for host in store.hosts() if host.distrusted},
        "last_runs": runs,
    }


def doctor(settings: Settings) -> Iterator[Check]:
    """Every check, in the order of likely causes; none writes anything that was not there before."""
    checks: tuple[Callable[[Settings], Check], ...] = (
        _python,
        _sqlite,
        _zone,
        _home,
        _space,
        _store,
        _index,
        _readers,
        _contact,
    )
    yield from (check(settings) for check in checks)


def _python(_: Settings) -> Check:
    version = sys.version.split()[0]
    return Check(name="python", ok=sys.version_info >= (3, 11), says=f"{version} (3.11 or newer is needed)")


def _sqlite(_: Settings) -> Check:
    ok = sqlite3.sqlite_version_info >= (3, 35)
    return Check(name="sqlite", ok=ok, says=f"{sqlite3.sqlite_version} (3.35 or newer is needed)")


def _zone(_: Settings) -> Check:
    try:
        ZoneInfo("Asia/Shanghai")
    except OSError as error:
        return Check(name="time zone", ok=False, says=f"Asia/Shanghai is not known here: install tzdata ({error})")
    return Check(name="time zone", ok=True, says="Asia/Shanghai is known")


def _home(settings: Settings) -> Check:
    home = settings.home.absolute()
    place = next(folder for folder in (home, *home.parents) if folder.exists())
    ok = place.is_dir() and os.access(place, os.W_OK)
    return Check(name="home", ok=ok, says=f"{home} {'can' if ok else 'cannot'} be written")


def _space(settings: Settings) -> Check:
    home = settings.home.absolute()
    place = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    return Check(name="space", ok=free >= FREE_BYTES, says=f"{free / 1024**3:.1f} GiB free below {place}")


def _store(settings: Settings) -> Check:
    if settings.store_url.startswith("sqlite") and not settings.home.exists():
        return Check(name="store", ok=True, says="none yet: the first crawl or import makes it")
    try:
        store = open_store(settings.store_url)
    except ArchiveError as error:
        return Check(name="store", ok=False, says=str(error))
    with_documents = store.counts().get("documents", 0)
    store.close()
    return Check(name="store", ok=True, says=f"opens; {with_documents} documents")


def _index(settings: Settings) -> Check:
    try:
        with closing(open_index(settings.index_url)) as index:
            return Check(name="index", ok=True, says=f"opens; at seq {index.seq()}")
    except DamagedError as error:
        return Check(name="index", ok=None, says=str(error))  # the next `league index` builds it anew
    except ArchiveError as error:
        return Check(name="index", ok=False, says=str(error))


def _readers(_: Settings) -> Check:
    """What is missing is no fault: a file that cannot be opened here is kept, and says why."""
    found = {
        "libarchive (rar, 7z)": find_library("archive") is not None,
        **{f"{name} (.doc)": shutil.which(name) is not None for name in ("antiword", "catdoc")},
    }
    says = "; ".join(f"{name} {'is here' if is_here else 'is not installed'}" for name, is_here in found.items())
    return Check(name="attachments", ok=True, says=says)


def _contact(settings: Settings) -> Check:
    if settings.contact:
        return Check(name="contact", ok=True, says=settings.contact)
    says = "LEAGUE_CONTACT is not set: no crawl leaves this machine; set it to a page or a mail address of yours"
    return Check(name="contact", ok=None, says=says)
