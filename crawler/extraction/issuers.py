"""Who issued a text: the committee named where issuers are named, and which committee of which place that is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from archive_api.document import Evidence, Kind, Level
from crawler.extraction import gazetteer
from crawler.extraction.datelines import Labelled
from crawler.extraction.dates import find_dates
from crawler.extraction.flags import is_masked
from crawler.extraction.gazetteer import Place
from crawler.extraction.kinds import KindFound
from crawler.extraction.leagues import (
    MASK,
    RANKS,
    Committee,
    Mention,
    choose,
    committee,
    fits,
    full_name,
    mention,
    mentions,
    resolve,
)
from crawler.extraction.parts import Hints, Parts

_WORKS = frozenset({Kind.SUMMARY, Kind.PLAN, Kind.KEY_POINTS, Kind.REPORT})
_PERSON = re.compile(
    r"^(?:[（(【][^）)】]{1,8}[）)】])?(?P<who>[\u4e00-\u9fff]{2,4}?)(?:同志|书记|主席|总书记|部长|省长|市长|县长|区长|校长)?(?:在.{4,80}[上中时]的?|[：:致给就])"
)
_OFFICE = re.compile(
    r"^(?P<who>[\u4e00-\u9fff（）()、\s]{3,40}?(?:委员会|党委|党组|政府|局|厅|委|办公室|办公厅|办|部|院|校|大学|学院|中学|小学|学校|中心|协会|联合会|青联|学联|公司|集团|所|站|处|组))"
    r"[\s\u3000]*(?=关于|印发|转发|公开|公示|《)"
)
_GOVERNMENT = re.compile(r"(?:人民)?政府(?=工作报告|关于|办公)")
_COUNCIL = re.compile(r"(?:中华人民共和国)?国务院(?=政府工作报告)")
_CONGRESS = re.compile(r"[在向](?P<who>[\u4e00-\u9fff]{2,16}?)第?[一二三四五六七八九十]{1,4}届人民代表大会")
_LEADING_MARKS = re.compile(
    r"^(?:[\[【](?:组?图|视频|转载|置顶)[\]】]|[\s\u3000·•【\[\]】*]|(?:19|20)\d{2}年?(?:度|上半年|下半年)?|[二一][〇○ＯO零0-9一二三四五六七八九]{3}年度?)+"
)
_OWNER = re.compile(
    r"(?:版权所有|主办(?:单位)?|承办|©|Copyright)[\s:：©]*(?P<who>[\u4e00-\u9fff（）()]{3,40})", re.IGNORECASE
)
_NATIONAL = re.compile(
    r"(?:《)?(?:中国共产党|中华人民共和国|中国共产主义青年团章程|中国共青团|中共中央|国家主席|习近平)"
)
_OWN_RANK = re.compile(r"[全我本](?P<rank>[省市县区州旗])(?!域)")
_ISSUER_LABELS, _AUTHOR_LABELS = frozenset({"issuer"}), frozenset({"author", "publisher", "origin"})
_SIGNATURE_LINES, _LONGEST_SIGNATURE = 8, 80
_OPENING = 300
_FEW = 3  # so often at least must a place be named in a body that is to tell which 团市委 speaks


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """Who issued it, as printed and in full, how high it stands, and where. Evidence for each of the three."""

    printed: str | None
    name: str | None
    level: Level | None
    place: Place | None
    evidence: Evidence
    level_evidence: Evidence
    region_evidence: Evidence


class Surroundings:
    """What decides between places of one name: how often the page names which, and the region of its source.

    Counted only when it is asked for: few names are borne by several places.
    """

    def __init__(self, parts: Parts, title: str, hints: Hints) -> None:
        self.parts, self.title, self.hints = parts, title, hints

    @cached_property
    def counts(self) -> Counter[str]:
        """How often the body names each place, by code."""
        return gazetteer.mentions(self.parts.text)

    @cached_property
    def weighted(self) -> Counter[str]:
        """Site, breadcrumb and title count five times, the body once."""
        parts, hints = self.parts, self.hints
        named = (self.title, parts.site_name or "", hints.site_name or "", *parts.breadcrumb, *parts.footer)
        weighed = Counter(self.counts)
        for code, times in gazetteer.mentions("\n".join((*named, *parts.head))).items():
            weighed[code] += 5 * times
        return weighed

    def __getitem__(self, code: str) -> int:
        """A place's weight."""
        return self.weighted[code]


