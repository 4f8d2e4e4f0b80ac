"""OCR: the order of what is found in a picture, and, where the extra `ocr` is installed, the engine itself."""

from __future__ import annotations

import unicodedata
from importlib.util import find_spec
from pathlib import Path

import pytest

from archive_api.errors import UnreadableError
from crawler.extraction import Page
from crawler.ocr import engine
from crawler.readers.recognition import _row, _with_whole_brackets, rows

SCAN = Path(__file__).parents[2].parent / "shared" / "data" / "attachments" / "17_scanned.pdf"
has_engine = pytest.mark.skipif(find_spec("rapidocr") is None, reason="the extra league-archive[ocr] is not installed")
MOST_ERRORS = 0.02


def test_what_stands_side_by_side_is_one_row_from_left_to_right() -> None:
    pieces = [("电话", 200.0, 12.0, 240.0, 30.0), ("姓名", 10.0, 10.0, 50.0, 30.0), ("王小青", 10.0, 40.0, 70.0, 60.0)]

    assert [_row(row)[0] for row in rows(pieces)] == ["姓名 电话", "王小青"]


def test_pieces_that_all_but_touch_are_not_parted() -> None:
    assert _row([("二〇二四年", 10.0, 0.0, 110.0, 20.0), ("总结", 112.0, 0.0, 152.0, 20.0)])[0] == "二〇二四年总结"


@pytest.mark.parametrize("text", ["（试行)", "(试行）", "（试行）"])
def test_a_bracket_is_closed_in_the_width_that_it_was_opened_in(text: str) -> None:
    assert _with_whole_brackets(text) == "（试行）"


@has_engine
def test_a_file_that_is_no_picture_is_refused_with_a_reason() -> None:
    reader = engine()
    try:
        with pytest.raises(UnreadableError) as refused:
            reader.text(Page(url="file:///x.zip", body=b"PK", media_type="application/zip"))
    finally:
        reader.close()
    assert refused.value.reason == "no_picture"


@has_engine
@pytest.mark.skipif(not SCAN.exists(), reason="../shared/data/attachments is not here")
def test_a_real_scan_is_read_with_at_most_two_errors_in_a_hundred_characters() -> None:
    """Lines inside the scan's two figures, which the reference leaves out, are passed over; all others count."""
    reader = engine()
    try:
        found = reader.text(Page(url="file:///17.pdf", body=SCAN.read_bytes(), media_type="application/pdf"))
    finally:
        reader.close()
    gold = _bare(SCAN.with_suffix(".txt").read_text(encoding="utf-8"))

    assert found.rule == "ocr"
    assert _errors([_bare(line) for line in found.paragraphs], gold) <= MOST_ERRORS * len(gold)


def _bare(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _errors(lines: list[str], gold: str) -> int:
    """The fewest characters to change, where whole lines may be left out for nothing."""
    best = list(range(len(gold) + 1))
    for line in lines:
        row = best
        for sign in line:
            above, row = row, [row[0] + 1]
            for place, wanted in enumerate(gold, 1):
                row.append(min(above[place] + 1, row[-1] + 1, above[place - 1] + (sign != wanted)))
        best = [min(left, taken) for left, taken in zip(best, row, strict=True)]
    return best[-1]
