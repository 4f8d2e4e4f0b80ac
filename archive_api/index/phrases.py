"""Terms as tantivy is asked for them: phrases of tokens, each at its place (see `placing`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import tantivy
from tantivy import Occur

from archive_api.index.analysis import units
from archive_api.index.placing import Placed, beginning_with, placed, placed_prefix


def phrase(schema: tantivy.Schema, field: str, folded: str) -> tantivy.Query:
    """Documents whose folded field contains the folded term."""
    return _together(schema, field, placed(folded))


def prefix(schema: tantivy.Schema, field: str, folded: str) -> tantivy.Query:
    """Documents whose folded field contains the folded term, the last word of which may go on."""
    if len(units(folded)) == 1:
        return tantivy.Query.regex_query(schema, f"{field}_places", beginning_with(folded))
    return _together(schema, field, placed_prefix(folded))


def near(schema: tantivy.Schema, field: str, one: str, other: str, distance: int) -> tantivy.Query:
    """Documents whose folded field contains both, apart, in either order, at most so many characters between them."""
    parts = [*_before(schema, field, one, other, distance), *_before(schema, field, other, one, distance)]
    return tantivy.Query.boolean_query([(Occur.Should, part) for part in parts])


def _before(schema: tantivy.Schema, field: str, one: str, other: str, distance: int) -> list[tantivy.Query]:
    """Any of these holds where one stands before the other.

    tantivy's slop is what two tokens may be moved by, to either side, to stand as they are asked for. So where each of
    the two is one token, one phrase that asks for the middle of the distance covers all of it, or all but the last.
    More tokens would be torn apart by it: for them there is a phrase for each number of characters between the two.
    A character has two places, so moves are doubled. Measured in November 2026 over 20,000 documents of 1,000
    characters, processor time, growing with their number: NEAR/20 of two terms of one token, one character or two, 2 to
    8 ms; of one or two of four characters 5 to 50 ms.
    """
    left, right, length = placed(one), placed(other), len(one)
    if len(left) > 1 or len(right) > 1:
        gaps = range(length, length + distance + 1)
        return [_together(schema, field, [*left, *_moved(right, gap)]) for gap in gaps]
    half, rest = divmod(distance, 2)
    parts = [_together(schema, field, [*left, *_moved(right, length + half)], slop=2 * half)]
    return [*parts, _together(schema, field, [*left, *_moved(right, length + distance)])] if rest else parts


def _moved(tokens: Sequence[Placed], by: int) -> list[Placed]:
    return [replace(token, offset=token.offset + 2 * by) for token in tokens]


def _together(schema: tantivy.Schema, field: str, tokens: Sequence[Placed], *, slop: int = 0) -> tantivy.Query:
    name = f"{field}_places"
    words: list[str | tuple[int, str]] = [(one.offset, one.token) for one in tokens]
    # folded texts and their marks have no character that means something in a regular expression
    match len(tokens) > 1, any(one.is_pattern for one in tokens):
        case True, True:
            return tantivy.Query.regex_phrase_query(schema, name, words, slop)
        case True, False:
            return tantivy.Query.phrase_query(schema, name, words, slop)
        case False, True:
            return tantivy.Query.regex_query(schema, name, tokens[0].token)
        case _:
            return tantivy.Query.term_query(schema, name, tokens[0].token, index_option="freq")
