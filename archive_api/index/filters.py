"""What a filter's value may be, for every engine; a UserError names the one that cannot be one."""

from __future__ import annotations

from typing import Literal

from archive_api.errors import UserError
from archive_api.index.analysis import fold_term, is_only_marks
from archive_api.index.entries import LAST_YEAR, day_range

_REGION_DIGITS = {2, 4, 6, 9, 12}


def year(value: int) -> int:
    """A year that a period can have."""
    if not 0 < value <= LAST_YEAR:
        raise UserError(f"year {value} is not between 1 and {LAST_YEAR} / 年份应在 1 与 {LAST_YEAR} 之间")
    return value


def region(code: str) -> str:
    """A region's code in the six digits that documents are indexed under."""
    if not (code.isascii() and code.isdigit() and len(code) in _REGION_DIGITS):
        raise UserError(f"region {code!r} is not a code of 2, 4 or 6 digits (GB/T 2260) / 地区应为 2、4 或 6 位代码")
    return code.ljust(6, "0")


def issuer(name: str) -> str:
    """A part of an issuer's name, folded."""
    folded = fold_term(name)
    if is_only_marks(folded):
        raise UserError(f"issuer {name!r} has nothing but marks / 发布单位里只有标点")
    return folded


def published(date: str, name: Literal["published_from", "published_to"]) -> tuple[int, int]:
    """The first and last day, as YYYYMMDD, that a bound can mean."""
    try:
        return day_range(date)
    except ValueError as error:
        raise UserError(f"{name}: {error} / 日期应为 2016-12-28、2016-12 或 2016") from error
