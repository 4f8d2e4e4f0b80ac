"""The database behind the store: its engine, its transactions, and its errors in our words."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, inspect, select, text
from sqlalchemy.exc import DBAPIError

from archive_api.errors import DamagedError, SettingsError, StorageError
from archive_api.store.engines import connect
from archive_api.store.faults import ours
from archive_api.store.schema import REVISION, counters

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
            with self._our_errors():
                yield joined
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

        An error of the database inside it, even one that was caught, undoes the whole batch: PostgreSQL would answer
        the COMMIT of a failed transaction with a rollback and no error.
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

    def clock(self) -> datetime:
        """The time that all who share this database go by: its server's; a file's is that of the machine."""
        if self._engine.dialect.name != "postgresql":
            return datetime.now(UTC)
        with self.read() as connection:
            moment: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
            return moment.astimezone(UTC)

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
            self._batch.broken = True
            told = ours(error.orig, self._name)
            if told is None:
                raise
            raise told from error


def open_database(address: str) -> Database:
    """The database at an address, its tables ready.

    SettingsError: no address of a store, or nobody answers there. DamagedError: a file that is no SQLite database, or a
    store of a newer version. StorageError: a folder that cannot be written.
    """
    engine, name = connect(address)
    database = Database(engine, name)
    try:
        database.prepare()
    except BaseException:
        database.close()
        raise
    return database


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision
