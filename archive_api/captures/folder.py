"""All WARC files of one archive: append an exchange, make it durable, read it back, recover after a crash."""

from __future__ import annotations

import hashlib
import os
import re
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final, NoReturn, Self

from archive_api.captures import reader, recovery
from archive_api.captures.exchange import Capture, Exchange, KnownPayload, machine_time, writable
from archive_api.captures.files import OPEN, SUFFIX, OpenFile, WritingFile, open_raw
from archive_api.captures.reading import capture_of, exchange_of, payload_sha256, problems_of, referred, with_payload
from archive_api.captures.recovery import Recovery
from archive_api.captures.warc import RecordWriter, is_not_modified
from archive_api.document import Address
from archive_api.errors import DamagedError, StorageError

_REMEMBERED: Final = 50_000
"""Payloads of this process kept in mind, about 20 MB; older ones are asked of `known_payloads`."""

_REVISITS_DEEP: Final = 100


def _utc_now() -> str:
    return datetime.now(UTC).isoformat()


class CaptureStore:
    """The folder of WARC files. One process may append to it by one CaptureStore; any number may read.

    `known_payloads` tells the last payload kept of an address by earlier processes. `open_file` makes the unbuffered
    file that is appended to; `now` gives the time for file names, ISO.
    """

    def __init__(
        self,
        folder: Path,
        *,
        max_bytes: int,
        open_file: OpenFile = open_raw,
        known_payloads: Callable[[str], KnownPayload | None] | None = None,
        now: Callable[[], str] = _utc_now,
    ) -> None:
        self.folder = folder
        self._max_bytes = max_bytes
        self._open_file = open_file
        self._known_payloads = known_payloads
        self._now = now
        self._payloads: OrderedDict[str, KnownPayload] = OrderedDict()
        self._current: WritingFile | None = None
        self._serial = 0

    def ask_known_payloads(self, known_payloads: Callable[[str], KnownPayload | None]) -> None:
        """Ask this from now on, unless something was given to be asked."""
        self._known_payloads = self._known_payloads or known_payloads

    def recover(self) -> Recovery:
        """Finish what dead processes left: torn tails are cut and kept as `*.torn`. StorageError on a full disk."""
        try:
            return recovery.recover(self.folder)
        except OSError as error:
            self._refuse(error)

    def append(self, exchange: Exchange) -> Capture:
        """Write an exchange, durable only after `sync`. StorageError: nothing of it is left in the file."""
        exchange = writable(exchange)
        file = self._file_to_write()
        start = file.size
        digest, known = self._payload(exchange)
        try:
            RecordWriter(file).exchange(exchange, digest, known)
        except OSError as error:
            self._cut(file, start)
            self._refuse(error)
        except BaseException:  # an interrupt in the middle leaves no half record before the next one
            self._cut(file, start)
            raise
        capture = capture_of(exchange, Address(file=file.name, offset=start), file.size, digest)
        self._remember(capture, known)
        return capture

    def sync(self) -> None:
        """Every capture appended so far is durable when this returns. StorageError: those since the last sync are not.

        After a failed fsync nobody knows what reached the disk (the kernel drops the error with the pages), so the file
        is left to the next `recover`, which keeps every whole record it finds, and the next append begins another.
        """
        if self._current is None:
            return
        try:
            self._current.sync()
        except OSError as error:
            self._give_up()
            self._refuse(error)

    def read(self, address: Address) -> Exchange:
        """The exchange at an address, a revisit with the payload it refers to. DamagedError where there is none."""
        with self._opened(address.file) as file:
            try:
                group = reader.group_at(file, address.offset)
            except DamagedError as error:
                raise DamagedError(f"{address.file}: {error}") from error
        return self._resolved(group, address)

    def scan(self, file: str, start: int = 0) -> Iterator[tuple[Capture, Exchange, int]]:
        """Every capture of a file from an offset on, with the offset after it; one exchange in memory at a time.

        A file that is being written ends at its last whole record; damage in any other raises DamagedError.
        """
        for group in self._groups(file, start):
            address = Address(file=file, offset=group.principal.offset)
            exchange = exchange_of(group)
            digest = payload_sha256(group.principal) or hashlib.sha256(exchange.body).hexdigest()
            yield capture_of(exchange, address, group.end, digest), self._resolved(group, address), group.end

    def inspect(self, file: str) -> Iterator[tuple[Capture, list[str]]]:
        """Every capture of a file with what is wrong with its records, digests recomputed. DamagedError as `scan`."""
        for group in self._groups(file, 0):
            address = Address(file=file, offset=group.principal.offset)
            exchange = exchange_of(group)
            stated = payload_sha256(group.principal) or hashlib.sha256(exchange.body).hexdigest()
            problems = [f"{file} {problem}" for record in group.records() for problem in problems_of(record)]
            if referred(group.principal) is not None:
                problems += self._revisit_problems(address, stated)
            yield capture_of(exchange, address, group.end, stated), problems

    def files(self) -> list[str]:
        """The names of all files in order of creation, those being written too."""
        names = {path.name.removesuffix(OPEN) for path in self._paths()}
        return sorted(names)

    def is_open(self, file: str) -> bool:
        """Whether this file is being written, or was when its process died."""
        return (self.folder / (file + OPEN)).exists()

    def close(self) -> None:
        """Make everything durable and give the current file its final name. StorageError as `sync`."""
        if self._current is None:
            return
        current, self._current = self._current, None
        try:
            current.finish()
        except OSError as error:
            current.give_up()
            self._refuse(error)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _paths(self) -> Iterator[Path]:
        yield from self.folder.glob("*" + SUFFIX)
        yield from self.folder.glob("*" + SUFFIX + OPEN)

    @contextmanager
    def _opened(self, file: str) -> Iterator[BinaryIO]:
        for name in (file + OPEN, file, file + OPEN):  # it may be finished, and so renamed, between two looks
            try:
                stream = (self.folder / name).open("rb")
            except FileNotFoundError:
                continue
            with stream:
                yield stream
            return
        raise DamagedError(f"{self.folder / file}: there is no such capture file")

    def _groups(self, file: str, start: int) -> Iterator[reader.Group]:
        with self._opened(file) as stream:
            try:
                yield from reader.groups(stream, start)
            except DamagedError as error:
                if not self.is_open(file):
                    raise DamagedError(f"{file}: {error}") from error

    def _revisit_problems(self, address: Address, stated: str) -> list[str]:
        try:
            body = self.read(address).body
        except DamagedError as error:
            return [f"{address.file} offset {address.offset}: a revisit whose payload is not there: {error}"]
        if hashlib.sha256(body).hexdigest() == stated:
            return []
        return [f"{address.file} offset {address.offset}: a revisit that refers to another payload"]

    def _resolved(self, group: reader.Group, address: Address, depth: int = 0) -> Exchange:
        exchange = exchange_of(group)
        target = referred(group.principal)
        if target is None:
            return exchange
        if target == address or depth > _REVISITS_DEEP:
            raise DamagedError(f"{address.file} offset {address.offset}: a revisit that refers to itself")
        with self._opened(target.file) as file:
            original = self._resolved(reader.group_at(file, target.offset), target, depth + 1)
        return with_payload(exchange, original)

    def _payload(self, exchange: Exchange) -> tuple[str, KnownPayload | None]:
        """The digest of the payload, and the earlier capture that has it already."""
        digest = hashlib.sha256(exchange.body).hexdigest()
        if exchange.page != exchange.url:
            return digest, None
        known = self._payloads.get(exchange.url)
        if known is None and self._known_payloads is not None:
            known = self._known_payloads(exchange.url)
        if known is None:
            return digest, None
        if is_not_modified(exchange):
            return known.payload_sha256, known
        return digest, known if exchange.body and known.payload_sha256 == digest else None

    def _remember(self, capture: Capture, known: KnownPayload | None) -> None:
        self._payloads[capture.url] = known or KnownPayload(
            payload_sha256=capture.payload_sha256,
            url=capture.url,
            fetched_at=capture.fetched_at,
            address=capture.address,
        )
        self._payloads.move_to_end(capture.url)
        if len(self._payloads) > _REMEMBERED:
            self._payloads.popitem(last=False)

    def _file_to_write(self) -> WritingFile:
        if self._current is not None and self._current.size >= self._max_bytes:
            self.close()
        if self._current is None:
            self._current = self._new_file()
        return self._current

    def _new_file(self) -> WritingFile:
        created = machine_time(self._now())
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            file = WritingFile(self.folder, self._free_name(created), self._open_file)
        except OSError as error:
            self._refuse(error)
        try:
            RecordWriter(file).info(file.name, created)
        except OSError as error:
            file.discard()
            self._refuse(error)
        except BaseException:
            file.discard()
            raise
        return file

    def _free_name(self, created: str) -> str:
        moment = re.sub(r"\D", "", created)
        while True:
            self._serial += 1
            name = f"league-{moment}-{os.getpid()}-{self._serial:05d}{SUFFIX}"
            if not any((self.folder / (name + ending)).exists() for ending in ("", OPEN)):
                return name

    def _cut(self, file: WritingFile, size: int) -> None:
        try:
            file.cut(size)
        except OSError:  # the half record stays, and the next recovery cuts it; nothing more goes after it
            self._give_up()

    def _give_up(self) -> None:
        if self._current is not None:
            self._current.give_up()
            self._current = None

    def _refuse(self, error: OSError) -> NoReturn:
        raise StorageError(
            f"{self.folder}: cannot write captures ({error.strerror or error}); make room or mend the disk, then run "
            f"the same again: nothing that was not written is recorded as done"
        ) from error
