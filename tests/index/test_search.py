import random
from collections.abc import Sequence
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive_api.document import Kind, Period, Precision, Record
from archive_api.errors import QueryError, UserError
from archive_api.index import open_index
from archive_api.index.base import Query, SearchIndex, Sort
from archive_api.index.query import parse
from tests.index.conftest import Engine
from tests.index.making import ALPHABET, ISSUERS, WORDS, cut, random_records, record
from tests.index.oracle import matches, ordered

CORPUS = random_records(seed=1, number=400)
TEXTS = [text for one in CORPUS for text in (one.document.text, one.document.title) if text]


@pytest.fixture(scope="module")
def corpus(engine: Engine) -> SearchIndex:
    index = open_index(engine())
    for start in range(0, len(CORPUS), 100):
        index.apply(CORPUS[start : start + 100], seq=start + 100)
    return index


def found(index: SearchIndex, text: str) -> set[str]:
    ids = set(index.scan(Query(text=text)))
    assert index.count(Query(text=text)) == len(ids)
    return ids


def expected(query: Query, records: list[Record] = CORPUS) -> list[Record]:
    return [one for one in records if matches(query, one)]


def test_phrases_cut_from_the_texts_are_found_as_brute_force_finds_them(corpus: SearchIndex) -> None:
    rng = random.Random(2)
    asked = 0
    while asked < 150:
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
@settings(max_examples=100, deadline=None)
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
    documents=st.lists(st.text(st.sampled_from(ALPHABET), max_size=12), min_size=1, max_size=5),
    asked=st.lists(
        st.text(st.sampled_from(ALPHABET.replace('"', "")), min_size=1, max_size=4), min_size=1, max_size=20
    ),
)
@settings(max_examples=12, deadline=None)
def test_any_small_archive_is_searched_exactly(engine: Engine, documents: list[str], asked: list[str]) -> None:
    records = [record(str(at), at + 1, text, title=text[:3]) for at, text in enumerate(documents)]
    with closing(open_index(engine())) as index:
        index.apply(records, seq=len(records))
        for text in [f'"{one}"' for one in asked] + [f'title:"{one}"' for one in asked]:
            try:
                parse(text)
            except QueryError:
                continue
            assert found(index, text) == {one.id for one in expected(Query(text=text), records)}, text


def test_no_phrase_is_found_across_a_paragraphs_end_or_a_mark_or_from_title_to_text(index: SearchIndex) -> None:
    index.apply([record("a", 1, "工作\n总结，计划", title="年度")], seq=1)
    assert found(index, "工作总结") == found(index, '"工作\n总结"') == found(index, "总结计划") == set()
    assert found(index, "年度工作") == set()
    assert found(index, '"总结、计划"') == found(index, "年度 工作") == found(index, "title:年度") == {"a"}
    assert found(index, "title:工作") == set()


def test_a_region_covers_what_lies_under_it(index: SearchIndex) -> None:
    codes = ("320000", "320800", "320803", "110105")
    index.apply([record(code, at, region=code) for at, code in enumerate(codes, 1)], seq=4)
    for region, under in (("32", 3), ("320000", 3), ("3208", 2), ("320803", 1), ("110000", 1), ("330000", 0)):
        assert index.count(Query(regions=(region,))) == under


def test_a_period_of_several_years_covers_each_of_them(index: SearchIndex) -> None:
    index.apply([record("a", 1, periods=(Period(year=2018, end_year=2022),))], seq=1)
    assert [index.count(Query(years=(year,))) for year in (2017, 2018, 2020, 2022, 2023)] == [0, 1, 1, 1, 0]


def test_bounds_take_in_their_whole_day_month_or_year(index: SearchIndex) -> None:
    moment = "2020-12-31T23:59:59+08:00"
    index.apply([record("a", 1, published=moment, published_precision=Precision.SECOND)], seq=1)
    for to in ("2020", "2020-12", "2020-12-31", "2021"):
        assert index.count(Query(published_to=to, published_from=to if to != "2021" else None)) == 1
    assert index.count(Query(published_to="2020-12-30")) == index.count(Query(published_from="2021")) == 0


