"""The folder of an embedded index: which of its generations is current, and who may write.

    current      {"format": …, "folding": …, "generation": "g00000002"}: replaced in one step, by a finished one
    g00000002/   one tantivy index
    lock         held (flock) by the one writer; a killed process lets go of it by dying

A generation that is not current is rubbish of a killed rebuild; the next writer removes it.
"""

from __future__ import annotations

import errno
import fcntl
import json
import mmap
import os
import re
import shutil
import struct
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from archive_api.errors import BusyError, DamagedError, SettingsError, StorageError
from archive_api.index.analysis import fingerprint
from archive_api.index.entries import FORMAT

_GENERATION = re.compile(r"g\d{8}")
_OWN_FILES = {"current", "current.new", "lock"}
_POLL_SECONDS = 0.05
_REMOVALS = 3
_FOOTER_END = struct.Struct("<II")
_FOOTER_MAGIC = 1337
_CHUNK = 1 << 24


@dataclass(frozen=True, slots=True)
class Current:
    """What the file `current` says."""

    format: int
    folding: str
    generation: str


class Folder:
    """The files of one index. Creating the object touches nothing."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def current(self) -> Current | None:
        """The generation to read; None where nothing was indexed yet.

        A DamagedError where the folder has to be built anew; a SettingsError where it is no index, or a newer one,
        and has to be left alone.
        """
        try:
            data = (self.path / "current").read_bytes()
        except FileNotFoundError:
            self._refuse_lost()
            return None
        except NotADirectoryError as error:
            raise SettingsError(f"index {self.path} is a file; give the index a folder of its own") from error
        except OSError as error:
            raise StorageError(f"index {self.path} cannot be read: {error.strerror}") from error
        current = self._read(data)
        if current.format > FORMAT:
            raise SettingsError(
                f"index {self.path} was written by a newer League Archive (format {current.format}, this one knows "
                f"{FORMAT}): upgrade, or give this one another folder"
            )
        if current.format < FORMAT or current.folding != fingerprint():
            raise DamagedError(
                f"index {self.path} was made by other rules (format {current.format}, {current.folding}; now format "
                f"{FORMAT}, {fingerprint()}): run league index --rebuild"
            )
        return current

    def generation(self, current: Current) -> Path:
        """The tantivy folder of a generation."""
        return self.path / current.generation

    @contextmanager
    def lock(self, wait: float) -> Iterator[None]:
        """The right to write; a BusyError where another writer has it for longer than `wait` seconds."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise StorageError(f"index {self.path} cannot be written: {error.strerror}") from error
        try:
            self._acquire(handle, wait)
            yield
        finally:
            os.close(handle)

    def next_generation(self) -> Path:
        """An empty folder beside the current generation. Only for the writer."""
        numbers = [int(name[1:]) for name in self._generations()]
        path = self.path / f"g{max(numbers, default=0) + 1:08}"
        path.mkdir()
        return path

    def switch(self, generation: Path) -> None:
        """Make a finished generation the current one, durably, and remove all others. Only for the writer."""
        current = Current(FORMAT, fingerprint(), generation.name)
        new = self.path / "current.new"
        with new.open("w", encoding="utf-8") as file:
            json.dump(asdict(current), file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.path / "current")
        handle = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        self.remove_rubbish(current.generation)

    def remove_rubbish(self, keep: str | None) -> None:
        """Remove every generation but one. Only for the writer; searches that have one open are not disturbed."""
        for name in self._generations():
            if name != keep:
                _remove(self.path / name)

    def broken_files(self, current: Current) -> list[str]:
        """A line for each committed file whose bytes do not have the checksum in its own footer."""
        generation = self.generation(current)
        meta = json.loads((generation / "meta.json").read_bytes())
        files = sorted(path for segment in meta["segments"] for path in _segment_files(generation, segment))
        return [f"{path}: the bytes do not have their checksum" for path in files if not _has_checksum(path)]

    def refuse_foreign(self) -> None:
        """A SettingsError where the folder holds anything that is not an index's."""
        foreign = [name for name in self._names() if name not in _OWN_FILES and not _GENERATION.fullmatch(name)]
        if foreign:
            raise SettingsError(
                f"{self.path} is no index folder: it holds {foreign[0]!r}; give the index a folder of its own"
            )

    def _refuse_lost(self) -> None:
        self.refuse_foreign()
        if self._generations():
            raise DamagedError(f"index {self.path} has lost its file 'current': run league index --rebuild")

    def _read(self, data: bytes) -> Current:
        try:
            fields = json.loads(data)
            current = Current(int(fields["format"]), str(fields["folding"]), str(fields["generation"]))
        except (ValueError, KeyError, TypeError) as error:
            self.refuse_foreign()
            raise DamagedError(f"{self.path / 'current'} cannot be read: run league index --rebuild") from error
        if current.format <= FORMAT and not _GENERATION.fullmatch(current.generation):
            raise DamagedError(f"{self.path / 'current'} names no generation: run league index --rebuild")
        return current

    def _acquire(self, handle: int, wait: float) -> None:
        deadline = time.monotonic() + wait
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                if time.monotonic() >= deadline:
                    raise BusyError(
                        f"index {self.path} is being written by another process; waited {wait:g} s, try again later"
                    ) from error
                time.sleep(_POLL_SECONDS)
            else:
                return

    def _generations(self) -> list[str]:
        return sorted(filter(_GENERATION.fullmatch, self._names()))

    def _names(self) -> list[str]:
        try:
            return sorted(entry.name for entry in self.path.iterdir())
        except FileNotFoundError:
            return []


def _remove(folder: Path) -> None:
    """Remove a generation; one in which a reader makes its lock file at this very moment stays for the next writer."""
    for _ in range(_REMOVALS):
        try:
            shutil.rmtree(folder)
        except OSError as error:
            if error.errno != errno.ENOTEMPTY:
                raise
        else:
            return


def _segment_files(generation: Path, segment: dict[str, str | dict[str, int] | None]) -> list[Path]:
    """A segment's files; those of a later deletion that was not committed are none of them."""
    name, deletes = str(segment["segment_id"]).replace("-", ""), segment["deletes"]
    deleted = {f"{name}.{deletes['opstamp']}.del"} if isinstance(deletes, dict) else set()
    return [path for path in generation.glob(f"{name}.*") if path.suffix != ".del" or path.name in deleted]


def _has_checksum(path: Path) -> bool:
    """Whether a tantivy file is whole: its bytes, a footer in JSON with their CRC-32, its length, a magic number."""
    if path.stat().st_size < _FOOTER_END.size:
        return False
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        length, magic = _FOOTER_END.unpack(data[-_FOOTER_END.size :])
        end = len(data) - _FOOTER_END.size - length
        if magic != _FOOTER_MAGIC or end < 0:
            return False
        crc = 0
        for start in range(0, end, _CHUNK):
            crc = zlib.crc32(data[start : min(start + _CHUNK, end)], crc)
        return bool(json.loads(data[end : end + length])["crc"] == crc)
