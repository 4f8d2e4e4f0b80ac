from dataclasses import replace

import pytest

from archive_api.captures import Capture
from archive_api.document import Attachment, Document, TextStatus
from archive_api.errors import NotFoundError
from archive_api.store import Saved, Store
from tests.store.samples import ANNEX, PAGE, annexed, found, keep, page


def annex(text: str | None = "名单：赵一、钱二。", status: TextStatus = TextStatus.OK) -> Attachment:
    return Attachment(name="fujian.pdf", url=ANNEX, media_type="application/pdf", text=text, text_status=status)


def attach(store: Store, capture: Capture, read: Attachment) -> tuple[int, Saved]:
    (capture_id,) = store.add_captures([capture])
    return capture_id, store.attach(capture_id, PAGE, read)


def listed(document: Document) -> Attachment:
    (only,) = document.attachments
    return only


def test_an_attachment_that_was_not_read_is_filled_in_place(store: Store) -> None:
    keep(store, found(1), annexed())
    capture_id, saved = attach(store, found(2, ANNEX), annex())

    assert (saved.version, saved.seq, saved.change) == (1, 2, "refreshed")
    record = store.record(PAGE)
    assert (record.version, record.seq, record.edited) == (1, 2, False)
    assert listed(record.document) == replace(annex(), name="附件：名单.pdf", capture=capture_id)
    assert [one.seq for one in store.changes(1)] == [2]


def test_equal_bytes_change_nothing(store: Store) -> None:
    keep(store, found(1), annexed())
    attach(store, found(2, ANNEX, payload="文件"), annex())
    _, saved = attach(store, found(3, ANNEX, payload="文件"), annex())

    assert (saved.version, saved.seq, saved.change) == (1, 2, "unchanged")


def test_equal_bytes_that_are_now_understood_are_filled_in(store: Store) -> None:
    keep(store, found(1), annexed())
    attach(store, found(2, ANNEX, payload="文件"), annex(None, TextStatus.NEEDS_OCR))
    _, saved = attach(store, found(3, ANNEX, payload="文件"), annex("名单。", TextStatus.OCR))

    assert (saved.version, saved.change) == (1, "refreshed")
    assert listed(store.record(PAGE).document).text == "名单。"


def test_other_bytes_make_a_new_version(store: Store) -> None:
    keep(store, found(1), annexed())
    attach(store, found(2, ANNEX, payload="旧"), annex("旧名单。"))
    _, saved = attach(store, found(4, ANNEX, payload="新"), annex("新名单。"))

    assert (saved.version, saved.change) == (2, "version")
    assert store.record(PAGE).edited
    assert listed(store.record(PAGE).document).text == "新名单。"
    assert listed(store.record(PAGE, version=1).document).text == "旧名单。"
    assert keep(store, found(5), annexed()).change == "unchanged"
    assert store.record(PAGE).version == 2
    assert store.check() == []


def test_attachments_saved_again_in_any_order_change_nothing(store: Store) -> None:
    keep(store, found(1), annexed())
    old, new = found(2, ANNEX, payload="旧"), found(4, ANNEX, payload="新")
    attach(store, old, annex("旧名单。"))
    attach(store, new, annex("新名单。"))
    before = store.record(PAGE), store.versions(PAGE), store.last_seq()
    for capture, text in ((new, "新名单。"), (old, "旧名单。"), (new, "新名单。")):
        attach(store, capture, annex(text))

    assert (store.record(PAGE), store.versions(PAGE), store.last_seq()) == before


def test_a_new_version_of_the_page_keeps_what_is_known_of_its_attachments(store: Store) -> None:
    keep(store, found(1), annexed("见附件。"))
    capture_id, _ = attach(store, found(2, ANNEX), annex())
    keep(store, found(3), annexed("请见附件。"))

    record = store.record(PAGE)
    assert (record.version, record.document.text) == (2, "请见附件。")
    assert listed(record.document).capture == capture_id
    assert listed(record.document).text_status is TextStatus.OK


def test_an_attachment_of_a_page_that_no_longer_lists_it_fills_the_version_that_did(store: Store) -> None:
    keep(store, found(1), annexed())
    keep(store, found(3), page("附件已撤下。"))
    _, saved = attach(store, found(2, ANNEX), annex())

    assert (saved.version, saved.change) == (1, "refreshed")
    assert store.record(PAGE).version == 2
    assert listed(store.record(PAGE, version=1).document).text_status is TextStatus.OK


def test_an_attachment_that_nothing_lists_is_an_error(store: Store) -> None:
    (capture_id,) = store.add_captures([found(2, ANNEX)])
    with pytest.raises(NotFoundError, match="to attach"):
        store.attach(capture_id, PAGE, annex())
    keep(store, found(1), page())
    with pytest.raises(NotFoundError, match="lists no attachment"):
        store.attach(capture_id, PAGE, annex())
