import gzip
import random
import tracemalloc
import zlib

import brotli  # type: ignore[import-untyped]  # it ships no types
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from archive_api.errors import UnreadableError
from crawler.content_encoding import undo

MIB = 1024 * 1024
HTML = "<html><body>共青团云汀县委2016年工作总结</body></html>".encode()


def raw_deflate(data: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-15)
    return compressor.compress(data) + compressor.flush()


ENCODE = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "Deflate": raw_deflate,
    "br": brotli.compress,
    "zstd": zstd.compress,
}


def undone(body: bytes, encoding: str | None, *, media_type: str | None = "text/html", limit: int = MIB) -> bytes:
    return undo(body, encoding, media_type=media_type, limit=limit).body


@pytest.mark.parametrize("coding", ENCODE)
@given(body=st.binary(max_size=5000).filter(lambda body: not body.startswith(b"\x1f\x8b\x08")))
def test_every_coding_is_undone(coding: str, body: bytes) -> None:
    assert undone(ENCODE[coding](body), coding) == body


@pytest.mark.parametrize("coding", ENCODE)
def test_bodies_that_do_not_compress_are_undone_in_steps(coding: str) -> None:
    body = random.Random(1).randbytes(300_000)
    assert undone(ENCODE[coding](body), coding) == body


def test_codings_are_undone_from_the_last_to_the_first() -> None:
    assert undone(brotli.compress(gzip.compress(HTML)), "gzip, identity, br") == HTML


@pytest.mark.parametrize("coding", ENCODE)
def test_a_bomb_is_refused_without_being_unpacked(coding: str) -> None:
    bomb = ENCODE[coding](bytes(64 * MIB))
    tracemalloc.start()
    with pytest.raises(UnreadableError) as caught:
        undone(bomb, coding)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert caught.value.reason == "too_large"
    assert peak < 4 * MIB


@pytest.mark.parametrize("coding", ENCODE)
def test_a_body_of_exactly_the_limit_is_taken(coding: str) -> None:
    assert len(undone(ENCODE[coding](bytes(5000)), coding, limit=5000)) == 5000
    with pytest.raises(UnreadableError, match="more than 4,999 bytes"):
        undone(ENCODE[coding](bytes(5000)), coding, limit=4999)


def test_a_body_that_was_never_encoded_has_the_same_limit() -> None:
    with pytest.raises(UnreadableError) as caught:
        undone(bytes(10), None, limit=9)
    assert caught.value.reason == "too_large"


@pytest.mark.parametrize("coding", ENCODE)
def test_a_stream_that_ends_too_early_is_damaged(coding: str) -> None:
    whole = ENCODE[coding](random.Random(1).randbytes(1000))
    with pytest.raises(UnreadableError) as caught:
        undone(whole[:-20], coding)
    assert caught.value.reason == "bad_content_encoding"


@pytest.mark.parametrize("coding", [*ENCODE, "aws-chunked"])
def test_bytes_that_are_no_stream_are_damaged(coding: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        undone(b"\x00\xff" * 50, coding)
    assert caught.value.reason == "bad_content_encoding"


@pytest.mark.parametrize("coding", [*ENCODE, "utf-8"])
def test_a_page_that_is_plainly_not_encoded_is_taken_as_it_is_and_that_is_noted(coding: str) -> None:
    decoded = undo(HTML, coding, media_type="text/html", limit=MIB)
    assert decoded.body == HTML
    assert decoded.note is not None
    assert coding.lower() in decoded.note


def test_gzip_that_no_header_announces_is_undone_under_a_text_only() -> None:
    packed = gzip.compress(HTML)
    assert undone(packed, None) == HTML
    assert undone(gzip.compress(packed), "gzip") == HTML
    assert undone(packed, None, media_type="application/gzip") == packed
    assert undone(packed, None, media_type=None) == packed


def test_bytes_after_the_end_of_the_stream_are_dropped() -> None:
    assert undone(gzip.compress(HTML) + b"\r\n<!-- cached -->", "gzip") == HTML


def test_an_empty_body_is_empty_in_every_coding() -> None:
    assert undone(b"", "gzip") == b""
