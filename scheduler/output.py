"""How the command speaks: results to standard output, everything else to standard error, one line each."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar
from unicodedata import combining, east_asian_width

import click

from archive_api.document import Record
from archive_api.snippets import Snippet

Item = TypeVar("Item")

_AROUND = 30  # characters of a query shown on each side of what is wrong with it


def as_json(data: Mapping[str, Any]) -> None:
    """One JSON object on one line."""
    click.echo(json.dumps(data, ensure_ascii=False))


def complain(message: str) -> None:
    """One line to standard error, with the command's name before it."""
    click.echo("league: " + " ".join(message.split()), err=True)


def point_at(query: str, column: int) -> None:
    """The query on one line of standard error, and below it a caret under the column, whatever is wide before it."""
    first = max(column - 1 - _AROUND, 0)
    shown = "".join(map(_printable, query[first : column - 1 + _AROUND]))
    before = "".join(map(_printable, query[first : column - 1]))
    click.echo(f"  {shown}\n  {' ' * _cells(before)}^", err=True)


def prepare_streams() -> None:
    """Write UTF-8 whatever the locale says; what cannot be encoded (a lone surrogate) as an escape, never a crash."""
    for stream in (sys.stdout, sys.stderr):
        # under a test runner the stream may be a plain buffer
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def watched(items: Iterable[Item], *, total: int | None, label: str) -> Iterator[Item]:
    """The items, with a bar on standard error while they are worked on; only on a terminal."""
    hidden = not sys.stderr.isatty()
    with click.progressbar(items, length=total, label=label, file=sys.stderr, hidden=hidden) as bar:
        yield from bar


def summary_line(record: Record) -> str:
    """What is known of a document in one line: kinds, periods, dates, issuer; only what is known."""
    document = record.document
    periods = dict.fromkeys(_period(data) for data in document.to_json()["periods"])
    known = [
        "、".join(document.kinds),
        " ".join(periods),
        f"发布 {document.published[:10]}" if document.published else "",
        document.issuer or document.issuer_printed or "",
        record.state.value if record.state.value != "live" else "",
    ]
    return " · ".join(part for part in known if part)


def highlighted(snippet: Snippet) -> str:
    """A piece of text on one line, with what matched in bold on a terminal, between « » elsewhere."""
    pieces = (_mark(text) if is_marked else text for text, is_marked in snippet.parts())
    return "".join(pieces).replace("\n", " ")


def table(rows: Sequence[Sequence[str]]) -> None:
    """Columns parted by two spaces; a Chinese character is two cells wide."""
    widths = [max(map(_cells, column)) for column in zip(*rows, strict=True)] if rows else []
    for row in rows:
        cells = [cell + " " * (width - _cells(cell)) for cell, width in zip(row, widths, strict=True)]
        click.echo("  ".join(cells).rstrip())


def _mark(text: str) -> str:
    return click.style(text, bold=True, fg="red") if sys.stdout.isatty() else f"«{text}»"


def _period(data: Mapping[str, int]) -> str:
    end = f"—{data['end_year']}" if "end_year" in data else ""
    part = {1: "上半年", 2: "下半年"}.get(data.get("half", 0), "")
    part += f"第{data['quarter']}季度" if "quarter" in data else ""
    part += f"{data['month']}月" if "month" in data else ""
    return f"{data['year']}{end}年{part}"


def _printable(character: str) -> str:
    return character if character.isprintable() or character == "\u3000" else " "


def _cells(text: str) -> int:
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if combining(character):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1
