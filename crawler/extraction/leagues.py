"""The names that league committees go by, and which committee of which place each one means."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from archive_api.document import Level
from crawler.extraction import gazetteer
from crawler.extraction.gazetteer import Place

MASK = r"[*＊×✕ｘＸxX某○□■]"
_NOT_A_COMMITTEE = r"(?![员托派屈]|书记处)"
_FULL = re.compile(
    rf"(?:中国)?(?:共产主义青年团|共青团)(?P<who>(?:{MASK}|[\u4e00-\u9fff（）()]){{2,30}}?)"
    rf"(?P<term>第[一二三四五六七八九十百]{{1,4}}届)?(?P<tail>工作委员会|委员会|工委|委{_NOT_A_COMMITTEE})(?:[（(]本级[)）])?"
)
_CENTRAL = re.compile(
    r"(?:中国)?(?:共产主义青年团|共青团|(?<![共集代表术工剧乐社军师财旅兵建])团)中央(?:委员会|书记处|办公厅|[\u4e00-\u9fff]{2,6}部(?!署|门|分))?"
)
# 代表团, 集团, 艺术团, 文工团 and the like are no leagues
_NO_LEAGUE = "共集代表术工剧乐社军师财旅兵建议舞唱讲宣顾问援察"
_WHO_INSIDE = re.compile(rf"(?<![{_NO_LEAGUE}])团(?P<who>[\u4e00-\u9fff]{{1,11}}[省市县区州盟旗])委{_NOT_A_COMMITTEE}")
_UNIT = re.compile(rf"(?<![{_NO_LEAGUE}])团(?P<unit>[省市县区州盟旗地])委{_NOT_A_COMMITTEE}")
_GROUP = re.compile(
    rf"(?P<unit>自治区|省|市|县|区|州|盟|旗|镇|乡|街道|校|院|大学|学院|学校|中学|小学|附中|公司|集团|厂|局|兵团|系统|村|社区|地区|理工|师大|工大)?"
    rf"(?:分团委|团（工）委|团\(工\)委|团工委|团总支|团委){_NOT_A_COMMITTEE}"
)
_LEAGUE = re.compile(r"(?<!中国)(?<!全国)共青团(?!中央|员|干)")
_EDGE = r"(?:^|(?<=[\s，。、；：！？“”《》（）【】,.;:!?\"'()\[\]—\-|·\d年月日度]))"
_UNKNOWN_NAME = re.compile(rf"{_EDGE}(?P<who>(?:{MASK}|[\u4e00-\u9fff]){{1,16}})$")
_LEAD = re.compile(r"^(?:年度?|月份?|日|度|关于|在|由|受|对|向|致|给|转发|印发|召开|经|据|本|我|各|原|全|与|和|及)+")
# 中国石油大学（北京）, 大连理工大学盘锦校区: what stands behind the word tells one school's houses apart
_SCHOOL = re.compile(r"(?:大学|学院|理工|师大|工大)(?:[（(][^（）()]{2,8}[）)]|[\u4e00-\u9fff]{2,6}校区)?$")
_LOWER_SCHOOL = re.compile(r"(?:中学|小学|学校|附中|幼儿园|技校|职高|一中|二中|高中)$")
_COMPANY = re.compile(r"(?:公司|集团|厂|银行|铁路局|油田)$")
_TOWN = re.compile(r"(?:镇|乡|街道|村|社区|地区)$")
_NO_NAME = re.compile(
    r"^(?:乡镇|镇村|村镇|县区|市县|区县|市区|机关|企业|农村|社区)$|"
    r"各|级|基层|直属|有关|广大|所属|[和与及]|认真|继续"
)
_LONGEST_PLACE, _LONGEST_NAME = 6, 14
_PLACE_END = re.compile(r"(?:省|市|县|区|州|盟|旗|地区|自治区)$")
RANKS = frozenset({"省", "市", "县", "区", "州", "盟", "旗", "地", "自治区"})
_UNIT_LEVEL = {
    **dict.fromkeys(("省", "自治区"), Level.PROVINCE),
    **dict.fromkeys(("市", "州", "盟", "地"), Level.PREFECTURE),
    **dict.fromkeys(("县", "区", "旗"), Level.COUNTY),
    **dict.fromkeys(("镇", "乡", "街道", "村", "社区"), Level.TOWNSHIP),
    **dict.fromkeys(("大学", "学院", "理工", "师大", "工大"), Level.UNIVERSITY),
    **dict.fromkeys(("中学", "小学", "学校", "附中"), Level.SCHOOL),
    **dict.fromkeys(("公司", "集团", "厂"), Level.ENTERPRISE),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A committee named in a text: `who` is what it is the committee of, "" where only its rank is said (团市委).

    `unit` is the word for its rank (市, 县, 大学 …), "" where none is said (普陀共青团). `is_full`: spelled out.
    """

    printed: str
    start: int
    end: int
    who: str = ""
    unit: str = ""
    is_central: bool = False
    is_full: bool = False

    @property
    def is_masked(self) -> bool:
        """Whether the name is blotted out: **团区委, ××县团委, 某市团委."""
        return bool(re.search(MASK, self.who))


