import pytest

from archive_api.document import Address, document_id
from archive_api.errors import NotFoundError
from archive_api.store import Store
from tests.store.samples import PAGE, at, found, keep, page


def test_a_page_becomes_a_document_with_its_first_version(store: Store) -> None:
    saved = keep(store, found(1), page())

    assert (saved.id, saved.version, saved.seq, saved.change) == (document_id(PAGE), 1, 1, "new")
    record = store.record(PAGE)
    assert record == store.record(saved.id)
    assert record.document == page()
    assert (record.first_seen, record.last_seen, record.edited) == (at(1), at(1), False)
    assert record.capture == Address(file="league-1.warc.gz", offset=1000)


def test_an_unchanged_page_is_only_an_observation(store: Store) -> None:
    keep(store, found(1), page())
    again = keep(store, found(2), page(published="2025-12-31"))

    assert (again.version, again.seq, again.change) == (1, 1, "unchanged")
    record = store.record(PAGE)
    assert (record.first_seen, record.last_seen) == (at(1), at(2))
    assert record.document.published == "2025-12-30"
    assert store.changes(1) == []


def test_a_changed_page_becomes_a_new_version(store: Store) -> None:
    keep(store, found(1), page("旧文。"))
    saved = keep(store, found(2), page("新文。"))

    assert (saved.version, saved.seq, saved.change) == (2, 2, "version")
    assert store.record(PAGE).edited
    assert [one.document.text for one in store.versions(PAGE)] == ["旧文。", "新文。"]
    assert store.record(PAGE, version=1).document.text == "旧文。"
    assert [one.version for one in store.changes(0)] == [2]


def test_a_document_that_is_not_there_is_an_error(store: Store) -> None:
    keep(store, found(1), page())

    with pytest.raises(NotFoundError, match=r"no document http://tw\.yunting\.example/other"):
        store.record("http://tw.yunting.example/other")
    with pytest.raises(NotFoundError, match="version 7"):
        store.record(PAGE, version=7)
    with pytest.raises(NotFoundError, match="no capture 99"):
        store.save(99, "yunting", page())
