import gzip
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from archive_api.captures import Capture, CaptureStore, Exchange, KnownPayload, header_text
from archive_api.document import Address
from archive_api.errors import DamagedError

NOW = "2026-11-22T01:02:03.000004Z"
PAGE = Exchange(
    url="http://www.yunting.example/tzgg/t20170103_1.html?a=1&b=%E5%9B%A2",
    fetched_at="2026-11-22T01:02:03.456789Z",
    status=200,
    headers=(("Content-Type", "text/html; charset=GBK"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")),
    body="<p>共青团云汀县委2016年工作总结</p>".encode("gbk"),
    request_headers=(("User-Agent", "LeagueArchive"), ("Accept", "*/*")),
    ip="127.0.0.1",
    protocol="HTTP/1.1",
    metadata={"run": "7", "source": "yunting", "used_encoding": "gb18030", "tls": "none"},
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CaptureStore]:
    with store_in(tmp_path) as opened:
        yield opened


def store_in(folder: Path, *, max_bytes: int = 1 << 30, now: str = NOW) -> CaptureStore:
    return CaptureStore(folder, max_bytes=max_bytes, now=lambda: now)


def raw_records(path: Path) -> list[tuple[str, dict[str, str]]]:
    with path.open("rb") as file:
        return [(record.rec_type, dict(record.rec_headers.headers)) for record in ArchiveIterator(file)]


def the_file(folder: Path) -> Path:
    (path,) = folder.glob("*.warc.gz")
    return path


def test_an_exchange_comes_back_as_it_went_in(store: CaptureStore) -> None:
    capture = store.append(PAGE)
    store.sync()
    assert store.read(capture.address) == PAGE
    assert capture.payload_sha256 == sha256(PAGE.body).hexdigest()
    assert (capture.run, capture.source, capture.media_type) == (7, "yunting", "text/html")


def test_a_file_is_named_open_until_it_is_closed_and_addresses_stay_good(store: CaptureStore, tmp_path: Path) -> None:
    capture = store.append(PAGE)
    assert [path.name for path in tmp_path.iterdir()] == [capture.address.file + ".open"]
    assert store.is_open(capture.address.file)
    store.close()
    assert [path.name for path in tmp_path.iterdir()] == [capture.address.file]
    assert not store.is_open(capture.address.file)
    assert store.read(capture.address) == PAGE


def test_an_exchange_is_a_response_a_request_and_a_metadata_record_each_a_gzip_member(
    store: CaptureStore, tmp_path: Path
) -> None:
    capture = store.append(PAGE)
    store.close()
    path = the_file(tmp_path)
    records = raw_records(path)
    assert [kind for kind, _ in records] == ["warcinfo", "response", "request", "metadata"]
    dates = {fields["WARC-Date"] for kind, fields in records if kind != "warcinfo"}
    assert dates == {"2026-11-22T01:02:03.456789Z"}
    assert {fields.get("WARC-Concurrent-To") for _, fields in records[2:]} == {records[1][1]["WARC-Record-ID"]}
    assert records[1][1]["WARC-IP-Address"] == "127.0.0.1"
    member = gzip.decompress(path.read_bytes()[capture.address.offset :])
    assert member.startswith(b"WARC/1.1\r\nWARC-Record-ID")
    assert b"GET /tzgg/t20170103_1.html?a=1&b=%E5%9B%A2 HTTP/1.1\r\n" in member


def test_the_warcinfo_record_says_that_headers_are_re_serialised(store: CaptureStore, tmp_path: Path) -> None:
    store.append(PAGE)
    store.close()
    with the_file(tmp_path).open("rb") as file:
        info = next(iter(ArchiveIterator(file))).content_stream().read().decode()
    assert "HTTP headers re-serialised" in info
    assert "software: league-archive/" in info


def test_warcio_check_passes_on_every_kind_of_record(store: CaptureStore, tmp_path: Path) -> None:
    store.append(PAGE)
    store.append(PAGE)
    store.append(replace(PAGE, status=304, body=b"", headers=()))
    store.append(replace(PAGE, url="http://a.example/", status=404, body=b"", protocol="h2", metadata={}))
    store.append(replace(PAGE, url="file:///a.txt", imported=True))
    store.append(replace(PAGE, url="file:///a.txt", imported=True))
    store.close()
    path = the_file(tmp_path)
    kinds = [kind for kind, _ in raw_records(path) if kind not in {"request", "metadata", "warcinfo"}]
    assert kinds == ["response", "revisit", "revisit", "response", "resource", "revisit"]
    check = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", "-v", path], capture_output=True, text=True, check=False
    )
    assert check.returncode == 0, check.stdout
    assert check.stdout.count("digest pass") == len(raw_records(path)) - 3


def test_an_equal_payload_is_written_once_and_read_twice(store: CaptureStore, tmp_path: Path) -> None:
    first = store.append(PAGE)
    later = replace(PAGE, fetched_at="2026-11-23T01:02:03.000000Z", headers=(("Content-Type", "text/html"),))
    second = store.append(later)
    store.close()
    fields = dict(raw_records(the_file(tmp_path))[4][1])
    assert fields["WARC-Profile"].endswith("/1.1/revisit/identical-payload-digest")
    assert fields["WARC-Refers-To-Target-URI"] == PAGE.url
    assert fields["WARC-Refers-To-Date"] == PAGE.fetched_at
    assert store.read(second.address) == later
    assert second.payload_sha256 == first.payload_sha256


def test_a_payload_that_came_back_after_another_one_is_written_again(store: CaptureStore, tmp_path: Path) -> None:
    for body in (b"one", b"two", b"one"):
        store.append(replace(PAGE, body=body))
    store.close()
    kinds = [kind for kind, _ in raw_records(the_file(tmp_path))]
    assert kinds.count("response") == 3


def test_a_payload_kept_by_an_earlier_process_is_referred_to(tmp_path: Path) -> None:
    earlier = store_in(tmp_path)
    first = earlier.append(PAGE)
    earlier.close()
    known = KnownPayload(
        payload_sha256=first.payload_sha256, url=first.url, fetched_at=first.fetched_at, address=first.address
    )
    later = CaptureStore(tmp_path, max_bytes=1 << 30, known_payloads={PAGE.url: known}.get)
    second = later.append(PAGE)
    later.close()
    assert second.address.file != first.address.file
    assert [kind for kind, _ in raw_records(tmp_path / second.address.file)][1] == "revisit"
    assert later.read(second.address) == PAGE


def test_not_modified_is_a_revisit_with_the_payload_it_refers_to(store: CaptureStore, tmp_path: Path) -> None:
    first = store.append(PAGE)
    second = store.append(replace(PAGE, status=304, body=b"", headers=(("ETag", '"1"'),)))
    store.close()
    assert raw_records(the_file(tmp_path))[4][1]["WARC-Profile"].endswith("/revisit/server-not-modified")
    read = store.read(second.address)
    assert (read.status, read.body) == (304, PAGE.body)
    assert read.headers == (("ETag", '"1"'), ("Content-Type", "text/html; charset=GBK"))
    assert second.payload_sha256 == first.payload_sha256


def test_not_modified_of_a_page_never_seen_has_no_payload(store: CaptureStore) -> None:
    capture = store.append(replace(PAGE, status=304, body=b"", headers=()))
    assert store.read(capture.address).body == b""
    assert capture.payload_sha256 == sha256(b"").hexdigest()


def test_an_imported_file_is_a_resource_record(store: CaptureStore, tmp_path: Path) -> None:
    imported = Exchange(
        url="file:///srv/%E6%80%BB%E7%BB%93.txt",
        fetched_at=NOW,
        status=200,
        headers=(("Content-Type", "text/plain"),),
        body="总结".encode(),
        metadata={"source": "import"},
        imported=True,
    )
    capture = store.append(imported)
    again = store.append(imported)
    store.close()
    assert [kind for kind, _ in raw_records(the_file(tmp_path))][1:] == ["resource", "metadata", "revisit", "metadata"]
    assert store.read(capture.address) == imported
    assert store.read(again.address) == imported


def test_header_bytes_in_any_encoding_are_kept(store: CaptureStore) -> None:
    raw = 'attachment; filename="工作总结.doc"'
    headers = tuple(("Content-Disposition", header_text(raw.encode(encoding))) for encoding in ("gbk", "utf-8"))
    capture = store.append(replace(PAGE, headers=headers))
    read = store.read(capture.address).headers
    assert [value.encode("utf-8", "surrogateescape") for _, value in read] == [raw.encode("gbk"), raw.encode("utf-8")]


def test_an_address_is_kept_as_a_uri_and_cannot_break_out_of_its_line(store: CaptureStore) -> None:
    capture = store.append(replace(PAGE, url="http://a.example/团 委\r\nWARC-Type: x/<b>"))
    assert capture.url == "http://a.example/%E5%9B%A2%20%E5%A7%94%0D%0AWARC-Type:%20x/%3Cb%3E"
    assert store.read(capture.address).url == capture.url


def test_a_header_value_cannot_begin_another_header(store: CaptureStore) -> None:
    capture = store.append(replace(PAGE, headers=(("X", "a\r\nSet-Cookie: evil"),)))
    assert store.read(capture.address).headers == (("X", "a Set-Cookie: evil"),)


def test_files_rotate_by_size_and_are_listed_in_the_order_of_their_creation(tmp_path: Path) -> None:
    with store_in(tmp_path, max_bytes=2000) as store:
        captures = [store.append(replace(PAGE, url=f"http://a.example/{n}")) for n in range(5)]
        names = sorted({capture.address.file for capture in captures})
        assert len(names) > 1
        assert store.files() == names
        assert [store.is_open(name) for name in names] == [False] * (len(names) - 1) + [True]
        assert [store.read(capture.address).url for capture in captures] == [capture.url for capture in captures]


def test_two_stores_at_the_same_moment_write_two_files(tmp_path: Path) -> None:
    with store_in(tmp_path) as one, store_in(tmp_path) as two:
        assert one.append(PAGE).address.file != two.append(PAGE).address.file


def test_scan_gives_the_captures_that_append_gave_from_any_of_their_ends_on(store: CaptureStore) -> None:
    exchanges = [
        PAGE,
        replace(PAGE, fetched_at=NOW),
        replace(PAGE, status=304, body=b"", headers=()),
        replace(PAGE, url="http://b.example/", metadata={}),
        replace(PAGE, url="file:///c.pdf", imported=True),
        replace(PAGE, url="file:///c.pdf", imported=True),
    ]
    captures = [store.append(exchange) for exchange in exchanges]
    assert [capture.end for capture in captures[:-1]] == [capture.address.offset for capture in captures[1:]]
    for closed in (False, True):
        if closed:
            store.close()
        scanned = list(store.scan(captures[0].address.file))
        assert [capture for capture, _, _ in scanned] == captures
        assert [exchange for _, exchange, _ in scanned] == [store.read(capture.address) for capture in captures]
        for first, second in pairwise(captures):
            assert next(store.scan(first.address.file, first.end))[0] == second


@pytest.mark.parametrize("address", [Address(file="none.warc.gz", offset=0), Address(file="", offset=5)])
def test_an_address_without_a_record_is_damage(store: CaptureStore, address: Address) -> None:
    capture = store.append(PAGE)
    store.close()
    with pytest.raises(DamagedError):
        store.read(replace(address, file=address.file or capture.address.file))


def test_the_offset_of_a_request_is_no_address(store: CaptureStore) -> None:
    capture = store.append(PAGE)
    with pytest.raises(DamagedError, match="no capture begins there"):
        store.read(replace(capture.address, offset=0))
    store.close()


def test_a_flipped_bit_in_a_finished_file_is_damage_and_says_where(store: CaptureStore, tmp_path: Path) -> None:
    first, second = store.append(PAGE), store.append(replace(PAGE, body=b"other"))
    store.close()
    path = the_file(tmp_path)
    data = bytearray(path.read_bytes())
    data[second.address.offset + 40] ^= 1
    path.write_bytes(data)
    scanned = store.scan(first.address.file)
    assert next(scanned)[0] == first
    with pytest.raises(DamagedError, match=f"{path.name}: offset {second.address.offset}"):
        next(scanned)


def test_a_large_body_is_held_once_while_it_is_read(store: CaptureStore) -> None:
    size = 30_000_000
    capture = store.append(replace(PAGE, body=bytes(size)))
    store.append(replace(PAGE, url="http://b.example/"))
    store.close()
    tracemalloc.start()
    assert len(store.read(capture.address).body) == size
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1.5 * size


TEXT = st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), max_size=20)
NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,12}", fullmatch=True)
HEADERS = st.lists(st.tuples(NAMES, st.binary(max_size=20).map(header_text) | TEXT), max_size=4).map(tuple)
EXCHANGES = st.builds(
    Exchange,
    url=TEXT.map(lambda path: "http://a.example/" + path),
    fetched_at=st.datetimes().map(lambda moment: moment.isoformat()),
    status=st.integers(100, 999),
    headers=HEADERS,
    body=st.binary(max_size=200) | st.just(b"the same"),
    method=st.sampled_from(["GET", "POST"]),
    request_headers=HEADERS,
    request_body=st.binary(max_size=30),
    ip=st.none() | st.just("::1"),
    protocol=st.sampled_from([None, "HTTP/1.0", "HTTP/1.1", "h2"]),
    metadata=st.dictionaries(NAMES, TEXT, max_size=3),
    imported=st.booleans(),
)


