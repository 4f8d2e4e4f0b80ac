"""Several writers and readers at once, in threads and in processes of their own."""

import contextlib
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from archive_api.errors import BusyError, NotFoundError, StorageError
from archive_api.store import Outcome, Store, engines, open_store
from tests.store.samples import PAGE, at, found, keep, page

WRITER = """
import sys
from archive_api.store import open_store
from tests.store.samples import at, found, keep, page

store = open_store(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
for minute in range(25):
    keep(store, found(minute, payload=sys.argv[2], file=sys.argv[2]), page(f"第{minute % 3}稿。"))
    url = f"http://{sys.argv[2]}.example/{minute}"
    keep(store, found(minute, url, file=sys.argv[2] + "-own"), page(url=url))
print(sum(store.lease(f"s{n}", owner=sys.argv[2], now=at(0), until=at(10)) for n in range(40)))
"""

OPENER = """
import sys
from archive_api.store import open_store

print("ready", flush=True)
sys.stdin.readline()
open_store(sys.argv[1]).close()
"""


def at_once(script: str, *arguments: list[str]) -> list[str]:
    """What each process printed, all of them let go at the same moment."""
    running = [
        subprocess.Popen([sys.executable, "-c", script, *own], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for own in arguments
    ]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    printed = [process.communicate(timeout=60)[0] for process in running]
    assert [process.returncode for process in running] == [0] * len(running)
    return printed


def test_two_processes_that_write_at_once_both_succeed_and_each_source_is_leased_to_one(
    store: Store, store_address: str
) -> None:
    for number in range(40):
        store.put_source(f"s{number}", {})
    leased = at_once(WRITER, [store_address, "a"], [store_address, "b"])

    counts = store.counts()
    assert (counts["documents"], counts["captures"], counts["pending"]) == (51, 100, 0)
    records = store.changes(0)
    assert [one.seq for one in records] == sorted({one.seq for one in records})
    assert store.last_seq() == records[-1].seq
    assert store.check() == []
    assert sum(map(int, leased)) == 40  # each source to one of the two


def test_two_processes_may_open_a_new_store_at_once(new_address: str) -> None:
    at_once(OPENER, [new_address], [new_address])

    opened = open_store(new_address)
    assert opened.last_seq() == 0
    opened.close()


def test_a_new_store_waits_for_another_process_that_is_opening_it(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    other = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    other.execute("CREATE TABLE a (b)")
    other.execute("BEGIN IMMEDIATE")  # against this lock SQLite does not wait when it changes the journal's mode
    opening = threading.Thread(target=lambda: open_store(f"sqlite:///{path}").close())
    opening.start()
    opening.join(0.3)
    assert opening.is_alive()
    other.execute("ROLLBACK")
    other.execute("DROP TABLE a")
    other.close()
    opening.join(20)
    opened = open_store(f"sqlite:///{path}")
    assert opened.last_seq() == 0
    opened.close()


def test_a_reader_of_changes_never_misses_one_that_commits_late(store: Store, store_address: str) -> None:
    other = open_store(store_address)
    earlier = "http://tw.yunting.example/late.htm"
    holding, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        with store.batch():
            keep(store, found(1, earlier), page(url=earlier))
            holding.set()
            assert may_commit.wait(20)

    slow_writer = threading.Thread(target=slow)
    fast_writer = threading.Thread(target=keep, args=(other, found(2), page()))
    slow_writer.start()
    assert holding.wait(20)
    fast_writer.start()
    fast_writer.join(0.3)
    # the first number is given but not committed: the second writer must not overtake it
    assert fast_writer.is_alive()
    assert store.changes(0) == []
    may_commit.set()
    slow_writer.join(20)
    fast_writer.join(20)

    assert [(one.seq, one.document.url) for one in store.changes(0)] == [(1, earlier), (2, PAGE)]
    other.close()


def test_two_batches_that_touch_the_same_pages_in_opposite_order_both_succeed(store: Store, store_address: str) -> None:
    urls = [f"http://tw.yunting.example/{name}.htm" for name in ("a", "b")]
    for minute, url in enumerate(urls):
        keep(store, found(minute, url), page(url=url))
    begun = threading.Barrier(2)
    finished = []

    def observe(opened: Store, in_order: list[str], minute: int) -> None:
        with opened.batch():
            keep(opened, found(minute, in_order[0]), page(url=in_order[0]))
            with contextlib.suppress(threading.BrokenBarrierError):
                begun.wait(0.3)  # both would be here, each with a row that the other wants next
            keep(opened, found(minute + 1, in_order[1]), page(url=in_order[1]))
        finished.append(minute)

    other = open_store(store_address)
    threads = [
        threading.Thread(target=observe, args=(store, urls, 10)),
        threading.Thread(target=observe, args=(other, urls[::-1], 20)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    other.close()

    assert sorted(finished) == [10, 20]
    assert [store.record(url).last_seen for url in urls] == [at(21), at(20)]


def test_who_waits_too_long_for_another_writer_is_told_so(
    store: Store,
    store_address: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engines, "WAIT_SECONDS", 0.2)
    impatient = open_store(store_address)
    with store.batch():
        store.put_source("yunting", {})
        with pytest.raises(BusyError, match="another process was writing"):
            impatient.put_source("qinglan", {})
    impatient.close()

    assert [one.name for one in store.sources()] == ["yunting"]


def test_readers_do_not_wait_for_writers(store: Store, store_address: str) -> None:
    keep(store, found(1), page("旧文。"))
    reader = open_store(store_address)
    with store.batch():
        keep(store, found(2), page("新文。"))
        assert reader.record(PAGE).document.text == "旧文。"
        assert store.record(PAGE).document.text == "新文。"
    assert reader.record(PAGE).document.text == "新文。"
    reader.close()


def keep_and_fail(store: Store) -> None:
    with store.batch():
        keep(store, found(1), page())
        raise InterruptedError


def keep_and_catch(store: Store) -> None:
    with store.batch():
        keep(store, found(1), page())
        (one,) = store.add_captures([found(2)])
        with pytest.raises(NotFoundError, match="names a document or a run that is not in the store"):
            store.finish_capture(one, Outcome(what="attachment", document="0" * 16))


def test_a_batch_is_written_whole_or_not_at_all(store: Store) -> None:
    with pytest.raises(InterruptedError):
        keep_and_fail(store)

    assert store.counts()["captures"] == 0
    assert store.last_seq() == 0
    with store.batch(), store.batch():
        keep(store, found(1), page())
    assert store.last_seq() == 1


def test_a_database_error_that_was_caught_inside_a_batch_still_undoes_it(store: Store) -> None:
    with pytest.raises(StorageError, match="nothing of it was recorded"):
        keep_and_catch(store)

    assert store.counts()["captures"] == 0
    assert store.last_seq() == 0


def test_what_was_not_found_inside_a_batch_may_be_caught(store: Store) -> None:
    with store.batch():
        keep(store, found(1), page())
        with pytest.raises(NotFoundError, match="no capture 99"):
            store.finish_capture(99, Outcome(what="list"))

    assert store.counts()["captures"] == 1


def test_a_batch_is_one_threads_own(store: Store) -> None:
    with store.batch():
        keep(store, found(1), page())
        seen: list[int] = []
        reader = threading.Thread(target=lambda: seen.append(store.last_seq()))
        reader.start()
        reader.join(20)
        assert seen == [0]
    assert store.record(PAGE).first_seen == at(1)
