"""Lines that are about a text rather than of it: when it was published, by whom, from where, how often it was read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crawler.extraction.dates import SIGNS, DateFound, find_dates, parse_date

# Canonical names and their printed forms: those of the Chinese government site guideline (国办发〔2017〕47号), of the
# information tables of GB/T 9704 texts, and of the common CMSs. Longer forms are tried first.
LABELS: Mapping[str, tuple[str, ...]] = {
    "published": (
        *("发布时间", "发布日期", "发表时间", "发表日期", "发稿时间", "发稿日期", "信息时间", "信息日期", "公开时间"),
        *("公开日期", "加入时间", "录入时间", "添加时间", "添加日期", "上传时间", "刊发时间", "发文日期", "发文时间"),
        *("发布于", "发表于", "发帖时间", "首次发布", "创建时间", "创建于", "写于", "上传日期", "上线时间"),
        *("Posted on", "posted on", "Posted @", "posted @", "Posted at", "Published on", "Published"),
        *("日期", "时间"),
    ),
    "updated": (
        *("更新时间", "更新日期", "最后更新时间", "最后更新", "最近更新", "最后修改", "修改时间", "修改日期", "更新于"),
        *("最后编辑", "编辑于", "Updated on", "Last updated"),
    ),
    "written": ("成文日期", "成文时间", "签发日期", "签发时间", "生成日期", "生成时间", "印发日期", "印发时间"),
    "origin": ("文章来源", "信息来源", "稿件来源", "新闻来源", "来源单位", "供稿单位", "供稿", "稿源", "来源", "来自"),
    "author": ("文章作者", "作者", "撰稿人", "撰稿", "撰文", "通讯员", "文字"),
    "publisher": ("发布者", "发布人", "录入者", "发表人"),
    "issuer": (
        "发文机关",
        "发布机构",
        "发文单位",
        "发布单位",
        "发布机关",
        "制发机关",
        "公开单位",
        "发布部门",
        "信息提供",
    ),
    "editor": ("责任编辑", "网络编辑", "编辑", "责编", "审核", "校对", "审稿", "一审", "二审", "三审", "终审", "录入"),
    "document_number": ("发文字号", "发文文号", "文件编号", "文号"),
    "index_number": ("索引号", "索引", "信息索引"),
    "title": ("文章标题", "信息名称", "文件名称", "标题", "名称"),
    "column": ("所属栏目", "栏目名称", "所属类别", "信息分类", "栏目", "分类"),
    "breadcrumb": (
        "您当前的位置",
        "您现在的位置",
        "你当前的位置",
        "您所在的位置",
        "您当前位置",
        "当前位置",
        "所在位置",
    ),
    "clicks": (
        *(
            "点击次数",
            "点击数",
            "点击量",
            "点击率",
            "点击",
            "浏览次数",
            "浏览量",
            "浏览数",
            "浏览",
            "访问次数",
            "访问量",
        ),
        *("阅读次数", "阅读量", "阅读数", "阅读", "阅览", "查看次数", "人气", "已阅", "下载次数"),
    ),
    "font": ("字体大小", "字体", "字号", "文字大小", "视力保护色", "背景色"),
    "today": ("今天是", "今天", "现在时间", "当前时间", "注册时间", "注册日期", "最后登录", "在线时间", "最后回复"),
    "other": (
        "主题分类",
        "主题词",
        "公文种类",
        "有效性",
        "时效性",
        "公开属性",
        "公开方式",
        "公开形式",
        "关键词",
        "关键字",
        "体裁分类",
    ),
}
# These are words of any text as well: a label only at a line's start or after another label, never inside a word.
_WEAK = frozenset(
    {"日期", "时间", "来源", "来自", "编辑", "审核", "名称", "标题", "分类", "栏目", "文字", "录入", "索引", "供稿"}
)
_WEAK_TOO = frozenset(
    {
        "今天",
        "写于",
        "创建于",
        "更新于",
        "编辑于",
        "Published",
        "校对",
        "浏览",
        "阅读",
        "点击",
        "关键词",
        "发布于",
        "公开时间",
        "通讯员",
    }
)
# labels only before a year in figures: 发布：柳岸 says who
_BRIEF: Mapping[str, str] = {"发布": "published", "更新": "updated"}
_BEFORE_YEAR = r"(?=[ \u3000]*[:：][ \u3000]*(?:19|20)\d\d)"
_DATED = frozenset({"published", "updated", "written"})
_NAMES = {**_BRIEF, **{"".join(form.split()): name for name, forms in LABELS.items() for form in forms}}
_GAP = "[ \u3000\u00a0]*"
_FORM = "|".join(
    _GAP.join(form) + (_BEFORE_YEAR if form in _BRIEF else "") for form in sorted(_NAMES, key=len, reverse=True)
)
_LABEL = re.compile(
    rf"(?P<form>{_FORM}){_GAP}(?:[】\]]{_GAP}[:：]?|[:：﹕︰]|(?=[ \u3000]*\d)|(?=[ \u3000]*[〇○二][〇○Ｏ0零]))"
)
_FONT = re.compile(
    rf"[【\[(（]?{_GAP}(?:字体|字号){_GAP}[:：]?{_GAP}(?:[\[【(（]?{_GAP}[大中小]{_GAP}[\]】)）]?{_GAP})*[】\])）]?"
)
_FURNITURE = re.compile(
    r"(?:我要)?(?:打印|关闭|收藏|分享)(?:到|此文|此页|本页|本文|文章|窗口|页面)?|大\s*中\s*小|视力保护色|复制链接|返回(?:顶部|列表)?"
    r"|(?:发布|已?被?)?[ ]?\d+[ ]?次?[ ]?(?:查看|浏览|阅读|点击)|共?\d*次(?:浏览|阅读)?|\d+人(?:次|阅读|浏览)"
    r"|星期[一二三四五六日天]|网站|本文|原创|编辑"
    r"|发布(?=$|[\s)）])|微信|微博|QQ空间|扫一扫|手机版|繁体|简体|【|】"
)
_MARKS = re.compile(r"[\s\u3000\u00a0\[\]()（）〔〕|｜/,，:：;；·.>»\-—_]+")
# a character that stands neither in a date nor in any of those words: most lines begin with one
_ALIEN = re.compile(rf"[^\s\d{re.escape(SIGNS + _FURNITURE.pattern + _FONT.pattern + _MARKS.pattern)}]")
_EDGES = " \u3000\u00a0\t|｜【】[],，;；"
# labels that a site made up for itself (上报基层：柳岸镇), after a date that is labelled beyond doubt
_SITE_LABELS = re.compile(r"(?:[\s|｜]*[\u4e00-\u9fff]{2,6}[ \u3000]*[:：][ \u3000]*[^\s:：。；！？]{0,20})+\s*")
_LONGEST = 240
_LONGEST_VALUE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """`label` is the canonical name (a key of `LABELS`), `printed` the label as it stands there."""

    label: str
    printed: str
    value: str

    @property
    def date(self) -> DateFound | None:
        """The date that the value begins with, or is; None where it has none."""
        if exact := parse_date(self.value):
            return exact
        return next((found for found in find_dates(self.value, short_years=True) if not found.start), None)


def labelled(line: str) -> tuple[Labelled, ...]:
    """The labelled values of a line, in order; also where they are glued (`文章来源:本站作者:张三`).

    A value ends where the next label, a print or close button, or (unless it is a title) a date begins. A line without
    a label gives (). What a click counter or a font switch holds is returned too, for the caller to drop.
    """
    return _values(line, _labels(line))


def _values(line: str, labels: Sequence[re.Match[str]]) -> tuple[Labelled, ...]:
    ends = [*(match.start() for match in labels[1:]), len(line)][: len(labels)]
    return tuple(
        Labelled(
            label=(name := _name(match)),
            printed=_FORM_SPACE.sub("", match["form"]),
            value=_value(line[match.end() : end], name),
        )
        for match, end in zip(labels, ends, strict=True)
    )


def is_label(text: str) -> bool:
    """Whether a text is nothing but a label: 发布日期, 索 引 号：."""
    bare = "".join(text.split()).rstrip(":：")
    return bare in _NAMES and bare not in _BRIEF


def is_dateline(line: str) -> bool:
    """Whether a whole line is a dateline: labelled values, dates, counters, font switches and buttons, nothing else.

    False for a bare date in words (2016年12月28日), which is as often the signature below a text; true for one in
    figures or with a time. A label whose value is long, or a 时间 or 日期 whose value is more than one date, belongs to
    a body (时间：5月3日上午 地点：…).
    """
    if not line.strip() or len(line) > _LONGEST:
        return False
    labels = _labels(line)
    if not _is_frame(line[: labels[0].start()] if labels else line, labels=bool(labels)):
        return False
    return all(map(_is_short, _values(line, labels)))


def _is_frame(text: str, *, labels: bool) -> bool:
    """Whether what stands before the first label, or a line without one, is only dates, counters and buttons."""
    if not text:
        return labels
    if _ALIEN.search(text):
        return False
    dates = find_dates(text, short_years=True)
    rest = text
    for found in reversed(dates):
        rest = rest[: found.start] + " " + rest[found.end :]
    bare = _FURNITURE.sub(" ", _FONT.sub(" ", rest))
    if _MARKS.sub("", bare):
        return False
    if labels or _MARKS.sub("", rest):
        return True
    return any("年" not in found.raw or "T" in found.iso for found in dates)


def _is_short(entry: Labelled) -> bool:
    if entry.label in _DATED:
        if not entry.value:
            return True
        found = entry.date
        rest = entry.value[found.end :] if found else ""
        site_label = entry.printed not in _WEAK and _SITE_LABELS.fullmatch(rest) is not None
        return found is not None and (site_label or _is_frame(rest, labels=True))
    if entry.label in {"title", "other", "breadcrumb", "column"}:
        return len(entry.value) <= 2 * _LONGEST_VALUE
    return len(entry.value) <= _LONGEST_VALUE and not re.search(r"[。；！？]", entry.value)


_FORM_SPACE = re.compile(_GAP)


def _name(match: re.Match[str]) -> str:
    return _NAMES[_FORM_SPACE.sub("", match["form"])]


def _labels(line: str) -> list[re.Match[str]]:
    kept: list[re.Match[str]] = []
    for match in _LABEL.finditer(line):
        form = _FORM_SPACE.sub("", match["form"])
        has_mark = match.group().rstrip()[-1:] in set(":：﹕︰】]")
        if not has_mark and _NAMES[form] not in {"clicks", "today", *_DATED}:
            continue
        before = line[: match.start()].rstrip(" \u3000\u00a0")
        is_inside = bool(re.search(r"[\u4e00-\u9fff]$", line[: match.start()]))
        if (
            is_inside
            and not kept
            and (form in _WEAK or form in _WEAK_TOO or form in _BRIEF or not has_mark)
            and before != "网站"
        ):
            continue
        kept.append(match)
    return kept


def _value(raw: str, label: str) -> str:
    value = raw
    if label == "clicks":
        count = _COUNT.search(raw)
        return count.group() if count else ""
    if label not in {"title", "font", "column", "breadcrumb"} and (button := _BUTTON.search(value)):
        value = value[: button.start()]
    if label not in {*_DATED, "title", "today", "document_number", "index_number"}:
        found = find_dates(value)
        value = value[: found[0].start] if found else value
    return value.strip(_EDGES).removesuffix("(").removesuffix("（").rstrip(_EDGES)


_COUNT = re.compile(r"\d+[ ]?次?")
_BUTTON = re.compile(r"[\s\u3000【\[(（|](?:我要)?(?:打印|关闭|收藏|分享|字体|字号|大\s*中\s*小)")
