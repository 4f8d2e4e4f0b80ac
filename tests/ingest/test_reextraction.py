"""An archive that an older extractor filled, read again by the present one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from archive_api.captures import CaptureStore
from archive_api.document import Attachment, TextStatus, document_id
from archive_api.errors import UnreadableError
from crawler.extraction import Extraction, Hints, Page, PageType, read
from crawler.ingest import Ingest
from crawler.reextraction import Reextraction, Reread
from tests.ingest import test_joining
from tests.ingest.site import SITE, Place, article, exchange, listing

SAME, OTHER_FIELDS, OTHER_TEXT, FAILED, LISTED = (f"/tzgg/{name}.html" for name in ("same", "f", "t", "x", "l"))
FILE = "/tzgg/mc.rtf"
NAMES = "云汀县青年志愿者名册：柳岸镇团委三十人，望河镇团委二十八人。"


def _older(page: Page, hints: Hints) -> Extraction:
    """An extractor that knows less: no issuer, half of a text, no reader for one page, a list in place of another."""
    if page.url.endswith(FAILED):
        raise UnreadableError(f"{page.url}: not understood", reason="no_text")
    if page.media_type == "application/rtf":
        raise UnreadableError(f"{page.url}: no reader", reason="unknown_media_type")
    found = read(page, hints)
    if page.url.endswith(LISTED):
        return replace(found, type=PageType.OTHER, reason="no_body")
    document = replace(found.document, extractor="older/0")
    if page.url.endswith(OTHER_FIELDS):
        document = replace(document, issuer=None, column="栏目")
    if page.url.endswith(OTHER_TEXT):
        document = replace(document, text=document.text[:20])
    return replace(found, document=document)


def _rtf(text: str) -> bytes:
    return (r"{\rtf1\ansi " + "".join(f"\\u{ord(sign)}?" for sign in text) + "}").encode()


@pytest.fixture
def older(place: Place) -> Place:
    place.ingest = Ingest(place.captures, place.store, read=_older, clock=lambda: 0.0)
    for n, path in enumerate((SAME, OTHER_FIELDS, OTHER_TEXT, FAILED, LISTED)):
        place.ingest.add(exchange(path, article(f"共青团云汀县委201{n}年工作总结"), n=n))
    place.ingest.add(exchange(OTHER_TEXT, article("共青团云汀县委2012年工作总结"), n=20))  # seen again, unchanged
    with_file = article("关于公布青年志愿者名册的通知", attachment=FILE)
    place.ingest.add(exchange("/tzgg/a.html", with_file, n=30))
    place.ingest.flush()
    listed = {"attachment_of": f"{SITE}/tzgg/a.html", "attachment_url": SITE + FILE, "source": "yunting"}
    place.ingest.add(exchange(FILE, _rtf(NAMES), n=31, type="application/rtf", metadata=listed), role="attachment")
    place.ingest.add(exchange("/tzgg/", listing(SAME, FAILED, LISTED), n=40))
    place.ingest.flush()
    return place


def _again(place: Place, *, is_applied: bool = False) -> dict[str, Reread]:
    with closing(Reextraction(place.captures, place.store, is_applied=is_applied)) as reading:
        found = [one for _, one in (*reading.documents(), *reading.others())]
    return {one.url.removeprefix(SITE): one for one in found}


def test_the_diff_tells_what_is_won_lost_and_changed_and_writes_nothing(older: Place) -> None:
    seq = older.store.last_seq()

    found = _again(older)

    assert {url: one.what for url, one in found.items()} == {
        SAME: "same",
        OTHER_FIELDS: "differs",
        OTHER_TEXT: "differs",
        FAILED: "won",
        LISTED: "won",
        "/tzgg/a.html": "differs",
    }
    fields = found[OTHER_FIELDS].fields
    assert fields is not None
    assert {name: change.kind for name, change in fields.items()} == {"issuer": "won", "column": "changed"}
    assert found[FAILED].reason == "failed: no_text → document"
    assert older.store.last_seq() == seq
    assert _again(older) == found


def test_what_is_applied_is_a_version_of_the_extractors_and_only_where_something_differs(older: Place) -> None:
    _again(older, is_applied=True)

    store = older.store
    assert [one.version for one in store.versions(SITE + SAME)] == [1]
    fields = store.record(SITE + OTHER_FIELDS)
    assert (fields.version, fields.edited, fields.document.column) == (2, False, "通知公告")
    assert store.record(SITE + OTHER_FIELDS, version=1).document.column == "栏目"
    text = store.record(SITE + OTHER_TEXT)
    assert (text.version, len(text.document.text) > 20) == (2, True)
    assert text.last_seen == "2026-11-22T01:00:20.000000Z"
    assert store.record(SITE + LISTED).version == 1
    assert store.check() == []


def test_applying_again_changes_nothing(older: Place) -> None:
    _again(older, is_applied=True)
    seq = older.store.last_seq()

    again = _again(older, is_applied=True)

    assert {one.what for one in again.values()} == {"same"}
    assert older.store.last_seq() == seq


def test_a_run_that_was_killed_is_taken_up_where_it_stood(older: Place) -> None:
    ids = list(older.store.document_ids())
    with closing(Reextraction(older.captures, older.store, is_applied=True)) as reading:
        walked = reading.documents()
        first, _ = next(walked)
        rest = [key for key, _ in reading.documents(after=first)]

    assert [first, *rest] == ids


def test_an_attachments_text_is_read_again_and_one_that_is_known_is_never_given_up(older: Place) -> None:
    (before,) = older.store.record(f"{SITE}/tzgg/a.html").document.attachments
    assert before.text_status is TextStatus.FAILED

    _again(older, is_applied=True)

    (after,) = older.store.record(f"{SITE}/tzgg/a.html").document.attachments
    assert (after.text, after.text_status) == (NAMES, TextStatus.OK)
    older_again = Reextraction(older.captures, older.store, is_applied=True, read=_older)
    with closing(older_again):
        list(older_again.documents())
    (kept,) = older.store.record(f"{SITE}/tzgg/a.html").document.attachments
    assert kept.text == NAMES


def test_a_document_whose_page_is_no_article_any_more_stays(place: Place) -> None:
    place.ingest.add(exchange(SAME))
    place.ingest.flush()
    seq = place.store.last_seq()

    def stricter(page: Page, hints: Hints) -> Extraction:
        return replace(read(page, hints), type=PageType.OTHER, reason="no_body")

    with closing(Reextraction(place.captures, place.store, is_applied=True, read=stricter)) as reading:
        ((key, found),) = reading.documents()

    assert (key, found.what, found.reason) == (document_id(SITE + SAME), "lost", "no_body")
    assert place.store.last_seq() == seq


def test_a_file_that_is_fetched_while_the_page_is_read_again_keeps_its_text(older: Place) -> None:
    """A crawl may write between the reading and the writing of one document."""

    def meanwhile(page: Page, hints: Hints) -> Extraction:
        found = read(page, hints)
        bare = tuple(Attachment(name=one.name, url=one.url) for one in found.document.attachments)
        return replace(found, document=replace(found.document, attachments=bare, column="别栏"))

    def attachments() -> Iterator[Attachment]:
        yield from older.store.record(f"{SITE}/tzgg/a.html").document.attachments

    known = [one.capture for one in attachments()]
    (row,) = older.store.readings(document_id(f"{SITE}/tzgg/a.html"))
    body = older.captures.read(row.capture.address).body
    page = Page(url=f"{SITE}/tzgg/a.html", body=body, media_type="text/html")
    older.store.reread(row.capture.id, meanwhile(page, Hints()).document)

    assert [one.capture for one in attachments()] == known


def test_a_capture_that_cannot_be_read_back_is_told_of_and_the_others_go_on(older: Place) -> None:
    file = next(iter(older.captures.files()))
    older.captures.close()
    path = next((older.folder / "captures").rglob(f"{file}*"))
    data = bytearray(path.read_bytes())
    middle = older.store.readings(document_id(SITE + OTHER_FIELDS))[0].capture.address.offset + 12
    data[middle : middle + 40] = bytes(40)
    path.write_bytes(bytes(data))
    older.captures = CaptureStore(older.folder / "captures", max_bytes=1 << 30)

    found = _again(older)

    assert found[OTHER_FIELDS].what == "unreadable"
    assert found[OTHER_TEXT].what == "differs"


def test_an_article_on_several_pages_is_read_again_from_all_of_them(place: Place) -> None:
    for number in range(3):
        test_joining.add(place.ingest, number)

    assert "第2页" in next(iter(place.store.changes(0))).document.text
    assert {one.what for one in _again(place).values()} == {"same"}
