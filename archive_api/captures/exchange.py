"""What goes into a capture and what comes out: exchanges, and what is known of one without reading it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote

from archive_api.document import Address

CONTEXT: Final = ("run", "source", "role", "attachment_of", "attachment_url")
"""The metadata without which a capture cannot be processed again: kept beside the payload too, see `warc.py`."""

OCTETS: Final = "application/octet-stream"
"""The media type of what does not say."""

_URI_CHARACTERS: Final = "".join(map(chr, range(0x21, 0x7F))).replace("<", "").replace(">", "")
_LINE_BREAKS: Final = re.compile(r"[\r\n\0]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One HTTP exchange, or one imported file, as it came.

    `body` is the entity with its content encoding still on. `headers` keep their order and their repetitions; bytes
    become text by `header_text`. `metadata` goes into a WARC metadata record: run, source, role, declared_encoding,
    used_encoding, tls, …; for an attachment also `attachment_of`, the addresses of the documents it belongs to,
    separated by spaces, and `attachment_url`, its address there when a redirect led elsewhere.
    """

    url: str
    fetched_at: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    method: str = "GET"
    request_headers: tuple[tuple[str, str], ...] = ()
    request_body: bytes = b""
    ip: str | None = None
    protocol: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    imported: bool = False

    @property
    def page(self) -> str:
        """Which page it is of: the address; after a form was posted, with a digest of the form as its fragment.

        A fragment is never sent, so that no other address can be the same.
        """
        if self.method == "GET" or self.imported:
            return self.url
        return f"{self.url}#{self.method.lower()}-{hashlib.sha256(self.request_body).hexdigest()[:16]}"

    def header(self, name: str) -> str | None:
        """The first response header of that name, case apart."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """What is known of a capture without reading it.

    `end` is the offset after its last record. `payload_sha256` (hex) is of the body that `CaptureStore.read` gives.
    `asked` is the crawler's reason for asking; `etag` and `last_modified` are the headers of those names.
    """

    address: Address
    end: int
    url: str
    fetched_at: str
    status: int
    payload_sha256: str
    media_type: str | None
    run: int | None
    source: str | None
    asked: str | None = None
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPayload:
    """The last payload kept of an address: a later equal one is written as a revisit that refers to it."""

    payload_sha256: str
    url: str
    fetched_at: str
    address: Address


def header_text(raw: bytes) -> str:
    """A header's bytes as text that turns back into the same bytes when it is written: UTF-8, else surrogates."""
    return raw.decode("utf-8", "surrogateescape")


def as_uri(url: str) -> str:
    """An address as a URI (RFC 3986): what is not ASCII, and what would end a header field, escaped as UTF-8."""
    return quote(url, safe=_URI_CHARACTERS, errors="surrogatepass")


def media_type(content_type: str | None) -> str | None:
    """The bare media type of a Content-Type, lower case; None where there is none."""
    if content_type is None:
        return None
    bare = content_type.partition(";")[0].strip().lower()
    return bare or None


def machine_time(moment: str) -> str:
    """An ISO time as UTC with microseconds and `Z`; one without an offset is taken as UTC. ValueError if it is none."""
    parsed = datetime.fromisoformat(moment)
    aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def writable(exchange: Exchange) -> Exchange:
    """The exchange as a WARC file can hold it.

    The address is a URI (RFC 3986), so what is not ASCII in it is escaped as UTF-8; the time has microseconds; header
    names and values hold no line breaks and no blanks around them, as RFC 9110 §5.5 has it. Of an imported file's
    headers only the Content-Type is kept: a resource record has no others.
    """
    return replace(
        exchange,
        url=as_uri(exchange.url),
        fetched_at=machine_time(exchange.fetched_at),
        protocol=exchange.protocol or (None if exchange.imported else "HTTP/1.1"),
        status=200 if exchange.imported else exchange.status,
        headers=_imported_headers(exchange) if exchange.imported else _clean(exchange.headers),
        request_headers=_clean(exchange.request_headers),
        metadata={_line(key): _line(value) for key, value in exchange.metadata.items()},
    )


def _clean(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((_line(name).rstrip(":"), _line(value)) for name, value in headers)


def _imported_headers(exchange: Exchange) -> tuple[tuple[str, str], ...]:
    return _clean((("Content-Type", exchange.header("Content-Type") or OCTETS),))


def _line(text: str) -> str:
    return _LINE_BREAKS.sub(" ", text).strip(" \t")
