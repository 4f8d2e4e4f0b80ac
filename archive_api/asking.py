"""What a reader may ask over HTTP: a query's filters, checked. Page, API and export stream build one Query from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from archive_api.document import Kind, Level, State
from archive_api.errors import UserError
from archive_api.exports import Format
from archive_api.index import filters
from archive_api.index.base import Match, Query, Sort
from archive_api.index.facts import LAST_YEAR
from archive_api.index.views import FACETS, By, Date, Split

PAGE = 20
MAX_PAGE = 200
MAX_VALUES = 50
MAX_SEQ = 2**62
MAX_NUMBER = 2**31 - 1  # what an integer column holds, on PostgreSQL too


def _real(value: str) -> str:
    """The date, if there is such a day, month or year; ValueError if not."""
    date.fromisoformat((value + "-01-01")[:10] if len(value) < 10 else value)  # noqa: PLR2004 - YYYY-MM-DD
    return value


def _meaningful(name: str) -> Callable[[str], str]:
    def check(word: str) -> str:
        try:
            filters.check(name, word)
        except UserError as error:
            raise ValueError(str(error)) from error
        return word

    return check


Day = Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$"), AfterValidator(_real)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Unknown = Literal["none"]

Kinds = Annotated[list[Kind | Unknown], Field(max_length=MAX_VALUES)]
Levels = Annotated[list[Level | Unknown], Field(max_length=MAX_VALUES)]
States = Annotated[list[State], Field(max_length=MAX_VALUES)]
Names = Annotated[list[Name], Field(max_length=MAX_VALUES)]
Periods = Annotated[list[Annotated[Name, AfterValidator(_meaningful("period"))]], Field(max_length=MAX_VALUES)]
Published = Annotated[list[Annotated[Name, AfterValidator(_meaningful("published"))]], Field(max_length=MAX_VALUES)]
Written = Annotated[list[Annotated[Name, AfterValidator(_meaningful("written"))]], Field(max_length=MAX_VALUES)]
FirstSeen = Annotated[list[Annotated[Name, AfterValidator(_meaningful("first_seen"))]], Field(max_length=MAX_VALUES)]
Regions = Annotated[list[Annotated[Name, AfterValidator(_meaningful("region"))]], Field(max_length=MAX_VALUES)]
Years = Annotated[list[Annotated[int, Field(ge=1, le=LAST_YEAR)]], Field(max_length=MAX_VALUES)]
Attachments = Annotated[list[Literal["yes", "no"]], Field(max_length=MAX_VALUES)]

_NOT = "不要这些 documents without these"


class Filters(BaseModel):
    """A query in the query language, and filters: values of one are alternatives, different ones must all hold.

    `none` asks for what is not known. What a `not_…` names is left out.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: str = Field(
        default="",
        description='检索式：空格为“且”，`"…"` 词组，`OR`、`NOT`/`-`、括号、`NEAR/5(甲, 乙)`、`title:`、`vol*`。'
        "留空即全部。"
        ' Terms side by side mean AND; `"…"`, `OR`, `NOT`/`-`, parentheses, `NEAR/5(a, b)`,'
        " `title:` `text:` `issuer:` `number:`, `vol*`. Empty: every document.",
        examples=['"志愿服务" 2016 -通知'],
    )
    match: Match = Field(
        default=Match.EXACT,
        description="`related`：当作一句话来问，含其中要紧的词即可 a question in plain words",
        examples=["related"],
    )
    kind: Kinds = Field(default=[], description="文种 kind of text", examples=[["summary"]])
    period: Periods = Field(
        default=[],
        description="所属时间：年、半年、季度、月或起止 time it is about: 2016, 2016H1, 2016Q3, 2016-03, 2016..2019",
        examples=[["2016"]],
    )
    year: Years = Field(
        default=[], description="所属年度，同 period the year it is about, as period", examples=[[2016]]
    )
    published: Published = Field(
        default=[],
        description="发布日期：年、月、日或起止 published: 2016, 2016-12, 2016-12-28, 2016..2017-03",
    )
    written: Written = Field(default=[], description="成文日期 date of writing", examples=[["none"]])
    first_seen: FirstSeen = Field(
        default=[], description="首次采集日期（UTC） first fetched (UTC)", examples=[["2020.."]]
    )
    region: Regions = Field(
        default=[],
        description="行政区划代码，含下级；`=320000` 仅本级 region code, with all under it; `=320000`: itself",
        examples=[["320000"]],
    )
    level: Levels = Field(default=[], description="层级 level of the issuer", examples=[["county"]])
    issuer: Names = Field(
        default=[],
        description="发文机关，包含此文字；`=…` 全称 issuer contains this; `=…`: is this",
        examples=[["云汀县"]],
    )
    source: Names = Field(default=[], description="采集源 source", examples=[["yunting"]])
    state: States = Field(default=[], description="原站状态 whether the publisher still shows it", examples=[["live"]])
    flag: Names = Field(default=[], description="标记 flag", examples=[["masked"]])
    attachment: Attachments = Field(default=[], description="有无附件 with attachments", examples=[["yes"]])
    not_kind: Kinds = Field(default=[], description=_NOT)
    not_period: Periods = Field(default=[], description=_NOT)
    not_published: Published = Field(default=[], description=_NOT)
    not_written: Written = Field(default=[], description=_NOT)
    not_first_seen: FirstSeen = Field(default=[], description=_NOT)
    not_region: Regions = Field(default=[], description=_NOT)
    not_level: Levels = Field(default=[], description=_NOT)
    not_issuer: Names = Field(default=[], description=_NOT)
    not_source: Names = Field(default=[], description=_NOT)
    not_state: States = Field(default=[], description=_NOT)
    not_flag: Names = Field(default=[], description=_NOT)
    not_attachment: Attachments = Field(default=[], description=_NOT)
    published_from: Day | None = Field(
        default=None,
        alias="from",
        description="发布日期起（年、月或日，含） published not before (year, month or day)",
        examples=["2016"],
    )
    published_to: Day | None = Field(
        default=None,
        alias="to",
        description="发布日期止（年、月或日，含） published not after (year, month or day)",
        examples=["2017-03"],
    )

    as_of: int | None = Field(
        default=None,
        ge=0,
        le=MAX_SEQ,
        description="按档案在此序号时的样子作答 answer as the archive stood after this change (seq)",
    )

    def query(self) -> Query:
        """The Query that is meant: every match, in one page's default size."""
        return filters.query(self.q, self.model_dump(mode="json", by_alias=True))


