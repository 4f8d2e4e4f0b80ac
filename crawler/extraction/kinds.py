"""What sort of text it is (文种), by the tail of its title; by its body only where that says it in so many words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from archive_api.document import Evidence, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class KindFound:
    """A kind, and where its word stands in the title (0, 0 where the body gave it)."""

    kind: Kind
    start: int = 0
    end: int = 0


_NEWS = (
    r"(?:出席|到会|主持).{0,12}讲话|学习.{0,60}讲话精神|"
    r"(?:总结|座谈|推进|表彰|动员|启动|部署|评议|培训|交流|工作|报告|研讨|汇报)+(?:大?会|会议|仪式)"
    r"(?:顺利|圆满|成功|隆重|在.{1,12})?(?:举办|举行|召开|结束|落幕|闭幕|开幕)?|"
    r"(?:顺利|圆满|成功|隆重|正式)?(?:举办|举行|召开|成立|启动|开班|结营|开营|落幕|闭幕|开幕|揭牌|上线|结束)|"
    r"(?:举办|举行|召开|开展|组织|参加|走进|慰问|赴).{0,40}(?:活动|会|会议|仪式|讲座|培训班|比赛|大赛|调研|志愿服务)"
)
_SUMMARY = (
    r"(?:工作|年度|年终|半年|情况|活动)?(?:总结|小结)(?:报告|材料)?|(?:工作|年度|年)?(?:巡礼|回顾)(?:与展望)?|工作(?:完成|开展|进展)?情况|"
    r"工作综述"
)
# The last word of a title decides: a 通知 about 工作总结 is a notice. Order matters only among words of equal end.
_TAILS: tuple[tuple[Kind, str], ...] = (
    (Kind.SPEECH, r"讲话稿?|致辞|致词|演讲|发言(?:稿)?|贺词|献词|[开闭]幕[辞词]|寄语"),
    (
        Kind.NOTICE,
        r"通知|公告|通告|公示|通报|启事|决定|倡议书?|邀请函|公开信|[的复]函|招募令|预告|名单公布|提示|[（(](?:通知|公告|通报)[)）]",
    ),
    (
        Kind.NEWS,
        _NEWS,
    ),
    (Kind.REGULATION, r"条例|章程|团章|办法|规定|准则|细则|规则|守则|制度"),
    (Kind.KEY_POINTS, r"工作要点|要点"),
    (
        Kind.PLAN,
        r"(?:工作|行动|实施|活动|发展)?(?:计划|规划|方案)(?:纲要)?|规划纲要|(?:工作)?(?:思路|打算|安排|设想|部署)|工作重点",
    ),
    (
        Kind.SUMMARY,
        _SUMMARY,
    ),
    (Kind.REPORT, r"(?:工作|述职|述廉|调研|调查|政治|年度)?报告|工作汇报|情况汇报|汇报(?:材料)?|述职"),
    (
        Kind.OTHER,
        r"意见|批复|贺信|回信|慰问信|预算|决算|(?:预|决)算(?:公开)?(?:情况)?(?:说明|公开)|决议|纪要|名单|简介|誓词|团歌|团徽|团旗|倡导|大事记|指南",
    ),
)
_TAIL = re.compile("|".join(f"(?P<{kind.value}>{words})" for kind, words in _TAILS))
_TWO = {Kind.SUMMARY, Kind.PLAN, Kind.KEY_POINTS, Kind.REPORT}
_JOINED = re.compile(
    r"[\s\u3000]*(?:以及|及其?|和|与|暨|、|，|,|;|；|/|－|-)|[\s\u3000]*(?=(?:19|20)\d\d|二[〇○ＯO零0]|[上下]半年|明年|来年|今后|下[一步阶年])|[\s\u3000]+"
)
# what may stand behind the deciding word: (全文), （试行）, （2016年10月21日）, 篇1, 及附件
_BEHIND = re.compile(
    r"(?:[\s\u3000]*+(?>[（(【\[〔][^（(【\[〔]{0,24}[)）】\]〕]|全文|[（(]?(?:上|下|[一二三四五])[)）]?|"
    r"篇[\d一二三四五六七八九十]+|之[一二三四五]|[》”\"。.!！:：_]))++$"
)
_SEGMENTS = re.compile(r"(?:——+|--+|―+|——|—|[\s\u3000]+)")
_BODY = (
    (Kind.NOTICE, re.compile(r"特此(?:通知|公告|通告|公示|通报)|(?:事项|要求|安排|情况)?(?:通知|公告|公示|通报)如下")),
    (Kind.SUMMARY, re.compile(r"(?:工作|情况)?总结如下")),
    (Kind.REPORT, re.compile(r"(?:工作|情况)?(?:报告|汇报)如下|向大会(?:作|做)(?:工作)?报告")),
    (Kind.REGULATION, re.compile(r"(?m)^第一条[\s\u3000]")),
)
_EVENT = re.compile(r"举办|举行|召开|开展|走进|调研|慰问|成立$|启动|参加|组织|学习")
# 四川出台…方案, 市政府印发《…办法》: told of, not the text itself
_TOLD_OF = re.compile(r"(?<!关于)(?:出台|发布|编制|将建立|印发|公布)(?!实施)")
_EVENT_OPENING = re.compile(r"^.{0,60}?\d{1,2}\s?月\s?\d{1,2}\s?日")


def kinds(title: str | None, text: str) -> tuple[tuple[KindFound, ...], Evidence]:
    """The kinds of a text, in the order in which the title names them, with their evidence; () with a reason.

    Two kinds only where both are works of a committee's year, joined (工作总结和…工作计划, 工作总结暨工作要点).
    """
    for found in _candidates(title or ""):
        raw = (title or "")[found[0].start : found[-1].end]
        return found, Evidence(rule="title_tail", raw=raw)
    for kind, words in _BODY:
        if match := words.search(text):
            return (KindFound(kind=kind),), Evidence(rule="body_words", raw=match.group().strip())
    opening = _EVENT_OPENING.match(text)
    if title and opening and (event := _EVENT.search(title)):
        return (KindFound(kind=Kind.NEWS),), Evidence(rule="event_of_a_day", raw=event.group())
    return (), Evidence(reason="neither the title's last words nor the body name a kind")


def _candidates(title: str) -> Iterable[tuple[KindFound, ...]]:
    """Kinds by the whole title's tail; else by the tail of a segment before a dash or a space, the last one first."""
    starts = [0, *(match.end() for match in _SEGMENTS.finditer(title))]
    ends = [len(title), *reversed([match.start() for match in _SEGMENTS.finditer(title)])]
    for end in ends:
        behind = _BEHIND.search(title, 0, end)
        last = _ending_at(title, behind.start() if behind else end) or _ending_at(title, end)
        if last:
            start = max(start for start in starts if start <= last.start)
            yield _with_others(title, last, start)


def _ending_at(title: str, end: int) -> KindFound | None:
    for start in range(max(0, end - 60), end - 1):
        match = _TAIL.fullmatch(title, start, end)
        if match and match.lastgroup:
            return KindFound(kind=Kind(match.lastgroup), start=start, end=end)
    return None


def _with_others(title: str, last: KindFound, start: int) -> tuple[KindFound, ...]:
    if last.kind in {Kind.REGULATION, Kind.PLAN} and _TOLD_OF.search(title, start, last.start):
        return (KindFound(kind=Kind.NEWS, start=last.start, end=last.end),)
    if last.kind not in _TWO or last.kind is Kind.REPORT:
        return (last,)
    found: list[KindFound] = []
    for match in _TAIL.finditer(title, start, last.start):
        kind = Kind(match.lastgroup or "")
        if kind in _TWO and _JOINED.match(title, match.end()) and kind not in {last.kind, *(one.kind for one in found)}:
            found.append(KindFound(kind=kind, start=match.start(), end=match.end()))
    return (*found, last)
