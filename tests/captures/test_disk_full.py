import errno
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from archive_api.captures import CaptureStore, Exchange
from archive_api.errors import StorageError
from tests.captures.quota import Quota, QuotaFile

PAGE = Exchange(
    url="http://www.yunting.example/1.html",
    fetched_at="2026-11-22T01:02:03.456789Z",
    status=200,
    headers=(("Content-Type", "text/html"),),
    body=os.urandom(5_000),
    metadata={"run": "7", "source": "yunting"},
)


@pytest.fixture
def disk() -> Quota:
    return Quota(1 << 30)


@pytest.fixture
def store(tmp_path: Path, disk: Quota) -> Iterator[CaptureStore]:
    with CaptureStore(tmp_path, max_bytes=1 << 30, open_file=disk.open) as opened:
        yield opened


def contents(store: CaptureStore) -> list[str]:
    return [capture.url for file in store.files() for capture, _, _ in store.scan(file)]


def test_a_disk_that_fills_at_any_byte_leaves_only_whole_exchanges(
    tmp_path: Path, disk: Quota, store: CaptureStore
) -> None:
    first = store.append(PAGE)
    size = store.append(replace(PAGE, url="http://b.example/")).end - first.end
    file = tmp_path / (first.address.file + ".open")
    before = file.read_bytes()
    for room in range(0, size - 50, 37):
        disk.room = room
        with pytest.raises(StorageError, match="No space left on device"):
            store.append(replace(PAGE, url="http://c.example/"))
        assert file.read_bytes() == before
        assert disk.room == room


def test_after_room_was_made_the_same_store_goes_on(disk: Quota, store: CaptureStore) -> None:
    store.append(PAGE)
    disk.room = 100
    with pytest.raises(StorageError):
        store.append(replace(PAGE, url="http://b.example/"))
    store.sync()
    disk.room = 1 << 30
    capture = store.append(replace(PAGE, url="http://b.example/"))
    store.close()
    assert contents(store) == [PAGE.url, "http://b.example/"]
    assert store.read(capture.address).body == PAGE.body


def test_a_payload_that_could_not_be_written_is_never_referred_to(disk: Quota, store: CaptureStore) -> None:
    store.append(replace(PAGE, url="http://a.example/"))
    disk.room = 100
    with pytest.raises(StorageError):
        store.append(PAGE)
    disk.room = 1 << 30
    assert store.read(store.append(PAGE).address).body == PAGE.body


def test_a_disk_without_room_for_a_new_file_says_so_and_leaves_nothing_to_read(
    tmp_path: Path, disk: Quota, store: CaptureStore
) -> None:
    disk.room = 10
    with pytest.raises(StorageError, match=str(tmp_path)):
        store.append(PAGE)
    assert list(tmp_path.iterdir()) == []
    disk.room = 1 << 30
    store.append(PAGE)
    assert contents(store) == [PAGE.url]


def test_a_failed_fsync_is_reported_and_the_file_is_left_to_the_next_recovery(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, store: CaptureStore
) -> None:
    first = store.append(PAGE)

    def fails(_descriptor: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fails)
        with pytest.raises(StorageError, match="Input/output error"):
            store.sync()
    second = store.append(replace(PAGE, url="http://b.example/"))
    assert second.address.file != first.address.file
    recovery = CaptureStore(tmp_path, max_bytes=1).recover()
    assert recovery.finished == (first.address.file,)
    assert contents(store) == [PAGE.url, "http://b.example/"]


def test_an_interrupt_in_the_middle_of_a_write_leaves_no_half_record(
    monkeypatch: pytest.MonkeyPatch, store: CaptureStore
) -> None:
    store.append(PAGE)
    real, calls = QuotaFile.write, iter(range(100))

    def interrupted(file: QuotaFile, data: bytes | memoryview) -> int:
        if next(calls) == 3:
            raise KeyboardInterrupt
        return real(file, data)

    with monkeypatch.context() as patch:
        patch.setattr(QuotaFile, "write", interrupted)
        with pytest.raises(KeyboardInterrupt):
            store.append(replace(PAGE, url="http://b.example/"))
    store.append(replace(PAGE, url="http://c.example/"))
    store.close()
    assert contents(store) == [PAGE.url, "http://c.example/"]


def test_a_folder_that_cannot_be_made_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="Not a directory"):
        CaptureStore(tmp_path / "file" / "captures", max_bytes=1).append(PAGE)
