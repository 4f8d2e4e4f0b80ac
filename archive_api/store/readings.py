"""Which captures the documents were read from: what another reading of the archive walks."""

from collections.abc import Sequence

from sqlalchemy import Connection, or_, select

from archive_api.store.captures import CHUNK, row_of
from archive_api.store.records import decode
from archive_api.store.rows import CaptureRow, Reading
from archive_api.store.schema import captures, documents, versions

_origin = captures.alias("origin")


def documents_after(connection: Connection, after: str, source: str | None, holding: str | None) -> list[str]:
    """The next ids of documents after one, in their order; at most CHUNK."""
    query = select(documents.c.id).where(documents.c.id > after)
    if holding is not None:
        current = (versions.c.document == documents.c.id) & (versions.c.version == documents.c.version)
        query = query.join(versions, current).where(versions.c.content.contains(holding, autoescape=True))
    if source is not None:
        query = query.where(documents.c.source == source)
    return list(connection.scalars(query.order_by(documents.c.id).limit(CHUNK)))


def of(connection: Connection, document: str) -> list[Reading]:
    """What a document's versions in force were read from, in the order of time; of equal bytes one capture."""
    query = (
        select(versions.c.version, versions.c.content, versions.c.capture, captures)
        .join(captures, (captures.c.document == versions.c.document) & (captures.c.version == versions.c.version))
        .join(_origin, _origin.c.id == versions.c.capture)
        .where(versions.c.document == document)
        .where(or_(captures.c.id == versions.c.capture, captures.c.payload_sha256 != _origin.c.payload_sha256))
        .order_by(captures.c.fetched_at, captures.c.file, captures.c.offset)
    )
    found = []
    for row in connection.execute(query):
        number, content, origin, *_ = row
        capture = row_of(row._mapping, captures)  # noqa: SLF001 (SQLAlchemy's public name for it)
        found.append(Reading(capture=capture, version=number, document=decode(content), is_origin=origin == capture.id))
    return found


def captures_after(connection: Connection, after: int, source: str | None, outcomes: Sequence[str]) -> list[CaptureRow]:
    """The next captures that are no document's, with one of these outcomes, by id; at most CHUNK."""
    query = select(captures).where(
        captures.c.id > after, captures.c.outcome.in_(outcomes), captures.c.document.is_(None)
    )
    if source is not None:
        query = query.where(captures.c.source == source)
    rows = connection.execute(query.order_by(captures.c.id).limit(CHUNK))
    return [row_of(row._mapping, captures) for row in rows]  # noqa: SLF001
