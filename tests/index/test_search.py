import random
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive_api.document import Kind, Period, Precision, Record
from archive_api.errors import QueryError, UserError
from archive_api.index import open_index
from archive_api.index.base import Filters, Query, SearchIndex, Sort
from archive_api.index.query import parse
from tests.index.conftest import Engine
from tests.index.making import ALPHABET, WORDS, WORDS_OF, cut, random_filters, random_records, record
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


def some(words: Sequence[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.just(()) | st.just(()) | st.lists(st.sampled_from(words), max_size=2).map(tuple)


filters = st.builds(lambda seed: random_filters(random.Random(seed), 0.1), st.integers(0, 10**6))
queries = st.builds(
    Query,
    text=st.one_of(st.just(""), texts),
    without=filters,
    **{name: some(words) for name, words in WORDS_OF.items()},
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


def test_a_period_is_found_by_every_time_that_it_shares_a_month_with(index: SearchIndex) -> None:
    periods = {
        "plan": Period(year=2018, end_year=2022),
        "year": Period(year=2016),
        "half": Period(year=2016, half=2),
        "quarter": Period(year=2016, quarter=3),
        "month": Period(year=2016, month=3),
    }
    index.apply([record(key, at, periods=(one,)) for at, (key, one) in enumerate(periods.items(), 1)], seq=5)
    for asked, found in {
        "2016": ["year", "half", "quarter", "month"],
        "2016H1": ["year", "month"],
        "2016-h2": ["year", "half", "quarter"],
        "2016Q1": ["year", "month"],
        "2016Q4..2018": ["plan", "year", "half"],
        "2016-03": ["year", "month"],
        "2022-12..": ["plan"],
        "..2015": [],
        "2020": ["plan"],
        "2023": [],
    }.items():
        assert list(index.scan(Query(periods=(asked,)))) == found, asked
        assert index.count(Query(without=Filters(periods=(asked,)))) == 5 - len(found)


def test_what_is_not_known_can_be_asked_for_and_left_out(index: SearchIndex) -> None:
    index.apply([record("known", 1, kinds=(Kind.PLAN,), region="320800", issuer="团委", written="2016")], seq=1)
    index.apply([record("unknown", 2)], seq=2)
    for field in ("kinds", "regions", "issuers", "written", "levels", "flags", "published", "periods"):
        without: dict[str, Any] = {field: ("none",)}
        assert "unknown" in list(index.scan(Query(**without)))
        assert "unknown" not in list(index.scan(Query(without=Filters(**without))))
    assert list(index.scan(Query(without=Filters(kinds=("none",), regions=("=320000",))))) == ["known"]


def test_bounds_take_in_their_whole_day_month_or_year(index: SearchIndex) -> None:
    moment = "2020-12-31T23:59:59+08:00"
    index.apply([record("a", 1, published=moment, published_precision=Precision.SECOND)], seq=1)
    for word in ("2020", "2020-12", "2020-12-31", "..2021", "2020-12-31..2020-12-31", "2019.."):
        assert index.count(Query(published=(word,))) == 1, word
    for word in ("..2020-12-30", "2021..", "none"):
        assert index.count(Query(published=(word,))) == 0, word


def test_a_date_known_to_the_month_is_found_by_any_day_it_can_be(index: SearchIndex) -> None:
    index.apply([record("a", 1, published="2016-12", published_precision=Precision.MONTH), record("b", 2)], seq=2)
    for word in ("2016-12-20..2016-12-21", "2016", "2015..2016"):
        assert list(index.scan(Query(published=(word,)))) == ["a"]
    assert index.count(Query(published=("2017..", "..2016-11"))) == 0


@pytest.mark.parametrize("published", ["someday", "2016-13", "2016-00-01", "2016-1-1", "2016-12-28Tnoon"])
def test_a_date_that_is_none_is_indexed_as_unknown_and_said(
    index: SearchIndex, caplog: pytest.LogCaptureFixture, published: str
) -> None:
    index.apply([record("a", 1, "志愿", published=published)], seq=1)
    assert (found(index, "志愿"), list(index.scan(Query(published=("none",))))) == ({"a"}, ["a"])
    assert f"document a: published {published!r} is no ISO date" in caplog.text


@pytest.mark.parametrize(
    ("query", "says"),
    [
        (Query(regions=("320",)), "region '320'"),
        (Query(regions=("三二",)), "region '三二'"),
        (Query(periods=("0000",)), "period: '0000'"),
        (Query(periods=("2016H3",)), "period: '2016H3'"),
        (Query(periods=("2016-13",)), "period: '2016-13'"),
        (Query(periods=("2017..2016H2",)), "'2017..2016H2' ends before it begins"),
        (Query(issuers=("，",)), "issuer '，'"),
        (Query(published=("last year",)), "published: 'last year'"),
        (Query(published=("2016-14..",)), "published: '2016-14'"),
        (Query(published=("..",)), "published: '..'"),
        (Query(written=("",)), "written: ''"),
        (Query(kinds=("poem",)), "kind 'poem' is none of"),
        (Query(without=Filters(levels=("high",))), "level 'high' is none of"),
        (Query(attachments=("some",)), "attachment 'some'"),
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
