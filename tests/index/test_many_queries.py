"""Queries made at random over the whole language: both engines, one truth.

The truth is worked out once, by brute force; ids, counts, order, spans are compared.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

import pytest

from archive_api.document import Record
from archive_api.errors import QueryError
from archive_api.index import open_index
from archive_api.index.base import Query, SearchIndex, Sort
from archive_api.index.filters import words_of
from archive_api.index.query import parse
from archive_api.index.spans import find
from tests.index.conftest import Engine
from tests.index.making import ISSUERS, NUMBERS, cut, random_filters, random_records, record
from tests.index.oracle import matches, ordered

QUERIES, DOCUMENTS = 1000, 150
NAMES = [*filter(None, ISSUERS), *filter(None, NUMBERS), "云汀團縣委", "共青团 清岚市委（本级）"]
ODD = (
    "二〇一六年々总结",  # 〇 is paired, 々 is not
    "カタカナ共青団ひらがな",
    "䶿鿿龦團\ue123员𠀀𠀁工作",  # Han that the server's tokenizer drops, a private character, two beyond 16 bits
    "➀➁共青团㈠ ፩፪ ½",
    "한국어 청년단 ภาษาไทย हिन्दी naïve Ünïcode e\u0301x",
    "snake_case don't 1,000.5 a.b:c x\u00b7y 3\u20e3 👍🏽工作👍",
    "𝔄𝕓ℂ １２３ab １２３ ab",
    "".join(map(chr, range(0x10400, 0x10400 + 128))),  # one word of 256 UTF-16 units
    "x" * 300 + "年" + "é" * 200,
)


@dataclass(frozen=True, slots=True)
class Asked:
    query: Query
    truth: list[str]


@pytest.fixture(scope="module")
def records() -> list[Record]:
    odd = [record(f"odd{at}", 10_000 + at, f"年度{text}工作\n{text}", title=text[:9]) for at, text in enumerate(ODD)]
    return [*random_records(seed=11, number=DOCUMENTS), *odd]


@pytest.fixture(scope="module")
def asked(records: list[Record]) -> list[Asked]:
    return [Asked(query, expected(query, records)) for query in random_queries(random.Random(12), records)]


def expected(query: Query, records: list[Record]) -> list[str]:
    found = [one for one in records if matches(query, one)]
    return ordered(found, Sort.SEQ if query.sort is Sort.RELEVANCE else query.sort)


def random_queries(rng: random.Random, records: list[Record]) -> Iterator[Query]:
    texts = [text for one in records for text in (one.document.text, one.document.title) if text]
    made = 0
    while made < QUERIES:
        query = random_query(rng, [*texts, *ODD * 3])
        try:
            parse(query.text)
        except QueryError:
            continue
        made += 1
        yield query


def random_query(rng: random.Random, texts: list[str]) -> Query:
    query = Query(text=expression(rng, texts, 3), sort=rng.choice(list(Sort)), limit=1000)
    if rng.random() < 0.5:
        return query
    only: dict[str, Any] = words_of(random_filters(rng, 0.1))
    return replace(query, without=random_filters(rng, 0.05), **only)


def expression(rng: random.Random, texts: list[str], depth: int) -> str:
    shape = rng.randrange(10) if depth else 0
    if shape < 6:
        return leaf(rng, texts)
    one, other = expression(rng, texts, depth - 1), expression(rng, texts, depth - 1)
    return {6: f"({one} {other})", 7: f"({one} OR {other})", 8: f"-({one})", 9: f"({one} OR NOT {other})"}[shape]


def leaf(rng: random.Random, texts: list[str]) -> str:
    field = rng.choice(("", "", "", "", "title:", "text:", "issuer：", "number:"))
    if field in {"issuer：", "number:"}:
        texts = NAMES
    match rng.randrange(8):
        case 0:
            return f"{field}{beginning(rng, texts)}*"
        case 1 | 2:
            text = rng.choice(texts)
            start = rng.randrange(len(text) + 1)
            near = text[start : start + 14]
            one, other = (quoted(cut(rng, [near], 5)) for _ in range(2))
            return f"{field}NEAR/{rng.randrange(9)}({one}{rng.choice(', ，、')}{other})"
    return f"{field}{quoted(cut(rng, texts, 9))}"


def beginning(rng: random.Random, texts: list[str]) -> str:
    piece = cut(rng, texts, 6)
    return quoted(piece + rng.choice(("", "2", "1", "h", "é")))


def quoted(text: str) -> str:
    return f'"{text.replace(chr(34), "")}"'


@pytest.fixture(scope="module")
def index(engine: Engine, records: list[Record]) -> Iterator[SearchIndex]:
    with closing(open_index(engine())) as index:
        index.rebuild(records, seq=20_000)
        yield index


def test_random_queries_have_the_ids_the_count_the_order_and_the_spans_of_brute_force(
    index: SearchIndex, asked: list[Asked], records: list[Record]
) -> None:
    by_id = {one.id: one for one in records}
    some = 0
    for number, one in enumerate(asked):
        results = index.search(one.query)
        ids = [hit.id for hit in results.hits]
        assert results.total == len(one.truth), one.query
        if one.query.sort is Sort.RELEVANCE:
            assert sorted(ids) == sorted(one.truth), one.query
        else:
            assert ids == one.truth, one.query
        some += 0 < len(ids) < len(records)
        if number % 20 == 0:
            hits = index.search(one.query, lambda ids: [by_id[key] for key in ids]).hits
            assert [hit.spans for hit in hits] == [find(parse(one.query.text), by_id[hit.id]) for hit in hits]
    assert some > QUERIES / 4


@pytest.mark.parametrize("text", ODD)
def test_every_piece_of_an_odd_text_is_found_where_it_is(index: SearchIndex, records: list[Record], text: str) -> None:
    rng = random.Random(text)
    for _ in range(15):
        query = Query(text=f'"{cut(rng, [text], 6).replace(chr(34), "")}"', sort=Sort.SEQ, limit=1000)
        try:
            truth = expected(query, records)
        except QueryError:
            continue
        assert [hit.id for hit in index.search(query).hits] == truth, query
