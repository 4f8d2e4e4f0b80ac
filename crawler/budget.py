"""How much a host may be asked in one night, and until when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal

from archive_api.store import Store
from crawler.machine import SHANGHAI
from crawler.source import WINDOW

_NOON = timedelta(hours=12)
_WRITTEN_EVERY = 20


def closes_at(window: str, now: datetime) -> datetime | None:
    """When a window such as `22:00-06:00` (Asia/Shanghai) that is open now closes; None where it is closed now."""
    match = WINDOW.fullmatch(window)
    assert match is not None, "windows are checked where they are read"
    here = now.astimezone(SHANGHAI)
    begin, end = (here.replace(hour=int(match[n]), minute=int(match[n + 1]), second=0, microsecond=0) for n in (1, 3))
    if begin <= end:
        return end if begin <= here < end else None
    if here >= begin:
        return end + timedelta(days=1)
    return end if here < end else None


def night_of(now: datetime) -> str:
    """The night that a moment belongs to, by the date of its evening: from noon to noon in Asia/Shanghai."""
    return (now.astimezone(SHANGHAI) - _NOON).date().isoformat()


class Budget:
    """Counts what each host is asked in a night, over all crawls of it. `most` None: no limit beside the source's own.

    `until` is the moment after which nothing more is asked.
    """

    def __init__(self, store: Store, now: Callable[[], str], *, most: int | None, until: str | None) -> None:
        self._store, self._now, self._most, self._until = store, now, most, until
        self._night = night_of(datetime.fromisoformat(now()))
        self._asked: Counter[str] = Counter()
        self._known: set[str] = set()

    def spend(self, host: str) -> Literal["budget", "window"] | None:
        """None: one more request may go out, and is counted. Else why not."""
        if self._until is not None and self._now() >= self._until:
            return "window"
        if self._most is None:
            return None
        self._load(host)
        if self._asked[host] >= self._most:
            return "budget"
        self._asked[host] += 1
        if self._asked[host] % _WRITTEN_EVERY == 0:
            self._store.note_asked(host, self._night, self._asked[host])
        return None

    def write(self) -> None:
        """Keeps the counts for the next crawl of this night."""
        for host, asked in self._asked.items():
            self._store.note_asked(host, self._night, asked)

    def _load(self, host: str) -> None:
        if host not in self._known:
            self._known.add(host)
            row = self._store.host(host)
            self._asked[host] = row.asked or 0 if row.night == self._night else 0
