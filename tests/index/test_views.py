"""Facets and trends: the same numbers as brute force, on both engines."""

import random
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from archive_api.document import Kind, Level, Period, Precision
from archive_api.errors import UserError
from archive_api.index import open_index
from archive_api.index.base import Filters, Query, SearchIndex, Tally
from archive_api.index.filters import NAMES, words_of
from archive_api.index.views import FACETS, By, Cell, Date, Split, Trend, facets, filter_of, trend
from tests.index.conftest import Engine
from tests.index.making import random_filters, random_records, record
from tests.index.oracle import cells, facet

CORPUS = random_records(seed=5, number=250)
TEXTS = ("", "志愿", "共青团 OR 2016", "-工作", "没有这样的词")


@pytest.fixture(scope="module")
def corpus(engine: Engine) -> Iterator[SearchIndex]:
    with closing(open_index(engine())) as index:
        for start in range(0, len(CORPUS), 50):
            index.apply(CORPUS[start : start + 50], seq=start + 50)
        yield index


def random_query(rng: random.Random) -> Query:
    only: dict[str, Any] = words_of(random_filters(rng, 0.08))
    return Query(text=rng.choice(TEXTS), without=random_filters(rng, 0.04), **only)


def test_facets_of_random_queries_equal_brute_force(corpus: SearchIndex) -> None:
    rng = random.Random(6)
    for _ in range(60):
        query = random_query(rng)
        for one in facets(corpus, query, list(FACETS)):
            assert {bucket.word: bucket.count for bucket in one.buckets} == facet(CORPUS, query, one.name), query
            assert (one.others, one.other_count) == (0, 0)


def test_every_bucket_as_its_facets_only_filter_finds_as_many_as_it_says(corpus: SearchIndex) -> None:
    query = Query(text="志愿 OR 2016", kinds=("plan",), regions=("32",), without=Filters(levels=("none",)))
    for one in facets(corpus, query, list(FACETS)):
        for bucket in one.buckets:
            chosen: dict[str, Any] = {NAMES[filter_of(one.name)]: (bucket.word,)}
            left = {**words_of(query), **chosen}
            without = Filters() if one.name == "level" else query.without
            asked: dict[str, Any] = {**left, "without": without}
            assert corpus.count(Query(text=query.text, **asked)) == bucket.count, (one.name, bucket)


def test_a_cut_facet_says_how_much_it_leaves_out_and_never_the_unknown(corpus: SearchIndex) -> None:
    whole, cut = (facets(corpus, Query(), ["kind", "published"], limit=limit) for limit in (None, 2))
    for every, some in zip(whole, cut, strict=True):
        known = [bucket for bucket in every.buckets if bucket.word != "none"]
        assert [bucket.word for bucket in some.buckets] == [*(one.word for one in known[:2]), "none"]
        assert (some.others, some.other_count) == (len(known) - 2, sum(one.count for one in known[2:]))
    assert [bucket.word for bucket in whole[1].buckets] == ["2017", "2016", "none"]


@pytest.mark.parametrize("date", ["period", "published", "written", "first_seen"])
def test_trends_of_random_queries_equal_brute_force(corpus: SearchIndex, date: Date) -> None:
    rng = random.Random(date)
    bys: tuple[By, ...] = ("year", "half", "quarter", "month")
    splits: tuple[Split | None, ...] = (None, "level", "region", "kind")
    for by in bys:
        for split in splits:
            query = random_query(rng)
            found = trend(corpus, query, TEXTS, date=date, by=by, split=split)
            check(found, query)


