"""The same captures, in any order, however often, and with crashes between: the same documents."""

import itertools
from dataclasses import dataclass, replace
from operator import attrgetter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive_api.captures import Capture
from archive_api.document import Address, Document, Evidence
from archive_api.errors import NotFoundError
from archive_api.store import Outcome, Store
from tests.store.samples import at, found, keep, page

TEXTS = ("甲。", "乙。", "丙。")
fresh = itertools.count()


class CrashError(Exception):
    pass


@dataclass(frozen=True, slots=True)
class Sighting:
    place: int
    minute: int
    text: str
    page: int

    @property
    def url(self) -> str:
        return f"http://tw.qinglan.example/{self.page}.htm"

    def document(self) -> Document:
        return page(self.text, self.url)

    def capture(self) -> Capture:
        address = Address(file=f"league-{self.page}.warc.gz", offset=self.place)
        base = found(self.minute, self.url, payload=self.text)
        return replace(base, address=address, end=self.place + 1)


@st.composite
def sightings(draw: st.DrawFn) -> list[Sighting]:
    pages = (next(fresh), next(fresh))  # one store serves all examples, each with addresses of its own
    seen = draw(st.lists(st.tuples(st.integers(0, 7), st.sampled_from(TEXTS), st.sampled_from(pages)), max_size=12))
    return [Sighting(place, *one) for place, one in enumerate(seen)]


def runs_of_equal_text(seen: list[Sighting]) -> list[tuple[str, str, str]]:
    """The model: text, first and last time of each version, by time."""
    in_time = sorted(seen, key=attrgetter("minute", "place"))
    runs = [list(run) for _, run in itertools.groupby(in_time, key=attrgetter("text"))]
    return [(run[0].text, at(run[0].minute), at(run[-1].minute)) for run in runs]


def expect_model(store: Store, seen: list[Sighting]) -> None:
    for url in {one.url for one in seen}:
        of_page = [one for one in seen if one.url == url]
        model = runs_of_equal_text(of_page)
        versions = store.versions(url)
        assert sorted((one.document.text, one.first_seen, one.last_seen) for one in versions) == sorted(model)
        assert sorted(one.version for one in versions) == list(range(1, len(model) + 1))
        record = store.record(url)
        assert record.document.text == model[-1][0]
        assert (record.first_seen, record.last_seen) == (model[0][1], model[-1][2])
        assert record.edited == (len(model) > 1)


def snapshot(store: Store, seen: list[Sighting]) -> list[object]:
    urls = sorted({one.url for one in seen})
    rows = [[store.record(url), store.versions(url), store.captures_of(url)] for url in urls]
    return [*rows, store.last_seq()]


def process(store: Store, one: Sighting, *, crash: bool) -> None:
    """What Ingest does with one capture; a crash comes after the captures were told and before the rest is written."""
    (capture_id,) = store.add_captures([one.capture()])
    try:
        with store.batch():
            saved = store.save(capture_id, "qinglan", one.document())
            _crash(crash)
            store.finish_capture(capture_id, Outcome(what="document", document=saved.id))
    except CrashError:
        pass


def _crash(now: bool) -> None:  # noqa: FBT001 (drawn by hypothesis)
    if now:
        raise CrashError


per_store = settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def plans(draw: st.DrawFn) -> tuple[list[Sighting], list[tuple[Sighting, bool]]]:
    """Sightings; and each of them once or more, in any order, with or without a crash."""
    seen = draw(sightings())
    again = draw(st.lists(st.sampled_from(seen), max_size=8)) if seen else []
    order = draw(st.permutations(seen + again))
    crashes = draw(st.lists(st.booleans(), min_size=len(order), max_size=len(order)))
    return seen, list(zip(order, crashes, strict=True))


@per_store
@given(plan=plans())
def test_any_order_with_repeats_and_crashes_gives_what_the_model_says(
    store: Store,
    plan: tuple[list[Sighting], list[tuple[Sighting, bool]]],
) -> None:
    seen, steps = plan
    for one, crash in steps:
        process(store, one, crash=crash)
    by_place = {one.capture().address: one for one in seen}
    for row in list(store.pending_captures()):
        process(store, by_place[row.address], crash=False)

    expect_model(store, seen)
    assert store.check() == []
    assert list(store.pending_captures()) == []


@per_store
@given(plan=plans())
def test_captures_that_were_saved_change_nothing_when_saved_again(
    store: Store,
    plan: tuple[list[Sighting], list[tuple[Sighting, bool]]],
) -> None:
    seen, again = plan
    for one in seen:
        process(store, one, crash=False)
    before = snapshot(store, seen)
    for one, _ in again:
        process(store, one, crash=False)

    assert snapshot(store, seen) == before


