"""Hosts: what is known of each, whatever sources it has, and who is at work on it."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, insert, select, update

from archive_api.store.rows import HostRow
from archive_api.store.schema import hosts


def one(connection: Connection, name: str) -> HostRow:
    """What is known of a host; nothing, where it was never heard of."""
    row = connection.execute(select(hosts).where(hosts.c.name == name)).mappings().one_or_none()
    return HostRow(name=name) if row is None else HostRow(**row)


def every(connection: Connection) -> list[HostRow]:
    """All hosts of which something is known, by name."""
    return [HostRow(**row) for row in connection.execute(select(hosts).order_by(hosts.c.name)).mappings()]


def put(connection: Connection, name: str, values: Mapping[str, str | None]) -> None:
    """Writes some of a host's columns."""
    if connection.execute(update(hosts).where(hosts.c.name == name).values(values)).rowcount == 0:
        connection.execute(insert(hosts), {"name": name, **values})
