"""The words of the pages: Chinese first, English beside it."""

from __future__ import annotations

from typing import NamedTuple

from archive_api.document import Kind, Level, Precision, State, TextStatus
from archive_api.index.base import Match, Sort


class Label(NamedTuple):
    """One thing's name in both languages."""

    zh: str
    en: str


KINDS = {
    Kind.SUMMARY: Label("总结", "summary"),
    Kind.PLAN: Label("计划", "plan"),
    Kind.KEY_POINTS: Label("要点", "key points"),
    Kind.REPORT: Label("报告", "report"),
    Kind.NOTICE: Label("通知", "notice"),
    Kind.SPEECH: Label("讲话", "speech"),
    Kind.REGULATION: Label("规章", "regulation"),
    Kind.NEWS: Label("动态", "news"),
    Kind.OTHER: Label("其他", "other"),
}
LEVELS = {
    Level.CENTRAL: Label("中央", "central"),
    Level.PROVINCE: Label("省级", "province"),
    Level.PREFECTURE: Label("市级", "prefecture"),
    Level.COUNTY: Label("县级", "county"),
    Level.TOWNSHIP: Label("乡镇", "township"),
    Level.UNIVERSITY: Label("高校", "university"),
    Level.SCHOOL: Label("学校", "school"),
    Level.ENTERPRISE: Label("企业", "enterprise"),
}
PRECISIONS = {
    Precision.SECOND: Label("精确到秒", "to the second"),
    Precision.MINUTE: Label("精确到分", "to the minute"),
    Precision.DAY: Label("精确到日", "to the day"),
    Precision.MONTH: Label("精确到月", "to the month"),
    Precision.YEAR: Label("精确到年", "to the year"),
}
STATES = {
    State.LIVE: Label("原站在线", "live"),
    State.DELISTED: Label("栏目已撤", "delisted"),
    State.GONE: Label("原站已撤", "gone"),
    State.RESTORED: Label("原站恢复", "restored"),
}
TEXT_STATUSES = {
    TextStatus.OK: Label("已读出文本", "text read"),
    TextStatus.NEEDS_OCR: Label("需要文字识别", "needs OCR"),
    TextStatus.OCR: Label("识别所得文本", "text by OCR"),
    TextStatus.CAPTCHA_GATED: Label("需验证码，未取", "behind a captcha"),
    TextStatus.FAILED: Label("读取失败", "could not be read"),
    TextStatus.NOT_READ: Label("未读取", "not read yet"),
}
SORTS = {
    Sort.RELEVANCE: Label("相关度", "relevance"),
    Sort.PUBLISHED_DESC: Label("发布日期，新在前", "published, newest first"),
    Sort.PUBLISHED: Label("发布日期，旧在前", "published, oldest first"),
    Sort.PERIOD_DESC: Label("所属年度，新在前", "period, newest first"),
    Sort.PERIOD: Label("所属年度，旧在前", "period, oldest first"),
    Sort.SEQ_DESC: Label("入档，新在前", "archived, newest first"),
    Sort.SEQ: Label("入档，旧在前", "archived, oldest first"),
}
MATCHES = {
    Match.EXACT: Label("逐字匹配", "exactly these words"),
    Match.RELATED: Label("一句话提问", "a question in plain words"),
}
FIELDS = {
    "url": Label("网址", "address"),
    "title": Label("标题", "title"),
    "text": Label("正文", "text"),
    "kinds": Label("文种", "kinds"),
    "periods": Label("所属年度", "period"),
    "published": Label("发布日期", "published"),
    "written": Label("成文日期", "written"),
    "issuer": Label("发文机关", "issuer"),
    "level": Label("层级", "level"),
    "region": Label("地区", "region"),
    "column": Label("栏目", "column"),
    "document_number": Label("发文字号", "document number"),
    "index_number": Label("索引号", "index number"),
    "author": Label("作者", "author"),
    "origin": Label("来源", "origin"),
    "reposted_by": Label("转载者", "reposted by"),
    "attachments": Label("附件", "attachments"),
}
FILTERS = {
    "kind": Label("文种", "kind"),
    "period": Label("所属时间", "period"),
    "published": Label("发布日期", "published"),
    "written": Label("成文日期", "written"),
    "first_seen": Label("首次采集", "first seen"),
    "region": Label("区划代码", "region code"),
    "level": Label("层级", "level"),
    "issuer": Label("发文机关", "issuer"),
    "source": Label("采集源", "source"),
    "state": Label("原站状态", "state"),
    "flag": Label("标记", "flag"),
    "attachment": Label("附件", "attachments"),
}
FACETS = {
    "kind": FILTERS["kind"],
    "period": Label("所属年度", "year it is about"),
    "published": Label("发布年份", "year published"),
    "written": Label("成文年份", "year written"),
    "first_seen": Label("首次采集年份", "year first seen"),
    "province": Label("省份", "province"),
    "prefecture": Label("地市", "prefecture"),
    "county": Label("区县", "county"),
    **{name: FILTERS[name] for name in ("level", "issuer", "source", "state", "flag", "attachment")},
}
PARAMETERS = {
    "q": Label("检索式", "query"),
    "match": Label("匹配", "match"),
    **FILTERS,
    **{f"not_{name}": Label(f"不要的{label.zh}", f"without {label.en}") for name, label in FILTERS.items()},
    "from": Label("发布日期起", "published from"),
    "to": Label("发布日期止", "published to"),
    "as_of": Label("档案序号", "as of seq"),
    "sort": Label("排序", "sort"),
    "cursor": Label("页标", "cursor"),
    "limit": Label("每页篇数", "page size"),
}
UNKNOWN = Label("未详", "unknown")
YES_NO = {"yes": Label("有附件", "with attachments"), "no": Label("无附件", "without attachments")}


def value(name: str, word: str) -> Label:
    """What a filter's word is called on a page."""
    if word == "none":
        return Label("无", "none") if name == "flag" else UNKNOWN
    known = {
        "kind": {kind.value: label for kind, label in KINDS.items()},
        "level": {level.value: label for level, label in LEVELS.items()},
        "state": {state.value: label for state, label in STATES.items()},
        "attachment": YES_NO,
    }
    if name == "issuer":
        word = word.removeprefix("=")
    return known.get(name, {}).get(word) or Label(word, "")
