"""The shapes of the API's answers. Names are the document's own (README, field table)."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from archive_api.captures import Exchange
from archive_api.document import Attachment, Evidence, Kind, Level, Period, Precision, Record, Section, State
from archive_api.index.base import Explanation
from archive_api.index.views import By, Date, Split, Trend
from archive_api.reading import Found, Page
from archive_api.snippets import Snippet
from archive_api.store import CaptureRow, Condition, RunRow, SourceRow, SourceState


class Model(BaseModel):
    """The base of every answer: built from what the archive holds, never changed."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class AddressOut(Model):
    """Where a capture lies: WARC file and byte offset."""

    file: str = Field(examples=["league-20261122T010203-4711-0.warc.gz"])
    offset: int = Field(examples=[18233])


class SummaryOut(Model):
    """A document without its text."""

    id: str = Field(examples=["9f86d081884c7d65"])
    version: int = Field(examples=[2])
    seq: int = Field(examples=[417])
    source: str = Field(examples=["yunting"])
    state: State
    edited: bool
    first_seen: str = Field(examples=["2026-11-22T01:02:03.456789Z"])
    last_seen: str = Field(examples=["2026-11-24T01:02:03.456789Z"])
    url: str = Field(examples=["http://tuan.yunting.example/gzzj/2016.html"])
    title: str | None = Field(examples=["共青团云汀县委2016年工作总结"])
    kinds: tuple[Kind, ...]
    periods: tuple[Period, ...]
    published: str | None = Field(examples=["2016-12-28"])
    published_precision: Precision | None
    written: str | None
    written_precision: Precision | None
    issuer: str | None = Field(examples=["共青团云汀县委员会"])
    issuer_printed: str | None
    level: Level | None
    region: str | None = Field(examples=["320800"])
    region_names: tuple[str, ...]
    column: str | None
    document_number: str | None
    index_number: str | None
    author: str | None
    origin: str | None
    reposted_by: str | None
    flags: tuple[str, ...]
    extractor: str
    capture: AddressOut


class DocumentOut(SummaryOut):
    """A whole document: one version of it."""

    text: str
    sections: tuple[Section, ...]
    attachments: tuple[Attachment, ...]
    evidence: dict[str, Evidence]

    @classmethod
    def of(cls, record: Record) -> Self:
        """The record, as `Record.to_json` names its fields."""
        return cls.model_validate(record.to_json())


class VersionsOut(Model):
    """Every version of a document, oldest first."""

    id: str
    versions: tuple[SummaryOut, ...]


class SnippetOut(Model):
    """`text` is the field's own characters from `start` on; `marks` are [start, end) inside `text`."""

    field: Literal["title", "text"]
    start: int = Field(examples=[1204])
    text: str = Field(examples=["……组织志愿服务活动十二次……"])
    marks: tuple[tuple[int, int], ...] = Field(examples=[[[4, 8]]])

    @classmethod
    def of(cls, snippet: Snippet) -> Self:
        """The snippet as JSON."""
        return cls.model_validate(snippet)


class HitOut(SummaryOut):
    """A document found. `score` compares hits of one answer only."""

    score: float
    snippets: tuple[SnippetOut, ...]

    @classmethod
    def of(cls, found: Found) -> Self:
        """The hit with its document's summary, title snippet (where it has marks) and text snippets."""
        shown = [found.title] if found.title.marks else []
        snippets = [SnippetOut.of(snippet) for snippet in (*shown, *found.snippets)]
        return cls.model_validate({**found.record.to_json(), "score": found.hit.score, "snippets": snippets})


class BucketOut(Model):
    """A value, as a word of the facet's own filter, and how many documents have it."""

    word: str = Field(examples=["summary"])
    count: int = Field(examples=[12])


class FacetOut(Model):
    """The values among the documents that all other filters leave; `none` is what is not known.

    `others` values, whose counts add up to `other_count`, are left out for `facet_limit`.
    """

    name: str = Field(examples=["kind"])
    buckets: tuple[BucketOut, ...]
    others: int
    other_count: int


class CellOut(Model):
    """`count` of the `of` documents that there are with the same filters and any text; `share`: null where none are."""

    count: int = Field(examples=[12])
    of: int = Field(examples=[40])
    share: float | None = Field(examples=[0.3])


class LineOut(Model):
    """One query, or one value of the split of it: a cell for each of `times`, and the documents of unknown date."""

    q: str = Field(examples=["志愿服务"])
    value: str | None = Field(examples=["summary"])
    cells: tuple[CellOut, ...]
    unknown: CellOut


