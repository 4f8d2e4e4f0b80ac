"""Hosts: what is known of each, whatever sources it has, and who is at work on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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


def put(connection: Connection, name: str, values: Mapping[str, str | int | None]) -> None:
    """Writes some of a host's columns."""
    if connection.execute(update(hosts).where(hosts.c.name == name).values(values)).rowcount == 0:
        connection.execute(insert(hosts), {"name": name, **values})


def hold(connection: Connection, names: Sequence[str], owner: str, now: str, until: str) -> HostRow | None:
    """None: the owner holds all of these until then. Else one that another holds, and nothing has changed."""
    query = select(hosts).where(hosts.c.name.in_(names), hosts.c.lease_until >= now, hosts.c.lease_owner != owner)
    taken = connection.execute(query.order_by(hosts.c.name).limit(1)).mappings().one_or_none()
    if taken is not None:
        return HostRow(**taken)
    for name in sorted(names):
        put(connection, name, {"lease_owner": owner, "lease_until": until})
    return None


def release(connection: Connection, owner: str) -> None:
    """Gives back all that the owner holds."""
    connection.execute(
        update(hosts).where(hosts.c.lease_owner == owner).values(lease_owner=None, lease_until=None),
    )


def held(connection: Connection, now: str) -> dict[str, str]:
    """Who holds which host."""
    query = select(hosts.c.name, hosts.c.lease_owner).where(hosts.c.lease_until >= now)
    return {row.name: row.lease_owner for row in connection.execute(query)}
