"""A query compiled for tantivy: the tree into phrases of pairs, the filters into terms and ranges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import tantivy
from tantivy import FieldType, Occur

from archive_api.errors import UserError
from archive_api.index.analysis import fold_term, is_only_marks, terms
from archive_api.index.base import Query
from archive_api.index.entries import DOCUMENT, LAST_YEAR, day_range, encodable
from archive_api.index.query import And, Everything, Node, Not, Or, Term

_PAIR = 2
_REGION_DIGITS = {2, 4, 6, 9, 12}


def compiled(schema: tantivy.Schema, tree: Node, query: Query) -> tantivy.Query:
    """What tantivy is asked. Only the tree's terms score. A UserError names a filter's value that cannot be one.

    All is tied to one constant clause, also because a bare union of terms would be scored with pruning, whose sums
    differ in the last bit from page to page.
    """
    clauses = [(Occur.Must, part) for part in [everything(schema), *_filters(schema, query)]]
    if not isinstance(tree, Everything):
        clauses.append((Occur.Must, _node(schema, tree)))
    return tantivy.Query.boolean_query(clauses)


def everything(schema: tantivy.Schema) -> tantivy.Query:
    """Every document, the cursor's entry left out; scores nothing."""
    return _silent(tantivy.Query.term_query(schema, "entry", DOCUMENT, index_option="basic"))


def _node(schema: tantivy.Schema, node: Node) -> tantivy.Query:
    match node:
        case Term(folded, field):
            fields: Sequence[str] = [field] if field else ["title", "text"]
            return _any([phrase(schema, name, folded) for name in fields])
        case And(parts):
            return tantivy.Query.boolean_query([(Occur.Must, _node(schema, part)) for part in parts])
        case Or(parts):
            return _any([_node(schema, part) for part in parts])
        case Not(part):
            return tantivy.Query.boolean_query([(Occur.Must, everything(schema)), (Occur.MustNot, _node(schema, part))])
        case Everything():
            return everything(schema)


def phrase(schema: tantivy.Schema, field: str, folded: str) -> tantivy.Query:
    """Documents whose folded field contains the folded term: pairs side by side, the last one overlapping."""
    cut = terms(folded)
    if len(cut) == 1:
        return tantivy.Query.term_query(schema, f"{field}_units", cut[0], index_option="freq")
    starts = sorted({*range(0, len(cut) - 1, _PAIR), len(cut) - _PAIR})
    words: list[str | tuple[int, str]] = [(start, cut[start] + cut[start + 1]) for start in starts]
    if len(words) == 1:
        return tantivy.Query.term_query(schema, f"{field}_pairs", words[0][1])
    return tantivy.Query.phrase_query(schema, f"{field}_pairs", words)


def ranged(schema: tantivy.Schema, field: str, low: int | None = None, high: int | None = None) -> tantivy.Query:
    """Entries whose number is at least `low` and at most `high`."""
    return _silent(tantivy.Query.range_query(schema, field, FieldType.Unsigned, low, high))


def _filters(schema: tantivy.Schema, query: Query) -> list[tantivy.Query]:
    filters = []
    if query.kinds:
        filters.append(_one_of(schema, "kind", [kind.value for kind in query.kinds]))
    if query.years:
        filters.append(_one_of(schema, "year", [_year(year) for year in query.years]))
    if query.regions:
        filters.append(_one_of(schema, "region", [_region(code) for code in query.regions]))
    if query.sources:
        filters.append(_one_of(schema, "source", [encodable(source) for source in query.sources]))
    if query.issuers:
        filters.append(_any([_issuer(schema, issuer) for issuer in query.issuers]))
    if query.published_from is not None:
        first, _ = _bound(query.published_from, "published_from")
        filters.append(ranged(schema, "published_last", low=first))
    if query.published_to is not None:
        _, last = _bound(query.published_to, "published_to")
        filters.append(ranged(schema, "published_first", high=last))
    return [_silent(part) for part in filters]


def _issuer(schema: tantivy.Schema, issuer: str) -> tantivy.Query:
    folded = fold_term(issuer)
    if is_only_marks(folded):
        raise UserError(f"issuer {issuer!r} has nothing but marks / 发布单位里只有标点")
    return _any([phrase(schema, name, folded) for name in ("issuer", "issuer_printed")])


def _year(year: int) -> int:
    if not 0 < year <= LAST_YEAR:
        raise UserError(f"year {year} is not between 1 and {LAST_YEAR} / 年份应在 1 与 {LAST_YEAR} 之间")
    return year


def _region(code: str) -> str:
    if not (code.isascii() and code.isdigit() and len(code) in _REGION_DIGITS):
        raise UserError(f"region {code!r} is not a code of 2, 4 or 6 digits (GB/T 2260) / 地区应为 2、4 或 6 位代码")
    return code.ljust(6, "0")


def _bound(date: str, name: Literal["published_from", "published_to"]) -> tuple[int, int]:
    try:
        return day_range(date)
    except ValueError as error:
        raise UserError(f"{name}: {error} / 日期应为 2016-12-28、2016-12 或 2016") from error


def _one_of(schema: tantivy.Schema, field: str, values: Sequence[str | int]) -> tantivy.Query:
    return tantivy.Query.term_set_query(schema, field, values)


def _any(parts: Sequence[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(Occur.Should, part) for part in parts])


def _silent(query: tantivy.Query) -> tantivy.Query:
    return tantivy.Query.const_score_query(query, 0.0)
