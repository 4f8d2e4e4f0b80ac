"""One WARC file while it is being written: locked, appended to, synced, cut back, and given its final name."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

SUFFIX: Final = ".warc.gz"
OPEN: Final = ".open"
NEW: Final = ".new"


class RawFile(Protocol):
    """An unbuffered file opened for appending. Buffers would try again, on closing, what a full disk refused."""

    def write(self, data: bytes | memoryview, /) -> int | None:
        """How many of the bytes were written."""

    def truncate(self, size: int, /) -> int:
        """Cut the file to `size` bytes."""

    def fileno(self) -> int:
        """The descriptor, for locks and fsync."""

    def close(self) -> None:
        """Let go of the file and of its lock."""


OpenFile = Callable[[Path], RawFile]


def open_raw(path: Path) -> RawFile:
    """A new or existing file, unbuffered, each write at its end."""
    return path.open("ab", buffering=0)


class WritingFile:
    """A file named `<name>.open`, locked by this process until it is finished or given up. Raises OSError."""

    def __init__(self, folder: Path, name: str, open_file: OpenFile = open_raw) -> None:
        self.name = name
        self.size = 0
        self._path = folder / (name + OPEN)
        new = folder / (name + NEW)
        self._raw = open_file(new)
        try:
            # locked before it gets the name by which a recovering process would find it
            fcntl.flock(self._raw.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
            new.rename(self._path)
            sync_folder(folder)
        except BaseException:
            self._raw.close()
            raise

    def write(self, data: bytes) -> int:
        """Append all of `data`."""
        rest = memoryview(data)
        while rest:
            written = self._raw.write(rest) or 0
            self.size += written
            rest = rest[written:]
        return len(data)

    def flush(self) -> None:
        """Nothing is buffered here."""

    def cut(self, size: int) -> None:
        """Forget everything after the first `size` bytes."""
        self._raw.truncate(size)
        self.size = size

    def sync(self) -> None:
        """Everything written is on the disk when this returns."""
        os.fsync(self._raw.fileno())

    def finish(self) -> None:
        """Sync, and give the file its final name: it is never written again."""
        self.sync()
        self._path.rename(final(self._path))
        sync_folder(self._path.parent)
        self._raw.close()

    def give_up(self) -> None:
        """Let go of the file as it is; the next recovery finishes it."""
        self._raw.close()

    def discard(self) -> None:
        """Remove the file: no capture is in it yet."""
        self._path.unlink()
        self._raw.close()


def final(path: Path) -> Path:
    """The path of an open file once it is finished."""
    return path.with_name(path.name.removesuffix(OPEN))


def sync_folder(folder: Path) -> None:
    """Make created and renamed names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
