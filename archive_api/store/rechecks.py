"""When each document is looked at again."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import Connection, insert, select, update

from archive_api.store.rows import Recheck
from archive_api.store.schema import rechecks


def one(connection: Connection, document: str) -> Recheck | None:
    """When a document is looked at again; None for one that is not, such as an imported file."""
    row = connection.execute(select(rechecks).where(rechecks.c.document == document)).mappings().one_or_none()
    return None if row is None else Recheck(**row)


def put(connection: Connection, check: Recheck) -> None:
    """Writes it, in place of what was planned before."""
    values = asdict(check)
    if connection.execute(update(rechecks).where(rechecks.c.document == check.document).values(values)).rowcount == 0:
        connection.execute(insert(rechecks), values)


def bring_forward(connection: Connection, document: str, due_at: str) -> None:
    """Looks at a document by that time at the latest."""
    mine = (rechecks.c.document == document, rechecks.c.due_at > due_at)
    connection.execute(update(rechecks).where(*mine).values(due_at=due_at))


def due(connection: Connection, source: str, now: str, limit: int) -> list[Recheck]:
    """Those whose time has come, the shortest interval first: what is new or changes often."""
    mine = (rechecks.c.source == source, rechecks.c.due_at <= now)
    query = select(rechecks).where(*mine).order_by(rechecks.c.days, rechecks.c.due_at, rechecks.c.document).limit(limit)
    return [Recheck(**row) for row in connection.execute(query).mappings()]
