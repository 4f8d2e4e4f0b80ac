"""What researchers read counts from: facets and trends, alike on every engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from archive_api.errors import UserError
from archive_api.index.base import Counts, Query, SearchIndex, Tally
from archive_api.index.facts import UNKNOWN, part_of
from archive_api.index.filters import NAMES, NONE, but, date_days, period_months

Date = Literal["period", "published", "written", "first_seen"]
By = Literal["year", "half", "quarter", "month"]
Split = Literal["level", "region", "kind"]
Share = float | None

FACETS: Mapping[str, str] = {
    "kind": "kind",
    "period": "period_year",
    "published": "published_year",
    "written": "written_year",
    "first_seen": "first_seen_year",
    "province": "province",
    "prefecture": "prefecture",
    "county": "county",
    "level": "level",
    "issuer": "issuer_name",
    "source": "source",
    "state": "state",
    "flag": "flag",
    "attachment": "attachment",
}
"""The name of each facet, and the field that it counts."""

MOST_CELLS = 5000
_SPLITS: Mapping[str, str] = {"level": "level", "region": "province", "kind": "kind"}
_PARTS = {"year": 1, "half": 2, "quarter": 4, "month": 12}
_SIGNS = {"half": "H", "quarter": "Q"}
_LAST_MONTH = 999_912


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """How many documents have a value. As a word of the facet's own filter, and its only one, it finds just these."""

    word: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """The values of a field among the documents that all other filters leave.

    `others` values are left out for the limit; `other_count` is the sum of their counts. A document with several kinds,
    periods or flags counts in each of them.
    """

    name: str
    buckets: tuple[Bucket, ...]
    others: int = 0
    other_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """`count` documents found, of the `of` documents that there are with the same filters and any text."""

    count: int
    of: int

    @property
    def share(self) -> Share:
        """`count` by `of`; None where there are no documents at all."""
        return self.count / self.of if self.of else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One query's documents, or those of them with one value of the split: a cell for each time, and the unknown."""

    text: str
    value: str | None
    cells: tuple[Cell, ...]
    unknown: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """Documents by time. `times` are words of the date's filter, without a gap."""

    date: Date
    by: By
    split: Split | None
    times: tuple[str, ...]
    lines: tuple[Line, ...]


def filter_of(facet: str) -> str:
    """The filter that a facet ignores, and that its words belong to."""
    return facet if facet in NAMES else "region"


def facets(index: SearchIndex, query: Query, names: Sequence[str], *, limit: int | None = None) -> tuple[Facet, ...]:
    """A facet for each name, with at most `limit` known values: the newest years, else the most frequent values.

    What is not known is the last bucket, and never left out.
    """
    unheard = next((name for name in names if name not in FACETS), None)
    if unheard is not None:
        raise UserError(f"facet {unheard!r} is none of {', '.join(FACETS)} / 没有这种分面")
    asked = [Tally(query=but(query, filter_of(name)), fields=(FACETS[name],)) for name in names]
    return tuple(_facet(name, counts, limit) for name, counts in zip(names, index.tally(asked), strict=True))


def _facet(name: str, counts: Counts, limit: int | None) -> Facet:
    found = [Bucket(word=_word(name, value), count=count) for (value,), count in counts.items()]
    known = [one for one in found if one.word != NONE]
    if FACETS[name].endswith("_year"):
        known.sort(key=lambda one: one.word, reverse=True)
    else:
        known.sort(key=lambda one: (-one.count, one.word))
    cut = known[limit:] if limit is not None else []
    shown = known[: len(known) - len(cut)] + [one for one in found if one.word == NONE]
    return Facet(name=name, buckets=tuple(shown), others=len(cut), other_count=sum(one.count for one in cut))


def _word(name: str, value: str | int) -> str:
    if value in {0, UNKNOWN}:
        return NONE
    if isinstance(value, int):
        return f"{value:04}"
    return f"={value}" if name == "issuer" else value


