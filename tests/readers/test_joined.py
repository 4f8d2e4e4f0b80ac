"""What the readers found, joined to the documents that list the files, and files as documents of their own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive_api.captures import CaptureStore
from archive_api.document import Attachment, TextStatus
from archive_api.errors import UnreadableError
from archive_api.store import open_store
from crawler import media_types
from crawler.extraction import Page
from crawler.ingest import Ingest
from crawler.readers.archives import Budget
from crawler.readers.files import read_file
from tests.extraction.fields.test_office_files import FONT, PICTURE_PAGE, assembled
from tests.ingest.site import SITE, Place, article, exchange
from tests.readers.making import SENTENCE, TITLE, rar4, row, rtf, xlsx

EXCEL_PAGE = f"""<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset=utf-8></head>
<body><table><tr><td>{TITLE}</td></tr><tr><td>{SENTENCE}</td></tr></table></body></html>"""


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    captures, store = CaptureStore(tmp_path / "captures", max_bytes=1 << 30), open_store(f"sqlite:///{tmp_path}/a.db")
    yield Place(folder=tmp_path, captures=captures, store=store, ingest=Ingest(captures, store), reads=[])
    captures.close()
    store.close()


def attached(place: Place, body: bytes, media_type: str) -> Attachment:
    """What the store knows of a file that a page lists as /f/1.xls, after its ingest."""
    place.ingest.add(exchange(body=article(attachment="/f/1.xls")))
    metadata = {"run": "1", "source": "yunting", "attachment_of": SITE + "/tzgg/1.html"}
    place.ingest.add(exchange("/f/1.xls", body, n=2, type=media_type, metadata=metadata), role="attachment")
    place.ingest.close()
    (found,) = place.store.record(SITE + "/tzgg/1.html").document.attachments
    return found


def test_a_sheets_whole_text_stands_in_the_record_whatever_its_name_and_its_server_say(place: Place) -> None:
    found = attached(place, xlsx({"一": row(1, TITLE) + row(2, "柳岸镇", 12)}), "application/msword")
    assert (found.text_status, found.media_type) == (TextStatus.OK, media_types.XLSX)
    assert found.text == f"{TITLE}\n柳岸镇 12"


def test_a_page_that_excel_saved_is_a_file_and_no_error_page(place: Place) -> None:
    found = attached(place, EXCEL_PAGE.encode(), "application/vnd.ms-excel")
    assert found.text_status is TextStatus.OK
    assert SENTENCE in (found.text or "")


def test_a_scan_with_a_page_of_text_keeps_that_text_and_needs_ocr(place: Place) -> None:
    drawn = "q 500 0 0 700 40 40 cm /I1 Do Q"
    text = f"BT /F1 16 Tf 72 700 Td <{TITLE.encode('utf-16-be').hex()}> Tj ET"
    picture = (
        "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 "
        "/Length 1 >>\nstream\n0\nendstream"
    )
    scan = assembled(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [4 0 R 6 0 R] /Count 2 >>",
            f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream",
            PICTURE_PAGE,
            picture,
            PICTURE_PAGE.replace("3 0 R", "7 0 R").replace("/XObject << /I1 5 0 R >>", "/Font << /F1 8 0 R >>"),
            f"<< /Length {len(text)} >>\nstream\n{text}\nendstream",
            FONT,
        ]
    )
    found = attached(place, scan, "application/pdf")
    assert (found.text_status, found.text) == (TextStatus.NEEDS_OCR, TITLE)


def test_a_file_of_its_own_is_imported_as_a_document(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "总结.doc"
    file.write_bytes(rtf(TITLE + r"\par " + SENTENCE))
    place.ingest.import_file(file, fetched_at="2026-11-22T01:00:00.000000Z")
    place.ingest.close()
    document = place.store.record(file.as_uri()).document
    assert (document.title, document.text) == (TITLE, SENTENCE)


def test_without_libarchive_a_rar_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "libarchive", None)
    page = Page(url="https://tw.example/1.rar", body=rar4("a.rtf", rtf(SENTENCE)), media_type=media_types.RAR)
    with pytest.raises(UnreadableError, match="install libarchive") as error:
        read_file(page, Budget())
    assert error.value.reason == "needs_libarchive"
