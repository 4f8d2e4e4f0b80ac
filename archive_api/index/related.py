"""`match=related`: a question in plain language; any of its words may match, and the best come first.

What is found is stated, so that its count is exact and the same on every engine. A word weighs by how few documents
hold it: nothing where more than half of all do, 1 from a half down, 2 from an eighth, 3 from a 32nd, 4 from a 128th, 5
from a 512th. *A document is found if the words that it holds have a quarter of the weight of all.* Holding is the exact
search's: the word stands in the folded title or text, character for character.

A word that no document holds is replaced by the shorter words in it, or, where there are none, left out. Where no word
weighs anything, each weighs 1.

The order is by BM25 over the words, and with half their weight the pairs of adjacent characters, in title and text
alike. Measured in November 2026 on 4,221 questions over 1,104 passages (MRR@10): .990, and .989 on either half; pairs
alone .986; with words that were cut out of the texts and indexed in a third field .990 too, so there is no such field.
A quarter keeps the right passage for 99.8 % of the questions, and leaves 1.6 % of all passages on average.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from archive_api.errors import QueryError
from archive_api.index.analysis import fold_term, is_only_marks
from archive_api.index.base import Match, Query
from archive_api.index.query import LONGEST_QUERY, Everything, Node, Or, Related, Term, Tree, Weighted, canonical, parse
from archive_api.index.words import read, shorter

MOST_WORDS, MOST_PAIRS = 50, 150
"""A question of more different words is refused; pairs after these do not rank. Elasticsearch takes at least 1,024
clauses, and a word may need 12 of them, a pair 2."""

HEAVIEST = 5
SHARE = 4
"""A document is found from one such part of the whole weight on."""

PAIR_BOOST = 0.5
"""A word ranks by 1."""

Holders = Callable[[Sequence[Node]], Sequence[int]]
"""How many documents each of these finds, without filters."""


def tree_of(query: Query, holders: Holders) -> Tree:
    """What is asked, as a tree: the query language's, or a question's, weighed by what the index holds.

    A QueryError as `parse` raises it, and for a question that is too long.
    """
    if query.match is Match.EXACT:
        return parse(query.text)
    words = _words(query.text)
    if not words:
        return Everything()
    folded = fold_term(query.text)
    pieces = {word: shorter(word) for word in words}
    asked = list(dict.fromkeys([*words, *(piece for word in words for piece in pieces[word])]))
    counts = holders([Everything(), *map(Term, asked)])
    held = dict(zip(asked, counts[1:], strict=True))
    used = dict.fromkeys(used for word in words for used in ((word,) if held[word] else pieces[word]) if held[used])
    if len(used) > MOST_WORDS:
        raise _too_long(query.text)
    return _weighed({word: held[word] for word in used}, counts[0], read(folded).pairs[:MOST_PAIRS])


def canonical_text(query: Query) -> str:
    """What is asked, written in the query language; of a question its words, any of which may match."""
    if query.match is Match.EXACT:
        return canonical(parse(query.text))
    words = [Term(word) for word in _words(query.text)]
    return canonical(Or(tuple(words)) if len(words) > 1 else words[0]) if words else ""


def _words(text: str) -> Sequence[str]:
    """The words of a question; none of an empty one."""
    if len(text) > LONGEST_QUERY:
        raise QueryError(
            f"查询超过 {LONGEST_QUERY} 个字符 / a query has at most {LONGEST_QUERY} characters", column=LONGEST_QUERY
        )
    folded = fold_term(text)
    if not text.strip():
        return ()
    if is_only_marks(folded):
        raise QueryError("查询里只有标点 / the question has nothing but marks", column=1)
    words = read(folded).words
    if len(words) > MOST_WORDS:
        raise _too_long(text)
    return words


def _too_long(text: str) -> QueryError:
    return QueryError(
        f"问句超过 {MOST_WORDS} 个不同的词 / a question has at most {MOST_WORDS} different words", column=len(text)
    )


def _weighed(held: dict[str, int], everything: int, pairs: Sequence[str]) -> Related:
    weights = {word: _weight(number, everything) for word, number in held.items()}
    if not any(weights.values()):
        weights = dict.fromkeys(weights, 1)
    words = tuple(Weighted(word, weights[word], held[word]) for word in held)
    return Related(words, -(-sum(weights.values()) // SHARE), tuple(pairs))


def _weight(documents: int, everything: int) -> int:
    halvings = (everything // documents).bit_length() - 1
    return min((halvings + 1) // 2, HEAVIEST)
