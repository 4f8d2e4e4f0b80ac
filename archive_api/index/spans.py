"""Where the terms of a query stand in a document."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Literal

from archive_api.document import Record
from archive_api.index.analysis import fold, fold_with_offsets, occurrences
from archive_api.index.base import Hit, Span
from archive_api.index.query import Near, Term, Tree, positive_terms

Place = tuple[int, int]


def find(tree: Tree, record: Record) -> tuple[Span, ...]:
    """Every occurrence of every positive term, in title and text as they are; overlapping ones are joined to one.

    Of a NEAR those occurrences of either term that have one of the other near them. An issuer or a number is not shown.
    """
    terms = list(dict.fromkeys(positive_terms(tree)))
    title = [term for term in terms if term.field in {None, "title"}]
    text = [term for term in terms if term.field in {None, "text"}]
    return (*_spans("title", record.document.title or "", title), *_spans("text", record.document.text, text))


def with_spans(hits: Iterable[Hit], tree: Tree, records: Iterable[Record]) -> tuple[Hit, ...]:
    """The hits, each with the spans found in its record; none where there is no such record."""
    by_id = {record.id: record for record in records}
    return tuple(replace(hit, spans=find(tree, by_id[hit.id])) if hit.id in by_id else hit for hit in hits)


def _spans(field: Literal["title", "text"], text: str, terms: Sequence[Term | Near]) -> Iterator[Span]:
    plain = fold(text) if terms else ""
    places = sorted(place for term in terms for place in _places(term, plain))
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


def _places(term: Term | Near, folded: str) -> Iterable[Place]:
    if isinstance(term, Term):
        return occurrences(term.folded, folded, is_prefix=term.is_prefix)
    one, other = [*occurrences(term.one, folded)], [*occurrences(term.other, folded)]
    return {*_near(one, other, term.distance), *_near(other, one, term.distance)}


def _near(ones: Sequence[Place], others: Sequence[Place], distance: int) -> Iterator[Place]:
    """Those with one of the others beginning after them, and these, at most so many characters away."""
    starts = [start for start, _ in others]
    for one in ones:
        following = others[bisect_left(starts, one[1]) : bisect_right(starts, one[1] + distance)]
        if following:
            yield one
            yield from following
