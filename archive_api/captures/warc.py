"""Exchanges as WARC/1.1 records, by warcio; each record a gzip member of its own.

An exchange is a group of records: response (or revisit, or resource for an imported file), then request, then
metadata, tied by WARC-Concurrent-To. Digests are SHA-256 in hex, so that they equal the store's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from importlib.metadata import version
from io import BytesIO
from typing import Final, Protocol
from urllib.parse import urlsplit
from uuid import uuid4

from warcio.warcwriter import WARCWriter

from archive_api.captures.exchange import CONTEXT, OCTETS, Exchange, KnownPayload

NOT_MODIFIED: Final = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
IDENTICAL: Final = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
CONTEXT_HEADERS: Final = {key: "League-" + key.title().replace("_", "-") for key in CONTEXT}
"""Extension fields of the first record of a group: a crash that loses the metadata record does not lose these."""

_INFO: Final = {
    "format": "WARC File Format 1.1",
    "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
    "description": "HTTP headers re-serialised: their order and case across names, the reason phrase and the transfer "
    "encoding are not the server's; bodies are byte for byte, content encoding included",
}


class Output(Protocol):
    """Where record bytes go."""

    def write(self, data: bytes, /) -> int:
        """Take all of `data`, or raise OSError."""

    def flush(self) -> None:
        """Called at the end of each record."""


class _Head:
    """An HTTP head as bytes, in the place where warcio wants its own class: that one would escape what is not ASCII."""

    def __init__(self, first: str, headers: Iterable[tuple[str, str]]) -> None:
        lines = [first, *(f"{name}: {value}" for name, value in headers), "", ""]
        self.headers_buff = "\r\n".join(lines).encode("utf-8", "surrogateescape")

    def compute_headers_buffer(self, _header_filter: object) -> None:
        """Nothing to compute: warcio calls this before it writes, and the bytes are there already."""


class RecordWriter:
    """Writes records one after the other to `out`; an OSError of `out` comes through as it is."""

    def __init__(self, out: Output) -> None:
        self._warc = WARCWriter(out, gzip=True, warc_version="WARC/1.1")

    def info(self, filename: str, written_at: str) -> None:
        """The warcinfo record that opens a file."""
        software = f"league-archive/{version('league-archive')}"
        fields = {"WARC-Record-ID": _record_id(), "WARC-Date": written_at, "WARC-Filename": filename}
        self._write("", "warcinfo", fields, block=_warc_fields({"software": software, **_INFO}))

    def exchange(self, exchange: Exchange, payload_sha256: str, known: KnownPayload | None) -> None:
        """The records of one exchange; with `known`, a revisit of that payload in place of the payload itself."""
        first = {"WARC-Record-ID": _record_id(), "WARC-Date": exchange.fetched_at}
        self._principal(exchange, payload_sha256, known, first)
        beside = {"WARC-Concurrent-To": first["WARC-Record-ID"], "WARC-Date": exchange.fetched_at}
        if not exchange.imported:
            head = _Head(f"{exchange.method} {_target(exchange.url)} HTTP/1.1", exchange.request_headers)
            self._write(exchange.url, "request", beside, head=head, block=exchange.request_body)
        if exchange.metadata:
            self._write(exchange.url, "metadata", beside, block=_warc_fields(exchange.metadata))

    def _principal(
        self, exchange: Exchange, payload_sha256: str, known: KnownPayload | None, named: Mapping[str, str]
    ) -> None:
        url, head = exchange.url, None if exchange.imported else _response_head(exchange)
        fields = {**named, **_origin(exchange)}
        digest = {"WARC-Payload-Digest": f"sha256:{payload_sha256}"}
        if known is not None:
            profile = NOT_MODIFIED if is_not_modified(exchange) else IDENTICAL
            self._write(url, "revisit", {**fields, "WARC-Profile": profile, **digest, **_refers_to(known)}, head=head)
        elif is_not_modified(exchange):
            self._write(url, "revisit", {**fields, "WARC-Profile": NOT_MODIFIED}, head=head)
        elif exchange.imported:
            self._write(url, "resource", {**fields, **digest}, block=exchange.body)
        else:
            self._write(url, "response", {**fields, **digest}, head=head, block=exchange.body)

    def _write(
        self, url: str, kind: str, fields: Mapping[str, str], *, head: _Head | None = None, block: bytes = b""
    ) -> None:
        named = {**fields, "WARC-Block-Digest": digest_field(head.headers_buff if head else b"", block)}
        if kind != "revisit":
            named.setdefault("WARC-Payload-Digest", digest_field(block))
        record = self._warc.create_warc_record(
            url, kind, payload=BytesIO(block), length=len(block), warc_headers_dict=named, http_headers=head
        )
        self._warc.write_record(record)


def is_not_modified(exchange: Exchange) -> bool:
    """Whether the server answered that what we have is still so (304), without sending it again."""
    return exchange.status == HTTPStatus.NOT_MODIFIED and not exchange.body and not exchange.imported


def digest_field(*parts: bytes) -> str:
    """The value of a WARC digest field for these bytes, one after the other."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return f"sha256:{digest.hexdigest()}"


def _response_head(exchange: Exchange) -> _Head:
    try:
        phrase = HTTPStatus(exchange.status).phrase
    except ValueError:  # walls answer with numbers outside the registry, such as 521
        phrase = ""
    return _Head(f"{_printed_protocol(exchange)} {exchange.status} {phrase}".rstrip(), exchange.headers)


def _printed_protocol(exchange: Exchange) -> str:
    """Readers of WARC files know HTTP/1.0 and 1.1 only; a newer one stands in WARC-Protocol."""
    protocol = exchange.protocol or ""
    return protocol if protocol in {"HTTP/1.0", "HTTP/1.1"} else "HTTP/1.1"


def _origin(exchange: Exchange) -> dict[str, str]:
    metadata = exchange.metadata
    fields = {header: metadata[key] for key, header in CONTEXT_HEADERS.items() if metadata.get(key)}
    if exchange.ip is not None:
        fields["WARC-IP-Address"] = exchange.ip
    if exchange.imported:
        fields["Content-Type"] = exchange.header("Content-Type") or OCTETS
    if exchange.protocol is not None and exchange.protocol != _printed_protocol(exchange):
        fields["WARC-Protocol"] = exchange.protocol
    return {name: value.encode("utf-8", "replace").decode() for name, value in fields.items()}


def _refers_to(known: KnownPayload) -> dict[str, str]:
    return {
        "WARC-Refers-To-Target-URI": known.url,
        "WARC-Refers-To-Date": known.fetched_at,
        # not in the standard; Heritrix writes the same two, and a revisit is then read without any other index
        "WARC-Refers-To-Filename": known.address.file,
        "WARC-Refers-To-File-Offset": str(known.address.offset),
    }


def _warc_fields(fields: Mapping[str, str]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode("utf-8", "surrogateescape")


def _target(url: str) -> str:
    parts = urlsplit(url)
    path = parts.path or "/"
    return f"{path}?{parts.query}" if parts.query else path


def _record_id() -> str:
    return f"<urn:uuid:{uuid4()}>"
