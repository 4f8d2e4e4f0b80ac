"""Word files (.docx): paragraphs and tables in their order, automatic numbers written out."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from io import BytesIO

import docx
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from archive_api.errors import UnreadableError
from crawler.extraction.parts import Page
from crawler.extraction.plaintext import FileText

_MOST_BYTES = 200 * 1024 * 1024  # unpacked; a .docx of a thousand pages without pictures stays far below
_OLE = b"\xd0\xcf\x11\xe0"
_DIGITS = "零一二三四五六七八九"


def docx_text(page: Page) -> FileText:
    """The text of a .docx.

    UnreadableError: `encrypted_docx` (an OLE container: a password, or the older .doc), `damaged_docx`, `too_large`
    where it unpacks to more than 200 MiB, `no_text`.
    """
    _refuse_bombs(page)
    try:
        document = docx.Document(BytesIO(page.body))
    except (KeyError, ValueError, zipfile.BadZipFile, SyntaxError) as error:  # lxml's XMLSyntaxError is a SyntaxError
        raise UnreadableError(f"{page.url}: not a readable .docx ({error})", reason="damaged_docx") from error
    paragraphs = [line for line in _paragraphs(document) if line]
    if not paragraphs:
        raise UnreadableError(f"{page.url}: the .docx holds no text", reason="no_text")
    raw = f"{len(paragraphs)} paragraphs"
    return FileText(paragraphs=tuple(paragraphs), rule="docx_paragraphs", raw=raw, form="docx")


def _refuse_bombs(page: Page) -> None:
    if page.body.startswith(_OLE):
        raise UnreadableError(f"{page.url}: encrypted, or an older .doc", reason="encrypted_docx")
    try:
        with zipfile.ZipFile(BytesIO(page.body)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile as error:
        raise UnreadableError(f"{page.url}: not a readable .docx ({error})", reason="damaged_docx") from error
    if size > _MOST_BYTES:
        raise UnreadableError(f"{page.url}: unpacks to {size} bytes", reason="too_large")


def _paragraphs(document: WordDocument) -> Iterator[str]:
    numbering = _Numbering(document)
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            yield from _rows(block)
        else:
            number = numbering.next(block)
            for line in block.text.split("\n"):
                text = " ".join(line.split())
                yield number + text if text else ""
                number = ""


def _rows(table: Table) -> Iterator[str]:
    """A line a row, cells by a space; a merged cell counts once."""
    for row in table.rows:
        seen: list[object] = []
        texts = []
        for cell in row.cells:
            if any(cell._tc is other for other in seen):  # noqa: SLF001 -- python-docx has no public identity of a cell
                continue
            seen.append(cell._tc)  # noqa: SLF001 -- as above
            texts.append(" ".join(cell.text.split()))
        yield " ".join(text for text in texts if text)


class _Numbering:
    """Counts automatic numbers, which are in no run's text: 一、 （一） 1."""

    def __init__(self, document: WordDocument) -> None:
        self._levels: dict[tuple[str, str], tuple[str, str, int]] = {}
        self._counts: Counter[tuple[str, str]] = Counter()
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError):  # a document without lists has no such part
            return
        abstract = {one.get(qn("w:abstractNumId")): one for one in root.findall(qn("w:abstractNum"))}
        for num in root.findall(qn("w:num")):
            of = num.find(qn("w:abstractNumId"))
            levels = abstract.get(of.get(qn("w:val"))) if of is not None else None
            for level in levels.findall(qn("w:lvl")) if levels is not None else ():
                self._add(num.get(qn("w:numId")), level)

    def _add(self, number: str, level: object) -> None:
        def value(name: str, default: str) -> str:
            found = level.find(qn(name))  # type: ignore[attr-defined]  # an lxml element, which docx leaves untyped
            return default if found is None else str(found.get(qn("w:val")))

        key = (number, str(level.get(qn("w:ilvl"))))  # type: ignore[attr-defined]  # as above
        self._levels[key] = (value("w:numFmt", "decimal"), value("w:lvlText", ""), int(value("w:start", "1")))

    def next(self, paragraph: Paragraph) -> str:
        """The number that Word shows before a paragraph; "" where it shows none, or a bullet."""
        numbered = paragraph._p.find(f"{qn('w:pPr')}/{qn('w:numPr')}")  # noqa: SLF001 -- nothing public tells numbering
        number = None if numbered is None else numbered.find(qn("w:numId"))
        if numbered is None or number is None:
            return ""
        depth = numbered.find(qn("w:ilvl"))
        level = 0 if depth is None else int(str(depth.get(qn("w:val"))))
        key = (str(number.get(qn("w:val"))), str(level))
        form, text, start = self._levels.get(key, ("", "", 1))
        if form in {"", "bullet", "none"}:
            return ""
        self._counts[key] += 1
        for deeper in [other for other in self._counts if other[0] == key[0] and int(other[1]) > level]:
            del self._counts[deeper]
        return re.sub(r"%(\d)", lambda place: self._shown(key[0], int(place[1]) - 1, form, start), text)

    def _shown(self, number: str, level: int, form: str, start: int) -> str:
        first = self._levels.get((number, str(level)), (form, "", start))
        value = max(self._counts[(number, str(level))], 1) - 1 + first[2]
        return _chinese(value) if "hinese" in first[0] or "ideograph" in first[0] else str(value)


def _chinese(value: int) -> str:
    """1–99 in Chinese numerals; other numbers in figures."""
    tens, ones = divmod(value, 10)
    if not 0 < value < 100:  # noqa: PLR2004 -- in the docstring
        return str(value)
    return ("" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十") + (_DIGITS[ones] if ones else "")
