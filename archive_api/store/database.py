"""The database behind the store: its engine, its transactions, and its errors in our words."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, select, text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from archive_api.errors import ArchiveError, BusyError, DamagedError, SettingsError, StorageError
from archive_api.store.schema import REVISION, counters

WAIT_SECONDS = 30
"""How long a writer waits for another one; then BusyError."""

_MIGRATION_LOCK = 0x1EA6E  # an arbitrary number, the same in every process that opens this archive


class Database:
    """Transactions on one database; `read` and `write` inside `batch` join its transaction (one thread's own)."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._name = name
        self._batch = threading.local()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state of the store; inside a batch, the batch's own."""
        if (joined := self._joined()) is not None:
            with self._our_errors():
                yield joined
            return
        with self._our_errors(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that commits at the end; one writer at a time in the whole archive, others wait.

        Writers hold the row of `seq` from their first statement on (SQLite: the write lock). Two of them can so never
        wait for each other in a circle, and numbers become visible in the order they were given: a reader that saw
        seq 7 will never meet a 6 that it has not seen.
        """
        if (joined := self._joined()) is not None:
            try:
                with self._our_errors():
                    yield joined
            except ArchiveError:
                self._batch.broken = True
                raise
            return
        with self._our_errors(), self._engine.connect() as plain:
            connection = plain.execution_options(league_writes=True)
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    connection.execute(select(counters.c.value).where(counters.c.name == "seq").with_for_update())
                yield connection

    @contextmanager
    def batch(self) -> Iterator[None]:
        """One transaction around many writes of this thread: all of them are committed at the end, or none.

        An error of the store inside it, even one that was caught, undoes the whole batch: PostgreSQL would answer the
        COMMIT of a failed transaction with a rollback and no error.
        """
        if self._joined() is not None:
            yield
            return
        with self.write() as connection:
            self._batch.connection, self._batch.broken = connection, False
            try:
                yield
                if self._batch.broken:
                    raise StorageError(f"{self._name}: a write of this batch failed, so nothing of it was recorded")
            finally:
                self._batch.connection = None

    def close(self) -> None:
        """Gives the connections back."""
        self._engine.dispose()

    def prepare(self) -> None:
        """Creates the tables or brings them to this version; DamagedError for a store that is not one of ours."""
        with self._our_errors():
            with self._engine.connect() as connection:
                if connection.dialect.name == "postgresql":
                    self._expect_utf8(connection)
                if _revision(connection) == REVISION:
                    return
            with self._engine.connect() as plain:
                connection = plain.execution_options(league_writes=True)
                with connection.begin():
                    self._migrate(connection)

    def _migrate(self, connection: Connection) -> None:
        # Alembic takes a tenth of a second to import: only who needs a migration pays for it
        from archive_api.store.migrations.upgrade import knows, upgrade  # noqa: PLC0415 (see above)

        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
        revision = _revision(connection)
        if revision is None and inspect(connection).has_table("documents"):
            raise DamagedError(f"{self._name}: holds tables that are not League Archive's; name another database")
        if revision is not None and not knows(revision):
            raise DamagedError(
                f"{self._name}: written by a newer version (revision {revision}); upgrade league-archive to open it",
            )
        upgrade(connection)

    def _expect_utf8(self, connection: Connection) -> None:
        encoding = connection.scalar(text("SHOW server_encoding"))
        if encoding != "UTF8":
            raise SettingsError(f"{self._name}: the database's encoding is {encoding}, but must be UTF8")

    def _joined(self) -> Connection | None:
        joined: Connection | None = getattr(self._batch, "connection", None)
        return joined

    @contextmanager
    def _our_errors(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            ours = _ours(error.orig, self._name)
            if ours is None:
                raise
            raise ours from error


def open_database(address: str) -> Database:
    """The database at an address, its tables ready.

    SettingsError: no address of a store, or nobody answers there. DamagedError: a file that is no SQLite database, or a
    store of a newer version. StorageError: a folder that cannot be written.
    """
    try:
        url = make_url(address)
    except ArgumentError:
        raise SettingsError(f"store: {address!r} is no address; write sqlite:///FILE or postgresql://…") from None
    name = url.render_as_string(hide_password=True)
    match url.get_backend_name():
        case "sqlite":
            engine = _sqlite(url, name)
        case "postgresql":
            engine = _postgresql(url, name)
        case other:
            raise SettingsError(
                f"store: {name}: no such kind of store {other!r}; write sqlite:///FILE or postgresql://…"
            )
    database = Database(engine, name)
    try:
        database.prepare()
    except BaseException:
        database.close()
        raise
    return database


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
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-32768"):
        connection.execute(f"PRAGMA {pragma}")


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


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def _ours(error: BaseException | None, name: str) -> ArchiveError | None:
    """The error in our words, None where it is none that a user can meet without a bug."""
    match error:
        case sqlite3.Error():
            return _of_sqlite(error, name)
        case psycopg.Error():
            return _of_postgresql(error, name)
        case _:
            return None


def _of_sqlite(error: sqlite3.Error, name: str) -> ArchiveError | None:
    # no name where the error comes from Python's module rather than from SQLite
    match getattr(error, "sqlite_errorname", "").split("_")[1:2]:
        case ["BUSY" | "LOCKED"]:
            return BusyError(f"{name}: another process was writing for {WAIT_SECONDS} s; try again later")
        case ["FULL" | "IOERR" | "READONLY" | "CANTOPEN" | "PERM" | "AUTH"]:
            return StorageError(f"{name}: {error}; nothing was recorded")
        case ["NOTADB" | "CORRUPT"]:
            return DamagedError(f"{name}: {error}; restore it from a backup, or build it again from the captures")
        case _:
            return None


def _of_postgresql(error: psycopg.Error, name: str) -> ArchiveError | None:
    said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    match error.sqlstate:
        case None if isinstance(error, psycopg.OperationalError):
            return SettingsError(f"store: {name} does not answer: {said}")
        case "3D000" | "28000" | "28P01":
            return SettingsError(f"store: {name}: {said}")
        case "55P03" | "40P01":
            return BusyError(f"{name}: another process was writing for {WAIT_SECONDS} s; try again later")
        case "53100" | "53200" | "25006" | "42501" | "58030" | "57P01" | "57P03":
            return StorageError(f"{name}: {said}; nothing was recorded")
        case "XX001" | "XX002":
            return DamagedError(f"{name}: {said}; restore it from a backup, or build it again from the captures")
        case _:
            return None
