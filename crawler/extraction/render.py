"""Lines of a page as paragraphs: the cells of a table's row on one line."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from crawler.extraction.outline import Line, Outline

# A row of a data table is short; a table that only lays the page out holds the whole text in one row.
_MOST_LINES = 40
_MOST_CHARACTERS = 800
_LABEL_LENGTH = 8
_PAIRED = 2


def paragraphs(page: Outline, numbers: Sequence[int], *, labels: bool = False) -> list[str]:
    """The lines, in order, those of one table row joined by spaces.

    With `labels`, as the lines of a dateline: a label and its cell joined by `：`, what only style parts by a space.
    """
    found: list[str] = []
    for row, group in groupby((page.lines[number] for number in numbers), key=lambda line: line.row):
        lines = list(group)
        cells = [
            " ".join(_said(line, parted=labels) for line in cell)
            for _, cell in groupby(lines, key=lambda line: line.cell)
        ]
        if row < 0 or len(cells) < _PAIRED or not _is_data(lines):
            found.extend(_said(line, parted=labels) for line in lines)
        elif labels and len(cells) % 2 == 0 and all(_is_label(cell) for cell in cells[::2]):
            found.extend(
                f"{label.rstrip('：: ')}：{value}" for label, value in zip(cells[::2], cells[1::2], strict=True)
            )
        else:
            found.append(" ".join(cells))
    return found


def _said(line: Line, *, parted: bool) -> str:
    return (parted and line.parted) or line.text


def _is_data(lines: list[Line]) -> bool:
    return len(lines) <= _MOST_LINES and sum(len(line.text) for line in lines) <= _MOST_CHARACTERS


def _is_label(cell: str) -> bool:
    return len("".join(cell.rstrip("：:").split())) <= _LABEL_LENGTH
