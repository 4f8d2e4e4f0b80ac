"""PDF and Word files made here: text written by hand into PDF operators, paragraphs by python-docx."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from pypdf import PdfReader, PdfWriter

from archive_api.errors import UnreadableError
from crawler.extraction.parts import Page
from crawler.extraction.pdf import pdf_text
from crawler.extraction.plaintext import TextReading, reading_of
from crawler.extraction.worddoc import docx_text

FONT = (
    "<< /Type /Font /Subtype /Type0 /BaseFont /FangSong_GB2312 /Encoding /UniGB-UCS2-H /DescendantFonts [ "
    "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /FangSong_GB2312 "
    "/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /DW 1000 >> ] >>"
)
PICTURE_PAGE = (
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 3 0 R /Resources << /XObject << /I1 5 0 R >> >> >>"
)
SENTENCE = "各级团组织紧紧围绕中心工作，扎实推进青年志愿服务、创业就业、权益维护等各项工作，取得了明显成效。"


def read_pdf(page: Page) -> TextReading:
    return reading_of(page.url, pdf_text(page))


def read_docx(page: Page) -> TextReading:
    return reading_of(page.url, docx_text(page))


def pdf(pages: list[list[tuple[int, str]]]) -> bytes:
    """A PDF without embedded fonts, as 公文 often are: each line at an indent, in characters of 16 points."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", FONT]
    kids = []
    for lines in pages:
        drawn = " ".join(
            f"BT /F1 16 Tf {72 + 16 * indent} {760 - 28 * row} Td <{text.encode('utf-16-be').hex()}> Tj ET"
            for row, (indent, text) in enumerate(lines)
        )
        objects.append(f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    return assembled(objects)


def assembled(objects: list[str]) -> bytes:
    out = b"%PDF-1.5\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    end = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + (head + end).encode("latin-1")


def page(body: bytes) -> Page:
    return Page(url="https://tw.example/a.pdf", body=body)


def wrapped(text: str, width: int = 26) -> list[tuple[int, str]]:
    first, rest = text[: width - 2], text[width - 2 :]
    return [(2, first), *((0, rest[i : i + width]) for i in range(0, len(rest), width))]


def test_a_pdfs_lines_and_pages_become_paragraphs_and_its_running_lines_go() -> None:
    lines = [(6, "2020年工作要点"), *wrapped(SENTENCE * 2) * 4]
    pages = [
        [(0, "共青团云汀县委员会"), *lines[start : start + 5], (12, f"- {start // 5 + 1} -")]
        for start in range(0, len(lines), 5)
    ]
    reading = read_pdf(page(pdf(pages)))
    assert reading.parts.title == "2020年工作要点"
    assert reading.parts.text == "\n".join([SENTENCE * 2] * 4)
    assert reading.body_evidence.raw == "4 pages"


def test_an_encrypted_pdf_is_told_from_one_that_only_forbids_printing() -> None:
    for password, reason in (("geheim", "encrypted_pdf"), ("", None)):
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf([wrapped(SENTENCE)]))))
        writer.encrypt(user_password=password, owner_password="owner", algorithm="RC4-128")
        out = io.BytesIO()
        writer.write(out)
        if reason is None:
            assert read_pdf(page(out.getvalue())).parts.text == SENTENCE
            continue
        with pytest.raises(UnreadableError) as error:
            read_pdf(page(out.getvalue()))
        assert error.value.reason == reason


def test_pdfs_without_text_are_unreadable_each_for_its_reason() -> None:
    picture = (
        "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 "
        "/Length 1 >>\nstream\n0\nendstream"
    )
    drawn = "q 500 0 0 700 40 40 cm /I1 Do Q"
    scanned = assembled(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
            f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream",
            PICTURE_PAGE,
            picture,
        ]
    )
    for body, reason in ((pdf([[]]), "empty_pdf"), (scanned, "needs_ocr"), (b"%PDF-1.4 broken", "damaged_pdf")):
        with pytest.raises(UnreadableError) as error:
            read_pdf(page(body))
        assert error.value.reason == reason


def word(document: object) -> bytes:
    out = io.BytesIO()
    document.save(out)  # type: ignore[attr-defined]  # python-docx ships no type for what Document() returns
    return out.getvalue()


def test_a_word_files_paragraphs_and_tables_come_in_their_order() -> None:
    document = docx.Document()
    for text in ("2020年云汀共青团工作要点", SENTENCE):
        document.add_paragraph(text)
    table = document.add_table(rows=2, cols=3)
    for cell, text in zip(table.rows[0].cells, ("乡镇", "团员", "支部"), strict=True):
        cell.text = text
    table.rows[1].cells[0].merge(table.rows[1].cells[1]).text = "合计"
    table.rows[1].cells[2].text = "12"
    document.add_paragraph("共青团云汀县委员会")
    parts = read_docx(page(word(document))).parts
    assert parts.title == "2020年云汀共青团工作要点"
    assert parts.text == f"{SENTENCE}\n乡镇 团员 支部\n合计 12\n共青团云汀县委员会"


def test_automatic_numbers_are_written_out() -> None:
    document = docx.Document()
    document.add_paragraph("2020年工作要点")
    document.add_paragraph(SENTENCE)
    numbering = document.part.numbering_part.element
    abstract = OxmlElement("w:abstractNum")
    abstract.set(qn("w:abstractNumId"), "77")
    for level, (form, text) in enumerate((("chineseCounting", "%1、"), ("decimal", "%2."))):
        entry = OxmlElement("w:lvl")
        entry.set(qn("w:ilvl"), str(level))
        for name, value in (("w:start", "1"), ("w:numFmt", form), ("w:lvlText", text)):
            child = OxmlElement(name)
            child.set(qn("w:val"), value)
            entry.append(child)
        abstract.append(entry)
    numbering.insert(0, abstract)
    number = numbering.add_num(77).numId
    for level, text in ((0, "抓思想"), (1, "办讲堂"), (1, "用网络"), (0, "抓组织"), (1, "建支部")):
        shown: Any = document.add_paragraph(text)._p.get_or_add_pPr()  # its stubs leave numbering out
        properties = shown.get_or_add_numPr()
        properties.get_or_add_ilvl().val = level
        properties.get_or_add_numId().val = number
    text = read_docx(page(word(document))).parts.text
    assert text.split("\n")[1:] == ["一、抓思想", "1.办讲堂", "2.用网络", "二、抓组织", "1.建支部"]


def test_word_files_that_are_none_are_unreadable_each_for_its_reason() -> None:
    stray = io.BytesIO()
    with zipfile.ZipFile(stray, "w") as archive:
        archive.writestr("a.txt", "no document")
    cases = (
        (b"\xd0\xcf\x11\xe0 old", "encrypted_docx"),
        (b"PK broken", "damaged_docx"),
        (stray.getvalue(), "damaged_docx"),
        (word(docx.Document()), "no_text"),
    )
    for body, reason in cases:
        with pytest.raises(UnreadableError) as error:
            read_docx(page(body))
        assert error.value.reason == reason
