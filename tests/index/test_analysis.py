import itertools
import string
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from archive_api.index.analysis import (
    BREAK,
    PARAGRAPH,
    Folded,
    fold,
    fold_term,
    fold_with_offsets,
    is_only_marks,
    is_word,
    occurrences,
    units,
)

CORNERS = (
    "共團団志愿 　\t\n\r\u2028\u2029\u00a0，。（）《》-·％3５.,hＨée\u0301か\u3099ｶﾞﾞ゛゜ªİΣς"
    "\u200b\ufeff\ufe0f\u20e3①㎡℃Ⅷ½○〇々ǀǁ𠀀가ᄀ\u1161\u11a8\ud800\ue000😀'_"
)
texts = st.text(st.one_of(st.sampled_from(CORNERS), st.characters()), max_size=40)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("共青團雲汀縣委", "共青团云汀县委", id="traditional"),
        pytest.param("薴", "苎", id="a simplified form that is simplified again"),
        pytest.param("ＡＢＣ２０１６", "abc2016", id="full width"),
        pytest.param("2016 年　工 作\t总结", "2016年工作总结", id="white space beside Han"),
        pytest.param("Youth  League", "youthǀleague", id="white space between words"),
        pytest.param("5 G", "5ǀg", id="white space between a digit and a letter"),
        pytest.param("工作，、 。学习", "工作ǀ学习", id="a run of marks"),
        pytest.param("《工作》", "ǀ工作ǀ", id="marks at the ends"),
        pytest.param("上。\r\n\r\n 下", "上ǀǁ下", id="CRLF, an empty line, an indent"),
        pytest.param("上\n（一）下", "上ǁǀ一ǀ下", id="marks after a paragraph's end"),
        pytest.param("\n上\u2029下\x85", "上ǁ下", id="paragraph ends at the ends"),
        pytest.param("上\u2028下\x0c续", "上下续", id="line separator and form feed"),
        pytest.param("a\u00a0b", "aǀb", id="NBSP"),
        pytest.param("志\u200b愿\ufeff者\x00", "志愿者", id="zero width and control"),
        pytest.param("sub\u00adject", "subject", id="soft hyphen"),
        pytest.param("二○○九年，二〇〇九年", "二〇〇九年ǀ二〇〇九年", id="circle zeros"),
        pytest.param("20℃", "20ǀc", id="degree Celsius"),
        pytest.param("第①项", "第1项", id="circled number"),
        pytest.param("10㎡", "10m2", id="square metre"),
        pytest.param("第Ⅷ章", "第viii章", id="Roman numeral"),
        pytest.param("㈠下", "ǀ一ǀ下", id="parenthesised numeral"),
        pytest.param("3.5，1,000，95%", "3ǀ5ǀ1ǀ000ǀ95ǀ", id="points, separators, percent"),
        pytest.param("达娃·云登", "达娃ǀ云登", id="middle dot"),
        pytest.param("٣٥ and ३५", "٣٥ǀandǀ३५", id="digits of other scripts"),
        pytest.param("e\u0301te\u0301", "été", id="combining accents"),
        pytest.param("か\u3099 ｶﾞ", "がガ", id="voiced kana"),
        pytest.param("志\u0301愿", "志愿", id="a combining mark on Han"),
        pytest.param("don´t", "donǀt", id="a spacing accent is a mark"),
        pytest.param("1\ufe0f\u20e3类", "1类", id="keycap"),
        pytest.param("葛\U000e0100城", "葛城", id="variation selector"),
        pytest.param("上\ud800下", "上ǀ下", id="lone surrogate"),
        pytest.param("𠮷\u3000𠮷", "𠮷𠮷", id="astral Han"),
        pytest.param("\ue000工作", "\ue000工作", id="private use"),
        pytest.param("aǀbǁc", "aǀbǁc", id="literal U+01C0 and U+01C1"),
        pytest.param("ΟΔΟΣ", "οδοσ", id="final sigma"),
        pytest.param("**县委", "ǀ县委", id="masked name"),
        pytest.param("", "", id="nothing"),
        pytest.param("\u200b\n", "", id="nothing visible"),
    ],
)
def test_text_is_folded(text: str, folded: str) -> None:
    assert fold(text) == folded


@settings(deadline=None)
@given(texts)
@example("か ゙")
@example("ᄀ ᅡ")
@example("가 ᆨ")
@example("\u0301́a")
def test_folding_a_folded_text_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@settings(deadline=None)
@given(texts)
def test_a_folded_text_has_no_white_space_no_repeated_breaks_and_can_be_encoded(text: str) -> None:
    folded = fold(text)
    folded.encode()
    assert not any(character.isspace() for character in folded)
    assert BREAK + BREAK not in folded
    assert PARAGRAPH + PARAGRAPH not in folded
    assert folded == folded.strip(PARAGRAPH)


