"""The shared nouns: what a document is, and what is known of it.

Field names are the same here, in the store, in JSON, in the index and in exports. An unknown value is None, and
`Document.evidence` then gives the reason. Dates are ISO 8601 strings in Asia/Shanghai (`2016-12-28`,
`2018-04-27T15:13:22+08:00`), so that they sort as text; `…_precision` says how much of one is known.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from functools import cache
from typing import Any

from pydantic import ConfigDict, TypeAdapter


class Kind(StrEnum):
    """What sort of text it is (文种)."""

    SUMMARY = "summary"  # 工作总结
    PLAN = "plan"  # 工作计划
    KEY_POINTS = "key_points"  # 工作要点
    REPORT = "report"  # 报告
    NOTICE = "notice"  # 通知、公告
    SPEECH = "speech"  # 讲话
    REGULATION = "regulation"  # 章程、条例、办法
    NEWS = "news"  # 动态、简讯
    OTHER = "other"


class Level(StrEnum):
    """How high in the league the issuer stands."""

    CENTRAL = "central"
    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    TOWNSHIP = "township"
    UNIVERSITY = "university"
    SCHOOL = "school"
    ENTERPRISE = "enterprise"


class Precision(StrEnum):
    """How much of a date is known."""

    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class State(StrEnum):
    """Whether the publisher still shows the document."""

    LIVE = "live"
    DELISTED = "delisted"  # its page is there, but no list shows it any more
    GONE = "gone"
    RESTORED = "restored"


class TextStatus(StrEnum):
    """What became of an attachment's text."""

    OK = "ok"
    NEEDS_OCR = "needs_ocr"
    OCR = "ocr"
    CAPTCHA_GATED = "captcha_gated"
    FAILED = "failed"
    NOT_READ = "not_read"  # kept, but not opened yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The time a text is about (所属年度): a year, or `year`–`end_year`, narrowed by at most one of the others.

    `kind` says which of the document's kinds it belongs to; `half` is 1–2, `quarter` 1–4, `month` 1–12.
    """

    kind: Kind | None = None
    year: int
    end_year: int | None = None
    half: int | None = None
    quarter: int | None = None
    month: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading and what stands under it: `text[start:end]`, in characters; `level` 1 is the outermost."""

    level: int
    number: str
    heading: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that belongs to a document. `capture` is the file's own capture id, None until it was fetched."""

    name: str
    url: str
    media_type: str | None = None
    capture: int | None = None
    text: str | None = None
    text_status: TextStatus = TextStatus.NOT_READ


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Why a field has its value: the rule that won and the raw string it read; or, where unknown, the `reason`.

    With a rule, `reason` says what disagreed: another date of publication on the same page.
    """

    rule: str | None = None
    raw: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One publication as extraction reads it from one page: no identity, no history, no clock."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    url: str
    title: str | None = None
    text: str = ""
    sections: tuple[Section, ...] = ()
    kinds: tuple[Kind, ...] = ()
    periods: tuple[Period, ...] = ()
    published: str | None = None
    published_precision: Precision | None = None
    written: str | None = None
    written_precision: Precision | None = None
    issuer: str | None = None
    issuer_printed: str | None = None
    level: Level | None = None
    region: str | None = None
    region_names: tuple[str, ...] = ()
    column: str | None = None
    document_number: str | None = None
    index_number: str | None = None
    author: str | None = None
    origin: str | None = None
    reposted_by: str | None = None
    attachments: tuple[Attachment, ...] = ()
    flags: tuple[str, ...] = ()
    extractor: str = ""
    evidence: Mapping[str, Evidence] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The document as plain JSON values; inside periods and evidence, what is None is left out."""
        data: dict[str, Any] = _documents().dump_python(self, mode="json")
        data["periods"] = [_known(period) for period in data["periods"]]
        data["evidence"] = {name: _known(entry) for name, entry in data["evidence"].items()}
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Document:
        """The inverse of `to_json`; a pydantic ValidationError where the data is not a document's."""
        return _documents().validate_python(data)

    def body_hash(self) -> str:
        """SHA-256 (hex) of what the page says: title, text, and the attachments' names and addresses.

        The rest (a click counter, a changed frame, a better issuer rule) never makes the publisher's text a new one.
        An attachment's bytes come later, from an exchange of their own; the store compares those by their digest.
        """
        digest = hashlib.sha256()
        parts = [self.title or "", self.text]
        for attachment in self.attachments:
            parts += [attachment.name, attachment.url]
        for part in parts:
            data = part.encode("utf-8", "surrogatepass")
            digest.update(len(data).to_bytes(8, "big") + data)
        return digest.hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a capture lies: a WARC file's name inside the captures folder, and the byte offset of its record."""

    file: str
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A document as the archive keeps it: one version of one publication, with its identity and its history.

    `until` is the `seq` of the change that ended it; None for what still stands.
    """

    id: str
    version: int
    seq: int
    source: str
    state: State
    edited: bool
    first_seen: str
    last_seen: str
    capture: Address
    document: Document
    until: int | None = None

    def to_json(self) -> dict[str, Any]:
        """One flat object: the record's own fields first, then the document's."""
        own = {name: getattr(self, name) for name in _own_fields()}
        capture = {"capture": {"file": self.capture.file, "offset": self.capture.offset}}
        return {**own, "state": self.state.value, **self.document.to_json(), **capture}


@cache
def _own_fields() -> tuple[str, ...]:
    return tuple(field.name for field in fields(Record) if field.name not in {"capture", "document", "until"})


def document_id(url: str) -> str:
    """The id of the document at a canonical URL: the first 16 hex digits of its SHA-256.

    A function of the address alone, so that an archive built again from its captures gives the same ids, and a
    citation stays good. 64 bits: a collision among 10 million documents has a chance of about 1 in 370,000.
    """
    return hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _known(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value is not None}


@cache
def _documents() -> TypeAdapter[Document]:
    return TypeAdapter(Document)
