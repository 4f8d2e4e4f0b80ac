from archive_api.store import ListRow, Store

URL = "http://yunting.example/a/1.html"
NOW, LATER = "2026-11-22T01:00:00.000000Z", "2026-11-22T02:00:00.000000Z"


def test_the_last_reason_for_not_fetching_an_address_stays(store: Store) -> None:
    assert store.skipped(URL) is None
    run = store.start_run("yunting", command="crawl", pid=1, now=NOW)
    store.add_skipped(run=run, source="yunting", url=URL, reason="depth", now=NOW)
    store.add_skipped(run=run, source="yunting", url=URL, reason="robots", now=LATER)
    found = store.skipped(URL)
    assert found is not None
    assert (found.reason, found.at, found.source, found.url) == ("robots", LATER, "yunting", URL)


def test_lists_that_named_an_address_are_found_over_all_sources(store: Store) -> None:
    row = ListRow(url=URL, title="关于召开座谈会的通知", date="2026-05-04")
    store.save_rows("yunting", "http://yunting.example/list.html", [row])
    store.save_rows("qinglan", "http://qinglan.example/", [row])
    assert [(seen.source, seen.title) for seen in store.rows_for(URL)] == [
        ("qinglan", "关于召开座谈会的通知"),
        ("yunting", "关于召开座谈会的通知"),
    ]
    assert store.rows_for("http://yunting.example/other") == []


def test_the_last_problem_of_an_address(store: Store) -> None:
    assert store.problem_of(URL) is None
    for reason, now in (("timeout", NOW), ("connection_refused", LATER)):
        store.add_problem(run=None, source="yunting", url=URL, reason=reason, detail="", now=now)
    problem = store.problem_of(URL)
    assert problem is not None
    assert (problem.reason, problem.at) == ("connection_refused", LATER)
