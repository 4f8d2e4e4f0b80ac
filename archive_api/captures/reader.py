"""WARC records read back: one gzip member after the other, each checked to its end."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Final

from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecordLoader

from archive_api.captures.exchange import header_text
from archive_api.errors import DamagedError

PRINCIPAL: Final = frozenset({"response", "resource", "revisit"})
_WITH_HTTP_HEAD: Final = frozenset({"response", "request", "revisit"})
_CHUNK: Final = 64 * 1024
_RECORD_END: Final = b"\r\n\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One WARC record. `head` is the HTTP head with its closing blank line, empty where there is none."""

    offset: int
    end: int
    type: str
    fields: Mapping[str, str]
    head: bytes
    body: bytes

    def field(self, name: str) -> str | None:
        """A field of the WARC header, case apart."""
        return self.fields.get(name.lower())


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The records of one exchange: what came, and beside it what was asked and what we noted."""

    principal: Record
    request: Record | None = None
    metadata: Record | None = None
    end: int

    def records(self) -> list[Record]:
        """Those that are there, in the order of the file."""
        return [record for record in (self.principal, self.request, self.metadata) if record is not None]


class _Member(io.RawIOBase):
    """One gzip member of a file, inflated in steps; EOFError where the file ends inside it, zlib.error where it is bad.

    The member's checksum and length are verified when its end is reached.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # bytes-like in typeshed
        while not self._inflater.eof:
            data = self._inflater.unconsumed_tail or self._file.read(_CHUNK)
            if not data:
                raise EOFError("the file ends inside a record")
            inflated = self._inflater.decompress(data, min(len(buffer), _CHUNK))
            if inflated:
                buffer[: len(inflated)] = inflated
                return len(inflated)
        return 0

    def end(self) -> int:
        return self._file.tell() - len(self._inflater.unused_data)


def records(file: BinaryIO, start: int = 0) -> Iterator[Record]:
    """Every record from an offset on; DamagedError, with the offset, at the first that is torn or not a record."""
    loader = ArcWarcRecordLoader()
    offset = start
    while True:
        file.seek(offset)
        if not file.read(1):
            return
        file.seek(offset)
        try:
            record = _record(loader, file, offset)
        except (EOFError, zlib.error, ArchiveLoadFailed, ValueError, KeyError) as error:
            raise DamagedError(
                f"offset {offset}: no whole WARC record there ({error or 'it ends too early'})"
            ) from error
        yield record
        offset = record.end


def groups(file: BinaryIO, start: int = 0) -> Iterator[Group]:
    """Every exchange from an offset on. A group that a crash cut off comes with the records that it has."""
    group: Group | None = None
    try:
        for record in records(file, start):
            if record.type in PRINCIPAL:
                if group is not None:
                    yield group
                group = Group(principal=record, end=record.end)
            elif group is not None and record.field("WARC-Concurrent-To") == group.principal.field("WARC-Record-ID"):
                group = _joined(group, record)
                if group.metadata is not None:  # always the last one: no need to read on to know that
                    yield group
                    group = None
    except DamagedError:
        if group is not None:
            yield group
        raise
    if group is not None:
        yield group


def group_at(file: BinaryIO, offset: int) -> Group:
    """The exchange whose first record stands at this offset; DamagedError where there is none."""
    found = next(groups(file, offset), None)
    if found is None or found.principal.offset != offset:
        raise DamagedError(f"offset {offset}: no capture begins there")
    return found


def _joined(group: Group, record: Record) -> Group:
    request = record if record.type == "request" else group.request
    metadata = record if record.type == "metadata" else group.metadata
    return Group(principal=group.principal, request=request, metadata=metadata, end=record.end)


def _record(loader: ArcWarcRecordLoader, file: BinaryIO, offset: int) -> Record:
    member = _Member(file)
    stream: BinaryIO = io.BufferedReader(member, _CHUNK)
    parsed = loader.parse_record_stream(stream, known_format="warc", no_record_parse=True)
    fields = {name.lower(): value for name, value in parsed.rec_headers.headers}
    length, kind = int(fields["content-length"]), fields["warc-type"]
    head = _head(stream, length) if kind in _WITH_HTTP_HEAD else b""
    body = stream.read(length - len(head))
    if len(head) + len(body) != length or stream.read() != _RECORD_END:
        raise ValueError("its length is not what it says")
    return Record(offset=offset, end=member.end(), type=kind, fields=fields, head=head, body=body)


def _head(stream: BinaryIO, length: int) -> bytes:
    lines = []
    while length > 0:
        line = stream.readline(length)
        lines.append(line)
        length -= len(line)
        if line in {b"\r\n", b"\n", b""}:
            break
    return b"".join(lines)


def http_head(head: bytes) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The first line of an HTTP head, and its headers in order."""
    first, *lines = head.split(b"\r\n")
    headers = []
    for line in lines:
        name, colon, value = line.partition(b":")
        if colon:
            headers.append((header_text(name), header_text(value).strip(" \t")))
    return header_text(first), tuple(headers)


def warc_fields(block: bytes) -> dict[str, str]:
    """The `name: value` lines of a metadata record."""
    pairs = (line.partition(b": ") for line in block.split(b"\r\n"))
    return {header_text(name): header_text(value) for name, colon, value in pairs if colon}