def issuer(parts: Parts, title: str, kinds: Sequence[KindFound], labels: Sequence[Labelled], hints: Hints) -> Issuer:
    """The issuer by the first of: a label (发文机关), title, signature, author or source, opening, the site's foot.

    Failing all, the source's owner from the hints, marked `inferred`. A name that is masked gives no issuer and no
    region, whatever else the page or the hints say; a rank alone (团市委) takes its place from the title, the site, or
    the place that the body names by far most often, and that is marked.
    """
    around = Surroundings(parts, title, hints)
    masked = is_masked(title, parts.text)
    for rule, found in _named(parts, title, kinds, labels):
        if isinstance(found, str):
            return _of_office(rule, found, around)
        if masked and (found.is_masked or not found.who) and not found.is_central:
            return _masked(_masked_print(found, parts.text))
        return _resolved(rule, found, around)
    return _masked(None) if masked else _unnamed(title, kinds, around)


def _unnamed(title: str, kinds: Sequence[KindFound], around: Surroundings) -> Issuer:
    """The government in a title; else the source's owner, unless a person speaks, or state or party is quoted."""
    if speaker := _speaker(title, kinds):
        return _inferred(Hints(), f"{speaker} speaks; who issued it is not said")
    if government := _government(title, around):
        return government
    if _NATIONAL.match(title):
        return _inferred(Hints(), "a paper of the state or the party that the site shows")
    return _inferred(around.hints, "no issuer is named where issuers are named")


def _named(
    parts: Parts, title: str, kinds: Sequence[KindFound], labels: Sequence[Labelled]
) -> Iterator[tuple[str, Mention | str]]:
    for entry in labels:
        if entry.label in _ISSUER_LABELS and entry.value:
            yield "label", mention(entry.value) or entry.value
    is_work = any(kind.kind in _WORKS for kind in kinds)
    is_persons = bool(_speaker(title, kinds))
    if not is_persons and (found := _in_title(title, kinds)):
        yield "title", found
    if signed := _signed(parts.text):
        yield "signature", signed
    for entry in labels if not is_persons and not _NATIONAL.match(title) else ():
        if entry.label in _AUTHOR_LABELS and (by := mention(entry.value)) and (by.who or by.unit in RANKS):
            yield entry.label, by
    if is_work and not is_persons:
        yield from (("opening", one) for one in mentions(parts.text[:_OPENING]) if one.who or one.unit)
    if not is_persons and (owner := site_owner(parts)):
        yield "site_owner", owner


def _speaker(title: str, kinds: Sequence[KindFound]) -> str | None:
    """Who speaks in a title that is headed by a person (X同志在…上的讲话, X给…的回信); None for any other title."""
    person = _PERSON.match(_LEADING_MARKS.sub("", title))
    is_spoken = any(kind.kind in {Kind.SPEECH, Kind.REPORT, Kind.OTHER} for kind in kinds)
    if not person or not is_spoken or re.search(r"[团委会局]|关于", person["who"]):
        return None
    return person["who"]


def _in_title(title: str, kinds: Sequence[KindFound]) -> Mention | str | None:
    """Where a title names its issuer: before 关于, or in a year's work before the work's own word."""
    if not kinds or kinds[0].kind in {Kind.NEWS, Kind.SPEECH}:
        return None
    if kinds[0].kind not in _WORKS:
        return _before_about(title)
    text = re.sub(r"《[^》]*》", lambda quoted: " " * len(quoted.group()), title) if "《" in title[1:] else title
    cut = max((match.end() for match in re.finditer(r"——+|―+", text) if match.end() <= kinds[0].start), default=0)
    end = kinds[-1].end or len(text)
    for start, stop in ((cut, end), (0, cut)):
        found = [
            one for one in mentions(text[start:stop]) if one.who or one.unit or one.is_central or one.printed == "团委"
        ]
        if found:
            return found[0]
    return _before_about(title)


