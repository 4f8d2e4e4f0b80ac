import re

from hypothesis import given, settings
from hypothesis import strategies as st

from archive_api.index.analysis import LONGEST_PREFIX, LONGEST_WORD, fold
from archive_api.index.placing import FILLER, indexed, placed, placed_prefix, shortened
from tests.index.making import ALPHABET
from tests.index.oracle import all_places

texts = st.text(st.sampled_from([*ALPHABET, "a", "1", "é"])).map(fold)


def row(folded: str) -> list[str]:
    return indexed(folded)[1].split()


def test_tokens_stand_at_the_numbers_of_their_characters() -> None:
    assert row("于2016年h") == ["于2=", "2016年", "=2016", FILLER, FILLER, "年h", "h="]
    assert row("2016ǀh5ǁ年") == ["2016ǀ", "=2016", FILLER, FILLER, "ǀh=", "h5ǁ", "=h5", "ǁ年", "年="]
    assert row("2016") == ["2016=", "=2016", FILLER, FILLER]
    assert row("年h5") == ["年h=", "h5=", "=h5"]
    assert row("𠀀于𠮷h5𠮷") == ["𠀀于", "于𠮷", "𠮷h=", "h5𠮷", "=h5", "𠮷="]
    assert row("") == []


def test_units_are_words_and_each_character_once() -> None:
    assert sorted(indexed("2016年ǀ年度ǁh5ǀ2016")[0].split()) == ["2016", "2016", "h5", "年", "度"]


def test_a_word_too_long_for_an_index_is_held_by_its_beginning_and_its_digest() -> None:
    word = "a" * LONGEST_WORD
    assert shortened(word) == word
    assert shortened(word + "a").startswith("a" * LONGEST_PREFIX + "=")
    assert shortened(word + "a") != shortened(word + "b")
    assert len(row(word + "a年")) == LONGEST_WORD + 2


@settings(deadline=None)
@given(texts)
def test_there_is_one_token_for_each_character(folded: str) -> None:
    assert len(row(folded)) == len(folded)


@settings(deadline=None, max_examples=300)
@given(st.data(), texts.filter(bool))
def test_a_terms_tokens_stand_where_the_term_stands_and_nowhere_else(data: st.DataObject, folded: str) -> None:
    start = data.draw(st.integers(0, len(folded) - 1))
    term = folded[start : start + data.draw(st.integers(1, 6))]
    tokens = row(folded)
    standing = [
        at
        for at in range(len(folded))
        if all(
            at + one.offset < len(tokens) and re.fullmatch(one.token, tokens[at + one.offset]) for one in placed(term)
        )
    ]
    assert standing == all_places(folded, term)


@settings(deadline=None, max_examples=300)
@given(st.data(), texts)
def test_so_do_those_of_a_term_that_ends_in_the_middle_of_a_word(data: st.DataObject, folded: str) -> None:
    term = data.draw(st.sampled_from(["年1", "ǀa", "ǀé", "共ǀ12", "20年2", "6ǀa", "年20", "ǀ123a年1"]))
    tokens = row(folded + "ǀ20年2016ǀ共ǀ123a年1")
    standing = [
        at
        for at in range(len(tokens))
        if all(
            at + one.offset < len(tokens) and re.fullmatch(one.token, tokens[at + one.offset])
            for one in placed_prefix(term)
        )
    ]
    assert standing == all_places(folded + "ǀ20年2016ǀ共ǀ123a年1", term, prefix=True)
