"""Scans that wait for OCR, read by a stand-in for the engine; tests/readers/test_recognition.py has the real one."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace

import pytest

from archive_api.document import TextStatus
from archive_api.errors import UnreadableError, UserError
from crawler import ocr
from crawler.extraction import Extraction, FileText, Hints, Page, read
from crawler.ingest import Ingest
from crawler.ocr import Recognised, Recognition
from crawler.reextraction import Reextraction
from tests.ingest.site import SITE, Place, article, exchange

FILE, BODY = "/files/mc.pdf", "/files/tz.pdf"
LINES = ("关于召开云汀县青年代表会议的通知", "发布时间：2024-05-01", "各镇团委：定于五月四日召开青年代表会议。")


def _reader(page: Page, hints: Hints) -> Extraction:
    if page.media_type == "application/pdf":
        raise UnreadableError(f"{page.url}: pictures", reason="needs_ocr")
    return read(page, hints)


def _engine(_: Page) -> FileText:
    return FileText(paragraphs=LINES, rule="ocr", raw="1 of 1 pages", form="pdf", flags=("scanned",))


@pytest.fixture
def scans(place: Place) -> Place:
    """A page with a scan for an attachment, and a scan that was published as a document itself."""
    place.ingest = Ingest(place.captures, place.store, read=_reader, clock=lambda: 0.0)
    place.ingest.add(exchange("/tzgg/a.html", article(attachment=FILE)))
    place.ingest.flush()
    listed = {"attachment_of": f"{SITE}/tzgg/a.html", "attachment_url": SITE + FILE, "source": "yunting"}
    picture = b"%PDF-1.4 a picture"
    attachment = exchange(FILE, picture, n=1, metadata=listed, type="application/pdf")
    place.ingest.add(attachment, role="attachment")
    place.ingest.add(exchange(BODY, picture, n=2, type="application/pdf"))
    place.ingest.flush()
    return place


def _run(place: Place, source: str | None = None) -> Sequence[Recognised]:
    return list(Recognition(place.captures, place.store, _engine).run(source))


def test_an_attachment_gets_its_text_and_says_that_ocr_read_it(scans: Place) -> None:
    (before,) = scans.store.record(f"{SITE}/tzgg/a.html").document.attachments
    assert before.text_status is TextStatus.NEEDS_OCR

    _run(scans)

    (after,) = scans.store.record(f"{SITE}/tzgg/a.html").document.attachments
    assert (after.text, after.text_status) == ("\n".join(LINES), TextStatus.OCR)
    assert [row.reason for row in scans.store.captures_of(SITE + FILE)] == ["ocr"]


def test_a_scan_that_was_published_as_such_becomes_a_document(scans: Place) -> None:
    found = _run(scans)

    record = scans.store.record(SITE + BODY)
    assert record.document.title == LINES[0]
    assert record.document.evidence["text"].rule == "ocr"
    assert "scanned" in record.document.flags
    assert [one.what for one in found] == ["attachment", "document"]


def test_what_was_read_waits_no_more_and_reading_the_archive_again_keeps_it(scans: Place) -> None:
    _run(scans)
    seq = scans.store.last_seq()

    assert _run(scans) == []
    with closing(Reextraction(scans.captures, scans.store, is_applied=True, read=_reader)) as reading:
        assert {one.what for _, one in (*reading.documents(), *reading.others())} == {"same"}
    assert scans.store.last_seq() == seq


def test_only_the_scans_of_the_source_that_was_asked_for_are_read(scans: Place) -> None:
    assert _run(scans, "another") == []


def test_a_scan_that_cannot_be_read_is_told_of_and_waits_on(scans: Place) -> None:
    def fail(page: Page) -> FileText:
        raise UnreadableError(f"{page.url}: too long", reason="reader_timeout")

    found = list(Recognition(scans.captures, scans.store, fail).run())

    assert [one.reason for one in found] == ["reader_timeout"] * 2
    assert len(_run(scans)) == 2


def test_a_document_whose_pages_are_pictures_in_part_is_read_whole(place: Place) -> None:
    def partly(page: Page, hints: Hints) -> Extraction:
        found = read(replace(page, media_type="text/plain", body=LINES[0].encode()), hints)
        return replace(found, document=replace(found.document, flags=("scanned",)))

    ingest = Ingest(place.captures, place.store, read=partly, clock=lambda: 0.0)
    ingest.add(exchange(BODY, b"%PDF-1.4 in part", type="application/pdf"))
    ingest.flush()

    assert len(_run(place)) == 1
    record = place.store.record(SITE + BODY)
    assert (record.version, record.edited) == (2, False)
    assert LINES[2] in record.document.text
    assert _run(place) == []


def test_without_the_extra_one_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "find_spec", lambda _: None)

    with pytest.raises(UserError, match=r"pip install 'league-archive\[ocr\]'"):
        ocr.engine()
