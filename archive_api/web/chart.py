"""A trend as a picture: lines of counts, drawn without scripts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from archive_api.index.views import Line, Split, Trend
from archive_api.labels import value

WIDTH, HEIGHT = 720, 260
MOST_LINES = 8  # as many as there are colours; the table has the others
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 40, 12, 30
_MOST_TICKS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One cell: where it is drawn, and what it says."""

    x: float
    y: float
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A mark on an axis."""

    at: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """What is drawn; `left_out` lines are in the table only."""

    lines: tuple[tuple[str, tuple[Dot, ...]], ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    left_out: int


def draw(trend: Trend, names: Sequence[str]) -> Chart | None:
    """The counts of the first lines; None where there is nothing to draw."""
    if not trend.times or not trend.lines:
        return None
    most = max(1, *(cell.count for line in trend.lines for cell in line.cells))
    step = (WIDTH - _LEFT - _RIGHT) / max(len(trend.times) - 1, 1)

    def up(count: float) -> float:
        return round(HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * count / most, 1)

    drawn = [
        (
            name,
            tuple(
                Dot(x=round(_LEFT + at * step, 1), y=up(cell.count), told=f"{name} {time}: {cell.count} / {cell.of}")
                for at, (time, cell) in enumerate(zip(trend.times, line.cells, strict=True))
            ),
        )
        for line, name in list(zip(trend.lines, names, strict=True))[:MOST_LINES]
    ]
    every = -(-len(trend.times) // _MOST_TICKS)
    across = [Tick(at=round(_LEFT + at * step, 1), text=time) for at, time in enumerate(trend.times) if at % every == 0]
    marks = sorted({0, most // 2, most})
    return Chart(
        lines=tuple(drawn),
        across=tuple(across),
        up=tuple(Tick(at=up(mark), text=f"{mark:,}") for mark in marks),
        left_out=max(len(trend.lines) - MOST_LINES, 0),
    )


def line_name(line: Line, split: Split | None, region_name: Callable[[str], str]) -> str:
    """What a line is called: its query, and its value of the split."""
    words = [line.text or "全部文献"]
    if split and line.value:
        words.append((region_name(line.value) if split == "region" else "") or value(split, line.value).zh)
    return " · ".join(words)
