"""How much the store holds, for status pages."""

from sqlalchemy import Connection, Table, func, select

from archive_api.store.runs import open_problems_count
from archive_api.store.schema import captures, documents, list_rows, runs, sources, versions


def counts(connection: Connection) -> dict[str, int]:
    """Rows by table; `captures_<outcome>` for each outcome met; `pending` captures have none yet.

    `not_understood`: pages that gave no document although something was expected of them (`failed`, `not_article`).
    """
    outcomes = _outcomes(connection)
    return {
        "documents": _size(connection, documents),
        "versions": _size(connection, versions),
        "captures": sum(outcomes.values()),
        "rows": _size(connection, list_rows),
        "sources": _size(connection, sources),
        "runs": _size(connection, runs),
        "problems": open_problems_count(connection),
        "pending": outcomes.pop("", 0),
        "not_understood": outcomes.get("failed", 0) + outcomes.get("not_article", 0),
        **{f"captures_{what}": count for what, count in sorted(outcomes.items())},
    }


def _outcomes(connection: Connection) -> dict[str, int]:
    query = select(func.coalesce(captures.c.outcome, ""), func.count()).group_by(captures.c.outcome)
    return {what: int(count) for what, count in connection.execute(query)}


def _size(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())
