"""The text of Word 97–2003's binary format, by its piece table ([MS-DOC] 2.4.1), tables by rows (2.4.3)."""

from __future__ import annotations

import re
import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_IDENT: Final = 0xA5EC
_SECOND_TABLE: Final = 0x0200
_COUNTS: Final = 0x4C  # FibRgLw97: characters of text, footnotes, heads, macros, annotations, endnotes, text boxes
_PARAGRAPHS: Final = 0x102  # FibRgFcLcb97.fcPlcfBtePapx
_PIECES: Final = 0x1A2  # FibRgFcLcb97.fcClx
_COMPRESSED: Final = 1 << 30
_PAGE: Final = 512
_IN_TABLE: Final = 0x2416
_ROW_END: Final = 0x2417
_OPERAND: Final = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}  # bytes, by the upper three bits of a property's code
_LONG_OPERAND: Final = 0xD608
_FIELD: Final = re.compile(r"\x13[^\x13-\x15]*(?:\x14([^\x13-\x15]*))?\x15")
_DEEPEST_FIELD: Final = 10
_SHOWN: Final = str.maketrans(
    {
        **dict.fromkeys("\x00\x01\x02\x03\x04\x05\x06\x08\x0e\x13\x14\x15\x1f\ufffd", None),
        **dict.fromkeys("\r\x0b\x0c", "\n"),
        "\x1e": "-",
        "\xa0": " ",
    }
)


class NotWord97Error(ValueError):
    """The streams are not of Word 97 or later, or they are broken."""


@dataclass(frozen=True, slots=True)
class _Paragraphs:
    """Where paragraphs begin in the stream, and of each whether it is in a table and whether it ends a row."""

    starts: list[int]
    marks: list[tuple[bool, bool]]

    def at(self, offset: int) -> tuple[bool, bool]:
        place = bisect_right(self.starts, offset) - 1
        return self.marks[place] if place >= 0 else (False, False)


def table_stream(word: bytes) -> str:
    """The name of the stream that belongs to this WordDocument stream. NotWord97Error."""
    if len(word) < _PIECES + 8 or _u16(word, 0) != _IDENT:
        raise NotWord97Error("no Word 97 document")
    return "1Table" if _u16(word, 10) & _SECOND_TABLE else "0Table"


def text_of(word: bytes, table: bytes) -> str:
    """Body, footnotes, endnotes and text boxes; a line a paragraph or table row, cells by a tab. NotWord97Error."""
    try:
        text = "".join(_pieces(word, table, _paragraphs(word, table)))
        counts = struct.unpack_from("<8i", word, _COUNTS)
    except (struct.error, IndexError) as error:
        raise NotWord97Error(f"a broken Word document: {error}") from error
    parts, start = [], 0
    for number, count in enumerate(counts):
        if number not in {2, 3, 4}:  # heads and feet, macros, remarks
            parts.append(text[start : start + count])
        start += max(count, 0)
    shown = "\n".join(parts)
    for _ in range(_DEEPEST_FIELD):
        shown, changed = _FIELD.subn(lambda field: field[1] or "", shown)
        if not changed:
            break
    return shown.translate(_SHOWN)


def _pieces(word: bytes, table: bytes, paragraphs: _Paragraphs) -> Iterator[str]:
    at, length = struct.unpack_from("<2I", word, _PIECES)
    clx = table[at : at + length]
    place = 0
    while clx[place] == 1:  # Prc: properties, not text
        place += 3 + _u16(clx, place + 1)
    if clx[place] != 2:  # noqa: PLR2004  # Pcdt, [MS-DOC] 2.9.178
        raise NotWord97Error("no piece table")
    plc = clx[place + 5 : place + 5 + struct.unpack_from("<I", clx, place + 1)[0]]
    count = (len(plc) - 4) // 12
    ends = struct.unpack_from(f"<{count + 1}I", plc, 0)
    for number in range(count):
        (offset,) = struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * number + 2)
        yield _piece(word, offset, ends[number + 1] - ends[number], paragraphs)


def _piece(word: bytes, offset: int, count: int, paragraphs: _Paragraphs) -> str:
    width = 1 if offset & _COMPRESSED else 2
    start = (offset & ~_COMPRESSED) // 2 if width == 1 else offset
    data = word[start : start + width * count]
    text = data.decode("cp1252", "replace") if width == 1 else data.decode("utf-16-le", "replace")
    return re.sub(r"[\r\x07]", lambda mark: _mark(mark[0], paragraphs.at(start + width * mark.start())), text)


def _mark(mark: str, paragraph: tuple[bool, bool]) -> str:
    """What ends a row is a line's end; what ends a cell, a tab; a paragraph inside a cell does not end the row."""
    in_table, ends_row = paragraph
    if mark == "\x07":
        return "\n" if ends_row else "\t"
    return " " if in_table else "\n"


def _paragraphs(word: bytes, table: bytes) -> _Paragraphs:
    at, length = struct.unpack_from("<2I", word, _PARAGRAPHS)
    count = max((length - 4) // 8, 0)
    pages = struct.unpack_from(f"<{count}I", table, at + 4 * (count + 1)) if count else ()
    found = sorted(one for page in pages for one in _page(word[page * _PAGE : (page + 1) * _PAGE]))
    return _Paragraphs([start for start, _ in found], [marks for _, marks in found])


def _page(page: bytes) -> Iterator[tuple[int, tuple[bool, bool]]]:
    """The paragraphs of one page of properties (PapxFkp, [MS-DOC] 2.9.175)."""
    count = page[_PAGE - 1]
    starts = struct.unpack_from(f"<{count}I", page, 0)
    for number, start in enumerate(starts):
        place = 2 * page[4 * (count + 1) + 13 * number]
        if not place:
            yield start, (False, False)
            continue
        size = page[place]
        first = place + 3 if size else place + 4
        end = place + 2 * size if size else place + 2 + 2 * page[place + 1]
        codes = _true_properties(page[first:end])
        yield start, (_IN_TABLE in codes, _ROW_END in codes)


def _true_properties(properties: bytes) -> set[int]:
    found, place = set(), 0
    while place + 2 < len(properties):
        code = _u16(properties, place)
        if properties[place + 2]:
            found.add(code)
        size = _OPERAND.get(code >> 13)
        if size is None:
            is_long = code == _LONG_OPERAND and place + 4 <= len(properties)
            size = _u16(properties, place + 2) + 1 if is_long else properties[place + 2] + 1
        place += 2 + size
    return found


def _u16(data: bytes, place: int) -> int:
    return int(struct.unpack_from("<H", data, place)[0])
