import itertools
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from archive_api.document import Record
from archive_api.index.analysis import fold
from archive_api.index.query import Term, parse
from archive_api.index.spans import find
from tests.index.making import cut, random_text, record
from tests.index.oracle import contains


def shown(query: str, one: Record) -> list[tuple[str, str]]:
    fields = {"title": one.document.title or "", "text": one.document.text}
    return [(span.field, fields[span.field][span.start : span.end]) for span in find(parse(query), one)]


def test_spans_are_the_originals_own_characters() -> None:
    one = record(
        "a", 1, "第一　（二０１６　年），共青\u200b團…\n２０１６ 年的Youth  League。", title="二〇一六年 共青團"
    )
    assert shown("共青团", one) == [("title", "共青團"), ("text", "共青\u200b團")]
    assert shown('"2016年"', one) == [("text", "２０１６ 年")]
    assert shown('"youth league"', one) == [("text", "Youth  League")]
    assert shown('"一，二"', one) == [("text", "一　（二")]
    assert shown('"团，"', one) == [("text", "團…")]


def test_every_positive_term_is_shown_and_no_negative_one() -> None:
    one = record("a", 1, "志愿服务，志愿者", title="服务")
    assert shown("志愿 OR 没有 -服务", one) == [("text", "志愿"), ("text", "志愿")]
    assert shown("title:服务 愿者", one) == [("title", "服务"), ("text", "愿者")]
    assert shown("", one) == shown("-志愿", one) == []


def test_overlapping_terms_are_one_span_and_neighbours_two() -> None:
    one = record("a", 1, "哈哈哈志愿服务")
    assert shown("哈哈 志愿 愿服", one) == [("text", "哈哈哈"), ("text", "志愿服")]
    assert shown("志愿 服务", one) == [("text", "志愿"), ("text", "服务")]


def test_of_a_near_those_are_shown_that_are_near_each_other() -> None:
    one = record("a", 1, "志愿一二三四服务五志愿六服务\n志愿", title="服务 志愿")
    assert shown("NEAR/2(志愿, 服务)", one) == [
        ("title", "服务"),
        ("title", "志愿"),
        *[("text", "服务"), ("text", "志愿"), ("text", "服务"), ("text", "志愿")],
    ]
    assert shown("title:NEAR/0(志愿, 服务) -NEAR/2(一, 二)", one) == [("title", "服务"), ("title", "志愿")]
    assert shown("NEAR/2(志愿, 志愿服务)", one) == []
    assert shown("NEAR/3(2016, 年)", record("a", 1, "2016 ２０１６，年 20161年")) == [
        ("text", "２０１６"),
        ("text", "年"),
    ]


def test_a_prefix_is_shown_to_the_end_of_the_word_and_a_field_in_that_field() -> None:
    one = record("a", 1, "Green Volunteers, vol 2016年", title="vol.", issuer="vol县", document_number="vol2")
    assert shown("vol*", one) == [("title", "vol"), ("text", "Volunteers"), ("text", "vol")]
    assert shown('text:"green vol"* 20*', one) == [("text", "Green Volunteers"), ("text", "2016")]
    assert shown("issuer:vol* number:vol2", one) == []


def test_words_are_marked_whole_only() -> None:
    assert shown("2016", record("a", 1, "20161 2016年 h2016")) == [("text", "2016")]


@settings(deadline=None)
@given(st.integers(0, 10**6))
def test_a_document_that_matches_has_a_span_and_every_span_matches(seed: int) -> None:
    rng = random.Random(seed)
    one = record("a", 1, random_text(rng, 50), title=random_text(rng, 10))
    term = fold(cut(rng, [one.document.text, one.document.title or ""], 5).replace("\n", "")).strip("ǁ")
    if not term.strip("ǀ") or "ǁ" in term:
        return
    spans = find(Term(term), one)
    assert bool(spans) == any(contains(fold(text), term) for text in (one.document.text, one.document.title or ""))
    assert list(spans) == sorted(spans, key=lambda span: (span.field != "title", span.start))
    for before, after in itertools.pairwise(spans):
        assert before.field != after.field or before.end <= after.start
