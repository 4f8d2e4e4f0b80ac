import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from archive_api.settings import Settings
from archive_api.store import Store, open_store
from crawler.hold import Hold
from crawler.runs import running
from scheduler.children import Allowed, Ended
from scheduler.clock import LEASE, Clock, Crawled, next_due, schedule_once

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
AFTER_HOURS = timedelta(hours=30)
DEAD_PID = 4_194_305  # one more than Linux ever gives


def text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Crawls:
    """Stands for the child processes: each writes a run as a crawl does, and ends when it may."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.began: list[str] = []
        self.most_at_once = 0
        self.statuses: dict[str, str | None] = {}
        self.may_end = threading.Event()
        self.may_end.set()
        self.changed = threading.Condition()
        self._at_once = 0

    def __call__(self, command: Sequence[str], log: Path, allowed: Allowed, stop: threading.Event) -> Ended:
        del log, allowed, stop
        name, pid = command[-1], 100_000 + len(self.began)
        with self.changed:
            self.began.append(name)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            self.changed.notify_all()
        self.may_end.wait(10)
        status = self.statuses.get(name, "finished")
        if status != "never began":
            run = self.store.start_run(name, command="crawl", pid=pid, now=text(NOW))
            if status in {"finished", "failed"}:
                error = None if status == "finished" else "the site is down"
                self.store.end_run(run, status=status, now=text(NOW), counts={"fetched": 3}, error=error)
        with self.changed:
            self._at_once -= 1
        why = "timeout" if status == "timeout" else "exit"
        return Ended(pid=pid, returncode=0 if status == "finished" else 1, why=why)

    def wait_for(self, number: int) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.began) >= number, 10)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, crawl_seconds=3600)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    found = open_store(settings.store_url)
    yield found
    found.close()


@pytest.fixture
def crawls(store: Store) -> Crawls:
    return Crawls(store)


@pytest.fixture
def clock(settings: Settings, store: Store, crawls: Crawls) -> Iterator[Clock]:
    found = Clock(settings, store, now=lambda: NOW, run=crawls)
    yield found
    crawls.may_end.set()
    found.close()


def a_source(home: Path, name: str, host: str = "", more: str = "") -> None:
    (home / "sources").mkdir(exist_ok=True)
    file = home / "sources" / f"{name}.yaml"
    file.write_text(f"title: 云汀\nstart_urls: ['http://{host or name}.example/']\n{more}", "utf-8")


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


@pytest.mark.parametrize(
    ("schedule", "after", "due"),
    [
        ("every 24h", NOW, NOW + timedelta(hours=24)),
        ("every 7d", NOW, NOW + timedelta(days=7)),
        ("30 1 * * *", NOW, datetime(2026, 11, 23, 17, 30, tzinfo=UTC)),
        ("30 2 * * *", NOW, datetime(2026, 11, 22, 18, 30, tzinfo=UTC)),
        ("0 3 * * sun", NOW, datetime(2026, 11, 28, 19, 0, tzinfo=UTC)),
        ("0 2 * * *", NOW, datetime(2026, 11, 23, 18, 0, tzinfo=UTC)),
    ],
)
def test_schedules_are_read_in_shanghai_and_give_the_next_time(schedule: str, after: datetime, due: datetime) -> None:
    assert next_due(schedule, after) == due
    assert next_due(schedule, after.astimezone(ZoneInfo("Asia/Shanghai"))) == due


def test_what_is_due_is_crawled_once_and_then_is_due_at_its_next_time(
    settings: Settings, store: Store, crawls: Crawls
) -> None:
    a_source(settings.home, "a")
    a_source(settings.home, "b", more="schedule: 30 1 * * *\n")

    first = schedule_once(settings, now=at(NOW), run=crawls)
    again = schedule_once(settings, now=at(NOW + timedelta(hours=1)), run=crawls)

    assert sorted(crawled.source for crawled in first if crawled.good) == ["a", "b"]
    assert again == []
    assert store.source("a").next_due_at == text(NOW + timedelta(hours=24))
    assert store.source("b").next_due_at == "2026-11-23T17:30:00.000000Z"
    assert (store.source("a").lease_owner, store.source("a").lease_until) == (None, None)
    assert len(schedule_once(settings, now=at(NOW + AFTER_HOURS), run=crawls)) == 2


def test_sources_that_are_switched_off_or_gone_are_not_crawled(
    settings: Settings, store: Store, crawls: Crawls
) -> None:
    a_source(settings.home, "off", more="enabled: false\n")
    store.put_source("gone", {"name": "gone"})
    assert schedule_once(settings, now=at(NOW), run=crawls) == []


def test_a_broken_file_is_told_and_stops_no_other_source(settings: Settings, crawls: Crawls) -> None:
    a_source(settings.home, "good")
    a_source(settings.home, "bad", more="famly: trs\n")

    ended = {crawled.source: crawled for crawled in schedule_once(settings, now=at(NOW), run=crawls)}

    assert ended["good"].good
    assert ended["bad"].status == "broken"
    assert "'famly' is no key of a source" in str(ended["bad"].error)


def test_the_child_is_the_command_itself_with_the_limits_of_the_settings(settings: Settings, crawls: Crawls) -> None:
    a_source(settings.home, "a")
    seen: list[tuple[list[str], Path, Allowed]] = []

    def run(command: Sequence[str], log: Path, allowed: Allowed, stop: threading.Event) -> Ended:
        seen.append((list(command), log, allowed))
        return crawls(command, log, allowed, stop)

    schedule_once(settings, now=at(NOW), run=run)

    ((command, log, allowed),) = seen
    assert command[1:] == ["-P", "-m", "scheduler.cli", "--home", str(settings.home), "crawl", "a"]
    assert log == settings.home / "logs" / "a-20261122T180000Z.log"
    assert (allowed.seconds, allowed.memory) == (settings.crawl_seconds, settings.crawl_memory)


def test_two_clocks_on_one_store_never_start_the_same_source(
    settings: Settings, store: Store, crawls: Crawls, clock: Clock
) -> None:
    a_source(settings.home, "a")
    other = Clock(settings, store, now=at(NOW), run=crawls)
    crawls.may_end.clear()

    clock.tick()
    crawls.wait_for(1)
    other.tick()
    crawls.may_end.set()

    assert [crawled.source for crawled in clock.drain()] == ["a"]
    assert other.drain() == []
    assert crawls.began == ["a"]
    other.close()


def test_one_child_at_a_time_a_host(settings: Settings, crawls: Crawls, clock: Clock) -> None:
    a_source(settings.home, "a", host="same")
    a_source(settings.home, "b", host="www.same")

    ended = clock.drain()

    assert [crawled.good for crawled in ended] == [True, True]
    assert crawls.most_at_once == 1


def test_different_hosts_are_crawled_side_by_side(settings: Settings, crawls: Crawls, clock: Clock) -> None:
    a_source(settings.home, "a")
    a_source(settings.home, "b")
    crawls.may_end.clear()

    clock.tick()
    crawls.wait_for(2)
    crawls.may_end.set()
    clock.drain()

    assert crawls.most_at_once == 2


def test_a_lease_that_ran_out_is_taken_over(settings: Settings, store: Store, crawls: Crawls) -> None:
    a_source(settings.home, "a")
    store.put_source("a", {})
    assert store.lease("a", owner="elsewhere:1:1", now=text(NOW), until=text(NOW + timedelta(hours=2)))

    assert schedule_once(settings, now=at(NOW + timedelta(hours=1)), run=crawls) == []
    assert len(schedule_once(settings, now=at(NOW + timedelta(hours=3)), run=crawls)) == 1


def test_the_lease_of_a_clock_that_died_ends_by_itself(settings: Settings, store: Store, crawls: Crawls) -> None:
    a_source(settings.home, "a")
    store.put_source("a", {})
    assert store.lease("a", owner="elsewhere:1:1", now=text(NOW), until=text(NOW + LEASE))
    assert schedule_once(settings, now=at(NOW + LEASE), run=crawls) == []
    assert len(schedule_once(settings, now=at(NOW + LEASE + timedelta(seconds=1)), run=crawls)) == 1


def test_a_lease_is_prolonged_while_its_crawl_goes_on(settings: Settings, store: Store, crawls: Crawls) -> None:
    a_source(settings.home, "a")
    moments = iter(NOW + timedelta(minutes=number) for number in range(10_000))
    clock = Clock(settings, store, now=lambda: next(moments), run=crawls, beat=0.01)
    crawls.may_end.clear()
    clock.tick()
    crawls.wait_for(1)
    first = store.source("a").lease_until
    for _ in range(1000):
        if store.source("a").lease_until != first:
            break
        time.sleep(0.01)
    assert str(store.source("a").lease_until) > str(first)
    crawls.may_end.set()
    clock.drain()
    clock.close()
    assert store.source("a").lease_owner is None


def test_a_source_is_crawled_within_its_window_and_told_when_it_closes(settings: Settings, crawls: Crawls) -> None:
    a_source(settings.home, "a", more="limits: {window: '01:00-05:00'}\n")
    commands = []

    def run(command: Sequence[str], log: Path, allowed: Allowed, stop: threading.Event) -> Ended:
        commands.append(command)
        return crawls([*command[:6], "a"], log, allowed, stop)

    assert schedule_once(settings, now=at(NOW - timedelta(hours=2)), run=run) == []  # midnight in Shanghai
    assert len(schedule_once(settings, now=at(NOW), run=run)) == 1
    assert commands[0][-3:] == ["a", "--until", "2026-11-22T21:00:00.000000Z"]


@pytest.mark.parametrize(
    ("status", "ended"),
    [
        ("failed", Crawled(source="a", status="failed", error="the site is down")),
        ("timeout", Crawled(source="a", status="timeout", error="ended after 3600 s")),
        ("killed", Crawled(source="a", status="died", error="code 1")),
    ],
)
def test_a_crawl_that_went_wrong_is_told_and_written_into_its_run(
    settings: Settings, store: Store, crawls: Crawls, status: str, ended: Crawled
) -> None:
    a_source(settings.home, "a")
    crawls.statuses["a"] = status

    assert schedule_once(settings, now=at(NOW), run=crawls) == [ended]

    run = store.runs(source="a")[0]
    assert (run.status, run.error) == (ended.status, ended.error)
    assert store.source("a").next_due_at == text(NOW + timedelta(hours=24))


def test_a_child_that_never_began_is_told(settings: Settings, crawls: Crawls) -> None:
    a_source(settings.home, "a")
    crawls.statuses["a"] = "never began"
    (ended,) = schedule_once(settings, now=at(NOW), run=crawls)
    assert (ended.status, ended.good) == ("failed", False)
    assert "it did not begin (code 1): see " in str(ended.error)


def test_a_clock_that_is_stopped_gives_its_sources_back_as_due(
    settings: Settings, store: Store, crawls: Crawls, clock: Clock
) -> None:
    a_source(settings.home, "a")
    crawls.may_end.clear()
    clock.tick()
    crawls.wait_for(1)
    threading.Timer(0.2, crawls.may_end.set).start()

    clock.close()

    assert (store.source("a").next_due_at, store.source("a").lease_owner) == (None, None)


def test_a_source_that_is_being_crawled_by_somebody_else_waits(
    settings: Settings, store: Store, crawls: Crawls
) -> None:
    a_source(settings.home, "a")
    a_source(settings.home, "b", host="www.a")
    a_source(settings.home, "c")
    hold = Hold(store, ["a.example"])

    assert [crawled.source for crawled in schedule_once(settings, now=at(NOW), run=crawls)] == ["c"]

    hold.release()
    assert sorted(crawled.source for crawled in schedule_once(settings, now=at(NOW), run=crawls)) == ["a", "b"]


def test_a_process_that_began_after_the_run_only_has_the_number_of_a_dead_one(store: Store) -> None:
    run = store.start_run("a", command="crawl", pid=os.getpid(), now="2020-01-01T00:00:00.000000Z")
    assert running(store) == []
    assert store.run(run).status == "died"


def test_runs_of_processes_that_are_gone_are_marked_died(settings: Settings, store: Store, crawls: Crawls) -> None:
    settings.home.mkdir(exist_ok=True)
    dead = store.start_run("x", command="crawl", pid=DEAD_PID, now=text(NOW))
    alive = store.start_run("x", command="crawl", pid=os.getpid(), now=text(datetime.now(UTC)))

    schedule_once(settings, now=at(NOW), run=crawls)

    assert store.run(dead).status == "died"
    assert store.run(alive).status == "running"


def test_a_run_of_another_machine_lives_while_its_process_holds_a_host(settings: Settings, store: Store) -> None:
    now = datetime.now(UTC)
    run = store.start_run("x", command="crawl", pid=77, now=text(now))
    with closing(sqlite3.connect(settings.home / "archive.db")) as database, database:
        database.execute("UPDATE runs SET machine = 'other'")
    owner, until = "other:77:0", text(now + timedelta(minutes=2))
    assert store.hold_hosts(["x.example"], owner=owner, now=text(now), until=until) is None

    assert [row.id for row in running(store)] == [run]
    store.release_hosts(owner)
    assert running(store) == []
    assert store.run(run).status == "died"


FOREVER = """
import sys
from pathlib import Path
import scheduler.clock as clock
from archive_api.settings import Settings
tick = clock.Clock.tick
def told(self):
    ended = tick(self)
    print("ticked", flush=True)
    return ended
clock.Clock.tick = told
clock.schedule_forever(Settings(home=Path(sys.argv[1])))
print("ended", flush=True)
"""


def test_the_clock_ticks_at_once_and_ends_in_order_when_it_is_told_to(settings: Settings) -> None:
    command = [sys.executable, "-W", "error", "-c", FOREVER, str(settings.home)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    first = process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    rest, errors = process.communicate(timeout=30)
    assert (first, rest, errors, process.returncode) == ("ticked\n", "ended\n", "", 0)
