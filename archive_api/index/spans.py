"""Where the terms of a query stand in a document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Literal

from archive_api.document import Record
from archive_api.index.analysis import fold, fold_with_offsets, occurrences
from archive_api.index.base import Hit, Span
from archive_api.index.query import Tree, positive_terms


def find(tree: Tree, record: Record) -> tuple[Span, ...]:
    """Every occurrence of every positive term, in title and text as they are; overlapping ones are joined to one."""
    terms = list(dict.fromkeys(positive_terms(tree)))
    anywhere = [term.folded for term in terms if term.field is None]
    title = [*anywhere, *(term.folded for term in terms if term.field == "title")]
    return (*_spans("title", record.document.title or "", title), *_spans("text", record.document.text, anywhere))


def with_spans(hits: Iterable[Hit], tree: Tree, records: Iterable[Record]) -> tuple[Hit, ...]:
    """The hits, each with the spans found in its record; none where there is no such record."""
    by_id = {record.id: record for record in records}
    return tuple(replace(hit, spans=find(tree, by_id[hit.id])) if hit.id in by_id else hit for hit in hits)


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
