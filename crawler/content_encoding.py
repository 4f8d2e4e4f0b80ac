"""Content encodings undone, never to more bytes than allowed (RFC 9110 §8.4: gzip, deflate, br, zstd)."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Final, Protocol

import brotli  # type: ignore[import-untyped]  # it ships no types
from backports import zstd

from archive_api.errors import UnreadableError

_STEP: Final = 64 * 1024
_GZIP_MAGIC: Final = b"\x1f\x8b\x08"
_TEXTUAL: Final = re.compile(r"text/|application/(?:xhtml|xml|json|javascript)")
_PLAIN_START: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<[!?a-zA-Z]|%PDF-|PK\x03\x04|\xd0\xcf\x11\xe0|[\[{])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A body with its content encoding undone; `note` says where the header and the bytes did not agree."""

    body: bytes
    note: str | None = None


class _Decompressor(Protocol):
    """A stream being undone: `feed` gives at most `limit` bytes and keeps the rest for the next call."""

    def feed(self, data: bytes, limit: int) -> bytes:
        """The next bytes; `data` is empty while earlier input still gives some."""

    def is_done(self) -> bool:
        """Whether the stream has come to its end."""


class _Zlib:
    """gzip, or deflate in a zlib frame or (as some Microsoft servers send it) without one."""

    def __init__(self, wbits: int) -> None:
        self._inflater = zlib.decompressobj(wbits)

    def feed(self, data: bytes, limit: int) -> bytes:
        return self._inflater.decompress(self._inflater.unconsumed_tail + data, limit)

    def is_done(self) -> bool:
        return self._inflater.eof


class _Brotli:
    def __init__(self) -> None:
        self._inflater = brotli.Decompressor()

    def feed(self, data: bytes, limit: int) -> bytes:
        inflated: bytes = self._inflater.process(data, output_buffer_limit=limit)
        return inflated

    def is_done(self) -> bool:
        return bool(self._inflater.is_finished())


class _Zstd:
    def __init__(self) -> None:
        self._inflater = zstd.ZstdDecompressor()

    def feed(self, data: bytes, limit: int) -> bytes:
        return self._inflater.decompress(data, limit)

    def is_done(self) -> bool:
        return self._inflater.eof


_ERRORS: Final = (zlib.error, brotli.error, zstd.ZstdError, EOFError)
_CODINGS: Final[dict[str, tuple[Callable[[], _Decompressor], ...]]] = {
    "gzip": (lambda: _Zlib(31),),
    "x-gzip": (lambda: _Zlib(31),),
    "deflate": (lambda: _Zlib(15), lambda: _Zlib(-15)),
    "br": (_Brotli,),
    "zstd": (_Zstd,),
}


def undo(body: bytes, content_encoding: str | None, *, media_type: str | None, limit: int) -> Decoded:
    """The body as it was before it was encoded for the way.

    A body that is plainly not encoded, whatever the header says, is taken as it is; so is, undone, a gzip stream under
    a text's media type that no header announces. UnreadableError: `too_large` where more than `limit` bytes would come
    out (no more than that are ever made), `bad_content_encoding` where the stream is damaged or the coding unknown.
    """
    codings = [name.strip().lower() for name in (content_encoding or "").split(",")]
    note = None
    for coding in reversed([name for name in codings if name not in {"", "identity"}]):
        try:
            body = _undone(body, coding, limit)
        except UnreadableError as error:
            if error.reason == "too_large" or not _PLAIN_START.match(body):
                raise
            note = f"content encoding '{coding}' announced, but the body is not encoded"
    if body.startswith(_GZIP_MAGIC) and media_type is not None and _TEXTUAL.match(media_type):
        body, note = _undone(body, "gzip", limit), "gzip that no header announced"
    if len(body) > limit:
        raise _too_large(limit)
    return Decoded(body=body, note=note)


def _undone(body: bytes, coding: str, limit: int) -> bytes:
    if not body:
        return body
    if coding not in _CODINGS:
        raise UnreadableError(f"content encoding {coding!r} is not known", reason="bad_content_encoding")
    failure: Exception | None = None
    for make in _CODINGS[coding]:
        try:
            return _inflated(make(), body, limit)
        except _ERRORS as error:
            failure = failure or error
    raise UnreadableError(f"the {coding} stream is damaged: {failure}", reason="bad_content_encoding") from failure


def _inflated(stream: _Decompressor, body: bytes, limit: int) -> bytes:
    """What comes out of a stream; bytes after its end are dropped, as browsers do. EOFError where it never ends."""
    whole = BytesIO()
    data = body
    while not stream.is_done():
        room = limit + 1 - whole.tell()
        part = stream.feed(data, min(_STEP, room))
        if not part and not stream.is_done():
            raise EOFError("it ends too early")
        whole.write(part)
        if whole.tell() > limit:
            raise _too_large(limit)
        data = b""
    return whole.getvalue()


def _too_large(limit: int) -> UnreadableError:
    return UnreadableError(f"the body holds more than {limit:,} bytes", reason="too_large")
