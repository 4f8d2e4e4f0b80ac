"""List rows, sources, runs and problems."""

import pytest

from archive_api.errors import NotFoundError
from archive_api.store import ListRow, Outcome, Store
from tests.store.samples import PAGE, at, found

LIST = "http://tw.yunting.example/gzzj/index.htm"


def row(number: int, title: str | None = None) -> ListRow:
    return ListRow(url=f"http://tw.yunting.example/{number}.htm", title=title or f"第{number}条", date="2026-11-20")


def test_only_rows_never_seen_before_are_counted(store: Store) -> None:
    assert store.save_rows("yunting", LIST, [row(1), row(2), row(1, "重复")]) == 2
    assert store.save_rows("yunting", LIST, [row(3), row(2, "改了题"), row(1)]) == 1
    assert store.save_rows("qinglan", LIST, [row(1)]) == 1

    assert store.row_for("yunting", row(1).url) == row(1)
    assert store.row_for("yunting", row(2).url) == row(2, "改了题")
    assert store.row_for("yunting", LIST) is None
    assert store.save_rows("yunting", LIST, []) == 0


def test_a_thousand_rows_are_one_call(store: Store) -> None:
    rows = [row(number) for number in range(1200)]

    assert store.save_rows("yunting", LIST, rows) == 1200
    assert store.save_rows("yunting", LIST, rows) == 0


def test_known_is_what_a_source_has_fetched_to_an_end(store: Store) -> None:
    urls = [row(number).url for number in range(5)]
    captures = [found(number, url) for number, url in enumerate(urls[:4])]
    ids = store.add_captures(captures)
    store.finish_capture(ids[0], Outcome(what="document"))
    store.finish_capture(ids[1], Outcome(what="failed", reason="no_text"))
    store.finish_capture(ids[2], Outcome(what="missing"))

    assert store.known_urls("yunting", urls) == {urls[0], urls[2]}
    assert store.known_urls("qinglan", urls) == set()


def test_a_source_keeps_its_clock_when_its_configuration_changes(store: Store) -> None:
    store.put_source("yunting", {"name": "云汀团县委", "limits": {"pages": 3}})
    store.lease("yunting", owner="a", now=at(1), until=at(2))
    store.release("yunting", owner="a", next_due_at=at(60))
    store.put_source("yunting", {"name": "共青团云汀县委"})

    source = store.source("yunting")
    assert (source.config, source.next_due_at, source.lease_owner) == ({"name": "共青团云汀县委"}, at(60), None)
    assert store.sources() == [source]
    with pytest.raises(NotFoundError, match="no source 'nobody'"):
        store.source("nobody")


def test_a_source_is_due_when_its_time_has_come_and_nobody_holds_it(store: Store) -> None:
    for name, due in (("c", at(10)), ("b", at(5)), ("a", None), ("d", at(20))):
        store.put_source(name, {})
        store.lease(name, owner="setup", now=at(0), until=at(1))
        store.release(name, owner="setup", next_due_at=due)

    assert [one.name for one in store.due_sources(at(10))] == ["a", "b", "c"]
    assert store.lease("b", owner="one", now=at(10), until=at(15))
    assert [one.name for one in store.due_sources(at(10))] == ["a", "c"]
    assert [one.name for one in store.due_sources(at(16))] == ["a", "b", "c"]


def test_a_lease_is_one_owners_until_it_ends(store: Store) -> None:
    store.put_source("yunting", {})

    assert store.lease("yunting", owner="one", now=at(0), until=at(10))
    assert not store.lease("yunting", owner="two", now=at(5), until=at(15))
    assert store.lease("yunting", owner="one", now=at(5), until=at(15))
    store.release("yunting", owner="two", next_due_at=None)
    assert store.source("yunting").lease_owner == "one"
    assert store.lease("yunting", owner="two", now=at(16), until=at(26))
    store.release("yunting", owner="two", next_due_at=None)
    assert store.source("yunting").lease_until is None
    with pytest.raises(NotFoundError):
        store.lease("nobody", owner="one", now=at(0), until=at(10))