class Weights(Protocol):
    """How much a page speaks of each place, by its code; 0 of those that it does not name."""

    def __getitem__(self, code: str, /) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Committee:
    """What a mention means: its normalised name, level and place, as far as they are certain; else `reason`."""

    name: str | None
    level: Level | None
    place: Place | None
    reason: str | None = None


def mentions(text: str) -> list[Mention]:
    """Every committee named in a text, in order, none overlapping another."""
    found: list[Mention] = []
    for one in _all(text):
        if not any(one.start < other.end and other.start < one.end for other in found):
            found.append(one)
    return sorted(found, key=lambda one: one.start)


def mention(text: str) -> Mention | None:
    """The committee that a whole text names (a signature, a label's value), its offices aside; else None."""
    compact = "".join(text.split()).strip("：:。（）()")
    for one in mentions(compact):
        rest = compact[one.end :]
        if one.start == 0 and re.fullmatch(r"(?:办公室|办公厅|机关|(?:[\u4e00-\u9fff]{2,6}(?:部|处|中心)))?", rest):
            return one
    return None


def committee(one: Mention, context: Weights, *, hint: str | None = None, rank: str = "") -> Committee:
    """The committee that a mention means. `context` weighs place codes by how often the page names them.

    Where no rank is said (朝阳共青团), `rank` is the one that the text gives itself. A name that several places bear is
    settled by their parents' weight, by a margin of two to one, or by `hint`, the region of the page's source;
    otherwise it stays unknown, with the candidates in the reason.
    """
    if one.is_masked:
        return Committee(name=None, level=_level_of(one), place=None, reason=f"the name is masked: {one.printed}")
    if one.is_central or one.unit == "兵团":
        return _CORPS if one.unit else _CENTRE
    if level := _other_level(one):
        return _of_no_division(one, level, context, hint)
    return _of_division(one, context, hint, rank)


_CENTRE = Committee(name="共青团中央委员会", level=Level.CENTRAL, place=None, reason="the whole country")
_CORPS = Committee(
    name="共青团新疆生产建设兵团委员会",
    level=Level.PROVINCE,
    place=None,
    reason="the Corps is no division of GB/T 2260",
)


def _of_division(one: Mention, context: Weights, hint: str | None, rank: str) -> Committee:
    found, reason = resolve(one.who, one.unit or rank, context, hint=hint)
    if found is None and rank and not one.unit:
        found, reason = resolve(one.who, "", context, hint=hint)
    if found:
        return Committee(name=full_name(found), level=found.level, place=found)
    if one.who and not gazetteer.called(_last(one)) and _PLACE_END.search(one.who + one.unit):
        name = one.who if _PLACE_END.search(one.who) else one.who + one.unit
        return Committee(
            name=f"共青团{name}委员会", level=_level_of(one), place=None, reason=f"{name} is no division of GB/T 2260"
        )
    return Committee(name=None, level=_level_of(one), place=None, reason=reason)


