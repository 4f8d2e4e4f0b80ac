import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive_api.document import Kind, Record
from archive_api.errors import QueryError
from archive_api.index import open_index
from archive_api.index.base import Hit, Query, SearchIndex, Sort
from archive_api.index.embedded import EmbeddedIndex
from archive_api.index.query import parse
from tests.index.making import ALPHABET, ISSUERS, WORDS, cut, random_records, record
from tests.index.oracle import matches, ordered

CORPUS = random_records(seed=1, number=400)
TEXTS = [text for one in CORPUS for text in (one.document.text, one.document.title) if text]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    index = open_index(f"tantivy://{tmp_path_factory.mktemp('corpus') / 'index'}")
    for start in range(0, len(CORPUS), 100):
        index.apply(CORPUS[start : start + 100], seq=start + 100)
    return index


@pytest.fixture
def index(tmp_path: Path) -> EmbeddedIndex:
    return EmbeddedIndex(tmp_path / "index", wait=0.2)


def pages(index: SearchIndex, query: Query) -> Iterator[tuple[Hit, ...]]:
    cursor = query.cursor
    while True:
        results = index.search(Query(text=query.text, sort=query.sort, limit=query.limit, cursor=cursor))
        yield results.hits
        cursor = results.cursor
        if cursor is None:
            return


def found(index: SearchIndex, text: str) -> set[str]:
    ids = set(index.scan(Query(text=text)))
    assert index.count(Query(text=text)) == len(ids)
    return ids


def expected(query: Query, records: list[Record] = CORPUS) -> list[Record]:
    return [one for one in records if matches(query, one)]


def test_phrases_cut_from_the_texts_are_found_as_brute_force_finds_them(corpus: SearchIndex) -> None:
    rng = random.Random(2)
    asked = 0
    while asked < 600:
        text = f'"{cut(rng, TEXTS, 12).replace(chr(34), "")}"'
        try:
            parse(text)
        except QueryError:
            continue
        asked += 1
        assert found(corpus, text) == {one.id for one in expected(Query(text=text))}, text


terms = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from([character for character in ALPHABET if character.isalnum()]),
    st.builds(lambda seed: cut(random.Random(seed), TEXTS, 6), st.integers(0, 10**6)),
).map(lambda text: f'"{text.replace(chr(34), "")}"')
texts = st.recursive(
    st.one_of(terms, terms.map("title:{}".format)),
    lambda part: st.one_of(
        part.map("-({})".format),
        st.builds("({} {})".format, part, part),
        st.builds("({} OR {})".format, part, part),
    ),
    max_leaves=5,
)
queries = st.builds(
    Query,
    text=st.one_of(st.just(""), texts),
    kinds=st.lists(st.sampled_from(Kind), max_size=2).map(tuple),
    years=st.lists(st.integers(2013, 2020), max_size=2).map(tuple),
    regions=st.lists(st.sampled_from(["32", "3208", "320000", "320803", "110000", "110105", "999999"]), max_size=2).map(
        tuple
    ),
    issuers=st.lists(
        st.sampled_from([*filter(None, ISSUERS), "清岚", "團 縣委", "no", "N", "（本级）"]), max_size=2
    ).map(tuple),
    sources=st.sampled_from([(), ("qinglan",), ("yunting", "elsewhere")]),
    published_from=st.sampled_from([None, "2016", "2016-12", "2016-12-29", "2017-01-04", "2018"]),
    published_to=st.sampled_from([None, "2015", "2016", "2016-12-27", "2016-12", "2017-01-03"]),
    sort=st.sampled_from(list(Sort)),
    limit=st.integers(1, 30),
)


@given(query=queries)
@settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_query_filters_order_and_count_equal_brute_force(corpus: SearchIndex, query: Query) -> None:
    try:
        parse(query.text)
    except QueryError:
        return
    records = expected(query)
    results = corpus.search(query)
    assert results.total == corpus.count(query) == len(records)
    assert list(corpus.scan(query)) == ordered(records, "seq")
    ids = [hit.id for hit in results.hits]
    if query.sort is Sort.RELEVANCE:
        assert len(ids) == min(query.limit, len(records))
        assert set(ids) <= {one.id for one in records}
        assert [(-hit.score, -hit.seq) for hit in results.hits] == sorted(
            (-hit.score, -hit.seq) for hit in results.hits
        )
    else:
        assert ids == ordered(records, query.sort)[: query.limit]


@given(
    st.lists(st.text(st.sampled_from(ALPHABET), max_size=12), min_size=1, max_size=5),
    st.lists(st.text(st.sampled_from(ALPHABET.replace('"', "")), min_size=1, max_size=4), min_size=1, max_size=20),
)
@settings(max_examples=25, deadline=None)
def test_any_small_archive_is_searched_exactly(documents: list[str], asked: list[str]) -> None:
    records = [record(str(at), at + 1, text, title=text[:3]) for at, text in enumerate(documents)]
    with tempfile.TemporaryDirectory() as folder:
        index = EmbeddedIndex(Path(folder) / "index")
        index.apply(records, seq=len(records))
        for text in [f'"{one}"' for one in asked] + [f'title:"{one}"' for one in asked]:
            try:
                parse(text)
            except QueryError:
                continue
            assert found(index, text) == {one.id for one in expected(Query(text=text), records)}, text
