"""Queries made at random over the whole language: both engines, one truth.

The truth is worked out by brute force; ids, counts, order, and the characters that are marked are compared.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive_api.document import Record
from archive_api.errors import QueryError
from archive_api.index import open_index
from archive_api.index.base import Query, SearchIndex, Sort
from archive_api.index.query import And, Near, Node, Not, Or, Term, canonical
from tests.index.conftest import Engine
from tests.index.making import cut, random_records, record
from tests.index.queries import DRAWN, INVENTED, Asked, asked, hold, hold_one, random_queries

DOCUMENTS = 150
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
PIECES = [
    "团",
    "共青团",
    "志愿服务",
    "工作",
    "总结",
    "2016",
    "2016年",
    "年",
    "a",
    "b",
    "12",
    "ǀ",
    "ǁ",
    "ǀ团",
    "é",
    "h5",
]
folded = (
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=3).map("".join).filter(lambda text: bool(text.strip("ǀǁ")))
)
fields = st.sampled_from([None, None, "title", "text", "issuer", "number"])
trees: st.SearchStrategy[Node] = st.recursive(
    st.builds(Term, folded, fields)
    | st.builds(Term, st.sampled_from(["a", "20", "年2", "6a", "团ǀ1", "hǀ5", "no"]), fields, st.just(value=True))
    | st.builds(Near, folded, folded, st.integers(0, 50), fields),
    lambda nodes: (
        nodes.map(Not)
        | st.builds(And, st.lists(nodes, min_size=2, max_size=3).map(tuple))
        | st.builds(Or, st.lists(nodes, min_size=2, max_size=3).map(tuple))
    ),
    max_leaves=6,
)


@pytest.fixture(scope="session")  # the truth is worked out once for both engines
def records() -> list[Record]:
    odd = [record(f"odd{at}", 10_000 + at, f"年度{text}工作\n{text}", title=text[:9]) for at, text in enumerate(ODD)]
    return [*random_records(seed=11, number=DOCUMENTS), *odd]


@pytest.fixture(scope="session")
def invented(records: list[Record]) -> list[Asked]:
    texts = [text for one in records for text in (one.document.text, one.document.title) if text]
    queries = random_queries(random.Random(12), [*texts, *ODD * 3], INVENTED)
    return [asked(query, records) for query in queries]


@pytest.fixture(scope="module")
def index(engine: Engine, records: list[Record]) -> Iterator[SearchIndex]:
    with closing(open_index(engine())) as index:
        index.rebuild(records, seq=20_000)
        yield index


def test_random_queries_have_the_ids_the_count_the_order_and_the_marks_of_brute_force(
    index: SearchIndex, invented: list[Asked], records: list[Record]
) -> None:
    hold(index, invented, records)
    assert sum(0 < len(one.truth) < len(records) for one in invented) > INVENTED / 4


@settings(deadline=None, max_examples=DRAWN, suppress_health_check=[HealthCheck.too_slow])
@given(trees, st.sampled_from([*Sort]))
def test_so_have_those_that_hypothesis_draws(index: SearchIndex, records: list[Record], tree: Node, sort: Sort) -> None:
    query = Query(text=canonical(tree), sort=sort, limit=1000)
    hold_one(asked(query, records), index.search(query))


@pytest.mark.parametrize("text", ODD)
def test_every_piece_of_an_odd_text_is_found_where_it_is(index: SearchIndex, records: list[Record], text: str) -> None:
    rng = random.Random(text)
    for _ in range(15):
        query = Query(text=f'"{cut(rng, [text], 6).replace(chr(34), "")}"', sort=Sort.SEQ, limit=1000)
        try:
            truth = asked(query, records).truth
        except QueryError:
            continue
        assert [hit.id for hit in index.search(query).hits] == truth, query
