"""What the words of a filter mean, for every engine; a UserError names the one that means nothing.

    kind, level, state     one of the words of `Kind`, `Level`, `State`
    period                 2016, 2016H1, 2016Q3, 2016-03, or a range such as 2016..2019, 2016Q3.., ..2015: a document
                           one of whose periods shares a month with it; 2016 finds 2016H1, and 2016H1 finds 2016
    published, written     an ISO day, month or year, or a range of them, both ends included: a document whose date,
                           as far as it is known, can be one of those days
    first_seen             the same, for the day in UTC on which the document was first fetched
    region                 a GB/T 2260 code: the division and all under it; `=320000` is that division itself
    issuer                 part of the issuer's name, as printed or normalised; `=…` is the whole of what is shown
    source, flag           the whole name
    attachment             yes or no

`none` is what is not known: no kind, no date, no issuer; for flags, a document without any.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any

from archive_api.document import Kind, Level, State
from archive_api.errors import UserError
from archive_api.index.analysis import fold_term, is_only_marks
from archive_api.index.base import Filters, Match, Query
from archive_api.index.facts import LAST_YEAR, UNKNOWN, day_range, divisions, keyword

NAMES: Mapping[str, str] = {
    "kind": "kinds",
    "period": "periods",
    "published": "published",
    "written": "written",
    "first_seen": "first_seen",
    "region": "regions",
    "level": "levels",
    "issuer": "issuers",
    "source": "sources",
    "state": "states",
    "flag": "flags",
    "attachment": "attachments",
}
"""The word of each filter, in commands, addresses and facets, and its field of `Filters`."""

NONE = "none"
"""The word for what is not known."""

_REGION_DIGITS = {2, 4, 6}
_PERIOD = re.compile(r"(\d{4})(?:-?[Hh]([12])|-?[Qq]([1-4])|-(\d\d))?", re.ASCII)
_OPEN_END = LAST_YEAR * 10000 + 1231


@dataclass(frozen=True, slots=True)
class OneOf:
    """A value of the field is one of these."""

    field: str
    values: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """A number of the field is at least `low` and at most `high`."""

    field: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Contains:
    """The folded text of one of the fields contains the folded term."""

    fields: tuple[str, ...]
    folded: str


Condition = OneOf | Between | Contains
Alternative = tuple[Condition, ...]
"""Conditions that must all hold."""


def conditions(filters: Filters) -> Iterator[tuple[Alternative, ...]]:
    """For each field that is set, its alternatives."""
    for name, attribute in NAMES.items():
        words: tuple[str, ...] = getattr(filters, attribute)
        if words:
            yield tuple(_MEANINGS[name](word) for word in words)


def check(name: str, word: str) -> None:
    """A UserError where the word means nothing for that filter."""
    _MEANINGS[name](word)


def refuse_future(asked: Query, seq: int) -> None:
    """A UserError where the query is as of a seq that an index at `seq` does not know."""
    if asked.as_of is not None and not 0 <= asked.as_of <= seq:
        raise UserError(
            f"as_of {asked.as_of} is not between 0 and {seq}, where the index is / 档案序号应在 0 与 {seq} 之间"
        )


def query(text: str, values: Mapping[str, Any]) -> Query:
    """The Query for a text and filters by their names, such as `kind` and `not_kind`; other values are left alone.

    `match` is one of `Match`, `as_of` a `seq`, `year` further values of `period`. `from` and `to` are the two ends of
    one `published`, which must not be there besides.
    """
    only: dict[str, Any] = _chosen(values, "")
    only["periods"] += tuple(f"{year:04}" for year in values.get("year") or ())
    ends = [values.get("from"), values.get("to")]
    if any(end is not None for end in ends):
        if only["published"]:
            raise UserError("give published, or from and to, not both / published 与 from、to 不能同时给出")
        only["published"] = ("..".join(end or "" for end in ends),)
    match = Match(values.get("match") or Match.EXACT)
    without = Filters(**_chosen(values, "not_"))
    return Query(text=text, match=match, without=without, as_of=values.get("as_of"), **only)


def _chosen(values: Mapping[str, Any], prefix: str) -> dict[str, tuple[str, ...]]:
    return {field: tuple(values.get(prefix + name) or ()) for name, field in NAMES.items()}


def words_of(filters: Filters) -> dict[str, tuple[str, ...]]:
    """The fields that are set, by name."""
    every = {field.name: getattr(filters, field.name) for field in fields(Filters)}
    return {name: words for name, words in every.items() if words}


def but(asked: Query, name: str) -> Query:
    """The query without that filter, positive and negative."""
    cleared: dict[str, Any] = {NAMES[name]: ()}
    return replace(asked, without=replace(asked.without, **cleared), **cleared)


def period_months(word: str) -> tuple[int, int]:
    """The first and last month, as YYYYMM, of a period or a range of them; an open end is the very first or last."""
    low, high = _ends(word, "period", _one_period)
    return low or 101, high or LAST_YEAR * 100 + 12


def date_days(word: str, name: str) -> tuple[int, int]:
    """The first and last day, as YYYYMMDD, of a date or a range of them; an open end is the very first or last."""
    low, high = _ends(word, name, day_range)
    return low or 101, high or _OPEN_END


def _ends(word: str, name: str, parse: Callable[[str], tuple[int, int]]) -> tuple[int | None, int | None]:
    first, is_range, last = word.partition("..")
    if not is_range:
        last = first
    try:
        low = parse(first)[0] if first else None
        high = parse(last)[1] if last else None
    except ValueError as error:
        raise UserError(f"{name}: {error} / {_EXAMPLES[name == 'period']}") from error
    if not (first or last):
        raise UserError(f"{name}: {word!r} is no date / {_EXAMPLES[name == 'period']}")
    if low and high and low > high:
        raise UserError(f"{name}: {word!r} ends before it begins / 起止颠倒")
    return low, high


_EXAMPLES = ("日期应为 2016-12-28、2016-12、2016 或 2016..2019", "应为 2016、2016H1、2016Q3、2016-03 或 2016..2019")


def _one_period(word: str) -> tuple[int, int]:
    match = _PERIOD.fullmatch(word)
    year, half, quarter, month = (int(part) if part else 0 for part in match.groups()) if match else (0, 0, 0, 0)
    if not year or month > 12 or (match and match[4] == "00"):  # noqa: PLR2004 (months)
        raise ValueError(f"{word!r} is no year, half (2016H1), quarter (2016Q3) or month (2016-03)")
    first, last = 1, 12
    if half:
        first, last = half * 6 - 5, half * 6
    elif quarter:
        first, last = quarter * 3 - 2, quarter * 3
    elif month:
        first = last = month
    return year * 100 + first, year * 100 + last


def _period(word: str) -> Alternative:
    if word == NONE:
        return (OneOf("period_year", (0,)),)
    return (Between("period_month", *period_months(word)),)


def _date(name: str) -> Callable[[str], Alternative]:
    def meaning(word: str) -> Alternative:
        if word == NONE:
            return (OneOf(f"{name}_year", (0,)),)
        low, high = date_days(word, name)
        return Between(f"{name}_last", low, _OPEN_END), Between(f"{name}_first", 101, high)

    return meaning


def _region(word: str) -> Alternative:
    if word == NONE:
        return (OneOf("province", (UNKNOWN,)),)
    code = word.removeprefix("=")
    if not (code.isascii() and code.isdigit() and len(code) in _REGION_DIGITS and code[0] != "0"):
        raise UserError(f"region {word!r} is not a code of 2, 4 or 6 digits (GB/T 2260) / 地区应为 2、4 或 6 位代码")
    code = code.ljust(6, "0")
    return (OneOf("county", (divisions(code)[2],)),) if word.startswith("=") else (OneOf("region", (code,)),)


def _issuer(word: str) -> Alternative:
    if word == NONE:
        return (OneOf("issuer_name", (UNKNOWN,)),)
    if word.startswith("=") and len(word) > 1:
        return (OneOf("issuer_name", (keyword(word[1:]),)),)
    folded = fold_term(word)
    if is_only_marks(folded):
        raise UserError(f"issuer {word!r} has nothing but marks / 发布单位里只有标点")
    return (Contains(("issuer", "issuer_printed"), folded),)


def _name(field: str) -> Callable[[str], Alternative]:
    return lambda word: (OneOf(field, (UNKNOWN if word == NONE and field == "flag" else keyword(word),)),)


def _word(field: str, known: type[StrEnum] | tuple[str, ...], *more: str) -> Callable[[str], Alternative]:
    words = [*(str(one) for one in known), *more]

    def meaning(word: str) -> Alternative:
        if word not in words:
            raise UserError(f"{field} {word!r} is none of {', '.join(words)} / 没有这个值")
        return (OneOf(field, (UNKNOWN if word == NONE else word,)),)

    return meaning


_MEANINGS: Mapping[str, Callable[[str], Alternative]] = {
    "kind": _word("kind", Kind, NONE),
    "period": _period,
    "published": _date("published"),
    "written": _date("written"),
    "first_seen": _date("first_seen"),
    "region": _region,
    "level": _word("level", Level, NONE),
    "issuer": _issuer,
    "source": _name("source"),
    "state": _word("state", State),
    "flag": _name("flag"),
    "attachment": _word("attachment", ("yes", "no")),
}
