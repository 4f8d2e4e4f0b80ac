"""Captures as the store knows them: where each lies, and what became of it."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, TypeVar

from sqlalchemy import Connection, FromClause, Row, RowMapping, bindparam, func, insert, select, update

from archive_api.document import Address, document_id
from archive_api.errors import NotFoundError
from archive_api.store.rows import Capture, CaptureRow, Outcome
from archive_api.store.schema import PlainText, captures

T = TypeVar("T")

CHUNK = 500
"""Values in one IN list: a SQLite may be built to take no more than 999."""


_FINISH = (
    update(captures)
    .where(captures.c.id == bindparam("capture_id"))
    .values(
        outcome=bindparam("what"),
        reason=bindparam("why"),
        document=func.coalesce(bindparam("of", type_=PlainText), captures.c.document),
    )
)


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """The values in pieces of at most CHUNK."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def add(connection: Connection, found: Sequence[Capture]) -> list[int]:
    """The captures' ids, in their order; those not known yet are added."""
    known = _ids(connection, {capture.address for capture in found})
    fresh = {capture.address: capture for capture in found if capture.address not in known}
    if fresh:
        adding = insert(captures).returning(captures.c.id, sort_by_parameter_order=True)
        ids = connection.scalars(adding, [_values(capture) for capture in fresh.values()])
        known |= dict(zip(fresh, ids, strict=True))
    return [known[capture.address] for capture in found]


def _ids(connection: Connection, addresses: Iterable[Address]) -> dict[Address, int]:
    known: dict[Address, int] = {}
    in_order = sorted(addresses, key=lambda address: (address.file, address.offset))
    for file, group in groupby(in_order, key=lambda address: address.file):
        for offsets in chunks([address.offset for address in group]):
            query = select(captures.c.offset, captures.c.id).where(
                captures.c.file == file,
                captures.c.offset.in_(offsets),
            )
            known |= {Address(file=file, offset=offset): key for offset, key in connection.execute(query)}
    return known


def _values(capture: Capture) -> dict[str, str | int | None]:
    return {
        "file": capture.address.file,
        "offset": capture.address.offset,
        "end": capture.end,
        "url": capture.url,
        "url_key": document_id(capture.url),
        "status": capture.status,
        "fetched_at": capture.fetched_at,
        "payload_sha256": capture.payload_sha256,
        "media_type": capture.media_type,
        "run": capture.run,
        "source": capture.source,
        "asked": capture.asked,
        "etag": capture.etag,
        "last_modified": capture.last_modified,
    }


def registered_until(connection: Connection, file: str) -> int:
    """The byte offset before which every capture of the file has an outcome; 0 for a file never heard of."""
    pending = select(func.min(captures.c.offset)).where(captures.c.file == file, captures.c.outcome.is_(None))
    first_pending: int | None = connection.scalar(pending)
    if first_pending is not None:
        return first_pending
    newest = select(captures.c.end).where(captures.c.file == file).order_by(captures.c.offset.desc()).limit(1)
    last = connection.scalar(newest)
    return 0 if last is None else int(last)


def finish(connection: Connection, capture_id: int, outcome: Outcome) -> None:
    """Writes what became of the capture; NotFoundError where there is none by that id."""
    values = {"capture_id": capture_id, "what": outcome.what, "why": outcome.reason, "of": outcome.document}
    done = connection.execute(_FINISH, values)
    if done.rowcount == 0:
        raise _no_capture(capture_id)


def capture(connection: Connection, capture_id: int) -> CaptureRow:
    """The capture by that id."""
    row = connection.execute(select(captures).where(captures.c.id == capture_id)).one_or_none()
    if row is None:
        raise _no_capture(capture_id)
    return _capture_row(row)


def captures_of(connection: Connection, url: str) -> list[CaptureRow]:
    """Every capture of the address, newest first."""
    query = (
        select(captures)
        .where(captures.c.url_key == document_id(url), captures.c.url == url)
        .order_by(captures.c.fetched_at.desc(), captures.c.file.desc(), captures.c.offset.desc())
    )
    return [_capture_row(row) for row in connection.execute(query)]


_ANSWERS = (200, 304)
_NOTHING = hashlib.sha256(b"").hexdigest()
_UNREAD = ("failed", "blocked", "missing", "ignored", "redirect")


def last_answer(connection: Connection, url: str) -> CaptureRow | None:
    """The newest capture of the address that has a payload and was read."""
    here = captures.c
    query = (
        select(captures)
        .where(here.url_key == document_id(url), here.url == url, here.status.in_(_ANSWERS))
        .where(here.payload_sha256 != _NOTHING, here.outcome.not_in(_UNREAD))
        .order_by(here.fetched_at.desc(), here.file.desc(), here.offset.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else _capture_row(row)


def of_runs(connection: Connection, runs: Sequence[int], after: int) -> list[CaptureRow]:
    """The next captures of these runs after an id; at most CHUNK."""
    query = select(captures).where(captures.c.run.in_(runs), captures.c.id > after).order_by(captures.c.id)
    return [_capture_row(row) for row in connection.execute(query.limit(CHUNK))]


def pending(connection: Connection, after: tuple[str, int]) -> list[CaptureRow]:
    """The next captures without an outcome after (file, offset), in that order; at most CHUNK."""
    file, offset = after
    query = (
        select(captures)
        .where(
            captures.c.outcome.is_(None),
            (captures.c.file > file) | ((captures.c.file == file) & (captures.c.offset > offset)),
        )
        .order_by(captures.c.file, captures.c.offset)
        .limit(CHUNK)
    )
    return [_capture_row(row) for row in connection.execute(query)]


def _capture_row(row: Row[*tuple[Any, ...]]) -> CaptureRow:
    return row_of(row._mapping, captures)  # noqa: SLF001 (SQLAlchemy's public name for it)


def row_of(found: RowMapping, table: FromClause) -> CaptureRow:
    """The capture whose columns stand in a row, of this table or an alias of it."""
    values: dict[str, Any] = {column.name: found[column] for column in table.c if column.name != "url_key"}
    return CaptureRow(address=Address(file=values.pop("file"), offset=values.pop("offset")), **values)


def _no_capture(capture_id: int) -> NotFoundError:
    return NotFoundError(f"no capture {capture_id} in the store")