def _of_no_division(one: Mention, level: Level, context: Weights, hint: str | None) -> Committee:
    """A school's, a company's or a township's; only a township lies where its name begins (河北工业大学 is in 天津)."""
    if not one.who:
        return Committee(name=None, level=level, place=None, reason=f"{one.printed}: no name is printed")
    where = resolve(one.who, "", context, hint=hint, first=True)[0] if level is Level.TOWNSHIP else None
    reason = None if where else f"{one.who} is no division of GB/T 2260, and says not where it is"
    return Committee(name=f"共青团{one.who}委员会", level=level, place=where, reason=reason)


def full_name(where: Place) -> str:
    """A committee's name in full: a district's after its city's (共青团上海市普陀区委员会), a county's alone."""
    above = gazetteer.place(where.parent) if where.parent and where.name.endswith("区") else None
    is_district = above is not None and above.name.endswith("市") and not where.name.endswith("林区")
    # 岳阳市屈原管理区 has its city's name in its own
    is_whole = above is not None and where.name.startswith(above.name)
    return f"共青团{above.name if above and is_district and not is_whole else ''}{where.name}委员会"


def resolve(
    who: str, unit: str, context: Weights, *, hint: str | None = None, first: bool = False
) -> tuple[Place | None, str]:
    """The place that a name means, and otherwise why none: by its parents if they are printed, else by the context."""
    chain = gazetteer.leading(who) if first else gazetteer.trailing(who)
    if not chain:
        return None, f"{who or 'the rank alone'} names no division of GB/T 2260"
    candidates = [one for one in gazetteer.called(chain[-1]) if _fits(one, unit)]
    for name in reversed(chain[:-1]):
        above = {one.code for one in gazetteer.called(name)}
        candidates = [
            one for one in candidates if any(gazetteer.is_under(one.code, code) for code in above)
        ] or candidates
    return choose(candidates, context, hint=hint)


def choose(candidates: Sequence[Place], context: Weights, *, hint: str | None) -> tuple[Place | None, str]:
    """The candidate that the page speaks of, by a margin of two to one."""
    if len(candidates) == 1:
        return candidates[0], ""
    if not candidates:
        return None, "no division of that name and rank"
    scores = sorted(
        ((_score(one, context, hint), one.level is not Level.COUNTY, one.code) for one in candidates), reverse=True
    )
    (best, _, code), (second, _, _) = scores[:2]
    if best and best >= 2 * second:
        return next(one for one in candidates if one.code == code), ""
    nested = [one for one in candidates if all(other is one or other.parent == one.code for other in candidates)]
    if nested:  # 淮安 is the city unless the page speaks of its district 淮安区
        return nested[0], ""
    listed = ", ".join(f"{''.join(gazetteer.names(one.code))} ({one.code})" for one in candidates[:5])
    return None, f"ambiguous: {listed}"


def fits(where: Place, unit: str) -> bool:
    """Whether a place can have a committee of that rank: 团区委 is a district's or an autonomous region's."""
    return _fits(where, unit)


def _score(one: Place, context: Weights, hint: str | None) -> int:
    above = one.parent
    score = 0
    while above:
        score += context[above]
        found = gazetteer.place(above)
        above = found.parent if found else None
    if hint and gazetteer.is_under(one.code, hint):
        score += 1000 if one.code == hint else 100
    return score + context[one.code] // 4


def _fits(where: Place, unit: str) -> bool:
    if unit in {"省", "自治区"}:
        return where.level is Level.PROVINCE
    if unit == "区":
        return where.name.endswith("区") and (where.level is Level.COUNTY or where.name.endswith("自治区"))
    return unit not in RANKS or where.name.endswith("地区" if unit == "地" else unit)


