"""Archives: zip by Python's own reader, rar and 7z by libarchive. Everything stays in memory; no path is ever used."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from archive_api.errors import UnreadableError
from archive_api.settings import MIB
from crawler.extraction import Page

_UTF8_NAME: Final = 0x800
_ENCRYPTED: Final = 0x1
_PIECE: Final = MIB
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError)


@dataclass(slots=True)
class Budget:
    """What may still be unpacked for one file, archives in archives counted in: members, and bytes.

    A thousand files, or 300 MiB, of one attachment are more than any committee was seen to publish.
    """

    members: int = 1000
    size: int = 300 * MIB

    def member(self, name: str) -> None:
        """Count a member in. UnreadableError where there are too many."""
        self.members -= 1
        if self.members < 0:
            raise UnreadableError(f"{name}: too many files in one archive", reason="too_many_members")

    def bytes(self, name: str, size: int) -> None:
        """Count bytes in that came out of a member. UnreadableError where there are too many."""
        self.size -= size
        if self.size < 0:
            raise UnreadableError(f"{name}: unpacks to too many bytes", reason="too_large")


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive: its name, as text and for no other use, and its bytes, or the reason why there are none."""

    name: str
    body: bytes | str


def zip_members(page: Page, budget: Budget) -> Iterator[Member]:
    """A zip's files, their sizes counted as they come: what an archive says of them may be a lie.

    Names that do not say that they are UTF-8 are GBK, as Chinese Windows writes them, where they can.

    UnreadableError: `damaged_zip`.
    """
    try:
        archive = zipfile.ZipFile(BytesIO(page.body))
    except (*_BROKEN, NotImplementedError) as error:  # the latter for a version of zip that never was
        raise UnreadableError(f"{page.url}: not a readable zip ({error})", reason="damaged_zip") from error
    with archive:
        for entry in archive.infolist():
            if not entry.filename.endswith("/"):  # `is_dir` fails on an entry without a name
                yield Member(_zip_name(entry), _unzipped(archive, entry, budget))


def _zip_name(entry: zipfile.ZipInfo) -> str:
    if entry.flag_bits & _UTF8_NAME:
        return entry.filename
    raw = entry.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _unzipped(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: Budget) -> bytes | str:
    budget.member(entry.filename)
    if entry.flag_bits & _ENCRYPTED:
        return "encrypted_member"
    try:
        with archive.open(entry) as file:
            return _joined(iter(lambda: file.read(_PIECE), b""), entry.filename, budget)
    except NotImplementedError:  # Deflate64, PPMd: packed in a way that Python does not know
        return "unknown_compression"
    except (*_BROKEN, RuntimeError):
        return "damaged_member"


def rar_members(page: Page, budget: Budget) -> Iterator[Member]:
    """A rar's files, RAR 4 and 5. UnreadableError: `needs_libarchive`, `damaged_rar`, `encrypted_rar`."""
    return _libarchive_members(page, budget, "rar")


def seven_zip_members(page: Page, budget: Budget) -> Iterator[Member]:
    """A 7z's files. UnreadableError: `needs_libarchive`, `damaged_7z`, `encrypted_7z`."""
    return _libarchive_members(page, budget, "7z")


def _libarchive_members(page: Page, budget: Budget, form: str) -> Iterator[Member]:
    try:
        import libarchive  # noqa: PLC0415  # importing it loads the system's library, which may not be there
    except (OSError, AttributeError, TypeError, ImportError) as error:
        says = f"{page.url}: not readable here: install libarchive (Debian: libarchive13)"
        raise UnreadableError(says, reason="needs_libarchive") from error
    try:
        with libarchive.memory_reader(page.body) as archive:
            for entry in archive:
                if entry.isfile:
                    budget.member(entry.name)
                    yield Member(entry.name, _joined(entry.get_blocks(), entry.name, budget))
    except libarchive.ArchiveError as error:
        is_locked = "ncrypt" in str(error) or "assphrase" in str(error)
        reason = f"{'encrypted' if is_locked else 'damaged'}_{form}"
        raise UnreadableError(f"{page.url}: not a readable {form} ({error})", reason=reason) from error


def _joined(blocks: Iterable[bytes], name: str, budget: Budget) -> bytes:
    pieces = []
    for piece in blocks:
        budget.bytes(name, len(piece))
        pieces.append(piece)
    return b"".join(pieces)
