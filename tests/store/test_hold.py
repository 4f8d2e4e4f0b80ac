"""One crawl at a time a host, and how much of a night it may have."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from archive_api.errors import BusyError
from archive_api.store import Store
from crawler.budget import Budget, closes_at, night_of
from crawler.hold import LEASE, Hold, slots_of
from crawler.machine import written

HOSTS = ("tw.yunting.example", "ip:192.0.2.7")
NIGHT = datetime(2026, 3, 1, 14, tzinfo=UTC)  # 22:00 in Shanghai


def test_a_host_is_held_by_one_crawl_and_free_again_after_it(store: Store) -> None:
    first = Hold(store, HOSTS)
    with pytest.raises(BusyError, match=r"ip:192\.0\.2\.7 is being crawled by"):
        Hold(store, ["other.example", "ip:192.0.2.7"])
    assert "other.example" not in store.held_hosts(written(store.clock()))
    first.release()
    Hold(store, HOSTS).release()
    assert store.held_hosts(written(store.clock())) == {}


def test_a_lease_that_nobody_prolongs_ends(store: Store) -> None:
    now = store.clock()
    until = written(now + LEASE)
    assert store.hold_hosts(HOSTS, owner="dead:1:0", now=written(now), until=until) is None
    later = written(now + LEASE + timedelta(seconds=1))
    assert store.hold_hosts(HOSTS, owner="next:1:0", now=later, until=later) is None


def test_a_crawl_whose_host_was_taken_over_knows_it(store: Store) -> None:
    hold = Hold(store, HOSTS, beat=0.01)
    store.release_hosts(hold.owner)
    now = store.clock()
    for _ in range(100):  # the crawl's own beat may come in between
        store.release_hosts(hold.owner)
        if store.hold_hosts(HOSTS, owner="next:1:0", now=written(now), until=written(now + LEASE)) is None:
            break
    for _ in range(1000):
        if hold.is_lost:
            break
        time.sleep(0.01)
    assert hold.is_lost
    hold.release()
    assert set(store.held_hosts(written(now)).values()) == {"next:1:0"}


def test_a_service_of_this_machine_is_held_by_its_port_alone() -> None:
    assert slots_of(["127.0.0.1:8000", "localhost:8001"]) == ("127.0.0.1:8000", "localhost:8001")


@pytest.mark.parametrize(
    ("window", "hour", "closes"),
    [
        ("22:00-06:00", 21, None),
        ("22:00-06:00", 22, "2026-03-02T06:00:00+08:00"),
        ("22:00-06:00", 29, "2026-03-02T06:00:00+08:00"),
        ("22:00-06:00", 30, None),
        ("01:00-05:00", 26, "2026-03-02T05:00:00+08:00"),
        ("01:00-05:00", 24, None),
    ],
)
def test_a_window_is_open_between_its_times_in_shanghai(window: str, hour: int, closes: str | None) -> None:
    found = closes_at(window, NIGHT + timedelta(hours=hour - 22))
    assert (None if found is None else found.isoformat()) == closes


def test_a_night_goes_from_noon_to_noon() -> None:
    assert night_of(NIGHT) == night_of(NIGHT + timedelta(hours=13)) == "2026-03-01"
    assert night_of(NIGHT + timedelta(hours=14)) == "2026-03-02"


def test_a_budget_is_a_hosts_whatever_crawl_spends_it(store: Store) -> None:
    now = written(NIGHT)
    first = Budget(store, lambda: now, most=3, until=None)
    assert [first.spend("a"), first.spend("a"), first.spend("b")] == [None, None, None]
    first.write()
    second = Budget(store, lambda: now, most=3, until=None)
    assert [second.spend("a"), second.spend("a")] == [None, "budget"]
    second.write()
    tomorrow = written(NIGHT + timedelta(days=1))
    assert Budget(store, lambda: tomorrow, most=3, until=None).spend("a") is None


def test_nothing_is_asked_after_the_window_has_closed(store: Store) -> None:
    times = iter([NIGHT, NIGHT, NIGHT + timedelta(hours=1)])
    budget = Budget(store, lambda: written(next(times)), most=None, until=written(NIGHT + timedelta(hours=1)))
    assert [budget.spend("a"), budget.spend("a")] == [None, "window"]
