"""From the parts of a page to a document: every field with its evidence, every unknown one with its reason."""

from __future__ import annotations

from dataclasses import replace

from archive_api.document import Document, Evidence
from crawler.extraction import gazetteer, moments, numbers, provenance
from crawler.extraction.datelines import Labelled, labelled
from crawler.extraction.flags import flags
from crawler.extraction.issuers import Issuer, issuer
from crawler.extraction.kinds import kinds
from crawler.extraction.moments import Moment
from crawler.extraction.numbers import NumberFound
from crawler.extraction.parts import Hints, Parts
from crawler.extraction.periods import periods
from crawler.extraction.provenance import Known
from crawler.extraction.sections import sections

_NUMBER_LINES = 6


def document(parts: Parts, hints: Hints) -> Document:
    """The document that the parts say. A field that is None has `evidence[field].reason`, one that is known its rule.

    `title` is cut of the 发文字号 that some sites print before it.
    """
    labels = [entry for line in (*parts.head, *parts.tail) for entry in labelled(line)]
    number, title = numbers.split_title(parts.title or "")
    named, kinds_evidence = kinds(title, parts.text)
    headings = sections(parts.text)
    spans, spans_evidence = periods(title, named, headings, parts.text)
    issued = issuer(parts, title, named, labels, hints)
    made = Document(
        url=parts.url,
        title=title or None,
        text=parts.text,
        sections=headings,
        kinds=tuple(one.kind for one in named),
        periods=spans,
        attachments=parts.attachments,
        flags=tuple(dict.fromkeys((*parts.flags, *flags(title, parts.text)))),
        evidence={"title": parts.title_evidence, "kinds": kinds_evidence, "periods": spans_evidence},
    )
    made = _dated(made, moments.published(parts, labels, hints), moments.written(parts, title, labels, named))
    made = _issued(made, issued)
    made = _placed(made, parts, labels, provenance.reposted_by(parts, issued, hints))
    return _numbered(made, _document_number(parts, labels, number), _index_number(labels))


def _dated(made: Document, published: Moment, written: Moment) -> Document:
    return replace(
        made,
        published=published[0],
        published_precision=published[1],
        written=written[0],
        written_precision=written[1],
        evidence={**made.evidence, "published": published[2], "written": written[2]},
    )


def _issued(made: Document, issued: Issuer) -> Document:
    as_printed = Evidence(rule="as_printed", raw=issued.printed)
    return replace(
        made,
        issuer=issued.name,
        issuer_printed=issued.printed,
        level=issued.level,
        region=issued.place.code if issued.place else None,
        region_names=gazetteer.names(issued.place.code) if issued.place else (),
        evidence={
            **made.evidence,
            "issuer": issued.evidence,
            "issuer_printed": as_printed if issued.printed else Evidence(reason="no issuer is printed"),
            "level": issued.level_evidence,
            "region": issued.region_evidence,
        },
    )


def _placed(made: Document, parts: Parts, labels: list[Labelled], reposted_by: Known) -> Document:
    column = provenance.column(parts, labels)
    author, origin = provenance.author(labels, parts.meta), provenance.origin(labels, parts.meta)
    said = {"column": column[1], "author": author[1], "origin": origin[1], "reposted_by": reposted_by[1]}
    return replace(
        made,
        column=column[0],
        author=author[0],
        origin=origin[0],
        reposted_by=reposted_by[0],
        evidence={**made.evidence, **said},
    )


def _numbered(made: Document, paper: Known, index: Known) -> Document:
    return replace(
        made,
        document_number=paper[0],
        index_number=index[0],
        evidence={**made.evidence, "document_number": paper[1], "index_number": index[1]},
    )


def _document_number(parts: Parts, labels: list[Labelled], in_title: NumberFound | None) -> Known:
    """The text's own 发文字号: a label's, the title's, or a line's of its own; never one that a sentence cites."""
    said = [("label", entry.value) for entry in labels if entry.label == "document_number"]
    lines = [("line", line) for line in (*parts.head, *parts.text.split("\n")[:_NUMBER_LINES])]
    for rule, line in said:
        if found := numbers.document_number(line):
            return found.number, Evidence(rule=rule, raw=found.raw)
    if in_title:
        return in_title.number, Evidence(rule="title", raw=in_title.raw)
    for rule, line in lines:
        if found := numbers.document_number(line):
            return found.number, Evidence(rule=rule, raw=found.raw)
    return None, Evidence(reason="no label, title or line of its own gives a 发文字号")


def _index_number(labels: list[Labelled]) -> Known:
    for entry in labels:
        if entry.label == "index_number" and (found := numbers.index_number(entry.value)):
            return found, Evidence(rule="label", raw=entry.value)
    return None, Evidence(reason="no 索引号 is labelled")
