"""How each source is, and what its past says of what to expect."""

from __future__ import annotations

import json
from typing import Any, cast, get_args

from sqlalchemy import Connection, RowMapping, insert, select, update

from archive_api.store.rows import Condition, SourceState
from archive_api.store.schema import conditions, list_rows


def every(connection: Connection) -> list[Condition]:
    """Those of all sources, by name."""
    query = select(conditions).order_by(conditions.c.source)
    return [_condition(row) for row in connection.execute(query).mappings()]


def one(connection: Connection, source: str) -> Condition | None:
    """How a source is; None for one that no crawl was judged of."""
    query = select(conditions).where(conditions.c.source == source)
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else _condition(row)


def put(connection: Connection, found: Condition) -> None:
    """Writes it; `since` stays where the state does, and `told` always."""
    values: dict[str, Any] = {
        "state": found.state,
        "reason": found.reason,
        "evidence": json.dumps(dict(found.evidence), ensure_ascii=False, sort_keys=True),
        "at": found.at,
    }
    before = one(connection, found.source)
    if before is None:
        connection.execute(insert(conditions), {**values, "source": found.source, "since": found.since, "told": None})
        return
    if before.state != found.state:
        values["since"] = found.since
    connection.execute(update(conditions).where(conditions.c.source == found.source).values(values))


def tell(connection: Connection, source: str, state: str) -> None:
    """Writes that people were told of a state."""
    connection.execute(update(conditions).where(conditions.c.source == source).values(told=state))


def dates(connection: Connection, source: str) -> list[str]:
    """The dates of the source's list rows, oldest first: one for each row that has any."""
    here = list_rows.c
    query = select(here.date).where(here.source == source, here.date.is_not(None)).order_by(here.date)
    return list(connection.scalars(query))


def _condition(row: RowMapping) -> Condition:
    state = row["state"] if row["state"] in get_args(SourceState) else "suspect"
    return Condition(**{**row, "state": cast("SourceState", state), "evidence": json.loads(row["evidence"])})
