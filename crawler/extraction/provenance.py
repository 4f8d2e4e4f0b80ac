"""Where on a site a text stood and how it came there: column, author, source, and whether the site reposts it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from archive_api.document import Evidence
from crawler.extraction.datelines import Labelled
from crawler.extraction.issuers import Issuer
from crawler.extraction.leagues import mention
from crawler.extraction.parts import Hints, Parts

Known: TypeAlias = tuple[str | None, Evidence]
_NOBODY = re.compile(
    r"(?:admin(?:istrator)?|管理员|系统管理员|网站管理员|本站|本网|本网站|网站|本站原创|原创|本站编辑|佚名|匿名|未知|不详|网络|互联网|转载|其他|无|站长|none|null|test|[-—/\d\s]*)",
    re.IGNORECASE,
)
_SITE = re.compile(r"(?:网|网站|门户|在线|平台|频道首页|\.com|\.cn|\.net)$", re.IGNORECASE)
_NO_COLUMN = re.compile(
    r"(?:网站|本站)?(?:首\s?页|主\s?页|home)|正文|内容|详[情细](?:页面?|内容|信息)?|(?:文章|新闻|信息|内容)(?:详情|正文|内容|页)|浏览文章|列表|查看(?:文章|内容)?|阅读(?:文章)?|栏目(?:名称)?|当前栏目",
    re.IGNORECASE,
)
# sites that live on other people's papers, and the press: never an issuer's own
_FOREIGN = re.compile(
    r"分类信息|文秘|范文|文库|公文|论文|作文|文档|文章网|资料[网库]|写作|素材|课件|招聘|人才网|百科|学习网|下载|读书|文学|日报|晚报|晨报|时报|商报|新闻[网中]|资讯网|"
    r"搜狐|新浪|腾讯|网易|凤凰网|今日头条|百家号|论坛|贴吧|博客|豆丁|道客|知乎|简书"
)
_COPYRIGHT = re.compile(
    r"(?:(?P<before>[^\s|,，。:：©]{2,24}(?:网|网站|在线|门户|文库|论坛))"
    r"[\s\u3000]*(?:(?:https?://|www\.)\S+)?[\s\u3000]*(?:版权所有|Copyright|©)|"
    r"(?:版权所有|Powered by|Copyright[\s©\d-]*)[\s:：©]*"
    r"(?P<after>[^\s|,，。:：©]{2,24}(?:网|网站|在线|门户|文库|论坛)))",
    re.IGNORECASE,
)


def column(parts: Parts, labels: Sequence[Labelled]) -> Known:
    """The column: the last entry of the breadcrumb that is neither home, article nor site; else a label's."""
    for entry in reversed(parts.breadcrumb):
        name = entry.strip(" >»/\u3000")
        is_title = bool(parts.title) and (name == parts.title or len(name) > 30)  # noqa: PLR2004 -- columns are short
        if name and not is_title and not _NO_COLUMN.fullmatch(name) and not _SITE.search(name):
            return name, Evidence(rule="breadcrumb", raw=" > ".join(parts.breadcrumb))
    if meta := parts.meta.get("columnname"):
        return meta, Evidence(rule="meta", raw=meta)
    for entry_ in labels:
        if entry_.label == "column" and entry_.value:
            return entry_.value, Evidence(rule="label", raw=f"{entry_.printed}:{entry_.value}")
    return None, Evidence(reason="no breadcrumb and no label names a column")


def author(labels: Sequence[Labelled], meta: Mapping[str, str]) -> Known:
    """The author by a label or the page's meta tag; a site's standing names (admin, 本站, 佚名) are nobody."""
    return _credited(labels, ("author", "publisher"), meta.get("author"), "author")


def origin(labels: Sequence[Labelled], meta: Mapping[str, str]) -> Known:
    """The source (来源) by a label or by ContentSource; admin, 本站 and the like are none."""
    return _credited(labels, ("origin",), meta.get("contentsource"), "source")


def _credited(labels: Sequence[Labelled], names: Sequence[str], meta: str | None, noun: str) -> Known:
    said = [(f"label {entry.printed}", entry.value) for name in names for entry in labels if entry.label == name]
    said += [("meta", meta.strip())] if meta else []
    for rule, value in said:
        if value and not _NOBODY.fullmatch(value):
            return value, Evidence(rule=rule, raw=value)
    raw = next((value for _, value in said if value), None)
    return None, Evidence(reason=f"{raw} names no {noun}" if raw else f"no {noun} is named", raw=raw)


def site_name(parts: Parts, hints: Hints) -> str | None:
    """The site's name as the page or its foot gives it, else the source's."""
    if parts.site_name:
        return parts.site_name
    for line in parts.footer:
        if match := _COPYRIGHT.search(line):
            return match["before"] or match["after"]
    return hints.site_name


def reposted_by(parts: Parts, issued: Issuer, hints: Hints) -> Known:
    """The site's name, where the site is plainly not the issuer's: a paper mill, the press, another committee."""
    name = site_name(parts, hints)
    if name and _FOREIGN.search(name):
        return name, Evidence(rule="site_of_others_papers", raw=name)
    is_named = issued.name is not None and issued.evidence.rule not in {"inferred", "site_owner"}
    if is_named and hints.issuer and issued.name != hints.issuer:
        return name or hints.issuer, Evidence(rule="source_is_another", raw=hints.issuer)
    own = mention(name) if name else None
    if is_named and own and own.is_full and own.who and own.who not in (issued.name or ""):
        return name, Evidence(rule="site_of_another_committee", raw=name)
    if name:
        return None, Evidence(reason=f"{name} may be the issuer's own site")
    return None, Evidence(reason="the page does not say whose site it is")
