"""Formats as small writers: each turns records into bytes, one row at a time, and remembers nothing."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NamedTuple, Protocol

from archive_api.document import Period, Record
from archive_api.exports.fields import FIELDS, Shape

Format = Literal["jsonl", "csv"]

EXCEL_CELL = 32_767  # characters; the limit of one cell in Excel's specifications
_LINE_ENDS = re.compile("[\x85\u2028\u2029]")  # those that JSON leaves as they are
_FORMULA = frozenset("=+-@＝＋－＠\t\r\n'")


class Row(NamedTuple):
    """One row as bytes, and how many of its cells are longer than Excel can show (0 where there are no cells)."""

    data: bytes
    long_cells: int = 0


class Writer(Protocol):
    """One format."""

    name: Format
    media_type: str

    def head(self) -> bytes:
        """What stands before the first row."""

    def row(self, record: Record) -> Row:
        """One document, line end included."""


class JsonLines:
    """One JSON object a line, UTF-8: `Record.to_json`, evidence by name.

    Every line break of Unicode inside a string is escaped, so that no reader of lines can split a row; half a
    surrogate pair, which UTF-8 cannot hold, becomes its JSON escape.
    """

    name: Format = "jsonl"
    media_type = "application/x-ndjson"

    def head(self) -> bytes:
        """Nothing: each line says itself what it holds."""
        return b""

    def row(self, record: Record) -> Row:
        """One line."""
        line = json.dumps(_data(record), ensure_ascii=False, separators=(",", ":"))
        line = _LINE_ENDS.sub(lambda end: f"\\u{ord(end[0]):04x}", line)
        return Row(line.encode("utf-8", "backslashreplace") + b"\n")


class Csv:
    """RFC 4180 with a byte order mark, every cell quoted, made safe for spreadsheets (see `defused`)."""

    name: Format = "csv"
    media_type = "text/csv; charset=utf-8"

    def head(self) -> bytes:
        """The byte order mark and the names of the columns."""
        return "\ufeff".encode() + _line([field.name for field in FIELDS])

    def row(self, record: Record) -> Row:
        """One row; line breaks inside a cell stay."""
        row = cells(record)
        return Row(_line(row), sum(len(cell) > EXCEL_CELL for cell in row))


def writer(name: Format) -> Writer:
    """The writer of a format."""
    return JsonLines() if name == "jsonl" else Csv()


class Observations:
    """When each document of the export was seen, as CSV: that changes without the document changing."""

    name: Format = "csv"
    media_type = Csv.media_type

    def head(self) -> bytes:
        """The byte order mark and the names of the columns."""
        return "\ufeff".encode() + _line(["id", "version", "first_seen", "last_seen"])

    def row(self, record: Record) -> Row:
        """One row."""
        return Row(_line([record.id, str(record.version), record.first_seen, record.last_seen]))


def cells(record: Record) -> list[str]:
    """A record's CSV cells, in the order of FIELDS."""
    data = {**_data(record), "capture_file": record.capture.file, "capture_offset": record.capture.offset}
    data["periods"] = [period_text(period) for period in record.document.periods]
    return [defused(_SHAPES[field.shape](data[field.name])) for field in FIELDS]


def defused(cell: str) -> str:
    """The cell, with one apostrophe before it where a spreadsheet could take it for a formula.

    That is where it begins, white space aside, with = + - @ or their full-width forms, or begins with a tab or a line
    break (OWASP, "CSV Injection"). A cell that begins with an apostrophe gets one too: so taking one leading apostrophe
    away, wherever there is one, gives back every cell exactly.
    """
    return f"'{cell}" if cell[:1] in _FORMULA or cell.lstrip()[:1] in _FORMULA else cell


def joined(words: Sequence[str]) -> str:
    r"""The words with `|` between them; a `|` or `\` inside a word has a `\` before it."""
    return "|".join(word.replace("\\", "\\\\").replace("|", "\\|") for word in words)


def period_text(period: Period) -> str:
    """`summary:2016`, `plan:2017-H1`, `2017-Q3`, `2017-03`, `2016/2020`: kind where known, then the time."""
    time = f"{period.year:04}"
    if period.end_year is not None:
        time += f"/{period.end_year:04}"
    if period.half is not None:
        time += f"-H{period.half}"
    if period.quarter is not None:
        time += f"-Q{period.quarter}"
    if period.month is not None:
        time += f"-{period.month:02}"
    return f"{period.kind}:{time}" if period.kind else time


def _data(record: Record) -> dict[str, Any]:
    """The record as JSON values but for when it was seen, evidence in one order: one version always gives one row."""
    data = record.to_json()
    del data["first_seen"], data["last_seen"]
    evidence: Mapping[str, Any] = data["evidence"]
    return {**data, "evidence": dict(sorted(evidence.items()))}


def _plain(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if value else ""


_SHAPES: Mapping[Shape, Callable[[Any], str]] = {
    "plain": _plain,
    "words": joined,
    "periods": joined,
    "json": _compact,
}


def _line(row: Sequence[str]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(row)
    return buffer.getvalue().encode("utf-8", "backslashreplace")