def trend(  # noqa: PLR0913 (each named by the caller)
    index: SearchIndex,
    query: Query,
    texts: Sequence[str],
    *,
    date: Date = "period",
    by: By = "year",
    split: Split | None = None,
) -> Trend:
    """How many documents each of the texts finds with the query's filters, by time; the query's own text is not used.

    A document whose periods touch several cells, or that has several kinds, counts in each. A date that is not known as
    finely as the cells are (a year, by month) is unknown; a period of a year is every month of it. The times reach
    from the first to the last that any document with these filters has, or as far as the filter of that date does.
    """
    field = f"period_{by}" if date == "period" else f"{date}_{'year' if by == 'year' else 'month'}"
    fields = (field, _SPLITS[split]) if split else (field,)
    base = replace(query, text="")
    asked = [Tally(query=one, fields=fields) for one in (base, *(replace(base, text=text) for text in texts))]
    every, *found = [_by_cell(counts, field, by) for counts in index.tally(asked)]
    numbers = list(_numbers(_ends(query, date, by, every), by))
    lines = [
        _line(text, value, numbers, counts, every)
        for text, counts in zip(texts, found, strict=True)
        for value in (_values(every) if split else [None])
    ]
    return Trend(date=date, by=by, split=split, times=tuple(_time(n, by) for n in numbers), lines=tuple(lines))


_Cells = Mapping[tuple[int, str | None], int]


def _by_cell(counts: Counts, field: str, by: By) -> _Cells:
    cells: Counter[tuple[int, str | None]] = Counter()
    for (time, *value), count in counts.items():
        number = int(time)
        if field.endswith("_month") and number:
            number = part_of(number, by)
        cells[number, _word("", value[0]) if value else None] += count
    return cells


def _values(every: _Cells) -> list[str | None]:
    """The values of the split, the most frequent first, the unknown last."""
    sums: Counter[str | None] = Counter()
    for (_, value), count in every.items():
        sums[value] += count
    return sorted(sums, key=lambda value: (value == NONE, -sums[value], value or ""))


def _line(text: str, value: str | None, numbers: Sequence[int], counts: _Cells, every: _Cells) -> Line:
    cells = [Cell(count=counts.get((n, value), 0), of=every.get((n, value), 0)) for n in (*numbers, 0)]
    return Line(text=text, value=value, cells=tuple(cells[:-1]), unknown=cells[-1])


def _ends(query: Query, date: Date, by: By, every: _Cells) -> tuple[int, int] | None:
    """The first and last cell: those of the filter where it has them, else those of the documents."""
    words = [word for word in getattr(query, NAMES[date]) if word != NONE]
    spans = [period_months(word) if date == "period" else _months(word, date) for word in words]
    low, high = min((one[0] for one in spans), default=0), max((one[1] for one in spans), default=_LAST_MONTH)
    known = [number for number, _ in every if number]
    first = part_of(low, by) if low > 101 else min(known, default=None)  # noqa: PLR2004 (the very first month)
    last = part_of(high, by) if high < _LAST_MONTH else max(known, default=None)
    return None if first is None or last is None or first > last else (first, last)


def _months(word: str, date: Date) -> tuple[int, int]:
    low, high = date_days(word, date)
    return max(low // 100, 101), high // 100


def _numbers(ends: tuple[int, int] | None, by: By) -> Iterator[int]:
    if ends is None:
        return
    parts, step = _PARTS[by], {"year": 1, "month": 100}.get(by, 10)
    places = [number if by == "year" else number // step * parts + number % step - 1 for number in ends]
    if places[1] - places[0] >= MOST_CELLS:
        first, last = (_time(number, by) for number in ends)
        raise UserError(
            f"{first} to {last} by {by} are more than {MOST_CELLS} cells: narrow the date / 时段太多，请限定日期范围"
        )
    for place in range(places[0], places[1] + 1):
        yield place if by == "year" else place // parts * step + place % parts + 1


def _time(number: int, by: By) -> str:
    match by:
        case "year":
            return f"{number:04}"
        case "month":
            return f"{number // 100:04}-{number % 100:02}"
        case _:
            return f"{number // 10:04}{_SIGNS[by]}{number % 10}"
