"""Sources: how each is crawled, when it is due, and who is at work on it."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from archive_api.errors import NotFoundError
from archive_api.store.rows import SourceRow
from archive_api.store.schema import sources


def put(connection: Connection, name: str, config: Mapping[str, object]) -> None:
    """Writes the source's configuration; when it is due and who holds it stay as they are."""
    written = json.dumps(config, ensure_ascii=False, sort_keys=True)
    done = connection.execute(update(sources).where(sources.c.name == name).values(config=written))
    if done.rowcount == 0:
        connection.execute(insert(sources), {"name": name, "config": written})


def every(connection: Connection) -> list[SourceRow]:
    """All sources, by name."""
    return [_source_row(row) for row in connection.execute(select(sources).order_by(sources.c.name))]


def one(connection: Connection, name: str) -> SourceRow:
    """The source by that name."""
    row = connection.execute(select(sources).where(sources.c.name == name)).one_or_none()
    if row is None:
        raise NotFoundError(f"no source {name!r} in the store")
    return _source_row(row)


def due(connection: Connection, now: str) -> list[SourceRow]:
    """The sources whose time has come and that nobody holds, those that wait longest first."""
    query = (
        select(sources)
        .where(
            sources.c.next_due_at.is_(None) | (sources.c.next_due_at <= now),
            sources.c.lease_until.is_(None) | (sources.c.lease_until < now),
        )
        .order_by(sources.c.next_due_at.is_not(None), sources.c.next_due_at, sources.c.name)
    )
    return [_source_row(row) for row in connection.execute(query)]


def lease(connection: Connection, name: str, owner: str, now: str, until: str) -> bool:
    """Whether the owner holds the source from now on: nobody else did, in one statement. The holder may prolong it."""
    free = sources.c.lease_until.is_(None) | (sources.c.lease_until < now) | (sources.c.lease_owner == owner)
    taking = update(sources).where(sources.c.name == name, free).values(lease_owner=owner, lease_until=until)
    if connection.execute(taking).rowcount == 1:
        return True
    one(connection, name)  # NotFoundError: no such source is not the same as a busy one
    return False


def release(connection: Connection, name: str, owner: str, next_due_at: str | None) -> None:
    """Gives the source back; who does not hold it (any more) changes nothing. None leaves the due time as it is."""
    values: dict[str, str | None] = {"lease_owner": None, "lease_until": None}
    if next_due_at is not None:
        values["next_due_at"] = next_due_at
    connection.execute(update(sources).where(sources.c.name == name, sources.c.lease_owner == owner).values(values))


def _source_row(row: Row[*tuple[Any, ...]]) -> SourceRow:
    values = dict(row._mapping)  # noqa: SLF001 (SQLAlchemy's public name for it)
    return SourceRow(config=json.loads(values.pop("config")), **values)
