"""Files from outside as exchanges: one file each, or the records of a WARC file that another tool wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from archive_api.captures import Exchange, machine_time
from archive_api.captures.reader import http_head
from archive_api.errors import UnreadableError
from crawler.media_types import UNKNOWN, WARC, media_type_of

_STATUS_LINE: Final = re.compile(r"(\S+) +(\d{3})(?!\d)")
_PRINCIPAL: Final = frozenset({"response", "revisit", "resource"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """An exchange of a foreign WARC file. A revisit has no body of its own: `digest` names it."""

    exchange: Exchange
    digest: str | None
    is_revisit: bool


def file_exchange(path: Path, *, url: str | None, fetched_at: str, metadata: Mapping[str, str]) -> Exchange:
    """One file as an exchange, at its `file:` address where none is given. UnreadableError for what is no document."""
    body = path.read_bytes()
    media_type = media_type_of(path, body)
    if media_type in {UNKNOWN, WARC}:
        what = (
            "a WARC file under another name" if media_type == WARC else "neither its name nor its bytes say what it is"
        )
        raise UnreadableError(f"{path}: cannot be imported as a document: {what}", reason="unknown_file_type")
    return Exchange(
        url=url or path.absolute().as_uri(),
        fetched_at=fetched_at,
        status=200,
        headers=(("Content-Type", media_type),),
        body=body,
        metadata={**metadata, "imported_from": path.name},
        imported=True,
    )


def foreign_exchanges(path: Path, *, limit: int, metadata: Mapping[str, str]) -> Iterator[Foreign | str]:
    """The exchanges of a WARC file, gzipped or not, in its order; a string is the reason why a record was left out.

    Requests stay in the file they came in. UnreadableError(not_a_warc) at the first bytes that are no WARC record:
    what came before them was good.
    """
    with path.open("rb") as file:
        try:
            yield from _exchanges(file, limit, {**metadata, "imported_from": path.name})
        except (ArchiveLoadFailed, EOFError, ValueError) as error:
            first_line = str(error).strip().splitlines()[0] if str(error).strip() else "it ends too early"
            raise UnreadableError(
                f"{path}: no WARC file, or a damaged one: {first_line}", reason="not_a_warc"
            ) from error


def _exchanges(file: BinaryIO, limit: int, metadata: Mapping[str, str]) -> Iterator[Foreign | str]:
    found = 0
    for record in ArchiveIterator(file, no_record_parse=True):
        found += 1
        kind = record.rec_type
        if kind not in _PRINCIPAL:
            if kind not in {"request", "metadata", "warcinfo"}:
                yield f"record_type_{kind}"
            continue
        yield _foreign(record, limit, metadata)
    if not found:
        raise EOFError("there is no record in it")


def _foreign(record: ArcWarcRecord, limit: int, metadata: Mapping[str, str]) -> Foreign | str:
    fields = record.rec_headers
    url, fetched_at = fields.get_header("WARC-Target-URI"), _moment(fields.get_header("WARC-Date"))
    if not url or not url.startswith(("http://", "https://")):
        return "no_web_address"
    if fetched_at is None:
        return "no_exact_date"
    if record.length is None or record.length > limit:
        return "too_large"
    answer = _answer(record)
    if isinstance(answer, str):
        return answer
    exchange = replace(
        answer,
        url=url,
        fetched_at=fetched_at,
        ip=fields.get_header("WARC-IP-Address"),
        metadata={**metadata, "imported_record": fields.get_header("WARC-Record-ID") or ""},
    )
    digest = fields.get_header("WARC-Payload-Digest")
    return Foreign(exchange=_dechunked(exchange), digest=digest, is_revisit=record.rec_type == "revisit")


def _answer(record: ArcWarcRecord) -> Exchange | str:
    """What a record holds, without its address and time; or why it is left out."""
    imported = record.rec_type == "resource"
    head = b"" if imported else _head(record.raw_stream)
    body = record.raw_stream.read()
    if len(head) + len(body) != record.length:
        return "truncated"
    bare = Exchange(url="", fetched_at="", status=200, headers=(), body=body, imported=imported)
    if imported:
        content_type = record.rec_headers.get_header("Content-Type") or UNKNOWN
        return replace(bare, headers=(("Content-Type", content_type),))
    first, headers = http_head(head)
    status = _STATUS_LINE.match(first)
    if status is None:
        return "no_http_status"
    return replace(bare, status=int(status[2]), headers=headers, protocol=status[1])


def _moment(date: str | None) -> str | None:
    """A WARC-Date as a machine time; None for a year or a month alone (WARC/1.1 has them): no place among others."""
    try:
        return machine_time(date or "")
    except ValueError:
        return None


def _head(stream: BinaryIO) -> bytes:
    lines: list[bytes] = []
    while not lines or lines[-1].strip():
        line = stream.readline()
        if not line:
            break
        lines.append(line)
    return b"".join(lines)


def _dechunked(exchange: Exchange) -> Exchange:
    """The exchange without its transfer encoding, which belongs to the way and not to the entity (RFC 9112 §7)."""
    if (exchange.header("Transfer-Encoding") or "").strip().lower() != "chunked":
        return exchange
    headers = tuple((name, value) for name, value in exchange.headers if name.lower() != "transfer-encoding")
    # some tools undo the chunks and leave the header: warcio's reader takes such a body as it is
    body = ChunkedDataReader(BytesIO(exchange.body)).read()
    return replace(exchange, headers=headers, body=body)
