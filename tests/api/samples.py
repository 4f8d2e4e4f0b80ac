"""A document with something in every field."""

from dataclasses import replace

from archive_api.document import Attachment, Document, Evidence, Kind, Level, Period, Precision, Section, TextStatus
from tests.exports.samples import SITE

TEXT = (
    "2016年，云汀县团委组织志愿服务活动十二次。\n一、主要工作\n（一）志愿服务。参加志愿者三百人次。\n二、存在的问题\n"
    "基层团组织活力不足。"
)
SECTIONS = (
    Section(level=1, number="一、", heading="主要工作", start=TEXT.index("一、"), end=TEXT.index("二、")),
    Section(level=2, number="（一）", heading="志愿服务", start=TEXT.index("（一）"), end=TEXT.index("二、")),
    Section(level=1, number="二、", heading="存在的问题", start=TEXT.index("二、"), end=len(TEXT)),
)
SUMMARY = Document(
    url=f"{SITE}/gzzj/2016.html",
    title="共青团云汀县委2016年工作总结",
    text=TEXT,
    sections=SECTIONS,
    kinds=(Kind.SUMMARY,),
    periods=(Period(kind=Kind.SUMMARY, year=2016),),
    published="2017-01-05T09:30:00+08:00",
    published_precision=Precision.MINUTE,
    issuer="共青团云汀县委员会",
    issuer_printed="共青团云汀县委",
    level=Level.COUNTY,
    region="320831",
    region_names=("云海省", "清岚市", "云汀县"),
    column="工作总结",
    document_number="云青发〔2017〕1号",
    author="团县委办公室",
    attachments=(
        Attachment(name="统计表.xlsx", url=f"{SITE}/1.xlsx", text="表一 志愿服务", text_status=TextStatus.OK),
    ),
    flags=("masked",),
    extractor="league-archive/0.1.0",
    evidence={
        "published": Evidence(rule="dateline", raw="发布时间：2017-01-05 09:30"),
        "written": Evidence(reason="no date of writing on the page"),
        "issuer": Evidence(rule="title", raw="共青团云汀县委"),
    },
)


def hostile(text: str) -> Document:
    """A document whose every field is that text."""
    return replace(
        SUMMARY,
        url=f"javascript:alert(1)//{text}",
        title=text,
        text=f"{text}\n{text}",
        sections=(Section(level=1, number=text, heading=text, start=0, end=3),),
        published=text,
        written=text,
        written_precision=Precision.DAY,
        issuer=text,
        issuer_printed=text,
        region=text,
        region_names=(text,),
        column=text,
        document_number=text,
        index_number=text,
        author=text,
        origin=text,
        reposted_by=text,
        attachments=(
            Attachment(name=text, url=f"data:text/html,{text}", media_type=text, text=text),
            Attachment(name=text, url=text),
        ),
        flags=(text,),
        extractor=text,
        evidence={
            name: Evidence(rule=text, raw=text, reason=text)
            for name in ("published", "written", "periods", "issuer", "title", text)
        },
    )
