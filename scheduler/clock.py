"""The nightly clock: starts a crawl of each enabled source when it is due, one child process each.

The truth is in the store: when a source is due, and who holds it. The clock keeps nothing that it could not read there
again, so it may be killed, started twice, or called by cron or systemd (`schedule --once`).
"""

from __future__ import annotations

import logging
import re
import signal
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

from archive_api.errors import ArchiveError
from archive_api.settings import Settings
from archive_api.store import Store, open_store
from crawler.budget import closes_at
from crawler.hold import owner_name
from crawler.machine import SHANGHAI, written
from crawler.runs import running
from crawler.scope import Scope
from crawler.source import Source, load_all
from scheduler.children import Allowed, Ended, run_child

NIGHTLY = "every 24h"
"""The schedule of a source that names none."""
CHILDREN = 2
TICK_SECONDS = 60
BEAT = 30.0
"""Seconds after which the leases of what is under way are prolonged."""
LEASE = timedelta(minutes=3)
"""How long a lease lasts without a beat: then its clock is dead, and another may take over."""
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
        now: Callable[[], datetime] | None = None,
        run: RunChild = run_child,
        beat: float = BEAT,
    ) -> None:
        self.settings, self.store = settings, store
        self.owner = owner_name()
        self.stop = threading.Event()
        self._now, self._run, self._beat = now or store.clock, run, beat
        self._held: set[str] = set()
        self._leases = threading.Lock()  # a lease is not prolonged while it is being given back
        self._closed = threading.Event()
        self._beating: threading.Thread | None = None
        self._pool = ThreadPoolExecutor(max_workers=CHILDREN)
        self._running: dict[Future[Crawled], frozenset[str]] = {}

    def tick(self) -> list[Crawled]:
        """Starts what is due and can be started now; returns what has ended since the last tick."""
        done = [future for future in self._running if future.done()]
        for future in done:
            del self._running[future]
        running(self.store)  # marks the runs that died
        enabled = self._enabled()
        # A child may outlive the clock that started it, and people start crawls too, on any machine.
        elsewhere = self.store.held_hosts(written(self.store.clock())).keys()
        due = [row.name for row in self.store.due_sources(written(self._now()))]
        for source in (enabled[name] for name in due if name in enabled):
            hosts = Scope.of(source).hosts
            if len(self._running) >= CHILDREN or self.stop.is_set():
                break
            if not self._is_open(source) or hosts & elsewhere or any(hosts & busy for busy in self._running.values()):
                continue  # one crawl at a time a host; what waits is due at the next tick as well
            if not self._lease(source):
                continue
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
        self._closed.set()
        if self._beating is not None:
            self._beating.join()

    def _enabled(self) -> dict[str, Source]:
        """The sources to be crawled, by name, with the store's table brought up to their files."""
        enabled = {source.name: source for source in load_all(self.settings.home / "sources").sources if source.enabled}
        known = {row.name: row.config for row in self.store.sources()}
        for name, source in enabled.items():
            if known.get(name) != source.to_json():
                self.store.put_source(name, source.to_json())
        return enabled

    def _window(self, source: Source) -> str:
        return source.limits.window or self.settings.window

    def _is_open(self, source: Source) -> bool:
        window = self._window(source)
        return not window or closes_at(window, self._now()) is not None

    def _lease(self, source: Source) -> bool:
        if not self._prolong(source.name):
            return False
        self._held.add(source.name)
        if self._beating is None:
            self._beating = threading.Thread(target=self._keep_leases, name="leases", daemon=True)
            self._beating.start()
        return True

    def _prolong(self, name: str) -> bool:
        now = self._now()
        return self.store.lease(name, owner=self.owner, now=written(now), until=written(now + LEASE))

    def _keep_leases(self) -> None:
        while not self._closed.wait(self._beat):
            for name in tuple(self._held):
                with self._leases:
                    self._beat_for(name)

    def _beat_for(self, name: str) -> None:
        if name not in self._held:
            return
        try:
            self._prolong(name)
        except ArchiveError as error:  # the next beat may come through
            _log.warning("the lease of %s could not be prolonged: %s", name, error)

    def _crawl(self, source: Source) -> Crawled:
        log = self.settings.home / "logs" / f"{source.name}-{self._now():%Y%m%dT%H%M%SZ}.log"
        command = [sys.executable, "-P", "-m", "scheduler.cli", "--home", str(self.settings.home), "crawl", source.name]
        window = self._window(source)
        closes = closes_at(window, self._now()) if window else None
        command += [] if closes is None else ["--until", written(closes)]
        allowed = Allowed(seconds=self.settings.crawl_seconds, memory=self.settings.crawl_memory)
        try:
            ended = self._run(command, log, allowed, self.stop)
            return self._result(source.name, ended, log)
        finally:
            due = None if self.stop.is_set() else written(next_due(source.schedule or NIGHTLY, self._now()))
            with self._leases:
                self._held.discard(source.name)
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
    settings: Settings, *, now: Callable[[], datetime] | None = None, run: RunChild = run_child
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
