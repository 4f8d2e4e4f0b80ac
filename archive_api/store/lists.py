"""Rows of list pages: what a source's lists have shown."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, bindparam, insert, select, update

from archive_api.document import document_id
from archive_api.store.captures import chunks
from archive_api.store.rows import ListRow
from archive_api.store.schema import captures, list_rows

_UNFINISHED = ("failed", "blocked")  # worth another request


def save_rows(connection: Connection, source: str, list_url: str, rows: Sequence[ListRow]) -> int:
    """The number of rows never seen before. A known row takes what the list says now; of twins the first counts."""
    latest = {document_id(row.url): row for row in reversed(rows)}
    known = _known(connection, source, latest)
    fresh = [_values(source, list_url, key, row) for key, row in latest.items() if key not in known]
    changed = [_values(source, list_url, key, row) for key, row in latest.items() if known.get(key, row) != row]
    if fresh:
        connection.execute(insert(list_rows), fresh)
    if changed:
        renaming = update(list_rows).where(
            list_rows.c.source == bindparam("of_source"),
            list_rows.c.url_key == bindparam("of_key"),
        )
        connection.execute(
            renaming.values({name: bindparam(name) for name in ("title", "date", "pinned", "list_url")}),
            [_renamed(values) for values in changed],
        )
    return len(fresh)


def row_for(connection: Connection, source: str, url: str) -> ListRow | None:
    """What the source's lists say of an address, None where no list named it."""
    key = document_id(url)
    return _known(connection, source, [key]).get(key)


def known_urls(connection: Connection, source: str, urls: Sequence[str]) -> set[str]:
    """Those that the source has fetched to an end; a failed or blocked fetch is none."""
    found: set[str] = set()
    for part in chunks(urls):
        query = select(captures.c.url).where(
            captures.c.url_key.in_([document_id(url) for url in part]),
            captures.c.source == source,
            captures.c.outcome.not_in(_UNFINISHED),
        )
        found |= set(connection.scalars(query))
    return found & set(urls)


def _known(connection: Connection, source: str, keys: Iterable[str]) -> dict[str, ListRow]:
    columns = (list_rows.c.url_key, list_rows.c.url, list_rows.c.title, list_rows.c.date, list_rows.c.pinned)
    found: dict[str, ListRow] = {}
    for part in chunks(list(keys)):
        query = select(*columns).where(list_rows.c.source == source, list_rows.c.url_key.in_(part))
        for key, url, title, date, pinned in connection.execute(query):
            found[key] = ListRow(url=url, title=title, date=date, pinned=pinned)
    return found


def _values(source: str, list_url: str, key: str, row: ListRow) -> dict[str, str | bool | None]:
    return {
        "source": source,
        "url_key": key,
        "url": row.url,
        "list_url": list_url,
        "title": row.title,
        "date": row.date,
        "pinned": row.pinned,
    }


def _renamed(values: dict[str, str | bool | None]) -> dict[str, str | bool | None]:
    own = {name: values[name] for name in ("title", "date", "pinned", "list_url")}
    return {**own, "of_source": values["source"], "of_key": values["url_key"]}