@settings(max_examples=150, deadline=None)
@given(exchanges=st.lists(EXCHANGES, min_size=1, max_size=4))
def test_whatever_is_appended_is_read_back_by_address_and_by_scan(exchanges: list[Exchange]) -> None:
    with TemporaryDirectory() as folder, store_in(Path(folder)) as store:
        captures = [store.append(exchange) for exchange in exchanges]
        store.close()
        check_what_is_read_back(store, exchanges, captures)


def check_what_is_read_back(store: CaptureStore, exchanges: list[Exchange], captures: list[Capture]) -> None:
    scanned = list(store.scan(captures[0].address.file))
    assert [capture for capture, _, _ in scanned] == captures
    for exchange, capture, (_, found, _) in zip(exchanges, captures, scanned, strict=True):
        assert store.read(capture.address) == found
        assert sha256(found.body).hexdigest() == capture.payload_sha256
        assert found.body == exchange.body or exchange.status == 304
        assert found.imported == exchange.imported
        if not exchange.imported:
            assert (found.method, found.request_body, found.ip) == (exchange.method, exchange.request_body, exchange.ip)
            assert (found.status, found.protocol) == (exchange.status, exchange.protocol or "HTTP/1.1")
    assert all(problems == [] for _, problems in store.inspect(captures[0].address.file))
