"""The nightly clock: starts a crawl of each enabled source when it is due, one child process each.

The truth is in the store: when a source is due, and who holds it. The clock keeps nothing that it could not read there
again, so it may be killed, started twice, or called by cron or systemd (`schedule --once`).
"""

from __future__ import annotations

import logging
import os
import re
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType

from apscheduler.executors.pool import ThreadPoolExecutor as TickExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from archive_api.settings import Settings
from archive_api.store import Store, open_store
from crawler.machine import SHANGHAI, written
from crawler.runs import is_alive, running
from crawler.scope import Scope
from crawler.source import Source, load_all
from scheduler.children import Allowed, Ended, run_child

NIGHTLY = "every 24h"
"""The schedule of a source that names none."""
CHILDREN = 2
TICK_SECONDS = 60
MARGIN = timedelta(minutes=10)
"""A lease outlives the time that its crawl may take by this much: to be ended, and to write so."""
MISFIRE_GRACE = int(timedelta(hours=6).total_seconds())

RunChild = Callable[[Sequence[str], Path, Allowed, threading.Event], Ended]
"""What runs a command with its log, its limits and the event that stops it."""

_log = logging.getLogger(__name__)
_INTERVAL = re.compile(r"every (\d+) ?([hd])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawled:
    """How a scheduled crawl ended; `error` is None where it was good."""

    source: str
    status: str
    error: str | None = None

    @property
    def good(self) -> bool:
        """Whether nobody need look at it."""
        return self.error is None


def next_due(schedule: str, after: datetime) -> datetime:
    """The next time of a schedule (`every 24h`, `every 7d`, or five cron fields in Asia/Shanghai), in UTC."""
    interval = _INTERVAL.fullmatch(schedule)
    if interval:
        hours = int(interval[1]) * (24 if interval[2] == "d" else 1)
        return after + timedelta(hours=hours)
    trigger = CronTrigger.from_crontab(schedule, timezone=SHANGHAI)
    moment = trigger.get_next_fire_time(None, after + timedelta(seconds=1))
    assert moment is not None, "a cron expression without an end has a next time"
    return datetime.fromisoformat(moment.isoformat()).astimezone(UTC)


class Clock:
    """Starts what is due. `now` and `run` can be replaced; `stop` ends the children under way."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        run: RunChild = run_child,
    ) -> None:
        self.settings, self.store = settings, store
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{id(self)}"
        self.stop = threading.Event()
        self._now, self._run = now, run
        self._pool = ThreadPoolExecutor(max_workers=CHILDREN)
        self._running: dict[Future[Crawled], frozenset[str]] = {}

    def tick(self) -> list[Crawled]:
        """Starts what is due and can be started now; returns what has ended since the last tick."""
        done = [future for future in self._running if future.done()]
        for future in done:
            del self._running[future]
        self._free_dead_leases()
        enabled = self._enabled()
        # A child may outlive the clock that started it, and people start crawls too.
        elsewhere = [Scope.of(enabled[run.source]).hosts for run in running(self.store) if run.source in enabled]
        due = [row.name for row in self.store.due_sources(written(self._now()))]
        for source in (enabled[name] for name in due if name in enabled):
            hosts = Scope.of(source).hosts
            if len(self._running) >= CHILDREN or self.stop.is_set():
                break
            if any(hosts & busy for busy in (*self._running.values(), *elsewhere)) or not self._lease(source):
                continue  # one crawl at a time a host; what waits is due at the next tick as well
            self._running[self._pool.submit(self._crawl, source)] = hosts
        return [future.result() for future in done]

    def drain(self) -> list[Crawled]:
        """Ticks until nothing is due and nothing runs; returns how each crawl ended."""
        ended: list[Crawled] = []
        while True:
            ended += self.tick()
            if not self._running:
                return ended
            wait(self._running, return_when=FIRST_COMPLETED)

    def close(self) -> None:
        """Ends the children under way, and waits for them."""
        self.stop.set()
        self._pool.shutdown(wait=True)

    def _enabled(self) -> dict[str, Source]:
        """The sources to be crawled, by name, with the store's table brought up to their files."""
        enabled = {source.name: source for source in load_all(self.settings.home / "sources").sources if source.enabled}
        known = {row.name: row.config for row in self.store.sources()}
        for name, source in enabled.items():
            if known.get(name) != source.to_json():
                self.store.put_source(name, source.to_json())
        return enabled

    def _free_dead_leases(self) -> None:
        host = socket.gethostname()
        for row in self.store.sources():
            owner, _, rest = (row.lease_owner or "").partition(":")
            pid = rest.partition(":")[0]
            if row.lease_owner and owner == host and pid.isdigit() and not is_alive(int(pid)):
                self.store.release(row.name, owner=row.lease_owner, next_due_at=None)

    def _lease(self, source: Source) -> bool:
        start = self._now()
        until = start + timedelta(seconds=self.settings.crawl_seconds) + MARGIN
        return self.store.lease(source.name, owner=self.owner, now=written(start), until=written(until))

    def _crawl(self, source: Source) -> Crawled:
        log = self.settings.home / "logs" / f"{source.name}-{self._now():%Y%m%dT%H%M%SZ}.log"
        command = [sys.executable, "-P", "-m", "scheduler.cli", "--home", str(self.settings.home), "crawl", source.name]
        allowed = Allowed(seconds=self.settings.crawl_seconds, memory=self.settings.crawl_memory)
        try:
            ended = self._run(command, log, allowed, self.stop)
            return self._result(source.name, ended, log)
        finally:
            due = None if self.stop.is_set() else written(next_due(source.schedule or NIGHTLY, self._now()))
            self.store.release(source.name, owner=self.owner, next_due_at=due)

    def _result(self, name: str, ended: Ended, log: Path) -> Crawled:
        row = next((row for row in self.store.runs(source=name, limit=5) if row.pid == ended.pid), None)
        if row is None:
            return Crawled(source=name, status="failed", error=f"it did not begin (code {ended.returncode}): see {log}")
        status, error = row.status, row.error
        if status == "running" or ended.why == "timeout":
            status = "timeout" if ended.why == "timeout" else "died"
            error = (
                f"ended after {self.settings.crawl_seconds} s" if status == "timeout" else f"code {ended.returncode}"
            )
            self.store.end_run(row.id, status=status, now=written(self._now()), counts=row.counts, error=error)
        elif ended.returncode and error is None:
            error = f"the crawl is in, but the command ended with code {ended.returncode}: see {log}"
        return Crawled(source=name, status=status, error=error)


def schedule_once(
    settings: Settings, *, now: Callable[[], datetime] = lambda: datetime.now(UTC), run: RunChild = run_child
) -> list[Crawled]:
    """Crawls what is due and returns how each crawl ended; a file that is no source is among them, as `broken`."""
    settings.home.mkdir(parents=True, exist_ok=True)
    store = open_store(settings.store_url)
    clock = Clock(settings, store, now=now, run=run)
    broken = load_all(settings.home / "sources").errors
    try:
        with _ended_by_signals(clock.stop.set):
            ended = clock.drain()
        return [*(Crawled(source=error.name, status="broken", error=str(error)) for error in broken), *ended]
    finally:
        clock.close()
        store.close()


def schedule_forever(settings: Settings) -> None:
    """Ticks once a minute until SIGINT or SIGTERM; the children under way are ended then, and keep what they have."""
    settings.home.mkdir(parents=True, exist_ok=True)
    store = open_store(settings.store_url)
    clock = Clock(settings, store)
    scheduler = BlockingScheduler(
        timezone=SHANGHAI,
        executors={"default": TickExecutor(1)},
        job_defaults={"misfire_grace_time": MISFIRE_GRACE, "coalesce": True, "max_instances": 1},
    )

    def tick() -> None:
        for crawled in clock.tick():
            _log.info("%s: %s", crawled.source, crawled.status) if crawled.good else _log.error("%s", crawled)

    scheduler.add_job(tick, IntervalTrigger(seconds=TICK_SECONDS), next_run_time=datetime.now(UTC))
    with _ended_by_signals(lambda: scheduler.shutdown(wait=False)):
        try:
            scheduler.start()
        finally:
            clock.close()
            store.close()


@contextmanager
def _ended_by_signals(end: Callable[[], None]) -> Iterator[None]:
    """SIGINT and SIGTERM call `end` in here. Only a process's main thread may be told of signals; others go without."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the signature of a signal handler
        end()

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
