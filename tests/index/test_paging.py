import base64
import json
import random
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive_api.document import Precision
from archive_api.errors import UserError
from archive_api.index import open_index
from archive_api.index.base import Hit, Query, SearchIndex, Sort
from tests.index.conftest import Engine
from tests.index.making import random_text, record
from tests.index.oracle import matches, ordered

NUMBER = 5000


@pytest.fixture(scope="module")
def many(engine: Engine) -> SearchIndex:
    """5,000 documents, many of them alike: ties in every order, score too; some documents without a date."""
    index = open_index(engine())
    for start in range(0, NUMBER, 1250):
        index.apply(RECORDS[start : start + 1250], seq=start + 1250)
    return index


RNG = random.Random(3)
TEXTS = [random_text(RNG, 30) + "共青团工作" for _ in range(200)]
RECORDS = [
    record(
        f"d{at}",
        at + 1,
        RNG.choice(TEXTS),
        published=RNG.choice(("2016", "2016-12-28", "2017-01-03", None)),
        published_precision=Precision.DAY,
    )
    for at in range(NUMBER)
]


def pages(index: SearchIndex, query: Query) -> Iterator[tuple[Hit, ...]]:
    while True:
        results = index.search(query)
        assert results.total == index.count(query)
        yield results.hits
        if results.cursor is None:
            return
        query = replace(query, cursor=results.cursor)


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("text", ["", "志愿 OR 2016 OR 作总 OR b", "共青团 NOT 2016"])
def test_pages_put_together_are_every_match_once_in_order(many: SearchIndex, sort: Sort, text: str) -> None:
    query = Query(text=text, sort=sort, limit=333)
    hits = [hit for page in pages(many, query) for hit in page]
    records = [one for one in RECORDS if matches(query, one)]
    if sort is Sort.RELEVANCE:
        assert sorted(hit.id for hit in hits) == sorted(one.id for one in records)
        assert [(-hit.score, -hit.seq) for hit in hits] == sorted((-hit.score, -hit.seq) for hit in hits)
    else:
        assert [hit.id for hit in hits] == ordered(records, sort)


@pytest.mark.parametrize("sort", [Sort.RELEVANCE, Sort.PUBLISHED_DESC])
def test_small_pages_deep_down_are_the_same_as_one_large_page(many: SearchIndex, sort: Sort) -> None:
    query = Query(text="志愿 OR 2016 OR 总结", sort=sort, limit=23)
    hits = [hit for page in pages(many, query) for hit in page]
    assert hits == list(many.search(replace(query, limit=NUMBER)).hits)


def test_the_last_page_has_no_cursor_and_an_empty_page_counts(many: SearchIndex) -> None:
    everything = many.search(Query(limit=NUMBER))
    assert (everything.total, len(everything.hits), everything.cursor) == (NUMBER, NUMBER, None)
    nothing = many.search(Query(limit=0))
    assert (nothing.total, nothing.hits, nothing.cursor, nothing.seq) == (NUMBER, (), None, NUMBER)


def test_a_limit_or_a_rank_beyond_every_document_takes_no_more_room_than_there_are(many: SearchIndex) -> None:
    query = Query(text="共青团", limit=10**12)
    results = many.search(query)
    assert (len(results.hits), results.cursor) == (NUMBER, None)
    page = many.search(replace(query, limit=10))
    assert page.cursor
    forged = json.loads(base64.urlsafe_b64decode(page.cursor + "=="))
    forged[3] = 10**15
    cursor = base64.urlsafe_b64encode(json.dumps(forged).encode()).decode()
    assert many.search(replace(query, limit=10, cursor=cursor)).hits == results.hits[10:20]


def test_scan_yields_one_snapshot_while_documents_are_replaced(index: SearchIndex) -> None:
    index.apply([record(f"d{at}", at, "志愿") for at in range(1, 8)], seq=7)
    ids = index.scan(Query(text="志愿"))
    assert next(ids) == "d1"
    index.apply([record("d2", 8, "换了"), record("new", 9, "志愿")], seq=9)
    index.rebuild([record("other", 10, "志愿")], seq=10)
    assert list(ids) == [f"d{at}" for at in range(2, 8)]
    assert list(index.scan(Query(text="志愿"))) == ["other"]


def test_paging_goes_on_after_the_index_changed(index: SearchIndex) -> None:
    index.apply([record(f"d{at}", at, "志愿" * at) for at in range(1, 30)], seq=29)
    query = Query(text="志愿", sort=Sort.SEQ_DESC, limit=10)
    first = index.search(query)
    index.apply([record("new", 30, "志愿"), record("d29", 31, "没有")], seq=31)
    second = index.search(replace(query, cursor=first.cursor))
    assert [hit.id for hit in second.hits] == [f"d{at}" for at in range(19, 9, -1)]
    by_score = Query(text="志愿", limit=10)
    cursor = index.search(by_score).cursor
    index.apply([record(f"more{at}", 40 + at, "志愿" * 40) for at in range(30)], seq=80)
    assert index.search(replace(by_score, cursor=cursor)).total == 59


def test_a_cursor_of_another_query_or_sort_is_refused(many: SearchIndex) -> None:
    cursor = many.search(Query(text="志愿", limit=1)).cursor
    for query in (Query(text="总结"), Query(text="志愿", sort=Sort.SEQ), Query(text="志愿", periods=("2016",))):
        with pytest.raises(UserError, match="another query"):
            many.search(replace(query, cursor=cursor))


@settings(deadline=None)
@given(st.one_of(st.text(), st.binary().map(lambda data: base64.urlsafe_b64encode(data).decode())))
def test_garbage_is_no_cursor(many: SearchIndex, cursor: str) -> None:
    with pytest.raises(UserError, match="cursor"):
        many.search(Query(cursor=cursor))


@pytest.mark.parametrize("data", [[], {}, 1, ["", None, 0, 0], ["", 1e400, 1, 1], ["", [], 1, 1], ["", "nan", 1, 1]])
def test_a_cursor_of_wrong_values_is_refused(many: SearchIndex, data: object) -> None:
    with pytest.raises(UserError, match="cursor"):
        many.search(Query(cursor=base64.urlsafe_b64encode(json.dumps(data).encode()).decode()))


def test_a_limit_below_zero_is_refused(many: SearchIndex) -> None:
    with pytest.raises(UserError, match="limit -1"):
        many.search(Query(limit=-1))
