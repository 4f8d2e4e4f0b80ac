"""Documents read back: current records, single versions, and what changed after a number."""

import json
import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from archive_api.document import Address, Document, Record, State, document_id
from archive_api.errors import NotFoundError
from archive_api.store import past
from archive_api.store.captures import chunks
from archive_api.store.schema import captures, counters, documents, moves, versions

_ID = re.compile(r"[0-9a-f]{16}")

_OWN = (documents.c.id, documents.c.source, documents.c.state, documents.c.edited)
_PLACE = (captures.c.file, captures.c.offset, versions.c.content)
_CURRENT = (
    select(
        *_OWN,
        documents.c.version,
        documents.c.seq,
        documents.c.first_seen,
        documents.c.last_seen,
        *_PLACE,
    )
    .join(versions, (versions.c.document == documents.c.id) & (versions.c.version == documents.c.version))
    .join(captures, captures.c.id == versions.c.capture)
)

_observed = captures.alias("observed")


def _versions() -> Select[*tuple[Any, ...]]:
    of_this = (_observed.c.document == versions.c.document) & (_observed.c.version == versions.c.version)
    first = select(func.min(_observed.c.fetched_at)).where(of_this).scalar_subquery()
    last = select(func.max(_observed.c.fetched_at)).where(of_this).scalar_subquery()
    return (
        select(
            *_OWN,
            versions.c.version,
            versions.c.seq,
            func.coalesce(first, captures.c.fetched_at),
            func.coalesce(last, captures.c.fetched_at),
            *_PLACE,
        )
        .select_from(versions)
        .join(documents, documents.c.id == versions.c.document)
        .join(captures, captures.c.id == versions.c.capture)
    )


def record(connection: Connection, key: str, version: int | None) -> Record:
    """The current record of a document, or one version of it."""
    identity = identify(key)
    identity = moved_to(connection, identity) or identity
    if version is None:
        query = _CURRENT.where(documents.c.id == identity)
    else:
        query = _versions().where(versions.c.document == identity, versions.c.version == version)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise _no_document(key if version is None else f"{key}, version {version}")
    return _record(row)


def records(connection: Connection, ids: Sequence[str], as_of: int | None = None) -> list[Record]:
    """The current records in the order of the ids, or those of a `seq`."""
    found = _current(connection, ids) if as_of is None else past.records_at(connection, ids, as_of)
    missing = next((key for key in ids if key not in found), None)
    if missing is not None:
        raise _no_document(missing)
    return [found[key] for key in ids]


def _current(connection: Connection, ids: Sequence[str]) -> dict[str, Record]:
    return {
        row[0]: _record(row)
        for part in chunks(ids)
        for row in connection.execute(_CURRENT.where(documents.c.id.in_(part)))
    }


def with_past(connection: Connection, current: Sequence[Record], after: int | None) -> list[Record]:
    """Those records, each followed by how its document stood before; see `Store.with_past`."""
    known = {one.id: one for one in current}
    if after is not None and current:
        again = past.changed_again(connection, after, current[-1].seq)
        known |= _current(connection, [key for key in again if key not in known])
    before = past.earlier(connection, list(known))
    return [one for key, record in known.items() for one in (record, *before.get(key, ()))]


def history(connection: Connection, key: str) -> list[Record]:
    """Every version, that which was published first standing first."""
    identity = identify(key)
    query = _versions().where(versions.c.document == (moved_to(connection, identity) or identity))
    found = [_record(row) for row in connection.execute(query)]
    if not found:
        raise _no_document(key)
    return sorted(found, key=lambda one: (one.first_seen, one.version))


def changes(connection: Connection, after: int, limit: int) -> list[Record]:
    """The current records whose `seq` is greater, by `seq`."""
    query = _CURRENT.where(documents.c.seq > after).order_by(documents.c.seq).limit(limit)
    return [_record(row) for row in connection.execute(query)]


def urls(connection: Connection, source: str) -> list[str]:
    """The addresses of the source's documents, the oldest first."""
    query = select(documents.c.url).where(documents.c.source == source).order_by(documents.c.seq)
    return list(connection.scalars(query))


def last_seq(connection: Connection) -> int:
    """The last number that was given; 0 in an empty store."""
    return int(connection.execute(select(counters.c.value).where(counters.c.name == "seq")).scalar_one())


def moved_to(connection: Connection, url_key: str) -> str | None:
    """The document that an address, by its key, is a further one of."""
    return connection.execute(select(moves.c.document).where(moves.c.url_key == url_key)).scalar_one_or_none()


def identify(key: str) -> str:
    """A document's id, from itself or from its URL."""
    return key if _ID.fullmatch(key) else document_id(key)


def _record(row: Row[*tuple[Any, ...]]) -> Record:
    identity, source, state, edited, version, seq, first_seen, last_seen, file, offset, content = row
    return Record(
        id=identity,
        version=version,
        seq=seq,
        source=source,
        state=State(state),
        edited=edited,
        first_seen=first_seen,
        last_seen=last_seen,
        capture=Address(file=file, offset=offset),
        document=decode(content),
    )


def decode(content: str) -> Document:
    """The inverse of `encode`."""
    return Document.from_json(json.loads(content))


def encode(document: Document) -> str:
    """The document as one line of JSON that any store takes: a lone surrogate is escaped, NUL always is."""
    data = document.to_json()
    plain = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    try:
        plain.encode()
    except UnicodeEncodeError:
        return json.dumps(data, separators=(",", ":"))
    return plain


def _no_document(key: str) -> NotFoundError:
    return NotFoundError(f"no document {key} in the store")