def check(found: Trend, query: Query) -> None:
    assert found.times == tuple(sorted(found.times))
    filters: dict[str, Any] = words_of(query)
    of = cells(CORPUS, Query(without=query.without, **filters), found.date, found.by, found.split)
    for text in TEXTS:
        asked = Query(text=text, without=query.without, **filters)
        truth = cells(CORPUS, asked, found.date, found.by, found.split)
        lines = [line for line in found.lines if line.text == text]
        assert {line.value or "all" for line in lines} >= {part for _, part in truth}
        for line in lines:
            part = line.value or "all"
            for time, cell in zip((*found.times, "none"), (*line.cells, line.unknown), strict=True):
                assert cell == Cell(count=truth.get((time, part), 0), of=of.get((time, part), 0)), (asked, time, part)
        asked_times = getattr(query, NAMES[found.date])
        if not asked_times:
            assert {time for time, _ in of} <= {*found.times, "none"}


def test_cells_without_documents_are_there_and_unknown_dates_apart(index: SearchIndex) -> None:
    years = (2014, 2017, None)
    index.apply([record(f"d{at}", at, "志愿", published=str(y) if y else None) for at, y in enumerate(years, 1)], seq=3)
    found = trend(index, Query(), ["志愿", "没有"], date="published")
    assert found.times == ("2014", "2015", "2016", "2017")
    assert [[cell.count for cell in line.cells] for line in found.lines] == [[1, 0, 0, 1], [0, 0, 0, 0]]
    assert [line.unknown for line in found.lines] == [Cell(count=1, of=1), Cell(count=0, of=1)]
    assert [cell.share for cell in found.lines[0].cells] == [1.0, None, None, 1.0]


def test_a_date_known_to_the_year_is_unknown_by_month_and_a_period_of_a_year_is_every_month(index: SearchIndex) -> None:
    one = record("a", 1, published="2016", published_precision=Precision.YEAR, periods=(Period(year=2016, half=2),))
    index.apply([one], seq=1)
    by_month = trend(index, Query(), [""], date="published", by="month")
    assert (by_month.times, by_month.lines[0].unknown.count) == ((), 1)
    assert trend(index, Query(), [""], by="month").times == tuple(f"2016-{month:02}" for month in range(7, 13))
    assert trend(index, Query(), [""], by="half").times == ("2016H2",)


def test_the_times_reach_as_far_as_the_filter_of_the_date_does(index: SearchIndex) -> None:
    index.apply([record("a", 1, periods=(Period(year=2014, end_year=2019),), kinds=(Kind.PLAN,))], seq=1)
    asked = Query(periods=("2015..2016H1", "2017"))
    assert trend(index, asked, [""]).times == ("2015", "2016", "2017")
    assert trend(index, asked, [""], by="quarter").times[:2] == ("2015Q1", "2015Q2")
    assert trend(index, Query(periods=("2018..",)), [""]).times == ("2018", "2019")
    assert trend(index, Query(periods=("2012..2013",)), [""]).times == ("2012", "2013")
    assert trend(index, asked, [""], split="kind").lines[0].value == "plan"


def test_a_trend_of_too_many_cells_and_a_facet_that_is_none_are_refused(index: SearchIndex) -> None:
    index.apply([record("a", 1, published="0001-01-01"), record("b", 2, published="2016-01-01")], seq=2)
    with pytest.raises(UserError, match="0001-01 to 2016-01 by month are more than 5000 cells"):
        trend(index, Query(), [""], date="published", by="month")
    with pytest.raises(UserError, match="facet 'colour' is none of kind"):
        facets(index, Query(), ["colour"])


def test_an_index_that_was_never_written_has_nothing_to_count(index: SearchIndex) -> None:
    assert [one.buckets for one in facets(index, Query(), ["kind", "level"])] == [(), ()]
    assert trend(index, Query(), ["志愿"]).times == ()


def test_more_values_than_a_page_of_the_server_holds_are_all_counted(index: SearchIndex) -> None:
    records = [record(f"d{at}", at, issuer=f"第{at % 6000}团支部", level=Level.SCHOOL) for at in range(1, 6101)]
    index.apply(records, seq=6101)
    (counts,) = index.tally([Tally(query=Query(), fields=("issuer_name", "level"))])
    assert (len(counts), sum(counts.values())) == (6000, 6100)
    assert counts["第7团支部", "school"] == 2
