from archive_api.document import Address
from archive_api.store import CaptureRow, Outcome, Store
from tests.store.samples import PAGE, at, found, keep, page

LIST = Outcome(what="list")


def test_captures_told_twice_are_known_once(store: Store) -> None:
    first = store.add_captures([found(1), found(2)])
    again = store.add_captures([found(2), found(3), found(1), found(3)])

    assert again == [first[1], again[1], first[0], again[1]]
    assert store.counts()["captures"] == 3


def test_a_capture_is_found_by_id_and_by_address(store: Store) -> None:
    one, two = store.add_captures([found(1), found(2)])
    store.finish_capture(two, Outcome(what="failed", reason="no_text"))

    expected = CaptureRow(
        id=two,
        address=Address(file="league-1.warc.gz", offset=2000),
        end=2999,
        url=PAGE,
        status=200,
        fetched_at=at(2),
        payload_sha256=found(2).payload_sha256,
        media_type="text/html",
        run=None,
        source="yunting",
        outcome="failed",
        reason="no_text",
        document=None,
        version=None,
    )
    assert store.capture(two) == expected
    assert [row.id for row in store.captures_of(PAGE)] == [two, one]
    assert store.captures_of("http://tw.yunting.example/none") == []


def test_a_later_outcome_replaces_the_earlier_one(store: Store) -> None:
    (one,) = store.add_captures([found(1)])
    store.finish_capture(one, Outcome(what="failed", reason="no_text"))
    store.finish_capture(one, LIST)

    assert (store.capture(one).outcome, store.capture(one).reason) == ("list", None)


def test_a_saved_capture_knows_its_document_and_version(store: Store) -> None:
    saved = keep(store, found(1), page())
    (one,) = store.add_captures([found(1)])
    store.finish_capture(one, LIST)

    assert (store.capture(one).document, store.capture(one).version) == (saved.id, 1)


def test_a_file_is_done_up_to_its_first_capture_without_an_outcome(store: Store) -> None:
    ids = store.add_captures([found(1), found(2), found(3)])
    other = found(9, file="league-2.warc.gz")
    assert store.registered_until("league-1.warc.gz") == 1000
    assert store.registered_until("league-2.warc.gz") == 0

    store.finish_capture(ids[0], LIST)
    store.finish_capture(ids[2], LIST)
    assert store.registered_until("league-1.warc.gz") == 2000
    assert [row.id for row in store.pending_captures()] == [ids[1]]

    store.finish_capture(ids[1], LIST)
    store.add_captures([other])
    assert store.registered_until("league-1.warc.gz") == 3999


def test_pending_captures_may_be_finished_while_they_are_walked(store: Store) -> None:
    ids = store.add_captures([found(minute) for minute in range(1, 1203)])
    walked = []
    for row in store.pending_captures():
        walked.append(row.id)
        if len(walked) % 300 == 0:
            with store.batch():
                for one in walked[-300:]:
                    store.finish_capture(one, LIST)

    assert walked == ids


def test_text_that_a_database_refuses_is_kept_without_what_it_refuses(store: Store) -> None:
    (one,) = store.add_captures([found(1, "http://tw.yunting.example/\ud800\0?团", payload="字节")])
    saved = keep(store, found(2), page("正\0文\ud800。"))

    assert store.capture(one).url == "http://tw.yunting.example/\ufffd\ufffd?团"
    assert store.record(saved.id).document.text == "正\0文\ud800。"


def test_an_address_of_many_thousand_characters_is_one_like_others(store: Store) -> None:
    url = "http://tw.yunting.example/?q=" + "团" * 9000
    saved = keep(store, found(1, url), page(url=url))

    assert store.record(url).id == saved.id
    assert len(store.captures_of(url)) == 1
