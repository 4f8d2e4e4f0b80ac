"""From the parts of a page to a document: every field with its evidence, every unknown one with its reason."""

from __future__ import annotations

from archive_api.document import Document, Evidence
from crawler.extraction import gazetteer, moments, numbers, provenance
from crawler.extraction.datelines import Labelled, labelled
from crawler.extraction.flags import flags
from crawler.extraction.issuers import Issuer, issuer
from crawler.extraction.kinds import kinds
from crawler.extraction.numbers import NumberFound
from crawler.extraction.parts import Hints, Parts
from crawler.extraction.periods import periods
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
    published, published_precision, published_evidence = moments.published(parts, labels, hints)
    written, written_precision, written_evidence = moments.written(parts, title, labels, named)
    column, column_evidence = provenance.column(parts, labels)
    author, author_evidence = provenance.author(labels, parts.meta)
    origin, origin_evidence = provenance.origin(labels, parts.meta)
    reposted_by, reposted_evidence = provenance.reposted_by(parts, issued, hints)
    paper_number, number_evidence = _document_number(parts, labels, number)
    index_number, index_evidence = _index_number(labels)
    return Document(
        url=parts.url,
        title=title or None,
        text=parts.text,
        sections=headings,
        kinds=tuple(one.kind for one in named),
        periods=spans,
        published=published,
        published_precision=published_precision,
        written=written,
        written_precision=written_precision,
        issuer=issued.name,
        issuer_printed=issued.printed,
        level=issued.level,
        region=issued.place.code if issued.place else None,
        region_names=gazetteer.names(issued.place.code) if issued.place else (),
        column=column,
        document_number=paper_number,
        index_number=index_number,
        author=author,
        origin=origin,
        reposted_by=reposted_by,
        attachments=parts.attachments,
        flags=tuple(dict.fromkeys((*parts.flags, *flags(title, parts.text)))),
        evidence={
            "title": parts.title_evidence,
            "kinds": kinds_evidence,
            "periods": spans_evidence,
            "published": published_evidence,
            "written": written_evidence,
            **_issuer_evidence(issued),
            "column": column_evidence,
            "document_number": number_evidence,
            "index_number": index_evidence,
            "author": author_evidence,
            "origin": origin_evidence,
            "reposted_by": reposted_evidence,
        },
    )


def _issuer_evidence(issued: Issuer) -> dict[str, Evidence]:
    printed = (
        Evidence(rule="as_printed", raw=issued.printed) if issued.printed else Evidence(reason="no issuer is printed")
    )
    return {
        "issuer": issued.evidence,
        "issuer_printed": printed,
        "level": issued.level_evidence,
        "region": issued.region_evidence,
    }


def _document_number(parts: Parts, labels: list[Labelled], in_title: NumberFound | None) -> tuple[str | None, Evidence]:
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


def _index_number(labels: list[Labelled]) -> tuple[str | None, Evidence]:
    for entry in labels:
        if entry.label == "index_number" and (found := numbers.index_number(entry.value)):
            return found, Evidence(rule="label", raw=entry.value)
    return None, Evidence(reason="no 索引号 is labelled")