def test_a_run_is_told_from_its_start_to_its_end(store: Store) -> None:
    first = store.start_run("yunting", command="league crawl yunting", pid=11, now=at(0))
    second = store.start_run(None, command="league import a.txt", pid=12, now=at(1))
    store.end_run(first, status="failed", now=at(2), counts={"new": 3, "failed": 1}, error="磁盘满")

    assert [one.id for one in store.runs()] == [second, first]
    assert [one.id for one in store.runs(source="yunting")] == [first]
    assert [one.id for one in store.runs(limit=1)] == [second]
    ended = store.run(first)
    assert (ended.status, ended.ended_at, ended.counts, ended.error) == (
        "failed",
        at(2),
        {"new": 3, "failed": 1},
        "磁盘满",
    )
    assert (store.run(second).status, store.run(second).ended_at, store.run(second).counts) == ("running", None, {})
    for missing in (lambda: store.run(99), lambda: store.end_run(99, status="done", now=at(1), counts={})):
        with pytest.raises(NotFoundError, match="no run 99"):
            missing()


def note(store: Store, minute: int, reason: str = "timeout", url: str | None = PAGE, run: int | None = None) -> None:
    store.add_problem(run=run, source="yunting", url=url, reason=reason, detail="等了 30 秒", now=at(minute))


def test_a_problem_closes_when_a_later_good_capture_of_its_address_exists(store: Store) -> None:
    note(store, 5)
    ids = store.add_captures([found(4), found(6), found(7), found(8)])
    store.finish_capture(ids[0], Outcome(what="document"))
    assert [one.reason for one in store.problems()] == ["timeout"]
    store.finish_capture(ids[1], Outcome(what="blocked", reason="ruishu"))
    assert [one.reason for one in store.problems()] == ["timeout"]
    store.finish_capture(ids[2], Outcome(what="failed", reason="no_text"))
    assert [one.reason for one in store.problems()] == ["no_text"]
    assert store.problems()[0].capture == found(7).address
    store.finish_capture(ids[3], Outcome(what="document"))
    assert store.problems() == []
    assert store.counts()["problems"] == 0


def test_of_several_failures_of_one_address_the_newest_is_open(store: Store) -> None:
    note(store, 1)
    note(store, 2, "dns")
    note(store, 3, "dns", "http://tw.yunting.example/other")
    ids = store.add_captures([found(0)])
    store.finish_capture(ids[0], Outcome(what="failed", reason="no_text"))

    assert [(one.at, one.url) for one in store.problems()] == [
        (at(3), "http://tw.yunting.example/other"),
        (at(2), PAGE),
    ]
    assert len(store.problems(limit=1)) == 1
    assert store.counts()["problems"] == 2


def test_a_problem_without_an_address_closes_with_a_later_sound_run(store: Store) -> None:
    run = store.start_run("yunting", command="league crawl yunting", pid=1, now=at(0))
    note(store, 1, "no_rows", url=None, run=run)
    store.end_run(run, status="done", now=at(2), counts={})
    assert [one.reason for one in store.problems()] == ["no_rows"]
    later = store.start_run("yunting", command="league crawl yunting", pid=1, now=at(3))
    store.end_run(later, status="failed", now=at(4), counts={}, error="x")
    assert len(store.problems()) == 1
    later = store.start_run("yunting", command="league crawl yunting", pid=1, now=at(5))
    store.end_run(later, status="done", now=at(6), counts={})
    assert store.problems() == []


def test_counts_tell_what_the_store_holds(store: Store) -> None:
    ids = store.add_captures([found(1), found(2), found(3), found(4)])
    for one, outcome in zip(
        ids[:3], (Outcome(what="list"), Outcome(what="not_article"), Outcome(what="failed")), strict=True
    ):
        store.finish_capture(one, outcome)
    store.put_source("yunting", {})
    store.save_rows("yunting", LIST, [row(1)])

    assert store.counts() == {
        "documents": 0,
        "versions": 0,
        "captures": 4,
        "rows": 1,
        "sources": 1,
        "runs": 0,
        "problems": 1,
        "pending": 1,
        "not_understood": 2,
        "captures_failed": 1,
        "captures_list": 1,
        "captures_not_article": 1,
    }
