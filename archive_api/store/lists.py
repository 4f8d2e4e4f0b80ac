"""Rows of list pages: what a source's lists have shown."""

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Connection, bindparam, exists, func, insert, select, update

from archive_api.document import document_id
from archive_api.store.captures import CHUNK, chunks
from archive_api.store.rows import ListRow
from archive_api.store.schema import captures, list_rows, problems, skipped

_UNFINISHED = ("failed", "blocked")  # worth another request


LEFT_FOR_NOW = ("max_pages", "budget", "window", "host_given_up", "robots_unavailable")
"""Why an address was left alone that is wanted all the same: another night has room for it."""
MOST_FAILURES = 9
"""So many failed fetches, three a night, are enough: a monthly crawl asks again."""


def save_rows(connection: Connection, source: str, list_url: str, rows: Sequence[ListRow], now: str | None) -> int:
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
    if now is not None:
        _see(connection, source, list(latest), now)
    return len(fresh)


def unfetched(connection: Connection, source: str, limit: int) -> list[ListRow]:
    """Rows without a finished fetch that nobody left alone for good, the newest dates first."""
    rows = list_rows.c
    fetched = _fetched(rows.url_key, source)
    left = exists().where(
        skipped.c.url_key == rows.url_key, skipped.c.source == source, skipped.c.reason.not_in(LEFT_FOR_NOW)
    )
    query = (
        select(rows.url, rows.title, rows.date, rows.pinned)
        .where(rows.source == source, rows.vanished_at.is_(None), ~fetched, ~left)
        .order_by(func.coalesce(rows.date, "").desc(), rows.url)
        .limit(limit)
    )
    return [
        ListRow(url=url, title=title, date=date, pinned=pinned)
        for url, title, date, pinned in connection.execute(query)
    ]


def left_over(connection: Connection, source: str, limit: int) -> list[str]:
    """Addresses that a night had no room for, or whose fetch failed not too often; none fetched since."""
    here, bad = captures.c, problems.c
    left = select(skipped.c.url).where(
        skipped.c.source == source, skipped.c.reason.in_(LEFT_FOR_NOW), ~_fetched(skipped.c.url_key, source)
    )
    broken = (
        select(func.min(bad.url))
        .where(bad.source == source, bad.url.is_not(None), ~_fetched(bad.url_key, source))
        .group_by(bad.url_key)
        .having(func.count() < MOST_FAILURES)
    )
    failed = (
        select(func.min(here.url))
        .where(
            here.source == source, here.outcome == "failed", here.asked != "attachment", ~_fetched(here.url_key, source)
        )
        .group_by(here.url_key)
        .having(func.count() < MOST_FAILURES)
    )
    found = (url for query in (left, broken, failed) for url in connection.scalars(query.limit(limit)))
    return list(dict.fromkeys(found))[:limit]


def _fetched(url_key: ColumnElement[str], source: str) -> ColumnElement[bool]:
    done = captures.alias()
    return exists().where(done.c.url_key == url_key, done.c.source == source, done.c.outcome.not_in(_UNFINISHED))


def vanish(connection: Connection, source: str, urls: Sequence[str], now: str) -> None:
    """Writes that the lists do not show these rows any more."""
    for part in chunks([document_id(url) for url in urls]):
        mine = (list_rows.c.source == source, list_rows.c.url_key.in_(part), list_rows.c.vanished_at.is_(None))
        connection.execute(update(list_rows).where(*mine).values(vanished_at=now))


def not_seen_since(connection: Connection, source: str, moment: str) -> list[str]:
    """The addresses of rows that no list has shown since a moment, and that are not known to have vanished."""
    here = list_rows.c
    query = select(here.url).where(here.source == source, here.seen_at < moment, here.vanished_at.is_(None))
    return list(connection.scalars(query.order_by(here.url)))


def vanished_at(connection: Connection, source: str, url: str) -> str | None:
    """Since when the lists do not show an address; None where they do, or never did."""
    here = list_rows.c
    query = select(here.vanished_at).where(here.source == source, here.url_key == document_id(url))
    return connection.execute(query).scalar_one_or_none()


def twins(connection: Connection, source: str, row: ListRow) -> list[str]:
    """Other addresses that a list gave the same title and date."""
    here = list_rows.c
    mine = (here.source == source, here.title == row.title, here.url_key != document_id(row.url))
    same_date = here.date.is_(None) if row.date is None else here.date == row.date
    return list(connection.scalars(select(here.url).where(*mine, same_date).order_by(here.url).limit(CHUNK)))


def _see(connection: Connection, source: str, keys: Sequence[str], now: str) -> None:
    for part in chunks(keys):
        mine = (list_rows.c.source == source, list_rows.c.url_key.in_(part))
        connection.execute(update(list_rows).where(*mine).values(seen_at=now, vanished_at=None))


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
