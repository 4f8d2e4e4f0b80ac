"""The time that a text is about (所属年度), one period for each kind; never taken from when it was published."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from archive_api.document import Evidence, Kind, Period, Section
from crawler.extraction.dates import FIRST_YEAR, LAST_YEAR, find_dates, number
from crawler.extraction.kinds import KindFound

_DIGIT = "[0-9０-９〇○◯ＯOo零一二三四五六七八九]"
_YEAR = rf"(?<!{_DIGIT}){_DIGIT}{{4}}(?!{_DIGIT})"
_DASH = r"\s?(?:——?|--?|－|–|―|~|～|至|到|/)\s?"
_EXPRESSION = re.compile(
    rf"(?P<year>{_YEAR})(?:(?:年度?)?{_DASH}(?P<to>{_YEAR}))?\s?(?P<unit>学年度?|年度|年(?!版)|(?=工作|共青团|总结|要点|计划))?"
    r"(?:\s?(?P<part>上半年|下半年|第?[一二三四1-4]季度|[一二三四五六七八九十]{1,2}月份?(?!\d)|1?\d月份?(?!\d|[一二三四五六七八九十]))(?!\s?\d{1,2}\s?日))?"
    r"|(?P<alone>上半年|下半年|第[一二三四1-4]季度)|(?P<plan>十[一二三四五]五)[”\"’']?(?=规划|计划|期间|.{0,12}规划)|(?P<next>明年|来年|下一?年度?)"
)
_NEXT = re.compile(r"明年|来年|下一?年度?")
_WORKS = frozenset({Kind.SUMMARY, Kind.PLAN, Kind.KEY_POINTS, Kind.REPORT})
_HEADING_WORDS = {
    Kind.SUMMARY: re.compile(r"总结|回顾|情况|成绩|成效"),
    Kind.PLAN: re.compile(r"计划|打算|思路|安排|重点|任务"),
    Kind.KEY_POINTS: re.compile(r"要点|计划|打算|思路|安排|重点|任务"),
}
# years in which the things were founded or happened whose anniversaries the texts keep
_FOUNDED = (
    (1922, r"(?:共青团|共产主义青年团)(?:成立|建立|建团)?|建团"),
    (1919, r"五四运动|[“\"]?五四[”\"]?运动"),
    (1921, r"(?:中国共产党|党)成立|建党"),
    (1949, r"(?:新中国|中华人民共和国)成立|建国"),
    (1978, r"改革开放"),
)
_ANNIVERSARY = tuple(
    (year, re.compile(rf"(?P<before>.{{0,8}})(?:{words})\s?(?P<n>\d{{2,3}}|[一二三四五六七八九十百]{{2,5}})\s?周年"))
    for year, words in _FOUNDED
)
_AHEAD = re.compile(r"迎接|喜迎|迎(?!来)|即将|筹备|献礼|向")
_FIVE_YEARS = {"十一五": 2006, "十二五": 2011, "十三五": 2016, "十四五": 2021, "十五五": 2026}
_OPENING_LINES = 3
_OPENING = re.compile(
    rf"(?P<year>{_YEAR})年(?:度)?(?=[，,、：:是]|(?:上半年|下半年)|.{{0,24}}?(?:总体思路|整体思路|指导思想|总体要求|工作思路|目标任务|工作|认真|坚持|在))"
)


@dataclass(frozen=True, slots=True)
class _Said:
    """One expression of time; `year` 0 where only a part of a year is said."""

    start: int
    raw: str
    period: Period


def periods(
    title: str, kinds: Sequence[KindFound], headings: Sequence[Section], text: str
) -> tuple[tuple[Period, ...], Evidence]:
    """A period for each kind for which one is printed, with the evidence; () with a reason where none is.

    The year comes from the title, for a year's works (summary, plan, key points, report) else from a heading that
    names the same work, else from the opening of the body. An academic year Y–Y+1 is `year` Y and `end_year` Y+1, and
    its term is left out: halves are calendar halves. A year that only an anniversary gives (成立95周年) is marked so.
    """
    said = list(_said(title))
    found: list[Period] = []
    evidence: Evidence | None = None
    for kind in kinds or (KindFound(kind=Kind.OTHER),):
        period, why = _of_kind(kind, kinds, said, headings, text)
        if period:
            found.append(replace(period, kind=kind.kind if kinds else None))
            evidence = evidence or why
    found = sorted([*found, *_others(said, kinds, found)], key=lambda one: one.year) if len(kinds) == 1 else found
    if not found:
        return (), Evidence(reason=_why_not(said))
    return tuple(found), evidence or Evidence(rule="title", raw=said[0].raw)


def _of_kind(
    kind: KindFound, kinds: Sequence[KindFound], said: Sequence[_Said], headings: Sequence[Section], text: str
) -> tuple[Period | None, Evidence]:
    own = _nearest(kind, kinds, said)
    if own and own.period.year:
        return own.period, Evidence(rule="title", raw=own.raw)
    years = [one for one in said if one.period.year and own and one.start < own.start]
    if own and years:
        year = years[-1].period.year
        return _part_of(own, year + 1 if _NEXT.fullmatch(own.raw) else year), Evidence(rule="title", raw=years[-1].raw)
    if kind.kind not in _WORKS or (own and _NEXT.fullmatch(own.raw)):
        return None, Evidence(reason="no year in the title")
    year, evidence = _year_in_body(kind.kind, headings, text, is_alone=len(kinds) == 1 or own is not None)
    return (_part_of(own, year) if year else None), evidence


def _nearest(kind: KindFound, kinds: Sequence[KindFound], said: Sequence[_Said]) -> _Said | None:
    """The expression that stands nearest before the kind's word, after the kind before it; else the one behind it."""
    floor = max((other.end for other in kinds if other.end <= kind.start), default=0)
    ceiling = min((other.start for other in kinds if other.start >= kind.end), default=None)
    before = [one for one in said if floor <= one.start < max(kind.start, 1) or not kind.end]
    if before:
        return before[-1]
    behind = [one for one in said if one.start >= kind.end]
    return behind[0] if behind and ceiling is None else None