def test_captures_that_come_in_the_order_of_time_are_numbered_in_it(store: Store) -> None:
    for minute, text in enumerate(("甲。", "乙。", "乙。", "甲。")):
        keep(store, found(minute), page(text))

    history = store.versions(page().url)
    assert [(one.version, one.document.text) for one in history] == [(1, "甲。"), (2, "乙。"), (3, "甲。")]
    assert [(one.first_seen, one.last_seen) for one in history] == [(at(0), at(0)), (at(1), at(2)), (at(3), at(3))]


def test_an_older_capture_never_becomes_current(store: Store) -> None:
    keep(store, found(5), page("今天的文。"))
    saved = keep(store, found(1), page("从前的文。"))

    assert (saved.version, saved.change) == (2, "version")
    record = store.record(page().url)
    assert (record.version, record.document.text, record.seq, record.edited) == (1, "今天的文。", 2, True)
    assert [one.document.text for one in store.versions(page().url)] == ["从前的文。", "今天的文。"]


def test_two_addresses_are_two_documents(store: Store) -> None:
    one = keep(store, found(1, "http://tw.qinglan.example/a?id=1"), page("同文。", "http://tw.qinglan.example/a?id=1"))
    two = keep(store, found(2, "http://tw.qinglan.example/a?id=2"), page("同文。", "http://tw.qinglan.example/a?id=2"))

    assert one.id != two.id
    assert [two.change, two.version] == ["new", 1]


def test_a_new_reading_of_the_same_bytes_is_a_version_of_the_extractors(store: Store) -> None:
    keep(store, found(1, payload="字节"), page("导航 正文。"))
    saved = keep(store, found(2, payload="字节"), page("正文。"))

    assert (saved.version, saved.change) == (2, "version")
    record = store.record(page().url)
    assert record.document.text == "正文。"
    assert not record.edited


def test_a_capture_read_again_takes_the_rest_of_its_run_along(store: Store) -> None:
    first, second = found(1), found(2)
    keep(store, first, page("导航 正文。"))
    keep(store, second, page("导航 正文。"))
    saved = keep(store, first, page("正文。"))
    same = keep(store, second, page("正文。"))

    assert (saved.version, saved.change, same.change) == (2, "version", "unchanged")
    record = store.record(page().url)
    assert (record.version, record.document.text, record.edited) == (2, "正文。", False)
    assert keep(store, found(3), page("正文。")).change == "unchanged"
    assert store.check() == []


def test_a_capture_read_again_may_turn_out_to_say_what_its_neighbour_says(store: Store) -> None:
    keep(store, found(1), page("正文。"))
    second = found(2)
    keep(store, second, page("导航 正文。"))
    saved = keep(store, second, page("正文。"))

    assert saved.version == 1
    assert store.record(page().url).version == 1
    assert [one.version for one in store.changes(2)] == [1]


def test_a_better_reading_is_a_version_of_the_extractors_only_when_asked_for(store: Store) -> None:
    capture = found(1)
    keep(store, capture, page(issuer=None))
    (capture_id,) = store.add_captures([capture])
    assert store.save(capture_id, "yunting", page()).change == "unchanged"
    assert store.record(page().url).document.issuer is None

    better = store.reread(capture_id, page())
    assert (better.version, better.change, better.seq) == (2, "version", 2)
    assert store.record(page().url).document == page()
    assert not store.record(page().url).edited  # the publisher changed nothing
    assert store.record(page().url, version=1).document.issuer is None
    assert store.reread(capture_id, page()).change == "unchanged"
    assert store.reread(capture_id, page("别的正文。")).version == 3
    assert store.check() == []


def test_a_better_reading_counts_for_every_observation_of_the_same_text(store: Store) -> None:
    captures = [found(n) for n in (1, 2, 3)]
    for capture in captures:
        keep(store, capture, page(issuer=None))
    (origin,) = store.add_captures(captures[:1])

    store.reread(origin, page())

    better = store.record(page().url, version=2)
    assert (better.first_seen, better.last_seen) == (captures[0].fetched_at, captures[2].fetched_at)
    assert [(one.version, one.is_origin) for one in store.readings(better.id)] == [(2, True), (2, False), (2, False)]


def test_evidence_alone_makes_no_version(store: Store) -> None:
    capture = found(1)
    keep(store, capture, page())
    (capture_id,) = store.add_captures([capture])
    reworded = replace(page(), evidence={"title": Evidence(rule="another rule")}, extractor="another/2")

    assert store.reread(capture_id, reworded).change == "unchanged"


def test_what_was_never_saved_is_not_read_again(store: Store) -> None:
    (capture_id,) = store.add_captures([found(1)])

    with pytest.raises(NotFoundError, match="save it first"):
        store.reread(capture_id, page())