class TrendOut(Model):
    """Documents by time, without a gap. A document of several periods or kinds counts in each."""

    date: Date
    by: By
    split: Split | None
    times: tuple[str, ...] = Field(examples=[["2015", "2016"]])
    lines: tuple[LineOut, ...]

    @classmethod
    def of(cls, trend: Trend) -> Self:
        """The trend as JSON."""
        lines = tuple(
            LineOut(
                q=line.text,
                value=line.value,
                cells=tuple(CellOut.model_validate(cell) for cell in line.cells),
                unknown=CellOut.model_validate(line.unknown),
            )
            for line in trend.lines
        )
        return cls(date=trend.date, by=trend.by, split=trend.split, times=trend.times, lines=lines)


class ResultsOut(Model):
    """One page of hits: `total` counts every match, `cursor` asks for the next page, `seq` is the index's position.

    `lag` other than 0: so many changes of the archive are not in the index yet, and not in this answer.
    """

    total: int = Field(examples=[37])
    seq: int = Field(examples=[417])
    lag: int = Field(description="索引未读的变更数 changes that the index has not read yet", examples=[0])
    cursor: str | None
    hits: tuple[HitOut, ...]
    facets: tuple[FacetOut, ...]

    @classmethod
    def of(cls, page: Page) -> Self:
        """The page as JSON."""
        hits = tuple(HitOut.of(found) for found in page.found)
        facets = tuple(FacetOut.model_validate(facet) for facet in page.facets)
        return cls(total=page.total, seq=page.seq, lag=page.lag, cursor=page.cursor, hits=hits, facets=facets)


class ExplanationOut(Model):
    """How a query is read: `folded` as terms are compared, `tree` its parts, `compiled` what the engine is asked."""

    text: str
    folded: str = Field(examples=['title:"志愿服务" NEAR/5("共青团", "青年")'])
    tree: tuple[str, ...]
    engine: Literal["tantivy", "elasticsearch"]
    compiled: str

    @classmethod
    def of(cls, explanation: Explanation) -> Self:
        """The explanation as JSON."""
        return cls.model_validate(explanation)


class CaptureOut(Model):
    """One capture without its bytes; `headers` are the response's, in order, repeated ones kept."""

    id: int
    address: AddressOut
    url: str
    status: int
    fetched_at: str
    payload_sha256: str
    media_type: str | None
    run: int | None
    source: str | None
    outcome: str | None
    reason: str | None
    document: str | None
    method: str
    headers: tuple[tuple[str, str], ...]
    bytes: int

    @classmethod
    def of(cls, row: CaptureRow, exchange: Exchange) -> Self:
        """The store's row with what the WARC record adds. Half a surrogate pair in a header becomes U+FFFD."""
        known = {name: getattr(row, name) for name in cls.model_fields if hasattr(row, name)}
        headers = tuple((_whole(name), _whole(value)) for name, value in exchange.headers)
        return cls.model_validate({**known, "method": exchange.method, "headers": headers, "bytes": len(exchange.body)})


class SourceOut(Model):
    """A source that is crawled: its file's content, and when it is due."""

    name: str
    config: dict[str, object]
    next_due_at: str | None

    @classmethod
    def of(cls, row: SourceRow) -> Self:
        """The source; who holds its lease is the scheduler's business."""
        return cls(name=row.name, config=dict(row.config), next_due_at=row.next_due_at)


class RunOut(Model):
    """One run: `counts` by what was counted, `status` is `running` until it ended."""

    id: int
    source: str | None
    command: str
    status: str
    started_at: str
    ended_at: str | None
    counts: dict[str, int]
    error: str | None

    @classmethod
    def of(cls, row: RunRow) -> Self:
        """The run, without its process id."""
        return cls.model_validate(row)


class ConditionOut(BaseModel):
    """How a source is after its last crawl, why, and since when."""

    source: str
    state: SourceState
    reason: str
    evidence: dict[str, int | float | str]
    since: str
    at: str

    @classmethod
    def of(cls, one: Condition) -> ConditionOut:
        """The condition of a source."""
        return cls(
            source=one.source,
            state=one.state,
            reason=one.reason,
            evidence=dict(one.evidence),
            since=one.since,
            at=one.at,
        )


class HealthOut(Model):
    """Whether a search knows everything that the store holds."""

    status: Literal["ok", "behind"] = Field(examples=["behind"])
    version: str = Field(examples=["league-archive/0.1.0"])
    store_seq: int = Field(examples=[420])
    index_seq: int = Field(examples=[417])
    lag: int = Field(description="索引未读的变更数 changes that the index has not read yet", examples=[3])


def _whole(text: str) -> str:
    """The text as JSON can carry it: a header's bytes that are not UTF-8 come as surrogates."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
