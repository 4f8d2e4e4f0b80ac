import re

from hypothesis import given, settings
from hypothesis import strategies as st

from archive_api.index.analysis import LONGEST_PREFIX, LONGEST_WORD, fold
from archive_api.index.placing import indexed, placed, placed_prefix, shortened
from tests.index.making import ALPHABET
from tests.index.oracle import all_places

texts = st.text(st.sampled_from([*ALPHABET, "a", "1", "é"])).map(fold)


def row(folded: str) -> list[str]:
    return indexed(folded).split()


def test_tokens_stand_at_the_places_of_their_characters() -> None:
    assert indexed("于2016年h") == "于 于2= _ 2016年 _ =2016 _ _ _ _ 年 年h h h="
    assert indexed("2016ǀh5ǁ年") == "_ 2016ǀ _ =2016 _ _ _ _ ǀ ǀh= _ h5ǁ _ =h5 ǁ ǁ年 年 年="
    assert indexed("2016") == "_ 2016= _ =2016 _ _ _ _"
    assert indexed("年h5") == "年 年h= _ h5= _ =h5"
    assert indexed("𠀀于𠮷h5𠮷") == "𠀀 𠀀于 于 于𠮷 𠮷 𠮷h= _ h5𠮷 _ =h5 𠮷 𠮷="
    assert indexed("") == ""


def test_a_word_too_long_for_an_index_is_held_by_its_beginning_and_its_digest() -> None:
    word = "a" * LONGEST_WORD
    assert shortened(word) == word
    assert shortened(word + "a").startswith("a" * LONGEST_PREFIX + "=")
    assert shortened(word + "a") != shortened(word + "b")
    assert len(row(word + "a年")) == 2 * (LONGEST_WORD + 2)


@settings(deadline=None)
@given(texts)
def test_there_are_two_tokens_for_each_character(folded: str) -> None:
    assert len(row(folded)) == 2 * len(folded)


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
            2 * at + one.offset < len(tokens) and re.fullmatch(one.token, tokens[2 * at + one.offset])
            for one in placed(term)
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
            2 * at + one.offset < len(tokens) and re.fullmatch(one.token, tokens[2 * at + one.offset])
            for one in placed_prefix(term)
        )
    ]
    assert standing == all_places(folded + "ǀ20年2016ǀ共ǀ123a年1", term, prefix=True)