class Asked(Filters):
    """One page of results."""

    facet: list[Literal[*FACETS]] = Field(  # type: ignore[valid-type]  # the names as they are
        default=[],
        max_length=len(FACETS),
        description="分面：各值篇数，不计本项筛选 counts by value, this filter left out",
        examples=[["kind", "period"]],
    )
    facet_limit: int | None = Field(
        default=None, ge=0, le=MAX_NUMBER, description="每个分面至多几个值 at most so many values a facet"
    )

    sort: Sort = Field(
        default=Sort.RELEVANCE, description="排序；`-` 为倒序 order; `-` is descending", examples=["-published"]
    )
    limit: int = Field(default=PAGE, ge=1, le=MAX_PAGE, description="每页篇数 documents a page")
    cursor: str | None = Field(
        default=None, max_length=4000, description="上一页给出的下一页标记 cursor of the page before"
    )

    def query(self) -> Query:
        """The Query for this page."""
        everything = super().query()
        return replace(everything, sort=self.sort, limit=self.limit, cursor=self.cursor)


class Trended(Filters):
    """Several queries, counted by time."""

    q: list[str] = Field(  # type: ignore[assignment]  # several, where a search has one
        default=[""],
        min_length=1,
        max_length=MAX_VALUES,
        description="检索式，可多个 queries, several at once",
        examples=[["志愿服务", "就业创业"]],
    )
    date: Date = Field(
        default="period", description="按哪个日期 by which date; first_seen: UTC", examples=["published"]
    )
    by: By = Field(default="year", description="年、半年、季度、月 width of a cell", examples=["half"])
    split: Split | None = Field(
        default=None, description="再按层级、省份或文种分 split by level, province or kind", examples=["kind"]
    )

    def query(self) -> Query:
        """The Query whose filters hold for all of the queries; it has no text."""
        return filters.query("", self.model_dump(mode="json", by_alias=True))


class Exported(Filters):
    """A document set to be streamed."""

    format: Format = Field(default="jsonl", description="格式 format")
