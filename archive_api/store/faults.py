"""What goes wrong in a database, in the words of `archive_api.errors`."""

import sqlite3

import psycopg

from archive_api.errors import ArchiveError, BusyError, DamagedError, NotFoundError, SettingsError, StorageError

WAIT_SECONDS = 30
"""How long a writer waits for another one; then BusyError."""

_SQLITE: dict[str, type[ArchiveError]] = {
    "BUSY": BusyError,
    "LOCKED": BusyError,
    "CONSTRAINT_FOREIGNKEY": NotFoundError,
    "FULL": StorageError,
    "IOERR": StorageError,
    "READONLY": StorageError,
    "CANTOPEN": StorageError,
    "PERM": StorageError,
    "NOTADB": DamagedError,
    "CORRUPT": DamagedError,
}
"""SQLite's codes without their prefix, https://www.sqlite.org/rescode.html; an extended one begins with a plain one."""

_POSTGRESQL: dict[str, type[ArchiveError]] = {
    "23503": NotFoundError,  # foreign_key_violation
    "25006": StorageError,  # read_only_sql_transaction
    "28000": SettingsError,  # invalid_authorization_specification
    "28P01": SettingsError,  # invalid_password
    "3D000": SettingsError,  # no such database
    "40P01": BusyError,  # deadlock_detected
    "42501": StorageError,  # insufficient_privilege
    "53100": StorageError,  # disk_full
    "53200": StorageError,  # out_of_memory
    "55P03": BusyError,  # lock_not_available
    "57P01": StorageError,  # admin_shutdown
    "57P03": StorageError,  # cannot_connect_now
    "58030": StorageError,  # io_error
    "XX001": DamagedError,  # data_corrupted
    "XX002": DamagedError,  # index_corrupted
}
"""PostgreSQL's codes, https://www.postgresql.org/docs/18/errcodes-appendix.html."""


def ours(error: BaseException | None, name: str) -> ArchiveError | None:
    """The driver's error in our words, in one line; None where it is none that a user can meet without a bug."""
    match error:
        case sqlite3.Error():
            # no name where the error comes from Python's module rather than from SQLite
            code = getattr(error, "sqlite_errorname", "").removeprefix("SQLITE_")
            kind = _SQLITE.get(code) or _SQLITE.get(code.split("_")[0])
        case psycopg.Error(sqlstate=None):
            kind = SettingsError if isinstance(error, psycopg.OperationalError) else None
        case psycopg.Error():
            kind = _POSTGRESQL.get(error.sqlstate or "")
        case _:
            kind = None
    if kind is None:
        return None
    said = " ".join(str(error).split()) or type(error).__name__
    return kind(_sentence(kind, name, said))


def _sentence(kind: type[ArchiveError], name: str, said: str) -> str:
    if kind is BusyError:
        return f"{name}: another process was writing for {WAIT_SECONDS} s; try again later"
    if kind is NotFoundError:
        return f"{name}: what was to be written names a document or a run that is not in the store"
    if kind is SettingsError:
        return f"store: {name} does not answer: {said}"
    if kind is DamagedError:
        return f"{name}: {said}; restore it from a backup, or build it again from the captures"
    return f"{name}: {said}; nothing was recorded"