def _part_of(own: _Said | None, year: int) -> Period:
    return replace(own.period, year=year) if own else Period(year=year)


def _others(said: Sequence[_Said], kinds: Sequence[KindFound], found: Sequence[Period]) -> Iterator[Period]:
    """A notice about two years' work has both; a year's work has only its own."""
    if len(kinds) == 1 and kinds[0].kind not in _WORKS:
        known = {(one.year, one.end_year) for one in found}
        for one in said:
            if one.period.year and (one.period.year, one.period.end_year) not in known:
                known.add((one.period.year, one.period.end_year))
                yield replace(one.period, kind=kinds[0].kind)


def _year_in_body(kind: Kind, headings: Sequence[Section], text: str, *, is_alone: bool) -> tuple[int, Evidence]:
    words = _HEADING_WORDS.get(kind)
    for section in headings:
        for one in _said(section.heading):
            if one.period.year and words and words.search(section.heading, one.start):
                return one.period.year, Evidence(rule="heading", raw=section.number + section.heading)
    if not is_alone:
        return 0, Evidence(reason="no year is printed for it in the title or a heading")
    for line in text.split("\n")[:_OPENING_LINES]:
        match = _OPENING.match(line.lstrip(" \u3000"))
        year = number(match["year"]) if match else None
        if match and year and _is_year(year):
            return year, Evidence(rule="opening", raw=match.group())
    return _by_anniversary(kind, text)


def _by_anniversary(kind: Kind, text: str) -> tuple[int, Evidence]:
    """The year that every anniversary kept in a year's work agrees on; anniversaries still ahead do not count."""
    if kind is Kind.REPORT:
        return 0, Evidence(reason="no year in title, headings or opening; a report may cover a term of several")
    years: Counter[int] = Counter()
    raws: dict[int, str] = {}
    for founded, pattern in _ANNIVERSARY:
        for match in pattern.finditer(text):
            age = number(match["n"]) if "百" not in match["n"] else None
            if age and not _AHEAD.search(match["before"]):
                years[founded + age] += 1
                raws.setdefault(founded + age, match.group()[len(match["before"]) :])
    if len(years) == 1:
        ((year, _),) = years.items()
        return year, Evidence(rule="derived_from_anniversary", raw=raws[year])
    return 0, Evidence(reason="no year in title, headings or opening")


def _said(title: str) -> Iterator[_Said]:
    days = [(found.start, found.end) for found in find_dates(title)]
    for match in _EXPRESSION.finditer(title):
        is_a_day = any(start <= match.start() < end for start, end in days)
        if not is_a_day and (period := _period(match)):
            yield _Said(match.start(), match.group().strip(), period)


def _period(match: re.Match[str]) -> Period | None:
    if match["plan"]:
        first = _FIVE_YEARS[match["plan"]]
        return Period(year=first, end_year=first + 4)
    if match["alone"] or match["next"]:
        return _narrowed(Period(year=0), match["alone"] or "")
    year, end = number(match["year"]), number(match["to"]) if match["to"] else None
    unit = match["unit"]
    if year is None or not _is_year(year) or (unit is None and end is None):
        return None
    if end is not None and not (_is_year(end) and end > year):
        return None
    if unit and unit.startswith("学年"):
        end = end or year + 1
    period = Period(year=year, end_year=end)
    return period if end or not match["part"] else _narrowed(period, match["part"])


def _narrowed(period: Period, part: str) -> Period:
    if part in {"上半年", "下半年"}:
        return replace(period, half=1 if part == "上半年" else 2)
    if part.endswith("季度"):
        return replace(period, quarter=number(part.removeprefix("第").removesuffix("季度")))
    month = number(part.removesuffix("份").removesuffix("月")) if part else None
    return replace(period, month=month) if month and 1 <= month <= 12 else period  # noqa: PLR2004 -- months of a year


def _is_year(year: int) -> bool:
    return FIRST_YEAR <= year <= LAST_YEAR


def _why_not(said: Sequence[_Said]) -> str:
    if said:
        return f"only a part of a year is printed ({said[0].raw}), and neither headings nor opening name the year"
    return "no year in title, headings or opening; the year of publication is not taken for it"
