"""When which version of a document was observed, in the order of time, whatever the order of arrival.

A *moment* orders the captures of one document: the time of the fetch; where two are equal, the place in the WARC files.
A *run* is an unbroken series of observations of one version. A page that changes and changes back has three runs, and
so three versions.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, or_, select, update

from archive_api.errors import NotFoundError
from archive_api.store.schema import captures, versions


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """The place of a capture among those of its document."""

    fetched_at: str
    file: str
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A capture that is being saved; `document` and `version` are what it was saved as before, if it was."""

    id: int
    moment: Moment
    payload: str
    document: str | None
    version: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """The version that was in force just before or just after a moment, and the capture its text was read from."""

    version: int
    body_hash: str
    payload: str
    origin: Moment


_THIS = captures.c.id == bindparam("capture_id")
_SEEN = select(
    captures.c.id,
    captures.c.fetched_at,
    captures.c.file,
    captures.c.offset,
    captures.c.payload_sha256,
    captures.c.document,
    captures.c.version,
).where(_THIS)
_OBSERVE = update(captures).where(_THIS).values(document=bindparam("of"), version=bindparam("number"))
_TIME = (captures.c.fetched_at, captures.c.file, captures.c.offset)
origin = captures.alias("origin")
_NEIGHBOURS = (
    select(
        captures.c.version,
        versions.c.body_hash,
        origin.c.payload_sha256,
        origin.c.fetched_at,
        origin.c.file,
        origin.c.offset,
    )
    .join(versions, (versions.c.document == captures.c.document) & (versions.c.version == captures.c.version))
    .join(origin, origin.c.id == versions.c.capture)
)


def seen(connection: Connection, capture_id: int) -> Seen:
    """The capture by that id; NotFoundError where there is none."""
    row = connection.execute(_SEEN, {"capture_id": capture_id}).one_or_none()
    if row is None:
        raise NotFoundError(f"no capture {capture_id} in the store")
    key, fetched_at, file, offset, payload, document, version = row
    return Seen(id=key, moment=Moment(fetched_at, file, offset), payload=payload, document=document, version=version)


def observe(connection: Connection, capture_id: int, document: str, version: int) -> None:
    """Writes that the capture observed this version."""
    connection.execute(_OBSERVE, {"capture_id": capture_id, "of": document, "number": version})


def before(connection: Connection, document: str, moment: Moment) -> Neighbour | None:
    """The newest observation before the moment."""
    query = _NEIGHBOURS.where(_of(document), _earlier(moment))
    return _neighbour(connection, query.order_by(*(column.desc() for column in _TIME)))


def after(connection: Connection, document: str, moment: Moment, *, but: int | None = None) -> Neighbour | None:
    """The first observation after the moment, of another version than `but`."""
    query = _NEIGHBOURS.where(_of(document), _later(moment))
    if but is not None:
        query = query.where(captures.c.version != but)
    return _neighbour(connection, query.order_by(*_TIME))


def newest(connection: Connection, document: str) -> int:
    """The version that was observed last."""
    query = select(captures.c.version).where(_of(document)).order_by(*(column.desc() for column in _TIME)).limit(1)
    return int(connection.execute(query).scalar_one())


def last(connection: Connection, document: str, version: int) -> int:
    """The id of the capture that observed this version last."""
    query = select(captures.c.id).where(_of(document), captures.c.version == version)
    return int(connection.execute(query.order_by(*(column.desc() for column in _TIME)).limit(1)).scalar_one())


def move_later(connection: Connection, document: str, old: int, new: int, *, since: Moment) -> None:
    """Makes the observations of `old` at `since` or later ones of `new`."""
    _move(connection, document, old, new, ~_earlier(since))


def move_all(connection: Connection, document: str, old: int, new: int) -> None:
    """Makes the observations of `old` ones of `new`."""
    _move(connection, document, old, new, captures.c.version == old)


def split(connection: Connection, document: str, broken: Neighbour, new: int, *, at: Moment) -> int:
    """Gives one of the two halves of a broken run the number `new`, and returns the half's first capture.

    The half that holds the capture which the version's text was read from keeps its number.
    """
    half = _later(at) if broken.origin < at else _earlier(at)
    _move(connection, document, broken.version, new, half)
    first = select(captures.c.id).where(_of(document), captures.c.version == new).order_by(*_TIME).limit(1)
    return int(connection.execute(first).scalar_one())


def _of(document: str) -> ColumnElement[bool]:
    return and_(captures.c.document == document, captures.c.version.is_not(None))


def _earlier(moment: Moment) -> ColumnElement[bool]:
    same_time = captures.c.fetched_at == moment.fetched_at
    return or_(
        captures.c.fetched_at < moment.fetched_at,
        same_time & (captures.c.file < moment.file),
        same_time & (captures.c.file == moment.file) & (captures.c.offset < moment.offset),
    )


def _later(moment: Moment) -> ColumnElement[bool]:
    same_time = captures.c.fetched_at == moment.fetched_at
    return or_(
        captures.c.fetched_at > moment.fetched_at,
        same_time & (captures.c.file > moment.file),
        same_time & (captures.c.file == moment.file) & (captures.c.offset > moment.offset),
    )


def _neighbour(connection: Connection, query: Select[*tuple[Any, ...]]) -> Neighbour | None:
    row = connection.execute(query.limit(1)).one_or_none()
    if row is None:
        return None
    version, body_hash, payload, fetched_at, file, offset = row
    return Neighbour(
        version=version,
        body_hash=body_hash,
        payload=payload,
        origin=Moment(fetched_at, file, offset),
    )


def _move(connection: Connection, document: str, old: int, new: int, which: ColumnElement[bool]) -> None:
    connection.execute(
        update(captures).where(captures.c.document == document, captures.c.version == old, which).values(version=new),
    )
