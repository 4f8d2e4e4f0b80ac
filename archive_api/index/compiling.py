"""A query compiled for tantivy: the tree into phrases, the filters into terms and ranges."""

from __future__ import annotations

from collections.abc import Sequence

import tantivy
from tantivy import FieldType, Occur

from archive_api.index.base import Query
from archive_api.index.entries import DOCUMENT, PAST, fields_of
from archive_api.index.filters import Alternative, Between, Condition, Contains, OneOf, conditions
from archive_api.index.phrases import near, phrase, prefix
from archive_api.index.query import And, Everything, Near, Node, Not, Or, Related, Term, Tree
from archive_api.index.related import PAIR_BOOST


def compiled(schema: tantivy.Schema, tree: Tree, query: Query) -> tantivy.Query:
    """What tantivy is asked. Only the tree's terms score. A UserError names a filter's value that cannot be one.

    All is tied to one constant clause, also because a bare union of terms would be scored with pruning, whose sums
    differ in the last bit from page to page.
    """
    clauses = [(Occur.Must, _standing(schema, query.as_of))]
    clauses += [(Occur.Must, _either(schema, parts)) for parts in conditions(query)]
    clauses += [(Occur.MustNot, _either(schema, parts)) for parts in conditions(query.without)]
    if isinstance(tree, Related):
        clauses.append((Occur.Must, _related(schema, tree)))
    elif not isinstance(tree, Everything):
        clauses.append((Occur.Must, _node(schema, tree)))
    return tantivy.Query.boolean_query(clauses)


def everything(schema: tantivy.Schema) -> tantivy.Query:
    """Every entry but the cursor's, past ones too: all that is asked is tied to those of one time. Scores nothing."""
    return _silent(tantivy.Query.term_set_query(schema, "entry", [DOCUMENT, PAST]))


def _standing(schema: tantivy.Schema, as_of: int | None) -> tantivy.Query:
    if as_of is None:
        return _silent(tantivy.Query.term_query(schema, "entry", DOCUMENT, index_option="basic"))
    bounds = [ranged(schema, "seq", high=as_of), ranged(schema, "until", low=as_of + 1)]
    return _all([everything(schema), *bounds])


def _node(schema: tantivy.Schema, node: Node) -> tantivy.Query:
    match node:
        case Term() | Near():
            return _any([_term(schema, name, node) for name in fields_of(node.field)])
        case And(parts):
            return tantivy.Query.boolean_query([(Occur.Must, _node(schema, part)) for part in parts])
        case Or(parts):
            return _any([_node(schema, part) for part in parts])
        case Not(part):
            return tantivy.Query.boolean_query([(Occur.Must, everything(schema)), (Occur.MustNot, _node(schema, part))])
        case Everything():
            return everything(schema)


def _related(schema: tantivy.Schema, tree: Related) -> tantivy.Query:
    """A word is in the filter as often as it weighs, so that clauses are counted instead of weights added."""
    holding = {word: _node(schema, Term(word.folded)) for word in tree.words}
    clauses = [(Occur.Should, holding[word]) for word in tree.words for _ in range(word.weight)]
    if not clauses:
        return tantivy.Query.empty_query()
    enough = tantivy.Query.boolean_query(clauses, minimum_number_should_match=tree.need)
    pairs = [tantivy.Query.boost_query(_node(schema, Term(pair)), PAIR_BOOST) for pair in tree.pairs]
    ranking = [(Occur.Should, part) for part in [*holding.values(), *pairs]]
    return tantivy.Query.boolean_query([(Occur.Must, _silent(enough)), *ranking])


def _term(schema: tantivy.Schema, field: str, term: Term | Near) -> tantivy.Query:
    if isinstance(term, Term):
        return (prefix if term.is_prefix else phrase)(schema, field, term.folded)
    # both terms score, not how near they are
    both = [phrase(schema, field, folded) for folded in (term.one, term.other)]
    close = _silent(near(schema, field, term.one, term.other, term.distance))
    return tantivy.Query.boolean_query([(Occur.Must, part) for part in [*both, close]])


def ranged(schema: tantivy.Schema, field: str, low: int | None = None, high: int | None = None) -> tantivy.Query:
    """Entries whose number is at least `low` and at most `high`."""
    return _silent(tantivy.Query.range_query(schema, field, FieldType.Unsigned, low, high))


def _either(schema: tantivy.Schema, alternatives: Sequence[Alternative]) -> tantivy.Query:
    return _silent(_any([_all([_condition(schema, one) for one in parts]) for parts in alternatives]))


def _condition(schema: tantivy.Schema, condition: Condition) -> tantivy.Query:
    match condition:
        case OneOf(field, values):
            return tantivy.Query.term_set_query(schema, field, values)
        case Between(field, low, high):
            return ranged(schema, field, low, high)
        case Contains(fields, folded):
            return _any([phrase(schema, field, folded) for field in fields])


def _all(parts: Sequence[tantivy.Query]) -> tantivy.Query:
    return parts[0] if len(parts) == 1 else tantivy.Query.boolean_query([(Occur.Must, part) for part in parts])


def _any(parts: Sequence[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(Occur.Should, part) for part in parts])


def _silent(query: tantivy.Query) -> tantivy.Query:
    return tantivy.Query.const_score_query(query, 0.0)
