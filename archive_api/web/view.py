"""What the pages show of a document: paragraphs with anchors, dates with evidence, what changed. Escapes nothing."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from archive_api.document import Document, Evidence, Period, Precision, Record
from archive_api.labels import FIELDS, PRECISIONS, Label
from archive_api.store import Condition, RunRow, SourceRow

DIFF_LINES = 3000  # comparing is quadratic at worst; the longest real texts seen have some 800 paragraphs
_UNKNOWN = Evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One line of the text; `anchors` are the sections that begin in it, `level` is set where it is a heading."""

    text: str
    anchors: tuple[str, ...] = ()
    level: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DateRow:
    """One of the dates of a document: `value` None is unknown, and the evidence's reason says why."""

    label: Label
    value: str | None
    precision: Label | None
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a comparison: `sign` is + (new), - (gone), a space (the same) or … (left out)."""

    sign: str
    text: str


def paragraphs(document: Document) -> list[Paragraph]:
    """The text's lines that hold anything, each with the sections that begin in it."""
    shown: list[Paragraph] = []
    sections = sorted(enumerate(document.sections, start=1), key=lambda pair: pair[1].start)
    at = offset = 0
    for line in document.text.split("\n"):
        end = offset + len(line) + 1
        first = at
        while at < len(sections) and sections[at][1].start < end:
            at += 1
        begun = sections[first:at]
        if line.strip() or begun:
            is_heading = bool(begun) and _is_heading(line, begun[0][1].number + begun[0][1].heading)
            anchors = tuple(f"s-{number}" for number, _ in begun)
            level = begun[0][1].level if is_heading else None
            shown.append(Paragraph(text=line.strip(), anchors=anchors, level=level))
        offset = end
    return shown


def _is_heading(line: str, heading: str) -> bool:
    """Whether the line holds nothing but the heading, marks and spaces aside; else the text runs on in it."""
    return _letters(line) == _letters(heading)


def _letters(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


def dates(record: Record) -> list[DateRow]:
    """The document's own dates (所属年度, 成文, 发布); when it was seen is the archive's, and stands apart."""
    document = record.document
    period = "、".join(period_words(p).zh for p in document.periods) or None
    return [
        DateRow(
            label=FIELDS["periods"], value=period, precision=None, evidence=_evidence(document, "periods", "period")
        ),
        _date(document, "written", document.written, document.written_precision),
        _date(document, "published", document.published, document.published_precision),
    ]


def _date(document: Document, name: str, value: str | None, precision: Precision | None) -> DateRow:
    shown = PRECISIONS[precision] if precision else None
    return DateRow(label=FIELDS[name], value=value, precision=shown, evidence=_evidence(document, name))


def _evidence(document: Document, *names: str) -> Evidence:
    known: Mapping[str, Evidence] = document.evidence
    return next((known[name] for name in names if name in known), _UNKNOWN)


def period_words(period: Period) -> Label:
    """A period as people write it: 2016年上半年, 2016 H1."""
    zh, en = f"{period.year}年", str(period.year)
    if period.end_year is not None:
        zh, en = f"{period.year}–{period.end_year}年", f"{period.year}–{period.end_year}"
    if period.half is not None:
        zh, en = zh + ("上半年" if period.half == 1 else "下半年"), f"{en} H{period.half}"
    if period.quarter is not None:
        zh, en = zh + f"第{period.quarter}季度", f"{en} Q{period.quarter}"
    if period.month is not None:
        zh, en = zh + f"{period.month}月", f"{en}-{period.month:02}"
    return Label(zh, en)


def version_before(record: Record, versions: Sequence[Record]) -> Record | None:
    """The version that this one followed, by when they were seen: a number only tells in which order they arrived."""
    numbers = [version.version for version in versions]
    place = numbers.index(record.version)
    return versions[place - 1] if place else None


def difference(old: Document, new: Document) -> list[Line] | None:
    """What changed, line by line, with one line around each change; None where the texts are too long to compare."""
    before, after = _lines(old), _lines(new)
    if max(len(before), len(after)) > DIFF_LINES:
        return None
    shown: list[Line] = []
    for line in difflib.unified_diff(before, after, n=1, lineterm=""):
        if line.startswith("@@"):
            shown.append(Line(sign="…", text=""))
        elif shown:  # the two lines of file names before the first @@ are none of ours
            shown.append(Line(sign=line[:1], text=line[1:]))
    return shown


def _lines(document: Document) -> list[str]:
    lines = [document.title or "", *document.text.split("\n")]
    for attachment in document.attachments:
        lines += [f"{attachment.name} {attachment.url}", *(attachment.text or "").split("\n")]
    return lines


def web_address(url: str | None) -> str | None:
    """The address if it is http(s) and may become a link; None for javascript:, data: and all else."""
    try:
        parts = urlsplit(url or "")
    except ValueError:  # such as a bracket that is no IPv6 address
        return None
    return url if parts.scheme in {"http", "https"} and parts.netloc else None


def other_evidence(document: Document) -> list[tuple[str, Evidence]]:
    """The evidence that stands nowhere else on the page, by field."""
    shown = {"periods", "period", "written", "published", "issuer"}
    return sorted((name, evidence) for name, evidence in document.evidence.items() if name not in shown)


def issuer_evidence(document: Document) -> Evidence:
    """Why the issuer is what it is, or is not known."""
    return _evidence(document, "issuer")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """One source on its page; `urls` are the addresses that its configuration names."""

    name: str
    issuer: str
    urls: tuple[str, ...]
    next_due_at: str | None
    run: RunRow | None
    condition: Condition | None


def source_line(row: SourceRow, run: RunRow | None, condition: Condition | None) -> SourceLine:
    """The source, with its latest run and its condition."""
    issuer = row.config.get("issuer")
    urls = tuple(url for value in row.config.values() for url in _strings(value) if web_address(url))
    name = issuer if isinstance(issuer, str) else ""
    return SourceLine(name=row.name, issuer=name, urls=urls, next_due_at=row.next_due_at, run=run, condition=condition)


def _strings(value: object) -> list[str]:
    values = value if isinstance(value, list | tuple) else [value]
    return [text for text in values if isinstance(text, str)]
