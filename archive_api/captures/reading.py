"""Records turned back into exchanges, and what is known of a capture."""

from __future__ import annotations

import re
from dataclasses import replace
from http import HTTPStatus
from typing import Final

from archive_api.captures.exchange import CONTEXT, Capture, Exchange, machine_time, media_type
from archive_api.captures.reader import Group, Record, http_head, warc_fields
from archive_api.captures.warc import CONTEXT_HEADERS, digest_field
from archive_api.document import Address
from archive_api.errors import DamagedError

_ENTITY_HEADERS: Final = ("content-type", "content-encoding", "content-language")
_STATUS_LINE: Final = re.compile(r"(\S+) (\d{3})(?: .*)?")


def capture_of(exchange: Exchange, address: Address, end: int, digest: str) -> Capture:
    """What is known of a capture: `exchange` as it was written, `digest` of its payload."""
    run = exchange.metadata.get("run", "")
    return Capture(
        address=address,
        end=end,
        url=exchange.page,
        fetched_at=exchange.fetched_at,
        status=exchange.status,
        payload_sha256=digest,
        media_type=media_type(exchange.header("Content-Type")),
        run=int(run) if run.isdecimal() else None,
        source=exchange.metadata.get("source") or None,
        asked=exchange.metadata.get("asked") or None,
        etag=exchange.header("ETag"),
        last_modified=exchange.header("Last-Modified"),
    )


def exchange_of(group: Group) -> Exchange:
    """The exchange of a group; a revisit has no body of its own, see `referred`. DamagedError if it is not ours."""
    principal = group.principal
    url, date = principal.field("WARC-Target-URI"), principal.field("WARC-Date")
    if url is None or date is None:
        raise DamagedError(f"offset {principal.offset}: a {principal.type} record without an address or a date")
    protocol, status, headers = _answer(principal)
    method, request_headers, request_body = _question(group.request)
    return Exchange(
        url=url,
        fetched_at=machine_time(date),
        status=status,
        headers=headers,
        body=principal.body,
        method=method,
        request_headers=request_headers,
        request_body=request_body,
        ip=principal.field("WARC-IP-Address"),
        protocol=principal.field("WARC-Protocol") or protocol,
        metadata=_metadata(group),
        imported=not principal.head,
    )


def referred(principal: Record) -> Address | None:
    """Where the payload of a revisit lies; None for any other record, or a revisit that does not say."""
    file, offset = principal.field("WARC-Refers-To-Filename"), principal.field("WARC-Refers-To-File-Offset")
    if principal.type != "revisit" or file is None or offset is None:
        return None
    return Address(file=file, offset=int(offset))


def with_payload(exchange: Exchange, original: Exchange) -> Exchange:
    """A revisit with the payload it refers to, and the original's entity headers where it has none itself (304)."""
    own = {name.lower() for name, _ in exchange.headers}
    missing = tuple(
        (name, value) for name, value in original.headers if name.lower() in _ENTITY_HEADERS and name.lower() not in own
    )
    return replace(exchange, body=original.body, headers=exchange.headers + missing)


def payload_sha256(principal: Record) -> str | None:
    """The digest of the payload as the record states it, hex."""
    stated = principal.field("WARC-Payload-Digest") or ""
    return stated.removeprefix("sha256:") if stated.startswith("sha256:") else None


def problems_of(record: Record) -> list[str]:
    """What is wrong with a record: digests that do not fit its bytes."""
    found = []
    if record.field("WARC-Block-Digest") != digest_field(record.head, record.body):
        found.append(f"offset {record.offset}: block digest of the {record.type} record does not fit its bytes")
    if record.type != "revisit" and record.field("WARC-Payload-Digest") != digest_field(record.body):
        found.append(f"offset {record.offset}: payload digest of the {record.type} record does not fit its bytes")
    return found


def _answer(principal: Record) -> tuple[str | None, int, tuple[tuple[str, str], ...]]:
    if not principal.head:
        content_type = principal.field("Content-Type")
        return None, HTTPStatus.OK.value, (("Content-Type", content_type),) if content_type else ()
    first, headers = http_head(principal.head)
    line = _STATUS_LINE.fullmatch(first)
    if line is None:
        raise DamagedError(f"offset {principal.offset}: a {principal.type} record without an HTTP status")
    return line[1], int(line[2]), headers


def _question(request: Record | None) -> tuple[str, tuple[tuple[str, str], ...], bytes]:
    if request is None:
        return "GET", (), b""
    first, headers = http_head(request.head)
    return first.split(" ", 1)[0], headers, request.body


def _metadata(group: Group) -> dict[str, str]:
    if group.metadata is not None:
        return warc_fields(group.metadata.body)
    stated = {key: group.principal.field(CONTEXT_HEADERS[key]) for key in CONTEXT}
    return {key: value for key, value in stated.items() if value is not None}
