"""A query compiled for Elasticsearch: the tree into phrases, the filters into terms and ranges.

A phrase of Han characters alone is asked by its pairs, which are rare and quick to find. Everything else is asked by
single units: a pair's position says nothing of what stands after its second character.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence

from archive_api.index.analysis import units
from archive_api.index.base import Query
from archive_api.index.elastic_entries import PAIRS, UNITS, Json, is_plain_han, prefixes, spaced
from archive_api.index.entries import DOCUMENT, fields_of
from archive_api.index.filters import Alternative, Between, Condition, Contains, OneOf, conditions
from archive_api.index.query import And, Everything, Near, Node, Not, Or, Related, Term, Tree
from archive_api.index.related import PAIR_BOOST

Clause = dict[str, Json]

DEEPEST = 10
"""Bool queries inside each other that are sent as they are. The server refuses more than 30 (`max_nested_depth`), of
which one level here takes two; what lies deeper is sent as a `wrapper` query, which is counted anew."""

_NOWHERE = "_nowhere"  # no token begins with an underscore and an n

EVERYTHING: Clause = {"exists": {"field": "seq"}}
"""Every entry but the cursor's, past ones too: all that is asked is tied to those of one time."""


def compiled(tree: Tree, query: Query) -> Clause:
    """What the server is asked. Only the tree's terms score. A UserError names a filter's value that cannot be one."""
    parts: Clause = {
        "filter": _list([*_standing(query.as_of), *map(_either, conditions(query))]),
        "must_not": _list([*map(_either, conditions(query.without))]),
    }
    if isinstance(tree, Related):
        parts["must"] = _related(tree)
    elif not isinstance(tree, Everything):
        parts["must"] = _node(tree, 1)
    return {"bool": parts}


def _standing(as_of: int | None) -> list[Clause]:
    if as_of is None:
        return [{"term": {"entry": DOCUMENT}}]
    return [{"range": {"seq": {"lte": as_of}}}, {"range": {"until": {"gt": as_of}}}]


def _node(node: Node, depth: int) -> Clause:
    if depth > DEEPEST:
        inner = json.dumps(_node(node, 1), ensure_ascii=False)
        return {"wrapper": {"query": base64.b64encode(inner.encode()).decode()}}
    match node:
        case Term() | Near():
            return _any([_term(name, node) for name in fields_of(node.field)])
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


def _term(field: str, term: Term | Near) -> Clause:
    if isinstance(term, Near):
        return near(field, term)
    return prefix(field, term.folded) if term.is_prefix else phrase(field, term.folded)


def phrase(field: str, folded: str) -> Clause:
    """Documents whose folded field contains the folded term."""
    return {"match_phrase": {field: {"query": spaced(folded), "analyzer": _analyzer(folded)}}}


def prefix(field: str, folded: str) -> Clause:
    """Documents whose folded field contains the folded term, the last word of which may go on.

    After other units the server looks for at most as many words as it allows clauses in one query, and refuses more.
    """
    last = units(folded)[-1]
    before = folded[: -len(last)]
    if not before:
        return _any([{"prefix": {field: {"value": beginning}}} for beginning in prefixes(last)])
    words: list[Json] = [{"prefix": {"prefix": beginning}} for beginning in prefixes(last)]
    rules: list[Json] = [{**_rule(spaced(before), UNITS)}, {"any_of": {"intervals": words}}]
    return {"intervals": {field: {"all_of": {"intervals": rules, "ordered": True, "max_gaps": 0}}}}


def near(field: str, node: Near) -> Clause:
    """Documents whose folded field contains both, apart, in either order, near each other. Both score, not how near.

    The server finds the shortest intervals. A term's own are all of one length, so the shortest with both has the
    smallest distance.
    """
    orders = dict.fromkeys([(node.one, node.other), (node.other, node.one)])
    rules: list[Json] = [_before(*terms, node.distance) for terms in orders]
    close: Clause = {"intervals": {field: {"any_of": {"intervals": rules}}}}
    return {"bool": {"must": [phrase(field, node.one), phrase(field, node.other)], "filter": close}}


def _before(one: str, other: str, distance: int) -> Json:
    # an interval ends where its last token begins, before the rest of a word
    after = len(units(one)[-1]) - 1
    first, second = _whole(one), _whole(other)
    if one == other:
        # of two equal rules the server makes one for neighbouring occurrences, which may overlap
        second["match"]["filter"] = {"not_containing": {"match": {"query": _NOWHERE, "analyzer": UNITS}}}
    return {"all_of": {"intervals": [{**first}, {**second}], "ordered": True, "max_gaps": distance + after}}


def _whole(folded: str) -> dict[str, Clause]:
    """A rule whose intervals have all the term's characters: pairs are followed by the last one alone."""
    if _analyzer(folded) == PAIRS:
        return _rule(f"{folded} {folded[-1]}", PAIRS)
    return _rule(spaced(folded), UNITS)


def _rule(sent: str, analyzer: str) -> dict[str, Clause]:
    return {"match": {"query": sent, "analyzer": analyzer, "ordered": True, "max_gaps": 0}}


def _analyzer(folded: str) -> str:
    return PAIRS if len(folded) > 1 and is_plain_han(folded) else UNITS


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
