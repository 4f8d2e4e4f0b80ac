import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive_api.document import Attachment, Evidence, Kind, Period, Section
from archive_api.exports import writer
from archive_api.exports.fields import FIELDS
from archive_api.exports.writers import EXCEL_CELL, cells, defused, joined, period_text
from tests.exports.samples import record

ANY_TEXT = st.text(st.characters(exclude_categories=()))


def restored(cell: str) -> str:
    return cell.removeprefix("'")


def parted(cell: str) -> list[str]:
    words: list[str] = []
    word, escaped = "", False
    for character in cell:
        if escaped or character not in "\\|":
            word, escaped = word + character, False
        elif character == "\\":
            escaped = True
        else:
            words, word = [*words, word], ""
    return [*words, word]


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", " =", "\u3000＝"])
def test_a_cell_that_a_spreadsheet_would_run_is_defused(first: str) -> None:
    assert defused(f"{first}HYPERLINK()") == f"'{first}HYPERLINK()"


@given(ANY_TEXT | st.text("=+-@＝\t\r\n' a", max_size=5))
def test_defusing_is_undone_by_taking_one_apostrophe_away(text: str) -> None:
    assert restored(defused(text)) == text
    assert restored(defused(text)).lstrip()[:1] not in set("=+-@＝＋－＠") or defused(text)[0] == "'"


@given(st.lists(ANY_TEXT, min_size=1))
def test_joined_words_come_apart_again(words: list[str]) -> None:
    assert parted(joined(words)) == words


@pytest.mark.parametrize(
    ("period", "shown"),
    [
        (Period(kind=Kind.SUMMARY, year=2016), "summary:2016"),
        (Period(kind=Kind.PLAN, year=2017, half=1), "plan:2017-H1"),
        (Period(year=2017, quarter=3), "2017-Q3"),
        (Period(year=2017, month=3), "2017-03"),
        (Period(year=2016, end_year=2020), "2016/2020"),
    ],
)
def test_a_period_is_written_as_kind_and_time(period: Period, shown: str) -> None:
    assert period_text(period) == shown


@given(ANY_TEXT, ANY_TEXT)
def test_a_json_line_gives_back_any_text_and_is_one_line(title: str, text: str) -> None:
    line = writer("jsonl").row(record(1, title=title, text=text)).data

    assert line.decode().splitlines() == [line.decode().removesuffix("\n")]
    row = json.loads(line)
    assert (row["title"], row["text"]) == (title, text)


@given(st.text(), st.text())
def test_a_csv_row_gives_back_any_text(title: str, text: str) -> None:
    data = writer("csv").row(record(1, title=title, text=text)).data
    (row,) = csv.reader(io.StringIO(data.decode(), newline=""))
    values = dict(zip((field.name for field in FIELDS), map(restored, row), strict=True))

    assert (values["title"], values["text"]) == (title, text)


def test_a_json_row_has_every_field_of_the_table_and_no_other() -> None:
    row = json.loads(writer("jsonl").row(record(1)).data)
    capture = row.pop("capture")

    names = {*row, *(f"capture_{name}" for name in capture)}
    assert names == {field.name for field in FIELDS}


def test_nested_fields_and_lists_are_told_in_cells() -> None:
    made = record(
        1,
        sections=(Section(level=1, number="一、", heading="主要工作", start=0, end=9),),
        kinds=(Kind.SUMMARY, Kind.PLAN),
        periods=(Period(kind=Kind.SUMMARY, year=2016), Period(kind=Kind.PLAN, year=2017)),
        region_names=("云海省", "云|汀"),
        attachments=(Attachment(name="表.xlsx", url="http://tuan.yunting.example/1.xlsx"),),
        evidence={"published": Evidence(reason="no date"), "issuer": Evidence(rule="title", raw="团县委")},
    )
    row = dict(zip((field.name for field in FIELDS), cells(made), strict=True))

    assert row["kinds"] == "summary|plan"
    assert row["periods"] == "summary:2016|plan:2017"
    assert row["region_names"] == r"云海省|云\|汀"
    assert json.loads(row["sections"])[0]["heading"] == "主要工作"
    assert json.loads(row["attachments"])[0]["name"] == "表.xlsx"
    assert list(json.loads(row["evidence"])) == ["issuer", "published"]
    assert row["edited"] == "false"
    assert row["published"] == ""
    assert row["capture_offset"] == "7"


def test_the_same_evidence_in_another_order_gives_the_same_row() -> None:
    one, other = Evidence(rule="h1"), Evidence(reason="no date")
    first = record(1, evidence={"title": one, "published": other})
    second = record(1, evidence={"published": other, "title": one})

    assert writer("jsonl").row(first) == writer("jsonl").row(second)
    assert writer("csv").row(first) == writer("csv").row(second)


def test_a_text_longer_than_excel_shows_is_whole_and_counted() -> None:
    text = "青" * (EXCEL_CELL + 1)
    row = writer("csv").row(record(1, text=text))

    assert text in row.data.decode()
    assert row.long_cells == 1
