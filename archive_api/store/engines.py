"""How each kind of database is connected to, so that what it has committed stays."""

import sqlite3
import time
from pathlib import Path

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from archive_api.errors import SettingsError, StorageError
from archive_api.store.faults import WAIT_SECONDS

_RETRY_SECONDS = 0.02


def connect(address: str) -> tuple[Engine, str]:
    """An engine for the address, and the address as it may be shown; nothing is asked of a server yet."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        shown = address.rpartition("@")[2]  # what stands before may be a password
        raise SettingsError(f"store: {shown!r} is no address; write sqlite:///FILE or postgresql://…") from None
    name = url.render_as_string(hide_password=True)
    match url.get_backend_name():
        case "sqlite":
            return _sqlite(url, name), name
        case "postgresql":
            return _postgresql(url, name), name
        case other:
            raise SettingsError(
                f"store: {name}: no such kind of store {other!r}; write sqlite:///FILE or postgresql://…"
            )


def _sqlite(url: URL, name: str) -> Engine:
    if url.drivername not in {"sqlite", "sqlite+pysqlite"}:
        raise SettingsError(f"store: {name}: write sqlite:///FILE")
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise SettingsError(f"store: {name} names no file; write sqlite:///FILE")
    path = Path(url.database)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"{path.parent}: cannot be made: {error.strerror}") from error
    if path.is_dir():
        raise SettingsError(f"store: {name} is a folder; name a file")
    engine = create_engine(url, connect_args={"timeout": WAIT_SECONDS})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    """Settings of one connection.

    synchronous=FULL, which syncs the log at each commit: with NORMAL a power cut may take back the last commits. The
    index has then applied numbers that the store gives a second time, to other changes, which it would pass over. (The
    captures are synced before the store hears of them, so FULL cannot put the store ahead of them.) A crawl commits in
    groups, so that one sync serves many pages.
    """
    connection.isolation_level = None  # we begin transactions ourselves, see _begin_sqlite
    _use_wal(connection)
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "cache_size=-32768"):
        connection.execute(f"PRAGMA {pragma}")


def _use_wal(connection: sqlite3.Connection) -> None:
    # SQLite does not wait for a lock when it changes the journal's mode, whatever the time-out: two processes that open
    # a new store at the same moment must
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_RETRY_SECONDS)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later fails at once, without waiting, where another wrote in between:
    # writers say so at their beginning.
    writes = connection.get_execution_options().get("league_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgresql(url: URL, name: str) -> Engine:
    if url.drivername not in {"postgresql", "postgresql+psycopg"}:
        raise SettingsError(f"store: {name}: write postgresql+psycopg://USER@HOST/DATABASE")
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        isolation_level="READ COMMITTED",  # a writer that has waited for the lock must see what the other one wrote
        pool_pre_ping=True,
        connect_args={"connect_timeout": 10},
    )
    event.listen(engine, "connect", _set_up_postgresql)
    return engine


def _set_up_postgresql(connection: psycopg.Connection[tuple[object, ...]], _: ConnectionPoolEntry) -> None:
    # synchronous_commit: for the reason that SQLite runs with FULL; a server may have it off
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{WAIT_SECONDS}s'")
        cursor.execute(
            "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'",
        )
    connection.commit()
