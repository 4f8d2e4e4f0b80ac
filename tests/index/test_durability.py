import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive_api.document import Record
from archive_api.errors import BusyError, StorageError
from archive_api.index.base import Query
from archive_api.index.catchup import catch_up, rebuild
from archive_api.index.embedded import EmbeddedIndex
from tests.index.making import Shelf, found, generations, record

ROOT = Path(__file__).parents[2]


@pytest.fixture
def index(folder: Path) -> EmbeddedIndex:
    return EmbeddedIndex(folder, wait=0.2)


def test_an_index_that_was_never_written_is_empty_and_leaves_no_trace(folder: Path, index: EmbeddedIndex) -> None:
    assert (index.seq(), index.count(Query()), found(index)) == (0, 0, [])
    assert index.search(Query(text="志愿")).hits == ()
    assert index.check() == []
    assert not folder.exists()


def test_applying_twice_changes_nothing(index: EmbeddedIndex, shelf: Shelf) -> None:
    for _ in range(2):
        assert index.apply(shelf.changes(0), seq=5) == 5
        assert (index.seq(), found(index)) == (5, ["d1", "d2", "d3", "d4", "d5"])


def test_a_newer_record_replaces_the_document(index: EmbeddedIndex) -> None:
    index.apply([record("a", 1, "旧文"), record("a", 2, "中间"), record("b", 3, "旧文")], seq=3)
    index.apply([record("a", 4, "新文")], seq=4)
    assert (found(index, "旧文"), found(index, "中间"), found(index, "新文")) == (["b"], [], ["a"])


def test_an_overtaken_writer_moves_nothing_back(index: EmbeddedIndex) -> None:
    index.apply([record("a", 7, "新文"), record("b", 6, "二")], seq=7)
    assert index.apply([record("a", 3, "旧文"), record("c", 5, "三")], seq=5) == 1
    assert (index.seq(), found(index)) == (7, ["c", "b", "a"])
    assert found(index, "旧文") == []


def test_a_cursor_without_documents_is_kept(folder: Path, index: EmbeddedIndex) -> None:
    index.apply([], seq=12)
    assert EmbeddedIndex(folder).seq() == 12
    assert index.count(Query(text="NOT 甲")) == 0


def test_another_process_sees_what_was_applied(folder: Path, index: EmbeddedIndex) -> None:
    reader = EmbeddedIndex(folder)
    index.apply([record("a", 1, "一")], seq=1)
    assert found(reader) == ["a"]
    index.apply([record("b", 2, "二")], seq=2)
    assert (found(reader), reader.seq()) == (["a", "b"], 2)
    index.close()
    reader.close()
    assert found(reader) == ["a", "b"]


def test_an_error_in_the_records_leaves_the_last_commit(folder: Path, index: EmbeddedIndex, shelf: Shelf) -> None:
    def broken() -> Iterator[Record]:
        yield record("d1", 6, "换了")
        raise RuntimeError("the store broke")

    index.apply(shelf.changes(0), seq=5)
    for write in (index.apply, index.rebuild):
        with pytest.raises(RuntimeError, match="the store broke"):
            write(broken(), seq=6)
        assert (index.seq(), found(index, "志愿1"), found(index, "换了")) == (5, ["d1"], [])
        assert len(generations(folder)) == 1
    assert index.apply([record("d6", 6, "志愿6")], seq=6) == 1


def test_a_second_writer_is_told_that_the_index_is_busy(folder: Path, index: EmbeddedIndex) -> None:
    index.apply([], seq=0)

    def slow() -> Iterator[Record]:
        for write in (EmbeddedIndex(folder, wait=0).apply, EmbeddedIndex(folder, wait=0.1).rebuild):
            with pytest.raises(BusyError, match="another process"):
                write([], seq=9)
        yield record("a", 1, "一")

    assert index.apply(slow(), seq=1) == 1
    assert EmbeddedIndex(folder, wait=0).apply([], seq=2) == 0


def test_a_waiting_writer_gets_its_turn(folder: Path, index: EmbeddedIndex) -> None:
    index.apply([], seq=0)
    started, go_on = threading.Event(), threading.Event()

    def slow() -> Iterator[Record]:
        started.set()
        go_on.wait(20)
        yield record("a", 1, "一")

    thread = threading.Thread(target=lambda: index.apply(slow(), seq=1))
    thread.start()
    started.wait(20)
    other = EmbeddedIndex(folder, wait=20)
    timer = threading.Timer(0.2, go_on.set)
    timer.start()
    assert other.apply([record("b", 2, "二")], seq=2) == 1
    thread.join()
    timer.join()
    assert found(other) == ["a", "b"]