def _before_about(title: str) -> Mention | str | None:
    bare = _LEADING_MARKS.sub("", title)
    match = _OFFICE.match(bare)
    first = next(iter(mentions(bare[:40])), None)
    if (
        first
        and first.start == 0
        and re.match(r".{0,8}?(?:关于|印发|转发|公布|部门|20\d\d年|[（(]|决定|预算|决算|政府信息)", bare[first.end :])
    ):
        return first
    joint = [one for one in mentions(match["who"]) if one.is_full] if match else []
    if joint:  # 中共云汀县委 共青团云汀县委关于…: the league's part of it
        return joint[-1]
    return match["who"].strip() if match and not match["who"].startswith(("关于", "转发")) else None


def _signed(text: str) -> Mention | None:
    """The committee that a short line at the end names, alone or before the date that follows it."""
    for line in reversed(text.split("\n")[-_SIGNATURE_LINES:]):
        compact = "".join(line.split())
        dates = find_dates(compact) if len(compact) <= _LONGEST_SIGNATURE else []
        bare = compact[: dates[0].start] if dates and dates[-1].end == len(compact) else compact
        if 3 <= len(bare) <= 40 and (found := mention(bare)) and (found.who or found.unit):  # noqa: PLR2004 -- a name
            return found
    return None


def site_owner(parts: Parts) -> Mention | None:
    """The committee that a page's foot, or else the site's name, says is the site's; None where they name none."""
    for line in (*parts.footer, parts.site_name or ""):
        match = _OWNER.search(line)
        for text in (match["who"] if match else "", line):
            if (found := mention(text)) and (found.who or found.is_central):
                return found
    return None


def _resolved(rule: str, one: Mention, around: Surroundings) -> Issuer:
    context, hint = around, around.hints.region
    meant = committee(one, context, hint=hint, rank=_own_rank(around.parts.text))
    why = rule
    if meant.name is None and not one.who and one.unit in RANKS:
        where, way = _by_rank(one, around)
        if where:
            meant = replace(meant, name=full_name(where), level=where.level, place=where, reason=None)
            why = f"{rule}+{way}"
        elif around.hints.issuer and around.hints.level in {meant.level, None}:
            return replace(_inferred(around.hints, ""), printed=one.printed)
        else:
            meant = replace(meant, reason=way)
    hints = around.hints
    if meant.place is None and meant.name is not None and meant.name == hints.issuer and hints.region:
        meant = replace(meant, place=gazetteer.place(hints.region))
    return _told(one, meant, why)


def _told(one: Mention, meant: Committee, why: str) -> Issuer:
    unknown = Evidence(reason=meant.reason or f"{one.printed} has no place of its own", raw=one.printed)
    return Issuer(
        printed=one.printed,
        name=meant.name,
        level=meant.level,
        place=meant.place,
        evidence=Evidence(rule=why, raw=one.printed) if meant.name else unknown,
        level_evidence=Evidence(rule="rank" if one.unit else why, raw=one.printed) if meant.level else unknown,
        region_evidence=Evidence(rule=why, raw=one.printed) if meant.place else unknown,
    )


def _own_rank(text: str) -> str:
    """The rank that a text gives itself by 全区, 我县, 全市, at least twice as often as any other; "" where none."""
    ranked = Counter(match["rank"] for match in _OWN_RANK.finditer(text)).most_common(2)
    is_clear = bool(ranked) and (len(ranked) == 1 or ranked[0][1] >= 2 * ranked[1][1])
    return ranked[0][0] if is_clear else ""


def _by_rank(one: Mention, around: Surroundings) -> tuple[Place | None, str]:
    """The place of a 团市委 that says no more: from the title, the site's own committee, or the body's count."""
    hint = around.hints.region
    for way, text in (("title_place", around.title), ("breadcrumb", " ".join(around.parts.breadcrumb))):
        places = [
            found for code in gazetteer.mentions(text) if (found := gazetteer.place(code)) and fits(found, one.unit)
        ]
        where, _ = choose(places, around, hint=hint)
        if where:
            return where, way
    for way, named in (("signature", _signed(around.parts.text)), ("site_owner", site_owner(around.parts))):
        where = committee(named, around, hint=hint).place if named else None
        if where and fits(where, one.unit):
            return where, way
    return _by_count(one, around)


