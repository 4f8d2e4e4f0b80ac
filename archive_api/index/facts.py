"""What documents are filtered, counted and sorted by: the same names and values in every engine.

What is not known is a value of its own, so that it can be asked for and counted: UNKNOWN among words, 0 among numbers.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import re
from collections.abc import Sequence
from functools import lru_cache

from archive_api.document import Document, Period, Precision, Record

UNKNOWN = "\x1f"
"""A character that no name has."""

DATES = ("published", "written", "first_seen")
PERIOD_UNITS = ("period_year", "period_half", "period_quarter", "period_month")
KEYWORDS = (
    "kind",
    "source",
    "region",
    "province",
    "prefecture",
    "county",
    "level",
    "issuer_name",
    "state",
    "flag",
    "attachment",
)
COUNTED_NUMBERS = (*PERIOD_UNITS, *(f"{date}_{unit}" for date in DATES for unit in ("year", "month")))
COUNTED = tuple(name for name in KEYWORDS if name != "region") + COUNTED_NUMBERS
BOUNDS = tuple(f"{date}_{end}" for date in DATES for end in ("first", "last"))
SORTED = ("published", "period")
LONGEST_KEYWORD = 8000
"""Characters; engines refuse terms above some 32,000 bytes. A longer one is there by its digest."""

CHINA = dt.timezone(dt.timedelta(hours=8))
LAST_YEAR = 9999

_log = logging.getLogger(__name__)
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
_REGION = re.compile(r"[1-9]\d{5,}", re.ASCII)
_LAST_MONTH, _LAST_DAY = 12, 31
_KNOWN_DIGITS = {Precision.YEAR: 4, Precision.MONTH: 6, Precision.DAY: 8}


def keywords(record: Record) -> dict[str, Sequence[str]]:
    """The values of each of KEYWORDS; never none."""
    document = record.document
    province, prefecture, county = divisions(document.region)
    return {
        "kind": [kind.value for kind in document.kinds] or [UNKNOWN],
        "source": [keyword(record.source)],
        "region": region_and_above(document.region),
        "province": [province],
        "prefecture": [prefecture],
        "county": [county],
        "level": [document.level.value if document.level else UNKNOWN],
        "issuer_name": [keyword(document.issuer or document.issuer_printed or UNKNOWN)],
        "state": [record.state.value],
        "flag": [keyword(flag) for flag in document.flags] or [UNKNOWN],
        "attachment": ["yes" if document.attachments else "no"],
    }


def numbers(record: Record) -> dict[str, Sequence[int]]:
    """The values of each of COUNTED_NUMBERS, of BOUNDS where the date is known, and of SORTED likewise."""
    document = record.document
    values: dict[str, Sequence[int]] = {**_periods(document.periods)}
    if document.periods:
        values["period"] = [min(map(period_key, document.periods))]
    key = _key(record, "published", document.published, document.published_precision)
    if key is not None:
        values["published"] = [key]
    values |= _date("published", key)
    values |= _date("written", _key(record, "written", document.written, document.written_precision))
    # as it is shown: in UTC
    values |= _date("first_seen", _key(record, "first_seen", record.first_seen[:10], Precision.DAY))
    return values


def keyword(text: str) -> str:
    """A value as it is compared whole."""
    if len(text) > LONGEST_KEYWORD:
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return encodable(text)


def encodable(text: str) -> str:
    """The text with lone surrogates replaced: engines take what UTF-8 can hold."""
    return text.encode("utf-8", "replace").decode()


def region_and_above(code: str | None) -> list[str]:
    """An adcode (GB/T 2260), cut to 6 digits, and the prefecture and province that it lies in; none for no adcode."""
    if not code or not _REGION.fullmatch(code):
        return []
    return sorted({code[:2] + "0000", code[:4] + "00", code[:6]})


def divisions(code: str | None) -> tuple[str, str, str]:
    """The province, the prefecture and the county of an adcode; `=320000` where it is of a higher division itself."""
    if not code or not _REGION.fullmatch(code):
        return UNKNOWN, UNKNOWN, UNKNOWN
    province, prefecture, county = code[:2] + "0000", code[:4] + "00", code[:6]
    if county == province:
        return province, f"={province}", f"={province}"
    return province, prefecture, f"={prefecture}" if county == prefecture else county


def months(period: Period) -> tuple[int, int]:
    """The first and last month of a period, as YYYYMM."""
    first, last = 1, 12
    if period.half:
        first, last = period.half * 6 - 5, period.half * 6
    elif period.quarter:
        first, last = period.quarter * 3 - 2, period.quarter * 3
    elif period.month:
        first = last = period.month
    return period.year * 100 + first, max(period.end_year or period.year, period.year) * 100 + last


def _periods(periods: Sequence[Period]) -> dict[str, Sequence[int]]:
    if len(periods) == 1:
        return _covered(months(periods[0]))
    several = [_covered(months(period)) for period in periods]
    return {name: sorted({n for one in several for n in one[name]} - {0}) or [0] for name in PERIOD_UNITS}


@lru_cache(4096)
def _covered(bounds: tuple[int, int]) -> dict[str, Sequence[int]]:
    """Every year, half (20161), quarter (20161) and month (201601) between two months."""
    low, high = (min(max(bound, 101), LAST_YEAR * 100 + _LAST_MONTH) for bound in bounds)
    if bounds[0] // 100 > LAST_YEAR or bounds[1] // 100 < 1:
        return {name: [0] for name in PERIOD_UNITS}
    every = [year * 100 + month for year in range(low // 100, high // 100 + 1) for month in range(1, 13)]
    every = [month for month in every if low <= month <= high]
    values = [[part_of(month, unit) for month in every] for unit in ("year", "half", "quarter", "month")]
    return {name: list(dict.fromkeys(parts)) for name, parts in zip(PERIOD_UNITS, values, strict=True)}


def part_of(month: int, unit: str) -> int:
    """The year, half (20162: the second of 2016), quarter (20163) or month that a month, as YYYYMM, lies in."""
    year, number = divmod(month, 100)
    match unit:
        case "year":
            return year
        case "half":
            return year * 10 + (number + 5) // 6
        case "quarter":
            return year * 10 + (number + 2) // 3
        case _:
            return month


def period_key(period: Period) -> int:
    """What periods sort by: their first month as YYYYMM, a whole year before its parts as YYYY00."""
    if period.half:
        return period.year * 100 + period.half * 6 - 5
    if period.quarter:
        return period.year * 100 + period.quarter * 3 - 2
    return period.year * 100 + (period.month or 0)


def published_key(document: Document) -> int | None:
    """What publication dates sort by: YYYYMMDDhhmmss in Asia/Shanghai, zeros for what is not known of it.

    None for an unknown date, and for a value that is no ISO date.
    """
    return date_key(document.published, document.published_precision) if document.published else None


def date_key(date: str, precision: Precision | None) -> int | None:
    """The date as YYYYMMDDhhmmss in Asia/Shanghai, zeros for what is not known of it; None where it is no ISO date."""
    try:
        digits = _digits(date)
    except ValueError:
        return None
    known = _KNOWN_DIGITS.get(precision, 14) if precision else 14
    return int(digits[:known].ljust(14, "0"))


def day_range(date: str) -> tuple[int, int]:
    """The first and last day, as YYYYMMDD, that an ISO day, month or year can mean; a ValueError for anything else.

    A month's last day is put as the 31st: these numbers are only compared.
    """
    match = _DATE.fullmatch(date)
    if not match:
        raise ValueError(f"{date!r} is no ISO day, month or year")
    year, month, day = (int(part) if part else 0 for part in match.groups())
    if month > _LAST_MONTH or day > _LAST_DAY or 0 in (int(part) for part in match.groups() if part):
        raise ValueError(f"{date!r} is no ISO day, month or year")
    return _days(year, month, day)


def _days(year: int, month: int, day: int) -> tuple[int, int]:
    return year * 10000 + (month or 1) * 100 + (day or 1), year * 10000 + (month or 12) * 100 + (day or 31)


def _digits(date: str) -> str:
    if "T" not in date:
        day_range(date)
        return date.replace("-", "")
    moment = dt.datetime.fromisoformat(date)
    local = moment.astimezone(CHINA) if moment.tzinfo else moment
    return local.strftime("%Y%m%d%H%M%S").rjust(14, "0")


def _key(record: Record, name: str, date: str | None, precision: Precision | None) -> int | None:
    if not date:
        return None
    key = date_key(date, precision)
    if key is None:
        _log.warning("document %s: %s %r is no ISO date: indexed as unknown", record.id, name, date)
    return key


def _date(name: str, key: int | None) -> dict[str, Sequence[int]]:
    """The first and last day that a date can mean, its year, and its month where that is known."""
    if key is None:
        return {f"{name}_year": [0], f"{name}_month": [0]}
    year, month, day = key // 10**10, key // 10**8 % 100, key // 10**6 % 100
    first, last = _days(year, month, day)
    return {
        f"{name}_first": [first],
        f"{name}_last": [last],
        f"{name}_year": [year],
        f"{name}_month": [year * 100 + month if month else 0],
    }
