"""What a reader may ask over HTTP: a query's filters, checked. Page, API and export stream build one Query from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from archive_api.document import Kind
from archive_api.exports import Format
from archive_api.index.base import Query, Sort

PAGE = 20
MAX_PAGE = 200
MAX_VALUES = 50
MAX_NUMBER = 2**31 - 1  # what an integer column holds, on PostgreSQL too


def _real(value: str) -> str:
    """The date, if there is such a day, month or year; ValueError if not."""
    date.fromisoformat((value + "-01-01")[:10] if len(value) < 10 else value)  # noqa: PLR2004 - YYYY-MM-DD
    return value


Day = Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$"), AfterValidator(_real)]
Year = Annotated[int, Field(ge=1, le=9999)]
Region = Annotated[str, StringConstraints(pattern=r"^[1-9]\d{5}$")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class Filters(BaseModel):
    """A query in the query language, and filters: values of one are alternatives, different ones must all hold."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: str = Field(
        default="",
        description='检索式：空格为“且”，`"…"` 词组，`OR`、`NOT`/`-`、括号。留空即全部。'
        ' Terms side by side mean AND; `"…"`, `OR`, `NOT`/`-`, parentheses. Empty: every document.',
        examples=['"志愿服务" 2016 -通知'],
    )
    kind: list[Kind] = Field(default=[], max_length=MAX_VALUES, description="文种 kind of text", examples=[["summary"]])
    year: list[Year] = Field(
        default=[], max_length=MAX_VALUES, description="所属年度 year that the text is about", examples=[[2016]]
    )
    region: list[Region] = Field(
        default=[],
        max_length=MAX_VALUES,
        description="行政区划代码，含下级 region code, with everything under it",
        examples=[["320000"]],
    )
    issuer: list[Name] = Field(
        default=[],
        max_length=MAX_VALUES,
        description="发文机关，包含此文字 issuer contains this",
        examples=[["云汀县"]],
    )
    source: list[Name] = Field(default=[], max_length=MAX_VALUES, description="采集源 source", examples=[["yunting"]])
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

    def query(self) -> Query:
        """The Query that is meant: every match, in one page's default size."""
        return Query(
            text=self.q,
            kinds=tuple(self.kind),
            years=tuple(self.year),
            regions=tuple(self.region),
            issuers=tuple(self.issuer),
            sources=tuple(self.source),
            published_from=self.published_from,
            published_to=self.published_to,
        )


class Asked(Filters):
    """One page of results."""

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


class Exported(Filters):
    """A document set to be streamed."""

    format: Format = Field(default="jsonl", description="格式 format")
