"""A query compiled for Elasticsearch: the tree into phrases, the filters into terms and ranges.

A phrase of Han characters alone is asked by its pairs, which are rare and quick to find. Everything else is asked by
single units: a pair's position says nothing of what stands after its second character.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence

from archive_api.index.base import Query
from archive_api.index.elastic_entries import PAIRS, UNITS, Json, is_plain_han, spaced
from archive_api.index.filters import Alternative, Between, Condition, Contains, OneOf, conditions
from archive_api.index.query import And, Everything, Node, Not, Or, Related, Term, Tree
from archive_api.index.related import PAIR_BOOST

Clause = dict[str, Json]

DEEPEST = 10
"""Bool queries inside each other that are sent as they are. The server refuses more than 30 (`max_nested_depth`), of
which one level here takes two; what lies deeper is sent as a `wrapper` query, which is counted anew."""

EVERYTHING: Clause = {"exists": {"field": "seq"}}
"""Every document; the cursor's entry has no seq."""


def compiled(tree: Tree, query: Query) -> Clause:
    """What the server is asked. Only the tree's terms score. A UserError names a filter's value that cannot be one."""
    parts: Clause = {
        "filter": _list([EVERYTHING, *map(_either, conditions(query))]),
        "must_not": _list([*map(_either, conditions(query.without))]),
    }
    if isinstance(tree, Related):
        parts["must"] = _related(tree)
    elif not isinstance(tree, Everything):
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


def _related(tree: Related) -> Clause:
    """A word is in the filter as often as it weighs, so that clauses are counted instead of weights added."""
    holding = {word: _node(Term(word.folded), 1) for word in tree.words}
    clauses = [holding[word] for word in tree.words for _ in range(word.weight)]
    if not clauses:
        return {"match_none": {}}
    enough: Clause = {"bool": {"should": _list(clauses), "minimum_should_match": tree.need}}
    pairs: list[Clause] = [{"bool": {"must": _node(Term(pair), 1), "boost": PAIR_BOOST}} for pair in tree.pairs]
    return {"bool": {"filter": enough, "should": _list([*holding.values(), *pairs])}}


def phrase(field: str, folded: str) -> Clause:
    """Documents whose folded field contains the folded term."""
    analyzer = PAIRS if len(folded) > 1 and is_plain_han(folded) else UNITS
    return {"match_phrase": {field: {"query": spaced(folded), "analyzer": analyzer}}}


def _either(alternatives: Sequence[Alternative]) -> Clause:
    return _any([_all([_condition(one) for one in parts]) for parts in alternatives])


def _condition(condition: Condition) -> Clause:
    match condition:
        case OneOf(field, values):
            return {"terms": {field: [*values]}}
        case Between(field, low, high):
            return {"range": {field: {"gte": low, "lte": high}}}
        case Contains(fields, folded):
            return _any([phrase(field, folded) for field in fields])


def _all(parts: Sequence[Clause]) -> Clause:
    return parts[0] if len(parts) == 1 else {"bool": {"filter": _list(parts)}}


def _any(parts: Sequence[Clause]) -> Clause:
    if len(parts) == 1:
        return parts[0]
    return {"bool": {"should": _list(parts), "minimum_should_match": 1}}


def _list(parts: Sequence[Clause]) -> list[Json]:
    return [*parts]
