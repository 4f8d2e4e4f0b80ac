"""How facets and trends are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import click

from archive_api.index.views import Cell, Facet, Line, Trend, filter_of
from archive_api.labels import FACETS, FILTERS, value
from scheduler.output import as_json, table


def show_facets(facets: Sequence[Facet], *, lines: bool) -> None:
    """Each facet with its values; `lines`: one JSON object a facet."""
    for facet in facets:
        if lines:
            as_json(asdict(facet))
            continue
        click.echo(f"{FACETS[facet.name].zh} {FACETS[facet.name].en}")
        table([["  " + _named(filter_of(facet.name), one.word), f"{one.count:,}"] for one in facet.buckets])


def show_trend(trend: Trend, *, lines: bool) -> None:
    """A row for each time, a column for each query and value of the split; `lines`: one JSON object a column."""
    if lines:
        for line in trend.lines:
            cells = [{"time": time, **_cell(cell)} for time, cell in zip(trend.times, line.cells, strict=True)]
            as_json({"q": line.text, "value": line.value, "cells": cells, "unknown": _cell(line.unknown)})
        return
    several = len({line.text for line in trend.lines}) > 1
    heads = [FILTERS[trend.date].zh, *(_head(line, trend, several=several) for line in trend.lines)]
    rows = [[time, *(_shown(line.cells[at]) for line in trend.lines)] for at, time in enumerate(trend.times)]
    table([heads, *rows, ["未详", *(_shown(line.unknown) for line in trend.lines)]])


def _head(line: Line, trend: Trend, *, several: bool) -> str:
    value_ = [_named(trend.split, line.value)] if trend.split and line.value else []
    text = [line.text or "全部"] if several or not value_ else []
    return " · ".join([*text, *value_])


def _named(name: str, word: str) -> str:
    label = value(name, word)
    return f"{label.zh} {word}" if label.en else label.zh


def _cell(cell: Cell) -> dict[str, float | None]:
    return {**asdict(cell), "share": cell.share}


def _shown(cell: Cell) -> str:
    share = "–" if cell.share is None else f"{cell.share:.1%}"
    return f"{cell.count:,} / {cell.of:,} {share}"
