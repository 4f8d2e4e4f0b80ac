"""The archive as it stood after each change: on both engines, against brute force."""

import random
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from archive_api.document import Record, State
from archive_api.errors import UserError
from archive_api.index import catchup, open_index
from archive_api.index.base import Filters, Query, SearchIndex, Sort
from archive_api.index.catchup import catch_up, rebuild
from archive_api.index.views import FACETS, facets, trend
from archive_api.store import open_store
from tests.index.conftest import Engine
from tests.index.making import Shelf, random_filters, random_records, record
from tests.index.oracle import cells, facet, matches, ordered
from tests.store.samples import found, keep, page

QUERIES = (
    Query(),
    Query(text="志愿 OR 2016"),
    Query(text="-共青团", sort=Sort.PUBLISHED),
    Query(kinds=("plan",), without=Filters(states=("gone",))),
    Query(text="工作", sort=Sort.PERIOD_DESC, limit=7),
)


@pytest.fixture(scope="module")
def history() -> Shelf:
    """60 documents under 200 numbers: some never changed, some many times, not all numbers used."""
    rng = random.Random(21)
    shelf = Shelf(last=200)
    for seq, one in enumerate(random_records(seed=22, number=180), 1):
        if rng.random() < 0.9:
            shelf.put(replace(one, id=f"{rng.randrange(60):016x}", seq=seq))
    return shelf


@pytest.fixture(scope="module", params=["caught up", "rebuilt"])
def index(request: pytest.FixtureRequest, engine: Engine, history: Shelf) -> Iterator[SearchIndex]:
    with closing(open_index(engine())) as index, pytest.MonkeyPatch.context() as patch:
        patch.setattr(catchup, "WINDOW", 17)
        if request.param == "rebuilt":
            rebuild(history, index)
        else:
            early = Shelf(*(one for all_ in history.history.values() for one in all_ if one.seq <= 90), last=90)
            catch_up(early, index)
            catch_up(history, index)
        yield index


@pytest.mark.parametrize("seq", [0, 1, 33, 90, 91, 150, 200])
def test_ids_counts_order_and_pages_are_those_of_then(index: SearchIndex, history: Shelf, seq: int) -> None:
    stood = history.as_of(seq)
    for query in QUERIES:
        asked = replace(query, as_of=seq)
        truth = [one for one in stood if matches(query, one)]
        assert list(index.scan(asked)) == ordered(truth, "seq"), asked
        results = index.search(replace(asked, limit=500))
        assert (results.total, index.count(asked), results.seq) == (len(truth), len(truth), seq)
        assert {(hit.id, hit.seq) for hit in results.hits} == {(one.id, one.seq) for one in truth}
        if query.sort is not Sort.RELEVANCE:
            assert [hit.id for hit in results.hits] == ordered(truth, query.sort)
        first = index.search(replace(asked, limit=3))
        if first.cursor:
            rest = index.search(replace(asked, limit=500, cursor=first.cursor))
            assert first.hits + rest.hits == results.hits


def test_facets_and_trends_are_those_of_then(index: SearchIndex, history: Shelf) -> None:
    rng = random.Random(23)
    for seq in (40, 120, 200):
        stood = history.as_of(seq)
        query = Query(text="志愿 OR 工作", without=random_filters(rng, 0.05))
        for one in facets(index, replace(query, as_of=seq), list(FACETS)):
            assert {bucket.word: bucket.count for bucket in one.buckets} == facet(stood, query, one.name)
        counted = trend(index, replace(query, as_of=seq), [query.text], date="published", split="kind")
        truth = cells(stood, query, "published", "year", "kind")
        assert {
            (time, line.value): cell.count
            for line in counted.lines
            for time, cell in zip((*counted.times, "none"), (*line.cells, line.unknown), strict=True)
            if cell.count
        } == truth


def test_a_search_as_of_the_last_change_is_the_search_of_now(index: SearchIndex) -> None:
    for query in QUERIES:
        assert list(index.scan(replace(query, as_of=200))) == list(index.scan(query))


def test_what_the_index_has_not_come_to_is_refused(index: SearchIndex) -> None:
    for seq in (201, -1):
        for ask in (index.search, index.count, index.scan, lambda query: facets(index, query, ["kind"])):
            with pytest.raises(UserError, match=f"as_of {seq} is not between 0 and 200"):
                ask(Query(as_of=seq))


def test_an_index_that_was_never_written_has_only_the_beginning(engine: Engine) -> None:
    with closing(open_index(engine())) as index:
        assert (index.count(Query(as_of=0)), list(index.scan(Query(as_of=0)))) == (0, [])
        with pytest.raises(UserError, match="between 0 and 0"):
            index.count(Query(as_of=1))


def test_a_catch_up_that_was_cut_off_answers_rightly_for_every_number_it_came_to(engine: Engine) -> None:
    shelf = Shelf(record("a", 1, "甲"), record("b", 2, "甲"))
    with closing(open_index(engine())) as index:
        catch_up(shelf, index)
        for one in (record("a", 3, "乙"), record("c", 4, "乙"), record("a", 5, "丙")):
            shelf.put(one)
        (window,) = [shelf.changes(2, 1)]
        index.apply(shelf.with_past(window, after=2), seq=4, after=2)
        assert [list(index.scan(Query(text="乙", as_of=seq))) for seq in (2, 3, 4)] == [[], ["a"], ["a", "c"]]
        assert list(index.scan(Query(text="丙"))) == ["a"]


def test_an_overtaken_writer_moves_nothing_back_in_the_past_either(engine: Engine) -> None:
    shelf = Shelf(record("a", 1, "甲"), record("a", 3, "乙"))
    older = shelf.with_past(shelf.changes(0))
    with closing(open_index(engine())) as index:
        shelf.put(record("a", 6, "丙"))
        catch_up(shelf, index)
        for _ in range(2):
            index.apply(older, seq=3)
            assert [list(index.scan(Query(text=text, as_of=4))) for text in "甲乙丙"] == [[], ["a"], []]
            assert [index.count(Query(text=text)) for text in "甲乙丙"] == [0, 0, 1]
            assert [index.count(Query(text="甲", as_of=seq)) for seq in (0, 1, 2, 3, 6)] == [0, 1, 1, 0, 0]


def test_index_and_store_tell_the_same_past(tmp_path: Path, engine: Engine) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'archive.db'}")
    with closing(open_index(engine())) as index, closing(store):
        stood: list[list[Record]] = []
        for minute, text in enumerate(["甲。", "乙。", "甲。", "甲。", "丙。"], 5):
            keep(store, found(minute), page(text))
            stood.append(store.changes(0))
        keep(store, found(1), page("甲。"))  # an older capture: only the first sight moves
        catch_up(store, index)
        assert store.last_seq() == 5
        for records in stood:
            (one,) = records
            for text in "甲乙丙":
                asked = Query(text=text, as_of=one.seq, first_seen=(one.first_seen[:10],), states=(State.LIVE,))
                ids = list(index.scan(asked))
                assert ids == ([one.id] if text in one.document.text else [])
                then = store.records(ids, as_of=one.seq)
                assert [replace(was, last_seen=one.last_seen) for was in then] == records[: len(ids)]
        assert index.search(Query(text="甲", as_of=1), lambda ids: store.records(ids, as_of=1)).hits[0].spans
