"""Every error that League Archive raises on purpose.

    ArchiveError                 500  something in the archive failed
    ├── UserError                400  what was asked cannot be understood or done as asked
    │   ├── QueryError           400  a query does not parse; says which column
    │   ├── SourceError          400  a source file is wrong; says file, key and what was expected
    │   └── SettingsError        500  a setting or an address of a store or an index is wrong
    ├── NotFoundError            404  no document, capture, source or run by that name
    ├── BusyError                409  another process holds what this one needs
    ├── UnreadableError          422  bytes that no reader understands: they stay captured, and are listed
    ├── StorageError             507  a disk is full or cannot be written; nothing was recorded as done
    └── DamagedError             500  a layer of the archive does not agree with the one above it

A message names the thing, says what is wrong with it, and what to do.
"""

from http import HTTPStatus
from typing import ClassVar

__all__ = [
    "ArchiveError",
    "BusyError",
    "DamagedError",
    "NotFoundError",
    "QueryError",
    "SettingsError",
    "SourceError",
    "StorageError",
    "UnreadableError",
    "UserError",
]


class ArchiveError(Exception):
    """The root: catch it at a process border to tell our errors from bugs."""

    status: ClassVar[HTTPStatus] = HTTPStatus.INTERNAL_SERVER_ERROR


class UserError(ArchiveError):
    """What was asked cannot be understood, or cannot be done as asked."""

    status: ClassVar[HTTPStatus] = HTTPStatus.BAD_REQUEST


class QueryError(UserError):
    """A query that does not parse; `column` counts characters of `query` from 1."""

    def __init__(self, message: str, *, column: int, query: str = "") -> None:
        super().__init__(message)
        self.column = column
        self.query = query


class SourceError(UserError):
    """A source file that is wrong: the message names the file, the key, and what was expected."""


class SettingsError(UserError):
    """A setting, or the address of a store or an index, that is wrong: for who asks over HTTP, the server's fault."""

    status: ClassVar[HTTPStatus] = HTTPStatus.INTERNAL_SERVER_ERROR


class NotFoundError(ArchiveError):
    """No document, capture, source or run by that name."""

    status: ClassVar[HTTPStatus] = HTTPStatus.NOT_FOUND


class BusyError(ArchiveError):
    """Another process holds what this one needs; trying again later may succeed."""

    status: ClassVar[HTTPStatus] = HTTPStatus.CONFLICT


class UnreadableError(ArchiveError):
    """Bytes that no reader understands. `reason` is a short stable word for counting, such as `encrypted_pdf`."""

    status: ClassVar[HTTPStatus] = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


class StorageError(ArchiveError):
    """A disk that is full or cannot be written. What was to be written is not recorded as done."""

    status: ClassVar[HTTPStatus] = HTTPStatus.INSUFFICIENT_STORAGE


class DamagedError(ArchiveError):
    """A layer of the archive that does not agree with the one above it, or cannot be read."""
