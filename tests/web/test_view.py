from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from archive_api.document import Attachment, Document, Period, Section
from archive_api.index.base import Span
from archive_api.snippets import AROUND, LEAD, PIECES, text_snippets, title_snippet
from archive_api.web import view
from tests.exports.samples import record

URL = "http://tuan.yunting.example/1.html"


def document(text: str, *, title: str | None = None, sections: tuple[Section, ...] = ()) -> Document:
    return Document(url=URL, title=title, text=text, sections=sections)


def section(start: int, heading: str) -> Section:
    return Section(level=1, number="一、", heading=heading, start=start, end=start + 1)


@st.composite
def texts_with_spans(draw: st.DrawFn) -> tuple[str, tuple[Span, ...]]:
    text = draw(st.text("青年志愿\n。a", max_size=600))
    places = st.tuples(st.integers(0, 620), st.integers(1, 30))
    spans = draw(st.lists(places, max_size=30))
    return text, tuple(Span(field="text", start=start, end=start + length) for start, length in spans)


@given(texts_with_spans())
def test_snippets_are_pieces_of_the_text_in_order(given_: tuple[str, tuple[Span, ...]]) -> None:
    text, spans = given_
    pieces = text_snippets(document(text), spans)

    assert len(pieces) <= PIECES
    assert all(piece.text == text[piece.start : piece.start + len(piece.text)] for piece in pieces)
    assert [piece.start for piece in pieces] == sorted(piece.start for piece in pieces)
    marked = {at for span in spans for at in range(span.start, min(span.end, len(text)))}
    end = 0
    for piece in pieces:
        assert piece.start >= end
        end = piece.start + len(piece.text)
        assert "".join(part for part, _ in piece.parts()) == piece.text
        shown = {at for start, stop in piece.marks for at in range(piece.start + start, piece.start + stop)}
        assert shown == marked & set(range(piece.start, end))
    if marked:
        first = min(marked)
        assert pieces[0].start == max(first - AROUND, 0)
        assert pieces[0].marks[0][0] == first - pieces[0].start


def test_a_text_without_a_match_shows_its_beginning() -> None:
    (piece,) = text_snippets(document("青" * 500), ())
    assert (piece.text, piece.marks) == ("青" * LEAD, ())
    assert text_snippets(document(""), ()) == ()


def test_touching_and_overlapping_matches_are_marked_as_one() -> None:
    spans = [Span(field="title", start=start, end=end) for start, end in ((2, 4), (0, 2), (3, 5))]
    assert title_snippet(document("", title="共青团云汀县委"), spans).marks == ((0, 5),)


@given(st.lists(st.text("青年 　。", max_size=8), max_size=12), st.lists(st.integers(0, 80), max_size=6))
def test_no_line_and_no_anchor_is_lost(lines: list[str], starts: list[int]) -> None:
    text = "\n".join(lines)
    inside = [start for start in starts if start < len(text)]
    shown = view.paragraphs(document(text, sections=tuple(section(start, "题") for start in inside)))

    assert [part.text for part in shown if part.text] == [line.strip() for line in lines if line.strip()]
    anchors = [anchor for part in shown for anchor in part.anchors]
    assert sorted(anchors) == sorted(f"s-{number}" for number in range(1, len(inside) + 1))


def test_a_heading_with_text_after_it_stays_a_paragraph() -> None:
    text = "一、主要工作\n一、志愿服务。参加三百人次。"
    shown = view.paragraphs(document(text, sections=(section(0, "主要工作"), section(7, "志愿服务"))))
    assert [(part.level, part.anchors) for part in shown] == [(1, ("s-1",)), (None, ("s-2",))]


def test_a_difference_has_what_came_and_what_went_and_a_line_around() -> None:
    old = document("一\n二\n三\n四\n五", title="题")
    new = document("一\n二\n三改\n四\n五\n六", title="题")
    lines = view.difference(old, new)
    assert lines is not None
    assert [(line.sign, line.text) for line in lines if line.sign in "+-"] == [("-", "三"), ("+", "三改"), ("+", "六")]
    assert (" ", "二") in {(line.sign, line.text) for line in lines}
    assert (" ", "一") not in {(line.sign, line.text) for line in lines}


def test_lines_that_look_like_a_diff_are_lines() -> None:
    lines = view.difference(document("甲"), document("甲\n--- x\n+++ y\n@@ -1 +1 @@"))
    assert lines is not None
    assert [line.text for line in lines if line.sign == "+"] == ["--- x", "+++ y", "@@ -1 +1 @@"]


def test_a_changed_attachment_is_a_difference() -> None:
    old = Document(url=URL, attachments=(Attachment(name="表一", url="http://a/1"),))
    new = Document(url=URL, attachments=(Attachment(name="表二", url="http://a/1"),))
    lines = view.difference(old, new)
    assert lines is not None
    assert [line.text for line in lines if line.sign == "+"] == ["表二 http://a/1"]


def test_the_version_before_is_the_one_seen_before() -> None:
    first, second, third = (replace(record(1), version=number) for number in (1, 3, 2))
    in_time = [first, second, third]
    assert view.version_before(first, in_time) is None
    assert view.version_before(third, in_time) == second


def test_texts_too_long_to_compare_are_not_compared() -> None:
    assert view.difference(document("一\n" * view.DIFF_LINES), document("")) is None


def test_a_period_is_told_as_people_write_it() -> None:
    told = {
        ("2016年", "2016"): Period(year=2016),
        ("2016–2020年", "2016–2020"): Period(year=2016, end_year=2020),
        ("2017年上半年", "2017 H1"): Period(year=2017, half=1),
        ("2017年第3季度", "2017 Q3"): Period(year=2017, quarter=3),
        ("2017年3月", "2017-03"): Period(year=2017, month=3),
    }
    assert {tuple(view.period_words(period)) for period in told.values()} == set(told)


def test_only_web_addresses_become_links() -> None:
    assert view.web_address("https://tuan.yunting.example/a?b=1") == "https://tuan.yunting.example/a?b=1"
    for address in (
        "javascript:alert(1)",
        "data:text/html,x",
        "//x.example/",
        "http:",
        "http://[",
        "",
        None,
    ):
        assert view.web_address(address) is None
