"""The field table: what stands in a row, in which order, in Chinese and English; each export's README prints it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Shape = Literal["plain", "words", "periods", "json"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a row: its name, its meaning, and how a CSV cell holds it (README, "cells")."""

    name: str
    chinese: str
    english: str
    shape: Shape = "plain"


FIELDS: tuple[Field, ...] = (
    Field(name="id", chinese="文献编号，由网址得出，不变", english="document id, a function of its address"),
    Field(name="version", chinese="版本号，从 1 起", english="version of the document, from 1"),
    Field(name="seq", chinese="本版本在档案变更序列中的序号", english="number of the change that gave this row"),
    Field(name="source", chinese="来源站点（采集源）名称", english="name of the crawled source"),
    Field(
        name="state",
        chinese="原站状态：live 在线，delisted 栏目中已撤、网页还在，gone 已撤，restored 恢复",
        english="whether the publisher still shows it: live, delisted (no list does), gone, restored",
    ),
    Field(name="edited", chinese="原站是否改过正文", english="whether its publisher has changed it"),
    Field(name="url", chinese="原文网址", english="address at the publisher's"),
    Field(name="title", chinese="标题", english="title"),
    Field(
        name="text",
        chinese="正文，段落以换行分隔，不截断",
        english="full text, paragraphs end with a newline; never cut",
    ),
    Field(
        name="sections",
        chinese="章节：层级、编号、标题、起止（正文字符位置）",
        english="sections: level, number, heading, start and end in characters of the text",
        shape="json",
    ),
    Field(
        name="kinds",
        chinese="文种，可多个：summary 总结，plan 计划，key_points 要点，report 报告，notice 通知，speech 讲话，"
        "regulation 规章，news 动态，other 其他",
        english="kinds of text; a text can be several",
        shape="words",
    ),
    Field(
        name="periods",
        chinese="所属年度（可带文种）",
        english="the time it is about, by kind where known",
        shape="periods",
    ),
    Field(name="published", chinese="发布日期（北京时间）", english="date of publication (Asia/Shanghai)"),
    Field(
        name="published_precision",
        chinese="发布日期精度：second, minute, day, month, year",
        english="how much of that date is known",
    ),
    Field(name="written", chinese="成文日期（北京时间）", english="date of writing (Asia/Shanghai)"),
    Field(name="written_precision", chinese="成文日期精度", english="how much of that date is known"),
    Field(name="issuer", chinese="发文机关（规范名）", english="issuer, normalised name"),
    Field(name="issuer_printed", chinese="发文机关（原文写法）", english="issuer as printed"),
    Field(
        name="level",
        chinese="层级：central 中央，province 省，prefecture 市，county 县，township 乡镇，university 高校，"
        "school 学校，enterprise 企业",
        english="level of the issuer",
    ),
    Field(name="region", chinese="行政区划代码（GB/T 2260）", english="region code (GB/T 2260)"),
    Field(
        name="region_names",
        chinese="行政区划名称，由大到小",
        english="names of the region, outermost first",
        shape="words",
    ),
    Field(name="column", chinese="栏目", english="column of the site"),
    Field(name="document_number", chinese="发文字号", english="document number as printed"),
    Field(name="index_number", chinese="索引号", english="index number as printed"),
    Field(name="author", chinese="作者", english="author as printed"),
    Field(name="origin", chinese="稿源（页面所写来源）", english="origin as printed"),
    Field(name="reposted_by", chinese="转载者", english="who reposted it, when not the issuer's own site"),
    Field(
        name="attachments",
        chinese="附件：名称、网址、类型、采集编号、文本、文本状态",
        english="attachments: name, address, media type, capture id, text, state of the text",
        shape="json",
    ),
    Field(name="flags", chinese="标记，如 masked 姓名被遮", english="flags, such as masked names", shape="words"),
    Field(name="extractor", chinese="抽取程序及版本", english="extractor and its version"),
    Field(
        name="evidence",
        chinese="各字段依据：规则、原文；未知者为原因",
        english="per field: the rule that won and the raw string; where unknown, the reason",
        shape="json",
    ),
    Field(name="capture_file", chinese="采集文件（WARC）", english="WARC file that holds the page as it came"),
    Field(name="capture_offset", chinese="在该文件中的字节位置", english="byte offset of the record in that file"),
)
"""Every field, in the order of the CSV columns. In JSON the last two are `capture.file` and `capture.offset`.

`first_seen` and `last_seen` are not among them: crawls and imports move them though nothing of the document changed and
no `seq` was given. They stand in a file of their own, so that the data stay a function of query and `seq`."""
