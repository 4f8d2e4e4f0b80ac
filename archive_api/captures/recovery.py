"""What dead processes left behind: their open files are cut after the last whole record, and finished."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from archive_api.captures import reader
from archive_api.captures.files import NEW, OPEN, final, sync_folder
from archive_api.errors import DamagedError

_CHUNK: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What a recovery did: files finished, the bytes cut off them and where those are kept, files still in use."""

    finished: tuple[str, ...] = ()
    torn: tuple[str, ...] = ()
    torn_bytes: int = 0
    in_use: tuple[str, ...] = ()


def recover(folder: Path) -> Recovery:
    """Finish every open file in a folder that no living process holds. Running it again changes nothing."""
    finished, torn, in_use, torn_bytes = [], [], [], 0
    for path in sorted(folder.glob("*" + NEW)):
        with _taken(path) as file:
            if file is not None:
                path.unlink()  # its process died between making the file and naming it: nothing was written yet
    for path in sorted(folder.glob("*" + OPEN)):
        with _taken(path) as file:
            if file is None:
                in_use.append(final(path).name)
                continue
            size = _whole(file)
            kept = _keep_torn(path, file, size)
            if kept is not None:
                torn.append(kept.name)
                torn_bytes += kept.stat().st_size
            if _finish(path, file, size):
                finished.append(final(path).name)
    return Recovery(finished=tuple(finished), torn=tuple(torn), torn_bytes=torn_bytes, in_use=tuple(in_use))


@contextmanager
def _taken(path: Path) -> Iterator[BinaryIO | None]:
    """The file, locked; None where another process holds it, or has finished it meanwhile."""
    try:
        file = path.open("r+b")
    except FileNotFoundError:
        yield None
        return
    with file:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
            mine = path.stat().st_ino == os.fstat(file.fileno()).st_ino
        except (BlockingIOError, FileNotFoundError):
            mine = False
        yield file if mine else None


def _whole(file: BinaryIO) -> int:
    """The size of the file up to the end of its last whole record before any damage."""
    end = 0
    try:
        for record in reader.records(file):
            end = record.end
    except DamagedError:
        pass  # the offset is what was asked for; the bytes after it are kept
    return end


def _keep_torn(path: Path, file: BinaryIO, size: int) -> Path | None:
    if file.seek(0, os.SEEK_END) == size:
        return None
    kept = final(path).with_name(final(path).name + ".torn")
    file.seek(size)
    with kept.open("wb") as beside:  # a recovery that was itself interrupted begins this file anew
        while data := file.read(_CHUNK):
            beside.write(data)
        beside.flush()
        os.fsync(beside.fileno())
    sync_folder(path.parent)
    return kept


def _finish(path: Path, file: BinaryIO, size: int) -> bool:
    if size == 0:
        path.unlink()
        sync_folder(path.parent)
        return False
    file.truncate(size)
    os.fsync(file.fileno())
    path.rename(final(path))
    sync_folder(path.parent)
    return True
