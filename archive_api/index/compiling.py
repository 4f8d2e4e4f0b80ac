"""A query compiled for tantivy: the tree into phrases, the filters into terms and ranges."""

from __future__ import annotations

from collections.abc import Sequence

import tantivy
from tantivy import FieldType, Occur

from archive_api.index import filters
from archive_api.index.analysis import units
from archive_api.index.base import Query
from archive_api.index.entries import DOCUMENT, encodable
from archive_api.index.placing import placed, shortened
from archive_api.index.query import And, Everything, Node, Not, Or, Term


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
    """Documents whose folded field contains the folded term."""
    if len(units(folded)) == 1:
        return tantivy.Query.term_query(schema, f"{field}_units", shortened(folded), index_option="freq")
    words: list[str | tuple[int, str]] = [(word.offset, word.token) for word in placed(folded)]
    if len(words) == 1:
        return tantivy.Query.term_query(schema, f"{field}_places", placed(folded)[0].token)
    return tantivy.Query.phrase_query(schema, f"{field}_places", words)


def ranged(schema: tantivy.Schema, field: str, low: int | None = None, high: int | None = None) -> tantivy.Query:
    """Entries whose number is at least `low` and at most `high`."""
    return _silent(tantivy.Query.range_query(schema, field, FieldType.Unsigned, low, high))


def _filters(schema: tantivy.Schema, query: Query) -> list[tantivy.Query]:
    parts = []
    if query.kinds:
        parts.append(_one_of(schema, "kind", [kind.value for kind in query.kinds]))
    if query.years:
        parts.append(_one_of(schema, "year", [filters.year(year) for year in query.years]))
    if query.regions:
        parts.append(_one_of(schema, "region", [filters.region(code) for code in query.regions]))
    if query.sources:
        parts.append(_one_of(schema, "source", [encodable(source) for source in query.sources]))
    if query.issuers:
        parts.append(_any([_issuer(schema, issuer) for issuer in query.issuers]))
    if query.published_from is not None:
        first, _ = filters.published(query.published_from, "published_from")
        parts.append(ranged(schema, "published_last", low=first))
    if query.published_to is not None:
        _, last = filters.published(query.published_to, "published_to")
        parts.append(ranged(schema, "published_first", high=last))
    return [_silent(part) for part in parts]


def _issuer(schema: tantivy.Schema, issuer: str) -> tantivy.Query:
    folded = filters.issuer(issuer)
    return _any([phrase(schema, name, folded) for name in ("issuer", "issuer_printed")])


def _one_of(schema: tantivy.Schema, field: str, values: Sequence[str | int]) -> tantivy.Query:
    return tantivy.Query.term_set_query(schema, field, values)


def _any(parts: Sequence[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(Occur.Should, part) for part in parts])


def _silent(query: tantivy.Query) -> tantivy.Query:
    return tantivy.Query.const_score_query(query, 0.0)