KILLED = """
    import os, sys
    from pathlib import Path
    from archive_api.index.embedded import EmbeddedIndex
    from tests.index.making import record

    def endless():
        at = 100
        while True:
            yield record(f"k{at}", at, "夭折" * 500)
            at += 1
            if at == 1500:
                print("in the middle", flush=True)

    getattr(EmbeddedIndex(Path(sys.argv[1])), sys.argv[2])(endless(), seq=10**6)
"""


@pytest.mark.parametrize("method", ["apply", "rebuild"])
def test_a_killed_writer_leaves_the_last_commit_and_the_next_one_cleans_up(
    folder: Path, index: EmbeddedIndex, shelf: Shelf, method: str
) -> None:
    catch_up(shelf, index)
    command = [sys.executable, "-c", textwrap.dedent(KILLED), str(folder), method]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout
        assert process.stdout.readline() == b"in the middle\n"
        assert (found(index), index.seq()) == (["d1", "d2", "d3", "d4", "d5"], 5)
        os.kill(process.pid, signal.SIGKILL)
    assert len(generations(folder)) == (2 if method == "rebuild" else 1)
    after = EmbeddedIndex(folder, wait=5)
    assert after.check() == []
    assert (found(after, "夭折"), found(after), after.seq()) == ([], ["d1", "d2", "d3", "d4", "d5"], 5)
    shelf.put(record("d6", 6, "志愿6"))
    assert catch_up(shelf, after) == 1
    assert (found(after, "志愿6"), after.seq(), after.check()) == (["d6"], 6, [])
    assert len(generations(folder)) == 1


def test_a_process_killed_while_it_made_the_index_leaves_one_that_is_made_anew(
    folder: Path, shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    command = [sys.executable, "-c", textwrap.dedent(KILLED), str(folder), "apply"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout
        process.stdout.readline()
        os.kill(process.pid, signal.SIGKILL)
    index = EmbeddedIndex(folder, wait=5)
    assert catch_up(shelf, index) == 5
    assert "building it anew" in caplog.text
    assert (found(index), len(generations(folder))) == (["d1", "d2", "d3", "d4", "d5"], 1)


def test_during_a_rebuild_searches_see_the_old_index(folder: Path, index: EmbeddedIndex, shelf: Shelf) -> None:
    catch_up(shelf, index)
    reader = EmbeddedIndex(folder)
    seen = []

    def watched() -> Iterator[Record]:
        for one in [record("n1", 6, "新"), record("n2", 7, "新")]:
            seen.append((found(reader), reader.seq()))
            yield one

    index.rebuild(watched(), seq=7)
    assert seen == [(["d1", "d2", "d3", "d4", "d5"], 5)] * 2
    assert (found(reader), reader.seq(), len(generations(folder))) == (["n1", "n2"], 7, 1)


def test_a_rebuild_keeps_the_last_of_a_document_seen_twice(index: EmbeddedIndex) -> None:
    index.rebuild([record("a", 1, "旧"), record("b", 2, "乙"), record("a", 3, "新")], seq=3)
    assert (found(index), found(index, "旧")) == (["b", "a"], [])


def test_searches_in_threads_are_not_disturbed_by_rebuilds(folder: Path, index: EmbeddedIndex, shelf: Shelf) -> None:
    catch_up(shelf, index)
    reader, wrong, stop = EmbeddedIndex(folder), [], threading.Event()

    def read() -> None:
        while not stop.is_set():
            try:
                if reader.search(Query(text="志愿", limit=3)).total != 5:
                    wrong.append("another total")
            except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
                wrong.append(repr(error))

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(8):
        rebuild(shelf, index)
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_full_disk_leaves_the_index_as_it_was(folder: Path, index: EmbeddedIndex, shelf: Shelf) -> None:
    catch_up(shelf, index)
    script = """
        import resource, sys
        from pathlib import Path
        from archive_api.errors import StorageError
        from archive_api.index.embedded import EmbeddedIndex
        from tests.index.making import record
        index = EmbeddedIndex(Path(sys.argv[1]))
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, -1))
        big = [record(f"k{at}", at, "".join(map(chr, range(0x4e00 + at, 0x4e00 + at + 500)))) for at in range(100, 200)]
        for write in (index.apply, index.rebuild):
            try:
                write(big, seq=200)
            except StorageError as error:
                print("said so")
        resource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1))
        print(index.seq(), index.apply(big, seq=200))
    """
    command = [sys.executable, "-c", textwrap.dedent(script), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True, timeout=60)
    assert done.stdout.splitlines() == ["said so", "said so", "5 100"]
    assert (index.seq(), index.count(Query()), len(generations(folder))) == (200, 105, 1)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a file system that nobody can write: /proc")
def test_a_folder_that_cannot_be_written_is_a_storage_error() -> None:
    with pytest.raises(StorageError, match="cannot be written"):
        EmbeddedIndex(Path("/proc/index")).apply([], seq=1)
