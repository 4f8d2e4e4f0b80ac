"""Where the terms of a query stand in a document, and the pieces of text around them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from archive_api.document import Record
from archive_api.index.analysis import fold, fold_with_offsets, occurrences
from archive_api.index.base import Hit, Span
from archive_api.index.query import Node, positive_terms

_WIDEST = 5
"""A piece is at most so many times as long as its context; what stands close behind begins a new one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """A piece of a document's text that begins at character `start`; `marks` are the matches' ranges within it."""

    start: int
    text: str
    marks: tuple[tuple[int, int], ...]


def find(tree: Node, record: Record) -> tuple[Span, ...]:
    """Every occurrence of every positive term, in title and text as they are; overlapping ones are joined to one."""
    terms = list(dict.fromkeys(positive_terms(tree)))
    anywhere = [term.folded for term in terms if term.field is None]
    title = [*anywhere, *(term.folded for term in terms if term.field == "title")]
    return (*_spans("title", record.document.title or "", title), *_spans("text", record.document.text, anywhere))


def with_spans(hits: Iterable[Hit], tree: Node, records: Iterable[Record]) -> tuple[Hit, ...]:
    """The hits, each with the spans found in its record; none where there is no such record."""
    by_id = {record.id: record for record in records}
    return tuple(replace(hit, spans=find(tree, by_id[hit.id])) if hit.id in by_id else hit for hit in hits)


def snippets(record: Record, spans: Iterable[Span], *, width: int = 30) -> list[Snippet]:
    """Each match in the text with `width` characters on both sides, in order; near matches share a piece."""
    text = record.document.text
    pieces = []
    for group in _grouped([span for span in spans if span.field == "text"], width):
        start, end = max(0, group[0].start - width), min(len(text), group[-1].end + width)
        marks = tuple((span.start - start, span.end - start) for span in group)
        pieces.append(Snippet(start=start, text=text[start:end], marks=marks))
    return pieces


def _spans(field: Literal["title", "text"], text: str, terms: Sequence[str]) -> Iterator[Span]:
    plain = fold(text)
    places = sorted(place for term in terms for place in occurrences(term, plain))
    if not places:
        return
    folded = fold_with_offsets(text)
    start, end = folded.original(*places[0])
    for place in places[1:]:
        first, last = folded.original(*place)
        if first < end:
            end = max(end, last)
        else:
            yield Span(field=field, start=start, end=end)
            start, end = first, last
    yield Span(field=field, start=start, end=end)


def _grouped(spans: Sequence[Span], width: int) -> Iterator[list[Span]]:
    group: list[Span] = []
    for span in spans:
        if group and (span.start - group[-1].end > width or span.end - group[0].start > width * _WIDEST):
            yield group
            group = []
        group.append(span)
    if group:
        yield group
