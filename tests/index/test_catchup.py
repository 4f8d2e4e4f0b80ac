import pytest

from archive_api.index import open_index
from archive_api.index.base import SearchIndex
from archive_api.index.catchup import catch_up, rebuild
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
