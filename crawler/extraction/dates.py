"""Dates as Chinese sites print them: found in a text, or read from a string that is nothing but one.

General-purpose date parsers read `03-05` as a year and drop the month of `2024年03月08日`; this one knows the written
forms of league and government sites, refuses what is impossible, and says how much of a date was printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from urllib.parse import urlsplit

from archive_api.document import Precision

FIRST_YEAR, LAST_YEAR = 1949, 2100
SHANGHAI = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True, kw_only=True)
class DateFound:
    """A date as printed. `iso` is ISO 8601 as far as `precision` goes; with a time it ends in `+08:00`.

    `raw` is `text[start:end]`. A time of exactly midnight is taken as no time: CMSs print it for a bare day.
    """

    iso: str
    precision: Precision
    raw: str
    start: int
    end: int

    @property
    def day(self) -> str:
        """The date without its time: `2018-04-27`, or less where less is known."""
        return self.iso[:10]

    @property
    def year(self) -> int:
        """The year."""
        return int(self.iso[:4])


# One character for one, so that offsets stay: full-width digits and marks, the dashes, and the zeros of 二〇〇八年.
_FOLD = {
    **{ord(wide): ord(plain) for wide, plain in zip("０１２３４５６７８９：．／－", "0123456789:./-", strict=True)},
    **dict.fromkeys(map(ord, "‐‑‒–—―−"), ord("-")),
    **dict.fromkeys(map(ord, "○◯ＯOoО零Ο"), ord("〇")),
    **dict.fromkeys(map(ord, "\u00a0\u3000\u2002\u2003\u2009\ufeff\t"), ord(" ")),
}
SIGNS = "".join(map(chr, _FOLD)) + "0123456789〇一二三四五六七八九十廿卅元年月日号时点分秒'’TZ+-/.: "
"""Every character that a date can be printed in, besides white space and the decimal digits of other scripts."""
_TIME = (
    r"(?:[\sT日]{0,6}(?P<hour>\d{1,2})\s?(?::|时|点)\s?(?P<minute>\d{2})(?!\d)"
    r"(?:\s?(?::|分)\s?(?P<second>\d{2})(?!\d)(?:\.\d{1,9}|秒)?|分)?\s?(?P<zone>Z|[+-]\d{2}:?\d{2})?)?"
)
_AFTER = r"(?:(?!\d)|(?=\d{2}:\d{2}))"  # `2018-04-2715:13`: a lost space between day and time
_NUMERIC = re.compile(
    r"(?<!\d)(?P<year>(?:19\d\d|20\d\d|2100))(?:\s{0,3}(?P<mark>[-/])\s{0,3}|(?P<dot>\.))(?P<month>\d{1,2})"
    r"(?:\s{0,3}(?P=mark)\s{0,3}|(?(dot)\.|(?!)))(?P<day>\d{1,2})" + _AFTER + _TIME
)
_N = "[0-9〇一二三四五六七八九]"
_NN = "[0-9〇一二三四五六七八九十廿卅元]"
_HAN_YEAR = rf"(?<!{_N})(?P<year>{_N}(?:\s?{_N}){{3}})\s{{0,3}}年"
_HAN = re.compile(
    rf"{_HAN_YEAR}\s{{0,3}}(?P<month>{_NN}(?:\s?{_NN}){{0,2}})\s{{0,3}}月\s{{0,3}}(?P<day>{_NN}(?:\s?{_NN}){{0,2}})"
    r"(?:\s{0,3}[日号]|(?=[ ]{0,2}(?:$|[\n\])）】〕,，。;；|])|[ ]{2}))" + _TIME,
)
_HAN_MONTH = re.compile(rf"{_HAN_YEAR}\s{{0,3}}(?P<month>{_NN}(?:\s?{_NN}){{0,2}})\s{{0,3}}月")
_HAN_ONLY_YEAR = re.compile(_HAN_YEAR)
_COMPACT = re.compile(
    r"(?<![0-9A-Za-z_\-/.])(?P<year>(?:19\d\d|20\d\d|2100))(?P<month>\d{2})(?P<day>\d{2})(?![0-9A-Za-z_\-/号])" + _TIME
)
_SHORT = re.compile(
    r"(?<![\d\-/.])['’]?(?P<year>\d{2})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?![\d\-/.])" + _TIME
)
_MONTH_DAY = re.compile(
    r"(?<![\d\-/.年])(?P<month>\d{1,2})(?:(?P<mark>[-/])|月)(?P<day>\d{1,2})(?(mark)(?![\d\-/.])|日)" + _TIME
)
# the fold of a text has 〇 for every letter o
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "〇ct", "n〇v", "dec")
_NAMED_MONTH = rf"(?P<month>(?:{'|'.join(_MONTHS)})[a-z〇]{{0,6}})"
_MONTH_FIRST = re.compile(
    rf"(?<![a-z]){_NAMED_MONTH}\.?\s{{0,2}}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s{{1,3}}(?P<year>(?:19|20)\d\d)(?!\d)",
    re.IGNORECASE,
)
_DAY_FIRST = re.compile(
    rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s-]{{1,2}}{_NAMED_MONTH}\.?,?[\s-]{{1,2}}(?P<year>(?:19|20)\d\d)(?!\d)",
    re.IGNORECASE,
)
# a day in a box of its own, beside or under year and month: 22 / 2020-08, 2020.08 / 22, 2020 / 08-22
_HAN_MONTH_NAME = "[一二三四五六七八九十]{1,2}"
_SPLIT = (
    re.compile(
        r"(?<!\d)(?P<day>\d{1,2})日?\s*[/|]?\s*(?P<year>20\d{2}|19\d{2})\s?[-/.年]\s?(?P<month>\d{1,2})月?(?![-/.\d])"
    ),
    re.compile(r"(?<!\d)(?P<year>20\d{2}|19\d{2})\s?[-/.年]\s?(?P<month>\d{1,2})月?\s+[/|]?\s*(?P<day>\d{1,2})(?!\d)"),
    re.compile(r"(?<!\d)(?P<year>20\d{2}|19\d{2})年?\s+[/|]?\s*(?P<month>\d{1,2})\s?[-/.月]\s?(?P<day>\d{1,2})(?!\d)"),
    re.compile(r"(?<!\d)(?P<month>\d{1,2})\s?[-/.月]\s?(?P<day>\d{1,2})日?\s+(?P<year>20\d{2}|19\d{2})(?!\d)"),
    re.compile(rf"(?<!\d)(?P<day>\d{{1,2}})\s+(?P<month>{_HAN_MONTH_NAME})月\s+(?P<year>20\d{{2}}|19\d{{2}})(?!\d)"),
    re.compile(
        rf"(?P<month>{_HAN_MONTH_NAME})月\s?(?P<day>\d{{1,2}})(?:[a-z]{{2}})?[,，\s]\s?(?P<year>20\d{{2}}|19\d{{2}})(?!\d)"
    ),
)
_STAMP = re.compile(
    r"(?P<year>(?:19\d\d|20\d\d|2100))(?P<month>\d\d)(?P<day>\d\d)(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)"
)
_BARE_MONTH = re.compile(r"(?P<year>(?:19\d\d|20\d\d|2100))[-/.](?P<month>\d{1,2})")
_BARE_YEAR = re.compile(r"(?P<year>(?:19\d\d|20\d\d|2100))")
_NUMBERED = re.compile(r"(?:电话|传真|手机|邮编|编号|索引号|备案|证号|QQ|[号码])[^\n。]{0,4}$", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_CENTURIES = ("19", "20", "2100")  # what the year of a date in figures begins with
_DIGITS = {sign: value for value, sign in enumerate("〇一二三四五六七八九")}
_WRAPPING = " \n\r\t[]【】〔〕()（）<>《》|　\u00a0"


def find_dates(
    text: str, *, coarse: bool = False, short_years: bool = False, page_year: int | None = None
) -> list[DateFound]:
    """Every date of `text` that names a day, in order, none overlapping another.

    With `coarse`, months and years written with 年 too. Only on request, since both are easily something else:
    two-digit years (`08-12-30`, for datelines) and days without a year (`12-30`, read in `page_year`). A bare number
    with 日 is never a date, nor are digits that belong to a longer number (索引号, telephone numbers).
    """
    has_digits, has_year = _DIGIT.search(text) is not None, "年" in text
    if not has_digits and not has_year:  # most lines of a page
        return []
    folded = text.translate(_FOLD)
    has_century = has_digits and any(century in folded for century in _CENTURIES)
    wanted = (
        (_NUMERIC, has_century),
        (_HAN, has_year),
        (_COMPACT, has_century),
        (_MONTH_FIRST, has_century and _names_a_month(folded)),
        (_DAY_FIRST, has_century and _names_a_month(folded)),
        (_SHORT, has_digits and short_years),
        (_MONTH_DAY, has_digits and page_year is not None),
        (_HAN_MONTH, has_year and coarse),
        (_HAN_ONLY_YEAR, has_year and coarse),
    )
    found: list[DateFound] = []
    for pattern in (pattern for pattern, is_wanted in wanted if is_wanted):
        for one in _matches(pattern, text, folded, page_year):
            if not any(one.start < other.end and other.start < one.end for other in found):
                found.append(one)
    return sorted(found, key=lambda one: one.start)


def parse_date(raw: str, *, short_years: bool = True, page_year: int | None = None) -> DateFound | None:
    """The date that `raw` is, brackets and white space around it aside; None where it is not exactly one date.

    Takes months (`2026-09`, `2026年9月`), years, and the 14 digits of a time stamp besides what `find_dates` finds.
    """
    start = len(raw) - len(raw.lstrip(_WRAPPING))
    inner = raw.strip(_WRAPPING)
    folded = inner.translate(_FOLD)
    for pattern in (_STAMP, _BARE_MONTH, _BARE_YEAR):
        if match := pattern.fullmatch(folded):
            return _found(match, raw, offset=start)
    for one in find_dates(inner, coarse=True, short_years=short_years, page_year=page_year):
        rest = inner[one.end :].strip(" 　\u00a0份")
        if one.start == 0 and (not rest or re.fullmatch(r"星期[一二三四五六日天]", rest)):
            return DateFound(iso=one.iso, precision=one.precision, raw=one.raw, start=start, end=start + len(one.raw))
    return None


def split_date(text: str) -> DateFound | None:
    """The day that a text shows in boxes of its own: the day beside or under year and month, or the year under them."""
    folded = text.translate(_FOLD)
    for pattern in _SPLIT:
        for match in pattern.finditer(folded):
            if found := _found(match, text):
                return found
    return None


_URL_DAY = (
    re.compile(r"/t(?P<year>20\d{2}|19\d{2})(?P<month>\d{2})(?P<day>\d{2})_\d+"),
    re.compile(r"/(?P<year>20\d{2}|199\d)[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})(?=[/_.]|$)"),
    re.compile(r"/(?P<year>20\d{2}|199\d)/?(?P<month>\d{2})(?P<day>\d{2})(?=/)"),
)
_URL_MONTH = re.compile(r"/(?P<year>20\d{2}|199\d)[-/]?(?P<month>\d{2})(?=/)")


def url_date(url: str) -> DateFound | None:
    """The date in an address's path, where one of the known dialects writes one that exists; a day, else a month.

    A year alone (`/art/2020/art_9f….html`) is no date of publication, nothing in a query string is, and neither is a
    folder on somebody's disk (`file:`).
    """
    parts = urlsplit(url)
    path = parts.path if parts.scheme in {"http", "https"} else ""
    for pattern in (*_URL_DAY, _URL_MONTH):
        for match in pattern.finditer(path):
            if found := _found(match, path):
                return found
    return None


def number(digits: str) -> int | None:
    """The value of a number below 100, or of a year, in Arabic or Chinese digits, mixed too; None where it is none."""
    if digits.isascii() and digits.isdecimal():
        return int(digits)
    if (month := digits[:3].lower()) in _MONTHS:
        return _MONTHS.index(month) + 1
    signs = [_DIGITS.get(sign, sign) for sign in digits.translate(_FOLD) if not sign.isspace()]
    if signs == ["元"]:
        return 1
    plain = "".join("20" if sign == "廿" else "30" if sign == "卅" else str(sign) for sign in signs)
    if "十" in plain:
        tens, _, ones = plain.partition("十")
        return int(tens or 1) * 10 + int(ones or 0) if (tens + ones + "0").isdecimal() else None
    if any(sign in {"廿", "卅"} for sign in signs) and len(plain) > len("20"):
        plain = plain[0] + plain[2:]
    return int(plain) if plain.isdecimal() else None


def _names_a_month(folded: str) -> bool:
    """Whether an English month may stand in a text."""
    lowered = folded.lower()
    return any(month in lowered for month in _MONTHS)


def _matches(pattern: re.Pattern[str], text: str, folded: str, page_year: int | None) -> Iterator[DateFound]:
    for match in pattern.finditer(folded):
        if not _is_part_of_a_number(pattern, match, folded) and (one := _found(match, text, page_year=page_year)):
            yield one


def _is_part_of_a_number(pattern: re.Pattern[str], match: re.Match[str], folded: str) -> bool:
    """`11320800-2016-12-28`, `2016-12-28-001`, `编号：20161228`."""
    if pattern is _COMPACT:
        return bool(_NUMBERED.search(folded[max(0, match.start() - 12) : match.start()]))
    if pattern is not _NUMERIC:
        return False
    mark = re.escape(match["mark"] or ".")
    joined_before = re.search(rf"[0-9A-Za-z]{mark}$", folded[max(0, match.start() - 3) : match.start()])
    return bool(joined_before or re.match(rf"{mark}\d", folded[match.end() : match.end() + 2]))


def _found(match: re.Match[str], text: str, *, page_year: int | None = None, offset: int = 0) -> DateFound | None:
    parts = {name: number(value) for name, value in match.groupdict().items() if value and name in _UNITS}
    if any(value is None for value in parts.values()):
        return None
    known = {name: value for name, value in parts.items() if value is not None}
    year = _full_year(known.get("year", page_year or 0))
    end = match.end()
    day = _day(year, known.get("month"), known.get("day"))
    if day is None:
        return None
    iso, precision = day
    if "hour" in known and precision is Precision.DAY:
        if timed := _timed(iso, known, match.groupdict().get("zone")):
            iso, precision = timed
        else:
            end = match.end("day")
            end += text[offset + end : offset + end + 1] in {"日", "号"}
    start, end = offset + match.start(), offset + end
    return DateFound(iso=iso, precision=precision, raw=text[start:end].strip(), start=start, end=end)


_UNITS = frozenset({"year", "month", "day", "hour", "minute", "second"})


def _full_year(year: int) -> int:
    """Two digits of a dateline: the league's own papers begin in 1949, so `49`–`99` are 1949–1999."""
    if year >= 100:  # noqa: PLR2004 -- two digits or four
        return year
    return year + (1900 if year >= FIRST_YEAR % 100 else 2000)


def _day(year: int, month: int | None, day: int | None) -> tuple[str, Precision] | None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    if month is None:
        return f"{year:04d}", Precision.YEAR
    try:
        whole = date(year, month, 1 if day is None else day)
    except ValueError:
        return None
    return (f"{year:04d}-{month:02d}", Precision.MONTH) if day is None else (whole.isoformat(), Precision.DAY)


def _timed(day: str, parts: dict[str, int], zone: str | None) -> tuple[str, Precision] | None:
    hour, minute, second = parts["hour"], parts["minute"], parts.get("second")
    try:
        moment = datetime.fromisoformat(day).replace(hour=hour, minute=minute, second=second or 0, tzinfo=_zone(zone))
    except ValueError:
        return None
    if not (hour or minute or second):
        return day, Precision.DAY
    moment = moment.astimezone(SHANGHAI)
    if second is None:
        return moment.isoformat(timespec="minutes"), Precision.MINUTE
    return moment.isoformat(timespec="seconds"), Precision.SECOND


def _zone(zone: str | None) -> timezone:
    if zone is None:
        return SHANGHAI
    if zone == "Z":
        return UTC
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    return timezone((timedelta(hours=hours, minutes=minutes)) * (-1 if zone[0] == "-" else 1))