@settings(deadline=None)
@given(texts)
def test_folding_with_offsets_gives_the_same_text(text: str) -> None:
    assert fold_with_offsets(text).text == fold(text)


@settings(deadline=None)
@given(texts)
def test_offsets_are_ordered_and_inside_the_text(text: str) -> None:
    folded = fold_with_offsets(text)
    assert len(folded.starts) == len(folded.ends) == len(folded.text)
    assert list(folded.starts) == sorted(folded.starts)
    assert list(folded.ends) == sorted(folded.ends)
    assert all(0 <= start < end <= len(text) for start, end in zip(folded.starts, folded.ends, strict=True))


@settings(deadline=None)
@given(st.text(st.sampled_from("共青團Ａb1２ ，。\n\u200b①é"), max_size=30), st.data())
def test_a_piece_leads_back_to_the_characters_it_was_made_of(text: str, data: st.DataObject) -> None:
    folded = fold_with_offsets(text)
    if not folded.text:
        return
    start = data.draw(st.integers(0, len(folded.text) - 1))
    end = data.draw(st.integers(start + 1, len(folded.text)))
    first, last = folded.original(start, end)
    piece = text[first:last]
    # a break made of white space between words is only a break between its words
    if BREAK in folded.text[start:end] or PARAGRAPH in folded.text[start:end]:
        assert piece
    else:
        assert fold(piece) == folded.text[start:end]


def test_offsets_span_what_was_folded_away() -> None:
    folded = fold_with_offsets("《共 青\u200b團》　…２０１６ 年㎡")
    assert folded.text == "ǀ共青团ǀ2016年m2"
    assert folded.original(1, 4) == (1, 6)
    assert folded.original(4, 5) == (6, 9)
    assert folded.original(5, 10) == (9, 15)
    assert folded.original(11, 12) == folded.original(10, 12) == (15, 16)


def test_no_offsets_in_an_empty_text() -> None:
    assert fold_with_offsets("\n") == Folded("", [], [])


@settings(deadline=None)
@given(texts)
def test_units_put_together_are_the_folded_text(text: str) -> None:
    folded = fold(text)
    cut = units(folded)
    assert "".join(cut) == folded
    assert all(len(unit) == 1 or all(map(is_word, unit)) for unit in cut)
    assert not any(is_word(one[-1]) and is_word(other[0]) for one, other in itertools.pairwise(cut))


def test_words_are_cut_whole_and_han_one_by_one() -> None:
    assert units("2016年h5ǀyouthǁ〇々") == ["2016", "年", "h5", "ǀ", "youth", "ǁ", "〇", "々"]


def test_a_paragraphs_end_in_a_term_is_white_space() -> None:
    assert fold_term("上\n下") == "上下"
    assert fold_term("a\r\nb") == "aǀb"
    assert fold_term("上ǁ下") == "上ǀ下"


@pytest.mark.parametrize(
    ("text", "only"), [("，。", True), ("", True), ("\u200b", True), ("一。", False), ("a", False)]
)
def test_marks_alone_cannot_be_searched_for(text: str, *, only: bool) -> None:
    assert is_only_marks(fold(text)) is only


def test_words_are_found_whole_and_han_anywhere() -> None:
    assert list(occurrences("2016", "20161年2016年")) == [(6, 10)]
    assert list(occurrences("16年", "2016年ǀ16年")) == [(6, 9)]
    assert list(occurrences("年2", "年20年2")) == [(3, 5)]
    assert list(occurrences("哈哈", "哈哈哈")) == [(0, 2), (1, 3)]
    assert list(occurrences("ǀh5", "ǀh5ǀh51")) == [(0, 3)]


@settings(deadline=None)
@given(texts, texts)
def test_folding_goes_character_by_character(one: str, other: str) -> None:
    """Between two paragraphs nothing has an influence on anything."""
    joined = fold(one + "\n" + other)
    assert joined == PARAGRAPH.join(filter(None, [fold(one), fold(other)]))


def test_every_assigned_character_folds_to_something_stable() -> None:
    for code in range(0x110000):
        if unicodedata.category(chr(code)) != "Cn":
            folded = fold(chr(code))
            assert fold(folded) == folded, hex(code)


def test_ascii_letters_and_digits_are_words_and_other_ascii_is_marks() -> None:
    for character in map(chr, range(0x21, 0x7F)):
        is_letter = character in string.ascii_letters + string.digits
        assert fold(character) == (character.lower() if is_letter else BREAK)
