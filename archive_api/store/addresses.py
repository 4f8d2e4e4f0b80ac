"""What is known of an address besides its captures: lists that named it, and why it was not fetched."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from archive_api.document import document_id
from archive_api.store.rows import Problem, RowSeen, Skipped
from archive_api.store.schema import list_rows, problems, skipped


def skip(connection: Connection, found: Skipped) -> None:
    """Writes that a source saw an address and did not fetch it on purpose; the last reason stays."""
    key = document_id(found.url)
    connection.execute(delete(skipped).where(skipped.c.source == found.source, skipped.c.url_key == key))
    values = {"url_key": key, "url": found.url, "source": found.source, "run": found.run}
    connection.execute(insert(skipped), {**values, "reason": found.reason, "at": found.at})


def skipped_one(connection: Connection, url: str) -> Skipped | None:
    """The newest reason, over all sources, for which an address was not fetched."""
    query = select(skipped).where(skipped.c.url_key == document_id(url)).order_by(skipped.c.at.desc()).limit(1)
    values = _values(connection.execute(query).one_or_none())
    return Skipped(**values) if values else None


def rows_of(connection: Connection, url: str) -> list[RowSeen]:
    """Where lists named an address, by source."""
    columns = (list_rows.c.source, list_rows.c.list_url, list_rows.c.title, list_rows.c.date)
    query = select(*columns).where(list_rows.c.url_key == document_id(url)).order_by(list_rows.c.source)
    return [
        RowSeen(source=source, list_url=list_url, title=title, date=date)
        for source, list_url, title, date in connection.execute(query)
    ]


def newest_problem(connection: Connection, url: str) -> Problem | None:
    """The last failure without a capture that was written of an address, made good since or not."""
    query = select(problems).where(problems.c.url_key == document_id(url)).order_by(problems.c.id.desc()).limit(1)
    values = _values(connection.execute(query).one_or_none())
    values.pop("id", None)
    return Problem(capture=None, **values) if values else None


def _values(row: Row[*tuple[Any, ...]] | None) -> dict[str, Any]:
    values = dict(row._mapping) if row is not None else {}  # noqa: SLF001 (SQLAlchemy's public name for it)
    values.pop("url_key", None)
    return values
