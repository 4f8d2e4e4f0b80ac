"""The rows of one document: its head, its versions, and the log of what changed under which `seq`."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import Column, Connection, ScalarSelect, bindparam, insert, select, update

from archive_api.document import State, document_id
from archive_api.store import observations, past
from archive_api.store.observations import Moment, Neighbour, Seen
from archive_api.store.rows import By, Saved
from archive_api.store.schema import changes, counters, documents, versions


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A document as it stands before a change; `versions` is the highest number given."""

    id: str
    versions: int
    seq: int
    edited: bool
    first_seen: str
    last_seen: str
    current: Neighbour


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What a version says: the encoded document, and where it was read."""

    body_hash: str
    by: By
    capture: int
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A line of the log: which version a change made or touched, and which is current after it."""

    seq: int
    document: str
    version: int
    current: int
    what: str


# statements on the path of every page stand here, built once: building one takes longer than running it
_origin = observations.origin
_HEAD = (
    select(
        documents.c.versions,
        documents.c.seq,
        documents.c.edited,
        documents.c.first_seen,
        documents.c.last_seen,
        documents.c.version,
        versions.c.body_hash,
        _origin.c.payload_sha256,
        _origin.c.fetched_at,
        _origin.c.file,
        _origin.c.offset,
    )
    .join(versions, (versions.c.document == documents.c.id) & (versions.c.version == documents.c.version))
    .join(_origin, _origin.c.id == versions.c.capture)
    .where(documents.c.id == bindparam("key"))
)
_COUNT = update(counters).where(counters.c.name == "seq").values(value=counters.c.value + 1).returning(counters.c.value)
_DOCUMENT, _VERSION = insert(documents), insert(versions)


def _now(column: Column[Any]) -> ScalarSelect[Any]:
    return select(column).where(documents.c.id == bindparam("key")).scalar_subquery()


_CHANGE = insert(changes).values(
    **{column.name: _now(column) for column in (documents.c.state, documents.c.edited, documents.c.first_seen)}
)


def find_head(connection: Connection, key: str) -> Head | None:
    """The document as it stands, None where there is none."""
    row = connection.execute(_HEAD, {"key": key}).one_or_none()
    if row is None:
        return None
    count, seq, edited, first_seen, last_seen, version, body_hash, payload, *moment = row
    current = Neighbour(version=version, body_hash=body_hash, payload=payload, origin=Moment(*moment))
    return Head(
        id=key,
        versions=count,
        seq=seq,
        edited=edited,
        first_seen=first_seen,
        last_seen=last_seen,
        current=current,
    )


def read_version(connection: Connection, key: str, version: int) -> Text:
    """One version's text."""
    columns = (versions.c.body_hash, versions.c.by, versions.c.capture, versions.c.content)
    query = select(*columns).where(versions.c.document == key, versions.c.version == version)
    body_hash, by, capture, content = connection.execute(query).one()
    return Text(
        body_hash=body_hash, by="extractor" if by == "extractor" else "publisher", capture=capture, content=content
    )


def next_seq(connection: Connection) -> int:
    """The next number of the archive's one sequence, good if the transaction commits."""
    return int(connection.execute(_COUNT).scalar_one())


def begin(connection: Connection, url: str, source: str, seen: Seen, text: Text) -> Saved:
    """A new document with its first version."""
    key = document_id(url)
    seq = next_seq(connection)
    at = seen.moment.fetched_at
    connection.execute(
        _DOCUMENT,
        {
            "id": key,
            "url": url,
            "source": source,
            "version": 1,
            "versions": 1,
            "state": State.LIVE.value,
            "edited": False,
            "first_seen": at,
            "last_seen": at,
            "seq": seq,
        },
    )
    add(connection, key, 1, seq, text)
    log(connection, Change(seq=seq, document=key, version=1, current=1, what="new"))
    observations.observe(connection, seen.id, key, 1)
    return Saved(id=key, version=1, seq=seq, change="new")


def add(connection: Connection, key: str, number: int, seq: int, text: Text) -> None:
    """Writes a version's row; what is current, and the log, are the caller's."""
    connection.execute(
        _VERSION,
        {
            "document": key,
            "version": number,
            "body_hash": text.body_hash,
            "by": text.by,
            "capture": text.capture,
            "seq": seq,
            "content": text.content,
        },
    )


def fill(connection: Connection, head: Head, version: int, content: str, what: str) -> Saved:
    """More is known of a version than before: the same number, a new `seq`."""
    seq = next_seq(connection)
    past.supersede(connection, head.id, version, seq, (read_version(connection, head.id, version).content, content))
    connection.execute(
        update(versions)
        .where(versions.c.document == head.id, versions.c.version == version)
        .values(content=content, seq=seq),
    )
    advance(connection, replace(head, seq=seq), current=head.current.version)
    log(connection, Change(seq=seq, document=head.id, version=version, current=head.current.version, what=what))
    return Saved(id=head.id, version=version, seq=seq, change="refreshed")


def advance(connection: Connection, head: Head, *, current: int) -> None:
    """Writes the head as it stands after a change; its span of time is `stretch`'s."""
    connection.execute(
        update(documents)
        .where(documents.c.id == head.id)
        .values(seq=head.seq, versions=head.versions, version=current, edited=head.edited),
    )


def stretch(connection: Connection, head: Head, at: str) -> None:
    """Widens what `first_seen` and `last_seen` span. The caller gives an earlier first sight a `seq`."""
    if head.first_seen <= at <= head.last_seen:
        return
    connection.execute(
        update(documents)
        .where(documents.c.id == head.id)
        .values(first_seen=min(head.first_seen, at), last_seen=max(head.last_seen, at)),
    )


def log(connection: Connection, change: Change) -> None:
    """Writes one line of the log, with what the document is now: the head is written before it."""
    connection.execute(_CHANGE, {**asdict(change), "key": change.document})