def _level_of(one: Mention) -> Level | None:
    return _UNIT_LEVEL.get(one.unit) or _other_level(one) or _UNIT_LEVEL.get(one.who[-1:])


def _other_level(one: Mention) -> Level | None:
    """University, school, enterprise or township, by the last word of the name."""
    named = one.who + ("" if one.unit in RANKS else one.unit)
    if gazetteer.called(one.who):
        return None
    for pattern, level in (
        (_LOWER_SCHOOL, Level.SCHOOL),
        (_SCHOOL, Level.UNIVERSITY),
        (_COMPANY, Level.ENTERPRISE),
        (_TOWN, Level.TOWNSHIP),
    ):
        if pattern.search(named):
            return level
    return None


def _last(one: Mention) -> str:
    chain = gazetteer.trailing(one.who)
    return chain[-1] if chain else one.who


def _all(text: str) -> Iterator[Mention]:
    for match in _CENTRAL.finditer(text):
        yield Mention(printed=match.group(), start=match.start(), end=match.end(), is_central=True, is_full=True)
    for pattern in (_FULL, _WHO_INSIDE):
        for match in pattern.finditer(text):
            who = match["who"]
            if _is_name(who):
                yield _spelled(match, who)
    for match in _UNIT.finditer(text):
        yield _with_name_before(text, match, match["unit"])
    for match in _GROUP.finditer(text):
        yield _with_name_before(text, match, match["unit"] or "")
    for match in _LEAGUE.finditer(text):
        one = _with_name_before(text, match, "")
        if one.who:
            yield one


def _spelled(match: re.Match[str], who: str) -> Mention:
    unit = "" if _SCHOOL.search(who) else next((word for word in _UNIT_LEVEL if who.endswith(word)), "")
    return Mention(
        printed=match.group(),
        start=match.start(),
        end=match.end(),
        who=who,
        unit=unit if unit in RANKS else "",
        is_full=True,
    )


def _is_name(who: str) -> bool:
    ends = (_PLACE_END, _SCHOOL, _LOWER_SCHOOL, _COMPANY, _TOWN, re.compile(rf"局|院|机关|行业|医院|系统|{MASK}$"))
    return any(pattern.search(who) for pattern in ends) or bool(gazetteer.called(who))


def _with_name_before(text: str, match: re.Match[str], unit: str) -> Mention:
    """`X团市委`, `X市团委`, `X共青团`: the name before it is a division's, else what stands between it and an edge."""
    before = text[max(0, match.start() - 2 * _LONGEST_NAME) : match.start()]
    is_group = match.re is _GROUP
    chain = gazetteer.trailing(before + unit if is_group else before)
    if chain and (length := len("".join(chain)) - (len(unit) if is_group else 0)) > 0:
        start = match.start() - length
        who = "".join(chain)
    else:
        name = _unknown_name(before, unit, is_league=match.re is _LEAGUE)
        start = match.start() - len(name)
        who = name + unit if name and is_group else name
    return Mention(printed=text[start : match.end()], start=start, end=match.end(), who=who, unit=unit)


def _unknown_name(before: str, unit: str, *, is_league: bool) -> str:
    """A name that is no division's: a school's, a company's, a masked one, a county's that is not in the tables."""
    found = _UNKNOWN_NAME.search(before)
    who = _LEAD.sub("", found["who"]) if found else ""
    longest = _LONGEST_PLACE if unit in RANKS or (is_league and not _is_body(who)) else _LONGEST_NAME
    if (len(who) > 1 or re.fullmatch(MASK, who)) and len(who) <= longest and not _NO_NAME.search(who):
        is_named = not is_league or _is_body(who) or (_PLACE_END.search(who) and len(who) > len("全县"))
        return who if is_named else ""
    masks = re.search(rf"{MASK}+$", before)
    return masks.group() if masks else ""


def _is_body(who: str) -> bool:
    return any(pattern.search(who) for pattern in (_SCHOOL, _LOWER_SCHOOL, _COMPANY))
