"""Spreadsheets, xls and xlsx (and Kingsoft's et, which is an xls): a line a row, cells by a space."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Final

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from archive_api.errors import UnreadableError
from archive_api.settings import MIB
from crawler.extraction import FileText, Page

_MOST_BYTES: Final = 300 * MIB  # unpacked; the largest honest list seen has 3,286 rows and 2 MiB
_OLE: Final = b"\xd0\xcf\x11\xe0"
_LOCKED: Final = "EncryptedPackage".encode("utf-16-le")
_Cell = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta


def sheet_text(page: Page) -> FileText:
    """All sheets of a workbook, each after its name where there are several with a text; hidden ones too.

    UnreadableError: `encrypted_xls`, `damaged_xls`, `too_large` where it unpacks to more than 300 MiB, `no_text`.
    """
    _refuse_bombs(page)
    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(page.body))
        sheets = {name: _lines(workbook, name) for name in workbook.sheet_names}
    except PasswordError as error:
        raise UnreadableError(f"{page.url}: the workbook needs a password", reason="encrypted_xls") from error
    except (CalamineError, zipfile.BadZipFile, ValueError, OSError) as error:
        raise UnreadableError(f"{page.url}: not a readable workbook ({error})", reason="damaged_xls") from error
    filled = {name: lines for name, lines in sheets.items() if lines}
    if not filled:
        raise UnreadableError(f"{page.url}: the workbook holds no text", reason="no_text")
    is_named = len(filled) > 1
    paragraphs = [line for name, lines in filled.items() for line in ([name.strip()] if is_named else []) + lines]
    return FileText(paragraphs=tuple(paragraphs), rule="sheet_rows", raw=f"{len(filled)} sheets", form="sheet")


def _refuse_bombs(page: Page) -> None:
    if page.body.startswith(_OLE):
        if _LOCKED in page.body:
            raise UnreadableError(f"{page.url}: the workbook needs a password", reason="encrypted_xls")
        return
    try:
        with zipfile.ZipFile(BytesIO(page.body)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError) as error:
        raise UnreadableError(f"{page.url}: not a readable workbook ({error})", reason="damaged_xls") from error
    if size > _MOST_BYTES:
        raise UnreadableError(f"{page.url}: unpacks to {size} bytes", reason="too_large")


def _lines(workbook: CalamineWorkbook, name: str) -> list[str]:
    return list(filter(None, _rows(workbook, name)))


def _rows(workbook: CalamineWorkbook, name: str) -> Iterator[str]:
    for row in workbook.get_sheet_by_name(name).iter_rows():
        yield " ".join(text for text in map(_shown, row) if text)


def _shown(cell: _Cell) -> str:
    """A cell as its reader sees it, as far as its value tells: 12, not 12.0; a day without midnight."""
    if isinstance(cell, float):
        return f"{cell:.15g}"
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    return " ".join(str(cell).split())
