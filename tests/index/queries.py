"""Queries made at random over the whole language, and how an engine's answers are held to brute force."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from archive_api.document import Record
from archive_api.errors import QueryError
from archive_api.index.base import Hit, Query, Results, SearchIndex, Sort
from archive_api.index.filters import words_of
from archive_api.index.query import parse
from tests.index.making import ISSUERS, NUMBERS, cut, random_filters
from tests.index.oracle import marked, matches, ordered

TOTAL = int(os.environ.get("LEAGUE_TEST_QUERIES", "1000"))
"""How many queries each engine is asked: `make test-queries` asks 10,000."""

INVENTED, REAL, DRAWN = TOTAL * 45 // 100, TOTAL * 45 // 100, TOTAL // 10
NAMES = [*filter(None, ISSUERS), *filter(None, NUMBERS), "云汀團縣委", "共青团 清岚市委（本级）"]
CLIENTS = 4
SPANS_OF_EVERY = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """A query, and the ids that it has to find, in order; for relevance in any order."""

    query: Query
    truth: list[str]


def asked(query: Query, records: Sequence[Record]) -> Asked:
    found = [one for one in records if matches(query, one)]
    return Asked(query, ordered(found, Sort.SEQ if query.sort is Sort.RELEVANCE else query.sort))


def random_queries(rng: random.Random, texts: Sequence[str], number: int, *, longest: int = 9) -> Iterator[Query]:
    """So many queries that have a tree."""
    while number:
        query = _random_query(rng, texts, longest)
        try:
            parse(query.text)
        except QueryError:
            continue
        number -= 1
        yield query


def hold(index: SearchIndex, several: Sequence[Asked], records: Sequence[Record]) -> None:
    """The ids, the count and the order of every query are brute force's, and of some of them what is marked."""
    by_id = {one.id: one for one in records}
    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(pool.map(index.search, [one.query for one in several]))
    for one, results in zip(several, answers, strict=True):
        hold_one(one, results)
    for one in several[::SPANS_OF_EVERY]:
        tree = parse(one.query.text)
        hits = index.search(replace(one.query, limit=10), lambda ids: [by_id[key] for key in ids]).hits
        assert [shown(hit) for hit in hits] == [marked(tree, by_id[hit.id]) for hit in hits], one.query


def shown(hit: Hit) -> dict[str, set[int]]:
    """The characters that a hit's spans mark; no two spans of it mark the same."""
    marks: dict[str, set[int]] = {"title": set(), "text": set()}
    for span in hit.spans:
        own = set(range(span.start, span.end))
        assert own
        assert not own & marks[span.field]
        marks[span.field] |= own
    return marks


def hold_one(one: Asked, results: Results) -> None:
    """The ids, the count and the order are brute force's."""
    ids = [hit.id for hit in results.hits]
    assert results.total == len(one.truth), one.query
    if one.query.sort is Sort.RELEVANCE:
        assert sorted(ids) == sorted(one.truth), one.query
    else:
        assert ids == one.truth, one.query


def _random_query(rng: random.Random, texts: Sequence[str], longest: int) -> Query:
    query = Query(text=_expression(rng, texts, longest, 3), sort=rng.choice(list(Sort)), limit=1000)
    if rng.random() < 0.5:
        return query
    only: dict[str, Any] = words_of(random_filters(rng, 0.1))
    return replace(query, without=random_filters(rng, 0.05), **only)


def _expression(rng: random.Random, texts: Sequence[str], longest: int, depth: int) -> str:
    shape = rng.randrange(10) if depth else 0
    if shape < 6:
        return _leaf(rng, texts, longest)
    one, other = (_expression(rng, texts, longest, depth - 1) for _ in range(2))
    return {6: f"({one} {other})", 7: f"({one} OR {other})", 8: f"-({one})", 9: f"({one} OR NOT {other})"}[shape]


def _leaf(rng: random.Random, texts: Sequence[str], longest: int) -> str:
    field = rng.choice(("", "", "", "", "title:", "text:", "issuer：", "number:"))
    if field in {"issuer：", "number:"}:
        texts = NAMES
    match rng.randrange(8):
        case 0:
            return f"{field}{_quoted(cut(rng, texts, 6) + rng.choice(('', '2', '1', 'h', 'é')))}*"
        case 1 | 2:
            text = rng.choice(texts)
            start = rng.randrange(len(text) + 1)
            place = text[start : start + longest + 8]
            one, other = (_quoted(cut(rng, [place], 5)) for _ in range(2))
            return f"{field}NEAR/{rng.randrange(longest)}({one}{rng.choice(', ，、')}{other})"
    return f"{field}{_quoted(cut(rng, texts, longest))}"


def _quoted(text: str) -> str:
    return f'"{text.replace(chr(34), " ")}"'
