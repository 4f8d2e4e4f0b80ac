import os
import signal
import subprocess
import sys
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from archive_api.captures import Capture, CaptureStore, Exchange

PAGE = Exchange(
    url="http://www.yunting.example/1.html",
    fetched_at="2026-11-22T01:02:03.456789Z",
    status=200,
    headers=(("Content-Type", "text/html"),),
    body="共青团云汀县委工作要点".encode(),
    metadata={"run": "7", "source": "yunting", "role": "page", "tls": "none"},
)
EXCHANGES = [
    PAGE,
    replace(PAGE, url="http://www.yunting.example/2.html", body=b"second"),
    replace(PAGE, fetched_at="2026-11-23T01:02:03.000000Z"),
    replace(PAGE, url="file:///3.txt", body=b"third", imported=True),
]

WRITER = """
import sys, time
from pathlib import Path
from archive_api.captures import CaptureStore, Exchange
store = CaptureStore(Path(sys.argv[1]), max_bytes=1 << 30)
n = 0
while True:
    n += 1
    exchange = Exchange(url=f"http://a.example/{n}", fetched_at="2026-11-22T01:02:03Z", status=200, headers=(),
                        body=bytes(range(256)) * 400, metadata={"run": "1"})
    capture = store.append(exchange)
    if n % 5 == 0:
        store.sync()
        print(capture.address.file, capture.address.offset, capture.url, flush=True)
"""


def written(folder: Path) -> tuple[bytes, list[Capture]]:
    with CaptureStore(folder, max_bytes=1 << 30) as store:
        captures = [store.append(exchange) for exchange in EXCHANGES]
    return (folder / captures[0].address.file).read_bytes(), captures


def left_open(folder: Path, name: str, data: bytes) -> CaptureStore:
    folder.mkdir(exist_ok=True)
    (folder / (name + ".open")).write_bytes(data)
    return CaptureStore(folder, max_bytes=1 << 30)


def test_a_file_cut_at_any_byte_gives_back_every_whole_record_before_the_cut_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)  # thousands of them; no power fails here
    data, captures = written(tmp_path / "whole")
    name = captures[0].address.file
    whole = CaptureStore(tmp_path / "whole", max_bytes=1 << 30)
    expected = {capture.address: (capture, whole.read(capture.address)) for capture in captures}
    record_ends = member_ends(data)
    folder = tmp_path / "cut"
    for cut in range(captures[2].address.offset, len(data) + 1):
        store = left_open(folder, name, data[:cut])
        recovery = store.recover()
        end = max(offset for offset in record_ends if offset <= cut)
        assert recovery.torn_bytes == cut - end
        found = list(store.scan(name)) if end else []
        assert [capture.address for capture, _, _ in found] == [
            capture.address for capture in captures if first_record_end(capture, record_ends) <= cut
        ]
        for capture, exchange, _ in found:
            before, exchange_before = expected[capture.address]
            assert (capture.url, capture.payload_sha256, capture.run, capture.source) == (
                before.url, before.payload_sha256, before.run, before.source
            )  # fmt: skip
            assert (exchange.body, exchange.status) == (exchange_before.body, exchange_before.status)
            assert exchange.metadata["role"] == "page"
        kept = (folder / name).read_bytes() if end else b""
        torn = (folder / (name + ".torn")).read_bytes() if cut > end else b""
        assert kept + torn == data[:cut]
        for path in folder.iterdir():
            path.unlink()


def member_ends(data: bytes) -> list[int]:
    """Where each gzip member ends, found without the code under test."""
    ends, rest = [0], data
    while rest:
        inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
        inflater.decompress(rest)
        rest = inflater.unused_data
        ends.append(len(data) - len(rest))
    return ends


def first_record_end(capture: Capture, ends: list[int]) -> int:
    return next(end for end in ends if end > capture.address.offset)


def test_recovering_twice_changes_nothing(tmp_path: Path) -> None:
    data, captures = written(tmp_path / "whole")
    store = left_open(tmp_path / "cut", captures[0].address.file, data[:-3])
    first = store.recover()
    assert (len(first.finished), len(first.torn)) == (1, 1)
    before = {path.name: path.read_bytes() for path in (tmp_path / "cut").iterdir()}
    second = store.recover()
    assert (second.finished, second.torn, second.torn_bytes) == ((), (), 0)
    assert {path.name: path.read_bytes() for path in (tmp_path / "cut").iterdir()} == before


def test_a_response_whose_metadata_record_was_lost_still_knows_its_source(tmp_path: Path) -> None:
    data, captures = written(tmp_path / "whole")
    last = captures[1]
    end_of_response = first_record_end(last, member_ends(data))
    store = left_open(tmp_path / "cut", last.address.file, data[: end_of_response + 1])
    store.recover()
    capture, exchange, _ = list(store.scan(last.address.file))[-1]
    assert (capture.run, capture.source) == (7, "yunting")
    assert exchange.metadata == {"run": "7", "source": "yunting", "role": "page"}


def test_bytes_after_damage_in_the_middle_are_kept_beside(tmp_path: Path) -> None:
    data, captures = written(tmp_path / "whole")
    broken = bytearray(data)
    broken[captures[1].address.offset + 30] ^= 1
    store = left_open(tmp_path / "cut", captures[0].address.file, bytes(broken))
    recovery = store.recover()
    assert [capture.address for capture, _, _ in store.scan(captures[0].address.file)] == [captures[0].address]
    assert recovery.torn_bytes == len(data) - captures[1].address.offset


def test_a_file_that_a_living_store_is_writing_is_left_alone(tmp_path: Path) -> None:
    with CaptureStore(tmp_path, max_bytes=1 << 30) as writing:
        capture = writing.append(PAGE)
        recovery = CaptureStore(tmp_path, max_bytes=1 << 30).recover()
        assert recovery.in_use == (capture.address.file,)
        assert recovery.finished == ()
        second = writing.append(replace(PAGE, url="http://b.example/"))
    assert writing.read(second.address).url == "http://b.example/"


def test_a_file_that_was_made_but_never_named_is_swept_away(tmp_path: Path) -> None:
    (tmp_path / "league-1-1-00001.warc.gz.new").touch()
    assert CaptureStore(tmp_path, max_bytes=1).recover().finished == ()
    assert list(tmp_path.iterdir()) == []


def test_recovery_of_a_folder_that_does_not_exist_yet_does_nothing(tmp_path: Path) -> None:
    store = CaptureStore(tmp_path / "none", max_bytes=1)
    assert store.recover().finished == ()
    assert store.files() == []


@pytest.fixture
def killed(tmp_path: Path) -> tuple[Path, list[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True, env=dict(os.environ)
    )
    assert process.stdout is not None
    with process.stdout as told:
        synced = [told.readline() for _ in range(3)]
        assert CaptureStore(tmp_path, max_bytes=1).recover().in_use
        process.send_signal(signal.SIGKILL)
        synced += told.readlines()
    process.wait(timeout=30)
    return tmp_path, synced


def test_everything_that_was_synced_survives_kill_9(killed: tuple[Path, list[str]]) -> None:
    folder, synced = killed
    store = CaptureStore(folder, max_bytes=1 << 30)
    assert len(store.recover().finished) == 1
    captures = {str(capture.address.offset): capture for capture, _, _ in store.scan(store.files()[0])}
    assert len(synced) >= 3
    for line in synced:
        _, offset, url = line.split()
        assert captures[offset].url == url
    assert len(captures) >= 5 * len(synced)