def test_a_date_known_to_the_month_is_found_by_any_day_it_can_be(index: SearchIndex) -> None:
    index.apply([record("a", 1, published="2016-12", published_precision=Precision.MONTH), record("b", 2)], seq=2)
    assert found_between(index, "2016-12-20", "2016-12-21") == found_between(index, "2016", "2016") == ["a"]
    assert found_between(index, "2017", None) == found_between(index, None, "2016-11") == []


def found_between(index: SearchIndex, first: str | None, last: str | None) -> list[str]:
    return list(index.scan(Query(published_from=first, published_to=last)))


@pytest.mark.parametrize("published", ["someday", "2016-13", "2016-00-01", "2016-1-1", "2016-12-28Tnoon"])
def test_a_date_that_is_none_is_indexed_as_unknown_and_said(
    index: SearchIndex, caplog: pytest.LogCaptureFixture, published: str
) -> None:
    index.apply([record("a", 1, "志愿", published=published)], seq=1)
    assert (found(index, "志愿"), found_between(index, "0001", None)) == ({"a"}, [])
    assert f"document a: published {published!r} is no ISO date" in caplog.text


@pytest.mark.parametrize(
    ("query", "says"),
    [
        (Query(regions=("320",)), "region '320'"),
        (Query(regions=("三二",)), "region '三二'"),
        (Query(years=(0,)), "year 0"),
        (Query(years=(20160,)), "year 20160"),
        (Query(issuers=("，",)), "issuer '，'"),
        (Query(published_from="last year"), "published_from: 'last year'"),
        (Query(published_to="2016-14"), "published_to: '2016-14'"),
        (Query(published_to=""), "published_to: ''"),
    ],
)
def test_a_filter_value_that_cannot_be_one_is_refused(index: SearchIndex, query: Query, says: str) -> None:
    for ask in (index.search, index.count, index.scan):
        with pytest.raises(UserError, match=says):
            ask(query)


def test_a_word_longer_than_an_index_can_hold_is_found_whole(index: SearchIndex) -> None:
    index.apply([record("a", 1, f"甲{'x' * 70_000}乙"), record("b", 2, f"甲{'x' * 9_000}乙")], seq=2)
    assert found(index, f'"甲{"x" * 9_000}乙"') == found(index, "x" * 9_000) == {"b"}
    assert found(index, "甲x") == found(index, "x") == set()


def test_lone_surrogates_break_nothing(index: SearchIndex) -> None:
    index.apply([record("a", 1, "甲\ud800乙", title="\udfff", source="\ud801", issuer="\ud802团委")], seq=1)
    assert found(index, '"甲，乙"') == {"a"}
    assert index.count(Query(sources=("\ud801",), issuers=("团委",))) == 1


def test_hits_carry_the_spans_of_the_records_that_the_store_gives(index: SearchIndex) -> None:
    records = [record("a", 1, "搞好志願服務"), record("b", 2, "志愿，志愿", title="志愿")]
    index.apply(records, seq=2)
    asked: list[list[str]] = []

    def store(ids: Sequence[str]) -> list[Record]:
        asked.append(list(ids))
        return records

    results = index.search(Query(text="志愿", sort=Sort.SEQ), store)
    assert [[(span.field, span.start, span.end) for span in hit.spans] for hit in results.hits] == [
        [("text", 2, 4)],
        [("title", 0, 2), ("text", 0, 2), ("text", 3, 5)],
    ]
    assert asked == [["a", "b"]]
    assert index.search(Query(text="志愿", sort=Sort.SEQ)).hits[0].spans == ()


def test_a_document_that_has_the_term_more_often_comes_first(index: SearchIndex) -> None:
    rest = "其他内容" * 20
    index.apply(
        [record("a", 1, "志愿" * 5 + rest), record("b", 2, "志愿" + rest), record("c", 3, "志愿" + rest)], seq=3
    )
    assert [hit.id for hit in index.search(Query(text="志愿")).hits] == ["a", "c", "b"]
    assert [hit.id for hit in index.search(Query(text="-没有")).hits] == ["c", "b", "a"]