def _by_count(one: Mention, around: Surroundings) -> tuple[Place | None, str]:
    """The place of that rank that the body names at least three times, and twice as often as any other."""
    by_name: Counter[str] = Counter()
    places: dict[str, list[Place]] = {}
    for code, times in around.counts.items():
        where = gazetteer.place(code)
        if where and fits(where, one.unit):
            by_name[where.name] = times
            places.setdefault(where.name, []).append(where)
    ranked = by_name.most_common(2)
    if not ranked or ranked[0][1] < _FEW or (len(ranked) > 1 and ranked[0][1] < 2 * ranked[1][1]):
        return None, f"{one.printed}: the text names no place of that rank clearly more often than any other"
    where, reason = choose(places[ranked[0][0]], around, hint=around.hints.region)
    return where, "body_counts" if where else reason


def _masked_print(one: Mention, text: str) -> Mention:
    """The masked form in the body says more than a rank in the title: **团区委."""
    if one.is_masked:
        return one
    found = next((other for other in mentions(text) if other.is_masked and other.unit == one.unit), None)
    return found or one


def _masked(one: Mention | None) -> Issuer:
    reason = Evidence(reason="the issuer's name is masked", raw=one.printed if one else None)
    level = committee(one, Counter()).level if one else None
    return Issuer(
        printed=one.printed if one else None,
        name=None,
        level=level,
        place=None,
        evidence=reason,
        level_evidence=Evidence(rule="rank", raw=one.printed) if one and level else reason,
        region_evidence=reason,
    )


def _of_office(rule: str, printed: str, around: Surroundings) -> Issuer:
    """An office that is no league committee: its name as printed, its place where the name begins with one."""
    if re.search(MASK + "{2}", printed):
        return replace(_masked(None), printed=printed)
    placed = printed.removeprefix("中国共产党").removeprefix("中共")
    where, reason = resolve(placed, "", around, hint=around.hints.region, first=True)
    return Issuer(
        printed=printed,
        name="".join(printed.split()),
        level=None,
        place=where,
        evidence=Evidence(rule=rule, raw=printed),
        level_evidence=Evidence(reason="not a league committee", raw=printed),
        region_evidence=Evidence(rule=rule, raw=printed) if where else Evidence(reason=reason, raw=printed),
    )


def _government(title: str, around: Surroundings) -> Issuer | None:
    if council := _COUNCIL.search(title):
        return _fixed("国务院", council.group(), Level.CENTRAL, None, "title")
    match = _GOVERNMENT.search(title)
    if match is None:
        return None
    chain = gazetteer.trailing(title[: match.start()])
    congress = _CONGRESS.search(around.parts.text[: 2 * _OPENING])
    who, rule = ("".join(chain), "title") if chain else (congress["who"], "congress") if congress else ("", "")
    where, _ = resolve(who, "", around, hint=around.hints.region)
    if where is None:
        return None
    printed = who + match.group() if chain else match.group()
    return _fixed(f"{where.name}人民政府", printed, where.level, where, rule)


def _fixed(name: str, printed: str, level: Level, where: Place | None, rule: str) -> Issuer:
    evidence = Evidence(rule=rule, raw=printed)
    nowhere = Evidence(reason="the whole country", raw=printed)
    return Issuer(
        printed=printed,
        name=name,
        level=level,
        place=where,
        evidence=evidence,
        level_evidence=evidence,
        region_evidence=evidence if where else nowhere,
    )


def _inferred(hints: Hints, reason: str) -> Issuer:
    """The source's owner, marked so; unknown with the reason where the source says none."""
    place = gazetteer.place(hints.region) if hints.region else None
    unknown = Evidence(reason=reason)
    inferred = Evidence(rule="inferred", raw=hints.issuer)
    is_known = hints.issuer is not None
    return Issuer(
        printed=None,
        name=hints.issuer,
        level=hints.level if is_known else None,
        place=place if is_known else None,
        evidence=inferred if is_known else unknown,
        level_evidence=inferred if is_known and hints.level else unknown,
        region_evidence=inferred if is_known and place else unknown,
    )
