"""A disk that fills up."""

import errno
import os
from pathlib import Path


class Quota:
    """A disk with so much room, shared by the files opened on it; a write takes what fits, as a real one does."""

    def __init__(self, room: int) -> None:
        self.room = room

    def open(self, path: Path) -> "QuotaFile":
        return QuotaFile(path, self)


class QuotaFile:
    def __init__(self, path: Path, quota: Quota) -> None:
        self._file = path.open("ab", buffering=0)
        self._quota = quota

    def write(self, data: bytes | memoryview) -> int:
        if data and not self._quota.room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written = self._file.write(data[: self._quota.room])
        self._quota.room -= written
        return written

    def truncate(self, size: int) -> int:
        self._quota.room += os.fstat(self._file.fileno()).st_size - size
        return self._file.truncate(size)

    def fileno(self) -> int:
        return self._file.fileno()

    def close(self) -> None:
        self._file.close()
