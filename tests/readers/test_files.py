from __future__ import annotations

from pathlib import Path

import pytest

from archive_api.errors import UnreadableError
from crawler import media_types
from crawler.extraction import FileText, Page
from crawler.media_types import media_type_of
from crawler.readers import olddoc
from crawler.readers.archives import Budget
from crawler.readers.files import read_file
from tests.extraction.fields.test_office_files import pdf, wrapped
from tests.readers.making import (
    SENTENCE,
    TITLE,
    gbk_zipped,
    ofd,
    ofd_line,
    rar4,
    row,
    rtf,
    seven_zip,
    word,
    xlsx,
    zipped,
)

SAMPLES = Path(__file__).parent / "samples"
RATE = 0.25


def read(body: bytes, budget: Budget | None = None) -> FileText:
    """Under a name that says nothing: a file is what its bytes are."""
    page = Page(url="https://tw.example/download.jsp", body=body, media_type=media_type_of("download.jsp", body))
    return read_file(page, budget or Budget())


def refused(body: bytes, budget: Budget | None = None) -> str:
    with pytest.raises(UnreadableError) as error:
        read(body, budget)
    return error.value.reason


def test_a_workbooks_rows_are_lines_and_its_numbers_have_no_false_decimals() -> None:
    rows = row(1, "乡镇", "团员数", "比例") + row(2, "柳岸镇", 128.0, RATE) + row(3)
    assert read(xlsx({"Sheet1": rows, "空表": ""})).paragraphs == ("乡镇 团员数 比例", "柳岸镇 128 0.25")


def test_several_sheets_are_told_apart_by_their_names() -> None:
    found = read(xlsx({"名单": row(1, "张春晓"), "统计": row(1, "合计", 2)}))
    assert found.paragraphs == ("名单", "张春晓", "统计", "合计 2")


def test_an_ofds_lines_run_from_top_to_bottom_and_its_paragraphs_are_joined() -> None:
    first, second = SENTENCE[:18], SENTENCE[18:]
    page = ofd_line(second, 20, 60) + ofd_line(TITLE, 40, 30) + ofd_line(first, 30, 50)
    found = read(ofd([page, ofd_line("共青团云汀县委员会", 80, 40)]))
    assert found.paragraphs == (TITLE, SENTENCE, "共青团云汀县委员会")
    assert found.raw == "2 pages"


def test_an_ofd_of_pictures_needs_ocr_and_an_empty_or_broken_one_is_said_to_be_so() -> None:
    assert refused(ofd(['<ofd:ImageObject Boundary="0 0 210 297"/>'])) == "needs_ocr"
    assert refused(ofd([""])) == "empty_ofd"
    assert refused(zipped({"OFD.xml": "<a"})) == "damaged_ofd"


def test_an_ofds_entities_are_not_expanded_and_nothing_outside_of_it_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("不该出现")
    local = f'<!DOCTYPE x [<!ENTITY file SYSTEM "{secret.as_uri()}">]>'
    found = read(ofd([ofd_line("前&file;后", 20, 30) + ofd_line(SENTENCE, 20, 50)], local))
    assert SENTENCE in "".join(found.paragraphs)
    assert "不该出现" not in "".join(found.paragraphs)
    layers = '<!ENTITY a "啊啊啊啊啊啊啊啊啊啊">' + "".join(
        f'<!ENTITY {two} "{f"&{one};" * 10}">' for one, two in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert refused(ofd([ofd_line("前&i;", 20, 30)], f"<!DOCTYPE x [{layers}]>")) in {"damaged_ofd", "empty_ofd"}


def test_an_rtf_in_gbk_gives_its_paragraphs_and_rows() -> None:
    body = (
        TITLE + r"\par " + SENTENCE + r"\par " + r"\trowd " + r"柳岸镇\cell 12\cell \row " + r"\u20849?\u38738?\u22242?"
    )
    assert read(rtf(body)).paragraphs == (TITLE, SENTENCE, "柳岸镇 12", "共青团")
    assert refused(rtf("")) == "no_text"


def test_a_pdf_whose_glyphs_stand_for_no_characters_needs_ocr() -> None:
    private = "".join(chr(0xE000 + n) for n in range(60))
    assert refused(pdf([wrapped(private)])) == "needs_ocr"
    mixed = read(pdf([wrapped(SENTENCE * 3 + private[:5])]))
    assert SENTENCE in mixed.paragraphs[0]


@pytest.mark.parametrize("suffix", ["doc", "xls"])
def test_old_office_files_give_their_text(suffix: str) -> None:
    body = (SAMPLES / f"summary.{suffix}").read_bytes()
    found = read(body)
    assert found.paragraphs[0] == TITLE
    assert "柳岸镇 128" in found.paragraphs
    assert media_type_of("x.wps", body) == {"doc": media_types.DOC, "xls": media_types.XLS}[suffix]


def test_a_doc_is_read_where_no_program_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    found = read((SAMPLES / "summary.doc").read_bytes())
    assert found.rule == "word97"
    assert found.paragraphs[:2] == (TITLE, SENTENCE)


def test_the_longest_of_several_texts_of_a_doc_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [("antiword", "乡镇"), ("word97", SENTENCE * 3), ("catdoc", SENTENCE * 3 + "。")]
    monkeypatch.setattr(olddoc, "_texts", lambda _: iter(texts))
    found = read((SAMPLES / "summary.doc").read_bytes())
    assert (found.rule, found.paragraphs) == ("word97", (SENTENCE * 3,))


def test_files_that_need_a_password_or_are_of_another_sort_say_so() -> None:
    body = bytearray((SAMPLES / "summary.doc").read_bytes())
    stream = next(at for at in range(512, len(body), 512) if body[at : at + 2] == b"\xec\xa5")  # [MS-DOC] wIdent
    body[stream + 11] |= 1
    assert refused(bytes(body)) == "encrypted_doc"
    assert refused(bytes(body[:1024]) + "WordDocument\0".encode("utf-16-le")) == "damaged_doc"
    assert refused(zipped({"[Content_Types].xml": "", "xl/workbook.xml": "<a"})) == "damaged_xls"
    locked = Page(
        url="x", body=b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), media_type=media_types.XLSX
    )
    with pytest.raises(UnreadableError) as error:
        read_file(locked, Budget())
    assert error.value.reason == "encrypted_xls"


