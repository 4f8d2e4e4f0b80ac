import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress

import pytest

from archive_api.document import Record
from archive_api.errors import BusyError
from archive_api.index import catchup, open_index
from archive_api.index.base import SearchIndex
from archive_api.index.catchup import catch_up, rebuild
from archive_api.index.elastic import ElasticIndex
from archive_api.index.embedded import EmbeddedIndex
from tests.index.conftest import Engine
from tests.index.making import Shelf, found, record


def test_catching_up_reads_only_what_changed_and_twice_changes_nothing(index: SearchIndex, shelf: Shelf) -> None:
    assert catch_up(shelf, index) == 5
    assert catch_up(shelf, index) == 0
    shelf.put(record("d2", 6, "换了"))
    assert catch_up(shelf, index) == 1
    assert (found(index), found(index, "志愿2"), index.seq()) == (["d1", "d3", "d4", "d5", "d2"], [], 6)


def test_catching_up_follows_a_seq_that_changed_no_document(index: SearchIndex, shelf: Shelf) -> None:
    shelf.last = 9
    assert (catch_up(shelf, index), index.seq()) == (5, 9)


def test_an_index_ahead_of_its_store_is_built_anew(
    index: SearchIndex, shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    index.apply([record("gone", 40, "志愿")], seq=40)
    assert catch_up(shelf, index) == 5
    assert "ahead of the store" in caplog.text
    assert (found(index), index.seq()) == (["d1", "d2", "d3", "d4", "d5"], 5)


def test_a_rebuilt_index_equals_one_that_caught_up(engine: Engine, shelf: Shelf) -> None:
    one, other = open_index(engine()), open_index(engine())
    catch_up(shelf, one)
    shelf.put(record("d1", 6, "志愿改"))
    catch_up(shelf, one)
    assert rebuild(shelf, other) == 5
    for text in ("", "志愿", "志愿1", "改"):
        assert found(one, text) == found(other, text)
    assert one.seq() == other.seq() == 6


def test_an_index_deleted_between_two_windows_is_not_left_with_a_gap(
    index: SearchIndex, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catchup, "WINDOW", 2)
    read = shelf.changes

    def changes(after: int, limit: int = 1000) -> list[Record]:
        if after == 2:
            remove(index)
        return read(after, limit)

    monkeypatch.setattr(shelf, "changes", changes)
    with pytest.raises(BusyError, match="at seq 0, no longer at 2"):
        catch_up(shelf, index)
    monkeypatch.setattr(shelf, "changes", read)
    assert catch_up(shelf, index) == 5
    assert (found(index), index.seq()) == (["d1", "d2", "d3", "d4", "d5"], 5)


def test_two_indexers_at_once_lose_nothing(engine: Engine, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catchup, "WINDOW", 20)
    for at in range(6, 200):
        shelf.put(record(f"d{at}", at, "志愿"))
    address = engine()

    def run(work: Callable[[Shelf, SearchIndex], int]) -> None:
        with closing(open_index(address)) as index:
            for _ in range(3):
                with suppress(BusyError):
                    work(shelf, index)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(run, [catch_up, catch_up, rebuild]))
    with closing(open_index(address)) as index:
        assert (found(index, "志愿"), index.seq(), index.check()) == ([f"d{at}" for at in range(1, 200)], 199, [])


def remove(index: SearchIndex) -> None:
    match index:
        case EmbeddedIndex():
            shutil.rmtree(index._folder.path)
        case ElasticIndex():
            with index._address.client() as client:
                client.indices.delete(index=[*client.indices.get_alias(name=index._address.name)])


def test_a_document_that_changes_while_the_index_is_rebuilt_is_there_once_and_new(
    index: SearchIndex, shelf: Shelf
) -> None:
    def changing() -> Iterator[Record]:
        yield from shelf.changes(0)
        yield record("d2", 6, "创业")
        yield record("d2", 7, "就业")

    index.rebuild(changing(), seq=5)
    assert (found(index), found(index, "就业")) == (["d1", "d3", "d4", "d5", "d2"], ["d2"])
    assert found(index, "志愿2") == found(index, "创业") == []
