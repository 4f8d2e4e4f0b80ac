"""A query compiled for Elasticsearch: the tree into phrases, the filters into terms and ranges.

A phrase of Han characters alone is asked by its pairs, which are rare and quick to find. Everything else is asked by
single units: a pair's position says nothing of what stands after its second character.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence

from archive_api.index import filters
from archive_api.index.base import Query
from archive_api.index.elastic_entries import PAIRS, UNITS, Json, is_plain_han, keyword, spaced
from archive_api.index.query import And, Everything, Node, Not, Or, Term

Clause = dict[str, Json]

DEEPEST = 10
"""Bool queries inside each other that are sent as they are. The server refuses more than 30 (`max_nested_depth`), of
which one level here takes two; what lies deeper is sent as a `wrapper` query, which is counted anew."""

EVERYTHING: Clause = {"exists": {"field": "seq"}}
"""Every document; the cursor's entry has no seq."""


def compiled(tree: Node, query: Query) -> Clause:
    """What the server is asked. Only the tree's terms score. A UserError names a filter's value that cannot be one."""
    parts: Clause = {"filter": _list([EVERYTHING, *_filters(query)])}
    if not isinstance(tree, Everything):
        parts["must"] = _node(tree, 1)
    return {"bool": parts}


def _node(node: Node, depth: int) -> Clause:
    if depth > DEEPEST:
        inner = json.dumps(_node(node, 1), ensure_ascii=False)
        return {"wrapper": {"query": base64.b64encode(inner.encode()).decode()}}
    match node:
        case Term(folded, field):
            return _any([phrase(name, folded) for name in ([field] if field else ["title", "text"])])
        case And(parts):
            return {"bool": {"must": [_node(part, depth + 1) for part in parts]}}
        case Or(parts):
            return _any([_node(part, depth + 1) for part in parts])
        case Not(part):
            return {"bool": {"filter": EVERYTHING, "must_not": _node(part, depth + 1)}}
        case Everything():
            return EVERYTHING


def phrase(field: str, folded: str) -> Clause:
    """Documents whose folded field contains the folded term."""
    analyzer = PAIRS if len(folded) > 1 and is_plain_han(folded) else UNITS
    return {"match_phrase": {field: {"query": spaced(folded), "analyzer": analyzer}}}


def _filters(query: Query) -> list[Clause]:
    parts: list[Clause] = []
    if query.kinds:
        parts.append(_one_of("kind", [kind.value for kind in query.kinds]))
    if query.years:
        parts.append(_one_of("year", [filters.year(year) for year in query.years]))
    if query.regions:
        parts.append(_one_of("region", [filters.region(code) for code in query.regions]))
    if query.sources:
        parts.append(_one_of("source", [keyword(source) for source in query.sources]))
    if query.issuers:
        names = [filters.issuer(issuer) for issuer in query.issuers]
        parts.append(_any([phrase(field, name) for name in names for field in ("issuer", "issuer_printed")]))
    if query.published_from is not None:
        first, _ = filters.published(query.published_from, "published_from")
        parts.append({"range": {"published_last": {"gte": first}}})
    if query.published_to is not None:
        _, last = filters.published(query.published_to, "published_to")
        parts.append({"range": {"published_first": {"lte": last}}})
    return parts


def _one_of(field: str, values: Sequence[str | int]) -> Clause:
    return {"terms": {field: [*values]}}


def _any(parts: Sequence[Clause]) -> Clause:
    if len(parts) == 1:
        return parts[0]
    return {"bool": {"should": _list(parts), "minimum_should_match": 1}}


def _list(parts: Sequence[Clause]) -> list[Json]:
    return [*parts]