def test_an_archives_files_are_read_each_after_its_name() -> None:
    inner = zipped({"名册.docx": word("张春晓"), "图.png": b"\x89PNG\r\n\x1a\n"})
    found = read(zipped({"总结.txt": f"{TITLE}\n\n{SENTENCE}".encode("gbk"), "内/": "", "附.zip": inner}))
    assert found.paragraphs == ("总结.txt", TITLE, SENTENCE, "附.zip", "名册.docx", "张春晓", "图.png")
    assert found.raw == "2 of 2 files"


def test_a_zips_entry_without_a_name_costs_the_others_nothing() -> None:
    nameless = zipped({"q": "", "总结.txt": SENTENCE.encode()}).replace(b"q", b"\0")

    assert read(nameless).paragraphs[-2:] == ("总结.txt", SENTENCE)


def test_a_zip_of_a_version_that_never_was_is_damaged() -> None:
    whole = zipped({"总结.txt": SENTENCE.encode()})
    needed = whole.index(b"PK\x01\x02") + 6

    assert refused(whole[:needed] + b"\xe5\x00" + whole[needed + 2 :]) == "damaged_zip"


def test_a_zips_names_are_gbk_where_they_do_not_say_utf8() -> None:
    assert read(gbk_zipped("志愿者名册.rtf", rtf(SENTENCE))).paragraphs == ("志愿者名册.rtf", SENTENCE)


def test_a_rar_and_a_7z_are_read() -> None:
    assert read(rar4("list.rtf", rtf(SENTENCE))).paragraphs == ("list.rtf", SENTENCE)
    found = read(seven_zip({"附件/名单.docx": word("张春晓"), "总结.docx": word(TITLE)}))
    assert found.paragraphs == ("附件/名单.docx", "张春晓", "总结.docx", TITLE)


def test_archives_that_give_nothing_say_why() -> None:
    assert refused(gbk_zipped("名册.txt", b"geheim", flags=1)) == "encrypted_member"
    assert refused(zipped({})[:0] + b"PK\x03\x04broken") == "damaged_zip"
    assert refused(b"7z\xbc\xaf\x27\x1cbroken") == "damaged_7z"
    assert refused(b"Rar!\x1a\x07\x00broken") == "damaged_rar"
    assert refused(zipped({"图.png": b"\x89PNG\r\n\x1a\n"})) == "unknown_media_type"


def test_an_archive_that_is_too_much_is_refused_whole() -> None:
    text = f"{TITLE}\n{SENTENCE}"
    nested = zipped({"总结.txt": text})
    for _ in range(3):
        nested = zipped({"总结.txt": text, "内.zip": nested})
    assert refused(nested) == "too_deep"
    assert refused(zipped({f"{n}.txt": text for n in range(4)}), Budget(members=3)) == "too_many_members"
    assert refused(zipped({"零.txt": bytes(3_000_000)}), Budget(size=2_000_000)) == "too_large"
    assert refused(seven_zip({"零.txt": bytes(3_000_000)}), Budget(size=2_000_000)) == "too_large"


def test_an_archives_paths_lead_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for make in (zipped, seven_zip):
        found = read(make({"../../外.rtf": rtf(SENTENCE), "/tmp/外.rtf": rtf(TITLE)}))
        assert SENTENCE in found.paragraphs
        assert TITLE in found.paragraphs
    assert list(tmp_path.iterdir()) == []
